import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EntityManager } from 'typeorm';
import { Problem } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { until } from '#test/support/until.js';
import {
  Sequencer,
  checkLedger,
  ledgerHead,
  record,
  recordMany,
  timelineOf,
  type JsonObject,
  type LedgerEvent,
} from './index.js';

let db: TestDatabase;
let sequencer: Sequencer;
beforeAll(async () => {
  db = await testDatabase();
  sequencer = new Sequencer(db.source);
});
afterAll(() => db.drop());
/** Empties the ledger, as only the owner of the database can. */
beforeEach(() =>
  db.source.transaction(async (tx) => {
    await tx.query(`set local session_replication_role = replica`);
    await tx.query(`truncate ledger_outbox, ledger_entry, ledger_node, ledger_root`);
  }),
);

function event(n: number, over: Partial<LedgerEvent> = {}): LedgerEvent {
  return { kind: 'letter.sent', actor: 'worker', facts: { n }, ...over };
}

/** Records in a transaction of its own. */
async function recorded(...events: LedgerEvent[]): Promise<void> {
  await db.source.transaction((tx) => recordMany(tx, events));
}

async function sealedNumbers(): Promise<number[]> {
  const rows: { n: number }[] = await db.source.query(
    `select (convert_from(body, 'UTF8')::jsonb -> 'facts' ->> 'n')::int as n from ledger_entry order by seq`,
  );
  return rows.map((row) => row.n);
}

async function waiting(): Promise<number> {
  const [row]: { count: number }[] = await db.source.query(`select count(*)::int as count from ledger_outbox`);
  return row!.count;
}

