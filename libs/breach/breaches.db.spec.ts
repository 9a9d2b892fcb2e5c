import { Clock, newKey, openKeyring, type Keyring } from '#libs/platform/index.js';
import type { Actor } from '#libs/staff/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { until } from '#test/support/until.js';
import { aBreachFile, aController, givenActor, someFacts } from '#test/support/given-breach.js';
import {
  BreachesService,
  breachKey,
  factsOf,
  findController,
  getBreach,
  listBans,
  listBreaches,
  textsOf,
} from './index.js';

let db: TestDatabase;
let keyring: Keyring;
let breaches: BreachesService;
let hr: Actor;
beforeAll(async () => {
  db = await testDatabase();
  keyring = await openKeyring(db.source, newKey());
  breaches = new BreachesService(db.source, keyring, new Clock());
  hr = await givenActor(db.source, 'hr');
});
afterAll(() => db.drop());
beforeEach(() => db.source.query(`truncate breach, controller_revision, spoken_reference, ledger_outbox cascade`));

const texts = {
  whatHappened: 'Mail was read.',
  likelyConsequences: 'Misuse.',
  measuresTaken: 'The gateway was replaced.',
};

async function count(table: string): Promise<number> {
  const [row]: { count: number }[] = await db.source.query(`select count(*)::int as count from ${table}`);
  return row!.count;
}
async function kinds(): Promise<string[]> {
  const rows: { kind: string }[] = await db.source.query(`select kind from ledger_outbox order by id`);
  return rows.map((row) => row.kind);
}

describe('given the file of a breach', () => {
  it('when it is opened, then facts, texts, bans and controller are on record, and the ledger has an entry for each', async () => {
    const breach = await breaches.open(
      hr,
      aBreachFile({
        texts: { nl: texts },
        bannedDomains: [{ domain: 'Agency.example', reason: 'Read by the intruder.' }],
      }),
    );
    expect(breach).toMatchObject({
      reference: expect.stringMatching(/^BR-\d{4}-0001$/),
      isDrill: false,
      closedAt: null,
    });
    await db.source.transaction(async (tx) => {
      expect((await factsOf(tx, breach.id)).facts).toMatchObject({
        title: 'Mail gateway read by an intruder',
        measures: [],
      });
      expect(await textsOf(tx, breach.id)).toEqual({ nl: { revision: 1, texts } });
      expect(await listBans(tx, breach.id)).toEqual([
        { domain: 'agency.example', side: 'both', reason: 'Read by the intruder.' },
      ]);
      expect((await findController(tx))!.controller.kind).toBe('be-central');
      expect((await breachKey(tx, keyring, breach.id)).length).toBe(32);
    });
    expect(await kinds()).toEqual([
      'controller.recorded',
      'breach.opened',
      'breach-facts.recorded',
      'breach-text.recorded',
      'channel.banned',
    ]);
  });

  it('when two are opened, then each has a reference and a key of its own', async () => {
    const first = await breaches.open(hr, aBreachFile());
    const second = await breaches.open(hr, { facts: someFacts(), isDrill: true });
    expect(second.reference).toBe(first.reference.replace('0001', '0002'));
    expect(second.isDrill).toBe(true);
    await db.source.transaction(async (tx) => {
      expect(await breachKey(tx, keyring, first.id)).not.toEqual(await breachKey(tx, keyring, second.id));
      expect((await listBreaches(tx)).map((card) => card.reference)).toEqual([first.reference, second.reference]);
    });
  });

  it('when no controller is on record and the file brings none, then it is refused and nothing is kept', async () => {
    expect(await codeOf(breaches.open(hr, { facts: someFacts() }))).toBe('controller.missing');
    expect([await count('breach'), await count('spoken_reference'), await count('ledger_outbox')]).toEqual([0, 0, 0]);
  });

  it('when a domain is banned twice in it, then it is banned once', async () => {
    const bannedDomains = [
      { domain: 'agency.example', reason: 'Read.' },
      { domain: 'AGENCY.example', reason: 'Read again.' },
      { domain: 'agency.example', side: 'sender', reason: 'Read.' },
    ];
    const breach = await breaches.open(hr, aBreachFile({ bannedDomains }));
    expect(await db.source.transaction((tx) => listBans(tx, breach.id))).toEqual([
      { domain: 'agency.example', side: 'both', reason: 'Read.' },
      { domain: 'agency.example', side: 'sender', reason: 'Read.' },
    ]);
    expect((await kinds()).filter((kind) => kind === 'channel.banned')).toHaveLength(2);
  });

  it('when the account may not open breaches, then it is refused', async () => {
    expect(await codeOf(breaches.open(await givenActor(db.source, 'auditor'), aBreachFile()))).toBe(
      'permission.missing',
    );
  });
});

