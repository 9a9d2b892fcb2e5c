import fc from 'fast-check';
import { Clock } from '#libs/platform/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { ROSTER_HEADER, givenRoster, whole } from '#test/support/given-roster.js';
import {
  ExposureChangesService,
  ExposureCorrectionsService,
  countByStanding,
  letterArrived,
  sourceOfBytes,
  type ChangeChoice,
} from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let changes: ExposureChangesService;
let reference: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  changes = new ExposureChangesService(db.source, given.keyring, new Clock());
});
afterAll(() => db.drop());
beforeEach(() => aBreach());

/** Two members of staff with an identity card and a CV, two applicants, one with nothing, one protected. */
async function aBreach(): Promise<void> {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
  const rows = [
    'P-1,staff,nl,Lotte,Voorbeeld,,BE:id-card:scan:presumed,cv:copy:presumed,',
    'P-2,staff,nl,Mia,Janssens,,BE:id-card:scan:confirmed,cv:copy:presumed,',
    'P-3,applicant,fr,Jo,Dupont,,NL:id-card:number:presumed; BE:id-card:scan:presumed,,',
    'P-4,applicant,fr,Lea,Dubois,,,,',
    'S-1,staff,nl,Vera,Geheim,,BE:id-card:scan:presumed,,yes',
  ];
  const file = Buffer.from([ROSTER_HEADER, ...rows].join('\n'));
  await read.roster.import(given.security, reference, sourceOfBytes(file), whole);
}

const CONFIRM = { kind: 'set', dataKind: 'id-card', confidence: 'confirmed', reason: 'The mailbox was found.' };
const EXCLUDE = { kind: 'exclude', dataKind: 'id-card', reason: 'The folder was empty.' };
const ADD = { kind: 'add', dataKind: 'password', extent: 'copy', confidence: 'presumed', reason: 'Reset list leaked.' };

async function make(form: Record<string, string>, choice: ChangeChoice = {}, actor = given.hr) {
  const { token } = await changes.preview(actor, reference, choice, form);
  return await changes.make(actor, reference, choice, form, token);
}
async function undo(id: string, actor = given.hr) {
  const { token } = await changes.previewUndo(actor, reference, id);
  return await changes.undo(actor, reference, id, token);
}
/** What is on record of each person, as one line each. */
const onRecord = async (): Promise<Record<string, string[]>> =>
  Object.fromEntries(
    (await read.people()).map(({ record, exposures }) => [
      record!.reference,
      exposures
        .map((one) => [one.dataKind, one.country ?? '', one.extent, one.confidence, one.source].join(' '))
        .toSorted(),
    ]),
  );
/** Every current row and every counted fact, to the byte. */
async function state(): Promise<unknown> {
  const exposures: unknown[] = await db.source.query(
    `select id, person_id, extent, confidence, source from exposure where breach_id = $1 and superseded_by is null order by id`,
    [given.breach.id],
  );
  const persons: unknown[] = await db.source.query(
    `select id, standing, exposures_known, exposures_open, facts_changed_at::text as at from person where breach_id = $1 order by id`,
    [given.breach.id],
  );
  return { exposures, persons, sum: await countByStanding(db.source.manager, given.breach.id) };
}