describe('given a transaction that records an event', () => {
  it('when it is rolled back, then nothing of it is left to be sealed', async () => {
    const work = db.source.transaction(async (tx) => {
      await record(tx, event(1));
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect([await waiting(), await sequencer.drain()]).toEqual([0, 0]);
  });

  it('when it is still open, then its event is not sealed', async () => {
    await db.source.transaction(async (tx) => {
      await record(tx, event(1));
      expect(await sequencer.drain()).toBe(0);
    });
    expect(await sequencer.drain()).toBe(1);
  });

  it('when it commits after one that recorded later, then its event is sealed after the other, and not lost', async () => {
    await db.source.transaction(async (slow) => {
      await record(slow, event(1));
      await recorded(event(2));
      expect(await sequencer.drain()).toBe(1);
    });
    expect(await sequencer.drain()).toBe(1);
    expect(await sealedNumbers()).toEqual([2, 1]);
    expect((await checkLedger(db.source)).ok).toBe(true);
  });
});

describe('given two sequencers and writers of which some roll back, when 5,000 events are recorded', () => {
  it('then each is sealed once, without a gap, and the ledger is whole', async () => {
    const writers = Array.from({ length: 5 }, async (_, writer) => {
      for (let batch = 0; batch < 20; batch++) {
        const first = writer * 1_000 + batch * 50;
        await recorded(...Array.from({ length: 50 }, (_, i) => event(first + i)));
        const lost = db.source.transaction(async (tx) => {
          await record(tx, event(-1));
          throw new Error('rolled back');
        });
        await expect(lost).rejects.toThrow('rolled back');
      }
    });
    const writing = new AbortController();
    const seal = async (): Promise<number> => {
      const own = new Sequencer(db.source);
      let sealed = 0;
      while (!writing.signal.aborted) sealed += await own.sequenceOnce();
      return sealed + (await own.drain());
    };
    const sealers = [seal(), seal()];
    await Promise.all(writers).finally(() => writing.abort());
    const sealed = await Promise.all(sealers);

    expect(sealed[0]! + sealed[1]!).toBe(5_000);
    const numbers = await sealedNumbers();
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
    const [row]: { first: string; last: string }[] = await db.source.query(
      `select min(seq) as first, max(seq) as last from ledger_entry`,
    );
    expect(row).toEqual({ first: '0', last: '4999' });
    const check = await checkLedger(db.source);
    expect(check).toMatchObject({ ok: true, entries: 5_000, pending: 0, faults: [] });
    expect(await db.source.transaction((tx) => ledgerHead(tx))).toEqual({ size: 5_000, root: check.root });
  });
});

describe('given the loop of a sequencer', () => {
  it('when events are recorded, then it seals them, and after the stop it seals no more', async () => {
    sequencer.start();
    await recorded(event(1), event(2));
    await until('the loop seals two events', async () => (await sealedNumbers()).length === 2);
    await sequencer.stop();
    await recorded(event(3));
    expect(await waiting()).toBe(1);
    expect((await sealedNumbers()).length).toBe(2);
  });
});

describe('given events that are no events', () => {
  async function refusal(facts: JsonObject): Promise<string> {
    const error: unknown = await recorded(event(1, { facts })).catch((thrown: unknown) => thrown);
    return error instanceof Problem ? error.code : String(error);
  }

  it.each<[string, JsonObject]>([
    ['an address', { to: 'lotte@post.example' }],
    ['an address deep inside', { a: { b: { to: 'lotte@post.example' } } }],
    ['an address in a list', { to: ['P-1', 'lotte@post.example'] }],
    ['an address in an object of a list', { to: [{ address: 'lotte@post.example' }] }],
    ['a sentence', { why: 'She said that '.repeat(20) }],
  ])('when a fact holds %s, then it is refused and nothing is recorded', async (_, facts) => {
    expect(await refusal(facts)).toBe('ledger.personal-fact');
    expect(await waiting()).toBe(0);
  });

  it('when a fact looks personal, then the words name the fact and do not repeat it', async () => {
    const work = recorded(event(1, { facts: { to: ['lotte@post.example'] } }));
    await expect(work).rejects.toThrow('The fact "to" looks like an address or a sentence.');
    await expect(work).rejects.not.toThrow('lotte');
  });

  it.each<[string, JsonObject]>([
    ['a fraction', { share: 0.5 }],
    ['half of a character', { word: 'a\ud800' }],
    ['a number beyond 2^53', { n: 2 ** 53 }],
  ])('when a fact holds %s, then it is refused before it can stand in the way of the others', async (_, facts) => {
    expect(await refusal(facts)).toBe('ledger.not-exact');
    await recorded(event(2));
    expect(await sequencer.drain()).toBe(1);
  });

  it('when the facts are larger than an entry, then they are refused; at the limit they are sealed', async () => {
    const facts = (count: number): JsonObject => ({ ids: Array.from({ length: count }, () => randomUUID()) });
    expect(await refusal(facts(1_700))).toBe('Error: the facts of letter.sent are larger than an entry may be');
    await recorded(
      event(1, { facts: facts(1_654), actor: 'x'.repeat(300), breachId: randomUUID(), personId: randomUUID() }),
    );
    expect(await sequencer.drain()).toBe(1);
  });

  it('when any facts are taken, then they can be sealed', async () => {
    const word = fc.string({ maxLength: 20 }).map((text) => text.replace(/[@\0]/g, ''));
    const anyFacts = fc.dictionary(word, fc.oneof(word, fc.maxSafeInteger(), fc.boolean(), fc.array(word)), {
      maxKeys: 4,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyFacts, { minLength: 1, maxLength: 10 }), async (many) => {
        await recorded(...many.map((facts) => event(1, { facts })));
        expect(await sequencer.drain()).toBe(many.length);
      }),
      { numRuns: 30 },
    );
    expect((await checkLedger(db.source)).faults).toEqual([]);
  });
});

describe('given sealed entries', () => {
  it.each(['ledger_entry', 'ledger_node', 'ledger_root'])(
    'when somebody changes, deletes or empties %s, then the database refuses',
    async (table) => {
      await recorded(event(1), event(2));
      await sequencer.drain();
      const column = { ledger_entry: 'leaf_hash', ledger_node: 'hash', ledger_root: 'root' }[table]!;
      await expect(db.source.query(`update ${table} set ${column} = ${column}`)).rejects.toThrow(
        `${table} is append-only`,
      );
      await expect(db.source.query(`delete from ${table}`)).rejects.toThrow(`${table} is append-only`);
      await expect(db.source.query(`truncate ${table}`)).rejects.toThrow(`${table} is append-only`);
    },
  );

  it('when somebody changes an event that waits for its place, then the database refuses', async () => {
    await recorded(event(1));
    await expect(db.source.query(`update ledger_outbox set actor = 'another'`)).rejects.toThrow(
      'ledger_outbox is append-only',
    );
  });
});

describe('given what happened to a person', () => {
  const [personId, breachId] = [randomUUID(), randomUUID()];
  const read = async (of: { personId: string } | { breachId: string }, limit = 100) => {
    const entries = await db.source.transaction((tx: EntityManager) => timelineOf(tx, of, limit));
    return entries.map(({ seq, facts }) => [seq, facts['n']]);
  };
  beforeEach(async () => {
    await recorded(event(1, { personId, breachId }), event(2, { breachId }), event(3, { personId: randomUUID() }));
    await sequencer.drain();
    await recorded(event(4, { personId, breachId }), event(5, { personId: randomUUID(), breachId }));
  });

  it('when the timeline is read, then it is theirs alone, sealed entries with their place and waiting ones without', async () => {
    expect(await read({ personId })).toEqual([[0, 1], [null, 4]]); // prettier-ignore
    expect(await read({ breachId })).toEqual([[0, 1], [1, 2], [null, 4], [null, 5]]); // prettier-ignore
  });

  it('when a limit is given, then the newest are answered, never more than that', async () => {
    expect(await read({ breachId }, 3)).toEqual([[1, 2], [null, 4], [null, 5]]); // prettier-ignore
    expect(await read({ breachId }, 1)).toEqual([[null, 5]]);
  });

  it('when it is read, then each entry says who did what', async () => {
    const [entry] = await db.source.transaction((tx) => timelineOf(tx, { personId }, 1));
    expect(entry).toEqual({
      seq: null,
      kind: 'letter.sent',
      at: expect.any(Date),
      actor: 'worker',
      personId,
      facts: { n: 4 },
    });
  });
});