describe('given a file with faults', () => {
  const tomorrow = new Date(new Clock().now().getTime() + 86_400_000).toISOString();
  const claim = (at: string) => [{ at, certainty: 'exact', source: 'the log' }];

  it.each([
    ['no facts', {}, 'facts', 'Enter this part with its fields.'],
    ['no title', { facts: someFacts({ title: undefined }) }, 'facts.title', 'Enter a text.'],
    ['an empty title', { facts: someFacts({ title: '  ' }) }, 'facts.title', 'Fill this in.'],
    ['a title that is too long', { facts: someFacts({ title: 'x'.repeat(301) }) }, 'facts.title', 'Shorten this to at most 300 characters.'],
    ['a title of two lines', { facts: someFacts({ title: 'a\nb' }) }, 'facts.title', 'Write this on one line, without control characters.'],
    ['a text that the database cannot hold', { facts: someFacts({ systems: 'a\0b' }) }, 'facts.systems', 'Take the control characters out of this text.'],
    ['half of a character', { facts: someFacts({ systems: 'a\ud800b' }) }, 'facts.systems', 'Take the control characters out of this text.'],
    ['an unknown kind', { facts: someFacts({ kinds: ['theft'] }) }, 'facts.kinds.0', 'Write one of confidentiality, integrity, availability.'],
    ['no kind', { facts: someFacts({ kinds: [] }) }, 'facts.kinds', 'Name at least 1.'],
    ['a time without zone', { facts: someFacts({ awareAt: '2025-11-20T09:20:00' }) }, 'facts.awareAt', 'Write the time with its zone, as 2026-11-24T09:20:00+01:00.'],
    ['half a person', { facts: someFacts({ estimatedPersons: 1.5 }) }, 'facts.estimatedPersons', 'Enter a whole number.'],
    ['fewer than no persons', { facts: someFacts({ estimatedPersons: -1 }) }, 'facts.estimatedPersons', 'Enter a number of at least 0.'],
    ['a field of its own', { facts: someFacts({ colour: 'red' }) }, 'facts', 'Take out the fields that the sample file does not have.'],
    ['a language of its own', { facts: someFacts(), texts: { es: texts } }, 'texts', 'Take out the fields that the sample file does not have.'],
    ['a domain that is none', { facts: someFacts(), bannedDomains: [{ domain: 'agency', reason: 'Read.' }] }, 'bannedDomains.0.domain', 'Write a domain, as gateway.example.org.'],
    ['a time zone that is none', { facts: someFacts(), controller: aController({ timeZone: 'Mars/Base' }) }, 'controller.timeZone', 'Write the time zone as Europe/Brussels.'],
    ['an address that is none', { facts: someFacts(), controller: aController({ sender: { name: 'A', address: 'nobody' } }) }, 'controller.sender.address', 'Write one e-mail address, as name@example.org.'],
    ['an awareness in the future', aBreachFile({ facts: someFacts({ awareAt: tomorrow }) }), 'facts.awareAt', 'Enter a time of awareness that lies in the past.'],
    ['a begin after the awareness', aBreachFile({ facts: someFacts({ occurredFrom: claim('2025-11-21T00:00:00Z') }) }), 'facts.occurredFrom', 'Enter a begin of the breach that lies before the time of awareness.'],
    ['an end before the begin', aBreachFile({ facts: someFacts({ occurredFrom: claim('2025-11-02T00:00:00Z'), occurredTo: claim('2025-11-01T00:00:00Z') }) }), 'facts.occurredTo', 'Enter an end of the breach that lies after its begin.'],
  ])('when it has %s, then the fault names the field and says what to do, and nothing is kept', async (_, file, at, message) => {
    const problem = await problemOf(breaches.open(hr, file));
    expect([problem?.code, problem?.kind]).toEqual(['breach.faulty', 'bad-input']);
    expect(problem!.faults).toEqual([{ at, message }]);
    expect([await count('breach'), await count('controller_revision')]).toEqual([0, 0]);
  }); // prettier-ignore

  it('when it is no object at all, then the fault names the file', async () => {
    expect((await problemOf(breaches.open(hr, null)))!.faults).toEqual([
      { at: 'file', message: 'Enter this part with its fields.' },
    ]);
  });

  it('when it has several, then each is named, and none repeats what stood there', async () => {
    const problem = await problemOf(
      breaches.open(hr, { facts: someFacts({ cause: 'lotte@post.example', kinds: [] }) }),
    );
    expect(problem!.faults.map((fault) => fault.at)).toEqual(['facts.kinds', 'facts.cause']);
    expect(JSON.stringify(problem)).not.toContain('lotte');
  });
});