describe('given people of a filtered list', () => {
  it('when a change is previewed, then it says for how many it changes something and why not for the others, and changes nothing', async () => {
    const before = await state();
    const { figures } = await changes.preview(given.hr, reference, {}, CONFIRM);
    expect(figures).toEqual({
      persons: 2,
      hasIt: 0,
      without: 1,
      byHand: 0,
      same: 1,
      withLetter: 0,
      nothingLeft: 0,
      comeBack: 0,
    });
    expect((await changes.preview(given.security, reference, {}, CONFIRM)).figures.persons).toBe(3);
    expect((await changes.preview(given.hr, reference, { category: 'staff' }, CONFIRM)).figures).toMatchObject({
      persons: 1,
      without: 0,
      same: 1,
    });
    const some = { dataKind: 'id-card', confidence: 'presumed', language: 'fr' } as const;
    expect((await changes.preview(given.hr, reference, some, CONFIRM)).figures.persons).toBe(1);
    expect((await changes.preview(given.hr, reference, { standing: 'told' }, CONFIRM)).figures.persons).toBe(0);
    expect(await state()).toEqual(before);
  });

  it('when it is made, then all of it is, with one reason that is sealed and one ledger entry that is bound to everybody', async () => {
    const made = await make(CONFIRM);
    expect(made).toMatchObject({ kind: 'set', persons: 2, reason: 'The mailbox was found.', undoneAt: null });
    expect(await onRecord()).toEqual({
      'P-1': ['cv  copy presumed roster', 'id-card BE scan confirmed by-hand'],
      'P-2': ['cv  copy presumed roster', 'id-card BE scan confirmed roster'],
      'P-3': ['id-card BE scan confirmed by-hand', 'id-card NL number confirmed by-hand'],
      'P-4': [],
      'S-1': ['id-card BE scan presumed roster'],
    });
    const [people]: { sha256: string }[] = await db.source.query(
      `select encode(sha256(string_agg(uuid_send(id), ''::bytea order by id)), 'hex') as sha256
         from (select distinct person_id as id from exposure where change_id = $1) t`,
      [made.id],
    );
    const entries: unknown[] = await db.source.query(
      `select facts from ledger_outbox where breach_id = $1 and kind = 'exposures.changed'`,
      [given.breach.id],
    );
    expect(entries).toEqual([{ facts: { change: made.id, kind: 'set', persons: 2, sha256: people!.sha256 } }]);
    expect(await changes.list(given.hr, reference)).toEqual([made]);
  });

  it('when something is added, then those who have it keep theirs, and whoever had nothing is waiting for a letter', async () => {
    await make({ ...ADD, kind: 'add', dataKind: 'cv' });
    expect((await onRecord())['P-4']).toEqual(['cv  copy presumed by-hand']);
    expect((await onRecord())['P-1']![0]).toBe('cv  copy presumed roster');
    const { figures } = await changes.preview(given.hr, reference, {}, { ...ADD, dataKind: 'cv' });
    expect(figures).toMatchObject({ persons: 0, hasIt: 4 });
    const form = { ...ADD, dataKind: 'cv' };
    const { token } = await changes.preview(given.hr, reference, {}, form);
    expect(await codeOf(changes.make(given.hr, reference, {}, form, token))).toBe('exposure-change.nothing');
  });

  it('when it is excluded, then the preview says for whom nothing is left, and who has a letter', async () => {
    const { id } = await read.person('P-3');
    await db.source.transaction((tx) => letterArrived(tx, [id]));
    const { figures } = await changes.preview(given.hr, reference, {}, EXCLUDE);
    expect(figures).toMatchObject({ persons: 3, nothingLeft: 1, withLetter: 1, comeBack: 0 });
    await make(EXCLUDE, { category: 'staff' });
    expect((await onRecord())['P-1']).toContain('id-card BE scan excluded by-hand');
    expect((await changes.preview(given.hr, reference, {}, CONFIRM)).figures.comeBack).toBe(0);
    await make(EXCLUDE);
    expect((await changes.preview(given.hr, reference, {}, CONFIRM)).figures.comeBack).toBe(1);
  });

  it('when one country is named, then documents of others stay', async () => {
    await make({ ...EXCLUDE, country: 'nl' });
    expect((await onRecord())['P-3']).toEqual([
      'id-card BE scan presumed roster',
      'id-card NL number excluded by-hand',
    ]);
  });

  it('when somebody was corrected one by one, then that stays; what a change before set gives way', async () => {
    const { id, exposures } = await read.person('P-1');
    const corrections = new ExposureCorrectionsService(db.source, given.keyring);
    const card = exposures.find((one) => one.dataKind === 'id-card')!;
    await corrections.save(given.hr, reference, id, {
      ...card,
      corrects: card.id,
      country: 'BE',
      confidence: 'not-excluded',
      reason: 'x',
    });
    await make(CONFIRM);
    const { figures } = await changes.preview(given.hr, reference, {}, EXCLUDE);
    expect(figures).toMatchObject({ persons: 2, byHand: 1 });
    await make(EXCLUDE);
    const record = await onRecord();
    expect(record['P-1']).toContain('id-card BE scan not-excluded by-hand');
    expect(record['P-3']).toEqual(['id-card BE scan excluded by-hand', 'id-card NL number excluded by-hand']);
  });
});

describe('given a preview', () => {
  it('when people changed since, or something else is asked for than was shown, then nothing is done', async () => {
    const { token } = await changes.preview(given.hr, reference, {}, CONFIRM);
    expect(await codeOf(changes.make(given.hr, reference, {}, EXCLUDE, token))).toBe('exposure-change.moved');
    expect(await codeOf(changes.make(given.hr, reference, { category: 'staff' }, CONFIRM, token))).toBe(
      'exposure-change.moved',
    );
    await make(EXCLUDE, { category: 'applicant' });
    const before = await state();
    expect(await codeOf(changes.make(given.hr, reference, {}, CONFIRM, token))).toBe('exposure-change.moved');
    expect(await state()).toEqual(before);
  });

  it('when it is confirmed twice at once, then it is made once', async () => {
    const { token } = await changes.preview(given.hr, reference, {}, CONFIRM);
    const codes = await Promise.all([1, 2].map(() => codeOf(changes.make(given.hr, reference, {}, CONFIRM, token))));
    expect(codes.toSorted()).toEqual(['done', 'exposure-change.nothing']);
  });

  it('when a field has a fault, then it stands there', async () => {
    for (const [form, at] of [
      [{ ...CONFIRM, confidence: '' }, ['confidence']],
      [{ ...CONFIRM, confidence: 'excluded' }, ['confidence']],
      [{ ...CONFIRM, dataKind: 'x', reason: '' }, ['dataKind', 'reason']],
      [{ ...ADD, dataKind: 'passport', extent: 'scan' }, ['country']],
      [{ ...ADD, kind: 'x' }, ['kind']],
      [{ ...CONFIRM, extent: 'copy' }, ['extent']],
    ] as const) {
      const problem = await problemOf(changes.preview(given.hr, reference, {}, form));
      expect(problem!.faults.map((fault) => fault.at)).toEqual(at);
    }
  });
});

describe('given a change that was made', () => {
  it('when it is undone, then everything is exactly as before, whatever was changed and undone in between', async () => {
    const change = fc.record({
      form: fc.constantFrom<Record<string, string>>(CONFIRM, EXCLUDE, ADD, { ...ADD, dataKind: 'cv' }),
      choice: fc.constantFrom<ChangeChoice>({}, { category: 'staff' }, { confidence: 'presumed' }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (list) => {
        await aBreach();
        const states: { id: string; before: unknown }[] = [];
        for (const { form, choice } of list) {
          const before = await state();
          const { figures } = await changes.preview(given.hr, reference, choice, form);
          if (figures.persons > 0) states.push({ before, id: (await make(form, choice)).id });
        }
        for (const { id, before } of states.toReversed()) {
          await undo(id);
          expect(await state()).toEqual(before);
        }
      }),
      { numRuns: 8 },
    );
  }, 120_000);

  it('when something of it was changed since, then that stays, and it says of how many', async () => {
    const first = await make(CONFIRM);
    await make({ ...EXCLUDE, country: 'BE' }, { category: 'staff' });
    const { figures } = await changes.previewUndo(given.hr, reference, first.id);
    expect(figures).toEqual({ persons: 1, changedSince: 1, gone: 0 });
    expect(await undo(first.id)).toEqual(figures);
    const record = await onRecord();
    expect(record['P-1']).toContain('id-card BE scan excluded by-hand');
    expect(record['P-3']).toEqual(['id-card BE scan presumed roster', 'id-card NL number presumed roster']);
    const [entry]: { facts: unknown }[] = await db.source.query(
      `select facts from ledger_outbox where breach_id = $1 and kind = 'exposures.undone'`,
      [given.breach.id],
    );
    expect(entry!.facts).toMatchObject({ change: first.id, persons: 1, kept: 1 });
    expect((await changes.list(given.hr, reference)).map((one) => one.undonePersons)).toEqual([null, 1]);
  });

  it('when it was undone, or all of it changed since, or the preview is old, then there is nothing to undo', async () => {
    const first = await make(CONFIRM);
    const { token } = await changes.previewUndo(given.hr, reference, first.id);
    const second = await make(EXCLUDE);
    expect(await codeOf(changes.undo(given.hr, reference, first.id, token))).toBe('exposure-change.moved');
    expect(await codeOf(undo(first.id))).toBe('exposure-change.nothing-left');
    await undo(second.id);
    expect(await codeOf(undo(second.id))).toBe('exposure-change.undone');
    expect(await codeOf(changes.undo(given.hr, reference, first.id, token))).toBe('done');
    expect(await codeOf(changes.previewUndo(given.hr, reference, 'none'))).toBe('exposure-change.unknown');
    const other = await given.breaches.open(given.hr, { facts: someFacts() });
    expect(await codeOf(changes.previewUndo(given.hr, other.reference, first.id))).toBe('exposure-change.unknown');
  });

  it('when it is about protected persons as well, then the security officer alone undoes it', async () => {
    const made = await make(CONFIRM, {}, given.security);
    expect(made.withProtected).toBe(true);
    expect(await codeOf(undo(made.id))).toBe('exposure-change.protected');
    expect((await undo(made.id, given.security)).persons).toBe(3);
  });

  it('when a letter was made in between, then its person’s facts count as changed once more', async () => {
    const made = await make(CONFIRM);
    const { id } = await read.person('P-1');
    await aLetter(id);
    await undo(made.id);
    const rows: { changed: boolean }[] = await db.source.query(
      `select facts_changed_at > (select changed_at from exposure_change where id = $2) as changed from person
        where breach_id = $1 and not protected order by id`,
      [given.breach.id, made.id],
    );
    expect(rows.map(({ changed }) => changed)).toEqual([true, false, false, false]);
  });
});

/** A letter of a notice, as rows. */
async function aLetter(personId: string): Promise<void> {
  const [{ id }]: [{ id: string }] = await db.source.query(
    `insert into notice (id, reference, breach_id, kind, state, facts_revision, author)
     values (gen_random_uuid(), 'N-2026-' || lpad((select count(*) + 1 from notice)::text, 4, '0'), $1, 'initial', 'draft', 1, $2) returning id`,
    [given.breach.id, given.hr.accountId],
  );
  await db.source.query(
    `insert into letter (id, breach_id, notice_id, person_id, languages, code_index, token_index, word_index, inputs_sealed, inputs_hash, body_hash)
     values (gen_random_uuid(), $1, $2, $3, '{nl}', 'code', 'token', 'word', '', sha256(''), sha256(''))`,
    [given.breach.id, id, personId],
  );
}