describe('given a breach that is open', () => {
  let reference: string;
  let id: string;
  beforeEach(async () => ({ reference, id } = await breaches.open(hr, aBreachFile())));

  it('when new facts are recorded, then they are a second revision, and the first stays as it was', async () => {
    await breaches.recordFacts(hr, reference, someFacts({ estimatedPersons: 1_200 }));
    await db.source.transaction(async (tx) => {
      expect(await factsOf(tx, id)).toMatchObject({ revision: 2, facts: { estimatedPersons: 1_200 } });
      expect((await factsOf(tx, id, 1)).facts.estimatedPersons).toBeUndefined();
    });
    await expect(db.source.query(`update breach_revision set facts = '{}'`)).rejects.toThrow(
      'breach_revision is append-only',
    );
  });

  it('when facts are recorded by two at once, then there is a revision for each', async () => {
    await Promise.all(
      [1, 2, 3].map((estimatedPersons) => breaches.recordFacts(hr, reference, someFacts({ estimatedPersons }))),
    );
    expect((await db.source.transaction((tx) => factsOf(tx, id))).revision).toBe(4);
  });

  it('when texts are recorded by two at once, then there is a revision for each, and other languages keep theirs', async () => {
    await breaches.recordTexts(hr, reference, 'fr', texts);
    await Promise.all(
      ['A', 'B'].map((whatHappened) => breaches.recordTexts(hr, reference, 'nl', { ...texts, whatHappened })),
    );
    const found = await db.source.transaction((tx) => textsOf(tx, id));
    expect([found.nl!.revision, found.fr!.revision]).toEqual([2, 1]);
    const old = await db.source.transaction((tx) => textsOf(tx, id, { nl: 1 }));
    expect([old.nl!.revision, old.fr]).toEqual([1, undefined]);
  });

  it('when an awareness in the future is recorded, then it is refused', async () => {
    const problem = await problemOf(
      breaches.recordFacts(hr, reference, someFacts({ awareAt: '2999-01-01T00:00:00Z' })),
    );
    expect(problem!.faults).toEqual([
      { at: 'facts.awareAt', message: 'Enter a time of awareness that lies in the past.' },
    ]);
    expect(await count('breach_revision')).toBe(1);
  });

  it('when it is closed, then it takes no facts and no texts', async () => {
    await db.source.query(`update breach set closed_at = now()`);
    expect(await codeOf(breaches.recordFacts(hr, reference, someFacts()))).toBe('breach.closed');
    expect(await codeOf(breaches.recordTexts(hr, reference, 'nl', texts))).toBe('breach.closed');
  });

  it('when it is closed by one while another waits to record facts, then these are refused', async () => {
    let recording: Promise<string> | undefined;
    await db.source.transaction(async (tx) => {
      await tx.query(`update breach set closed_at = now()`);
      recording = codeOf(breaches.recordFacts(hr, reference, someFacts()));
      await until('the other waits for the lock', async () => {
        const waiting: unknown[] = await db.source.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      });
    });
    expect(await recording).toBe('breach.closed');
  });

  it('when an unknown reference is given, then it is refused', async () => {
    expect(await codeOf(breaches.recordFacts(hr, 'BR-2026-9999', someFacts()))).toBe('breach.unknown');
    expect(await codeOf(db.source.transaction((tx) => getBreach(tx, 'x'.repeat(1_000))))).toBe('breach.unknown');
  });
});

describe('given the controller', () => {
  it('when it is recorded by two at once, then there is a revision for each', async () => {
    await Promise.all(
      [1, 2, 3].map((n) => breaches.recordController(hr, aController({ website: `https://agency${n}.example` }))),
    );
    expect((await db.source.transaction((tx) => findController(tx)))!.revision).toBe(3);
  });

  it('when a field is faulty, then the fault names it', async () => {
    const problem = await problemOf(breaches.recordController(hr, aController({ name: {} })));
    expect([problem!.code, problem!.faults]).toEqual([
      'controller.faulty',
      [{ at: 'name', message: 'Name the controller in at least one language.' }],
    ]);
  });

  it('when an auditor records it, then it is refused', async () => {
    expect(await codeOf(breaches.recordController(await givenActor(db.source, 'auditor'), aController()))).toBe(
      'permission.missing',
    );
  });
});
