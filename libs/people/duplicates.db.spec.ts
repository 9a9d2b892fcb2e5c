import { Clock } from '#libs/platform/index.js';
import { breachKey } from '#libs/breach/index.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { givenRoster, whole } from '#test/support/given-roster.js';
import {
  contactPointsOf,
  DuplicatesService,
  acknowledged,
  countByStanding,
  letterArrived,
  listMerged,
  listReview,
  sourceOfBytes,
  type PersonRow,
  type RosterSource,
} from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let duplicates: DuplicatesService;
let reference: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  duplicates = new DuplicatesService(db.source, given.keyring, new Clock());
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
});

const HEADER =
  'reference,category,language,given_name,family_name,email,birth_date,national_number,street,postcode,city,documents,protected';
const APPLIED = 'A-1,past-applicant,nl,Lotte,Voorbeeld,lotte@post.example,1985-07-30,85073003328,Kerkstraat 7,9000,Gent,BE:id-card:scan:presumed,'; // prettier-ignore
const HIRED = 'S-9,staff,nl,Lotte,Voorbeeld,lotte@agency.example,1985-07-30,85.07.30-033.28,,,,BE:id-card:scan-both-sides:confirmed; BE:passport:number:presumed,'; // prettier-ignore
const OTHER = 'S-3,staff,fr,Jo,Dupont,jo@agency.example,1971-02-03,,,,,,';
/** The same name and place, two birth dates and two numbers: a father and his son. */
const NAMESAKE = 'S-4,staff,nl,Lotte,Voorbeeld,lotte@post.example,1990-01-01,90010100123,Kerkstraat 7,9000,Gent,,';

const file = (...rows: string[]): RosterSource => sourceOfBytes(Buffer.from([HEADER, ...rows].join('\n')));
const factsOf = async (id: string): Promise<Record<string, unknown>> => {
  const [row]: Record<string, unknown>[] = await db.source.query(
    `select letters_arrived as letters, acknowledged_at is not null as answered, merged_into is not null as merged, standing from person where id = $1`,
    [id],
  );
  return row!;
};
const byReference = async (): Promise<Map<string, PersonRow & { mergedInto: string | null }>> => {
  const rows: { id: string; mergedInto: string | null }[] = await db.source.query(
    `select id, merged_into as "mergedInto" from person where breach_id = $1`,
    [given.breach.id],
  );
  return await db.source.transaction(async (tx) => {
    const { openPeople } = await import('./index.js');
    const key = await breachKey(tx, given.keyring, given.breach.id);
    const people = await openPeople(
      tx,
      given.breach.id,
      key,
      rows.map((row) => row.id),
    );
    return new Map(
      rows.map((row) => [
        people.get(row.id)!.record!.reference,
        { ...people.get(row.id)!, mergedInto: row.mergedInto },
      ]),
    );
  });
};
const review = async (withProtected = true) =>
  await db.source.transaction(async (tx) =>
    listReview(tx, given.breach.id, await breachKey(tx, given.keyring, given.breach.id), { withProtected, limit: 50 }),
  );

describe('given one person who stands in a list as applicant and as staff', () => {
  beforeEach(() => read.roster.import(given.hr, reference, file(APPLIED, HIRED, OTHER), whole));

  it('when duplicates are looked for, then they are one, with what both rows say', async () => {
    expect(await duplicates.run(given.hr, reference)).toEqual({ merged: 1, review: 0 });
    const people = await byReference();
    const [kept, merged] = [people.get('A-1')!, people.get('S-9')!];
    expect(merged.mergedInto).toBe(kept.id);
    expect(kept.record!.contacts.map(({ value }) => value)).toEqual([
      'lotte@post.example',
      'Kerkstraat 7\n9000 Gent',
      'lotte@agency.example',
    ]);
    expect(kept.exposures.map((one) => `${one.dataKind} ${one.extent} ${one.confidence}`).toSorted()).toEqual([
      'id-card scan-both-sides confirmed',
      'passport number presumed',
    ]);
    expect((await read.people()).map((one) => one.record!.reference)).toEqual(['A-1', 'S-3']);
    expect(await db.source.transaction((tx) => countByStanding(tx, given.breach.id))).toMatchObject({ 'under-way': 2 });
    const [row] = await db.source.transaction((tx) => listMerged(tx, given.breach.id, kept.id));
    expect(row).toMatchObject({ mergedId: merged.id, how: 'automatic' });
    expect(row!.why.agree).toContain('number');
  });

  it('when it is looked again, then nothing is left to do', async () => {
    await duplicates.run(given.hr, reference);
    expect(await duplicates.run(given.hr, reference)).toEqual({ merged: 0, review: 0 });
    expect(await duplicates.runDue(given.breach.id)).toBeNull();
  });

  it('when an import brought them, then it is due once, in the name of whoever imported', async () => {
    expect(await duplicates.runDue(given.breach.id)).toEqual({ merged: 1, review: 0 });
    expect(await duplicates.runDue(given.breach.id)).toBeNull();
    const entries: { actor: string }[] = await db.source.query(
      `select actor from ledger_outbox where breach_id = $1 and kind = 'person.merged'`,
      [given.breach.id],
    );
    expect(entries).toEqual([{ actor: 'worker' }, { actor: 'worker' }]);
  });

  it('when they are split, then both are as they were, and are not merged again', async () => {
    const before = await byReference();
    await duplicates.run(given.hr, reference);
    await duplicates.split(given.hr, reference, before.get('S-9')!.id);
    const after = await byReference();
    expect(after.get('S-9')).toEqual(before.get('S-9'));
    expect(after.get('A-1')!.exposures).toEqual(before.get('A-1')!.exposures);
    const states = (await contactPointsOf(db.source.manager, [after.get('A-1')!])).get(after.get('A-1')!.id)!;
    expect(states.map((point) => point.state)).toEqual(['untried', 'untried', 'revoked']);
    expect(await duplicates.run(given.hr, reference)).toEqual({ merged: 0, review: 0 });
    expect(await codeOf(duplicates.split(given.hr, reference, after.get('S-9')!.id))).toBe('person.not-merged');
    await duplicates.merge(given.hr, reference, after.get('A-1')!.id, [after.get('S-9')!.id]);
    expect((await byReference()).get('S-9')!.mergedInto).toBe(after.get('A-1')!.id);
  });

  it('when letters of both arrive, then the one that goes on has had both; split again, each has their own', async () => {
    const people = await byReference();
    const [a, s] = [people.get('A-1')!.id, people.get('S-9')!.id];
    await db.source.transaction((tx) => letterArrived(tx, [s]));
    await db.source.transaction((tx) => acknowledged(tx, s, new Date('2026-03-01T10:00:00Z')));
    await duplicates.run(given.hr, reference);
    expect((await byReference()).get('A-1')!.mergedInto).toBe(s);
    await db.source.transaction((tx) => letterArrived(tx, [a]));
    expect(await factsOf(s)).toEqual({ letters: 2, answered: true, merged: false, standing: 'told' });
    await duplicates.split(given.hr, reference, a);
    expect([await factsOf(s), await factsOf(a)]).toEqual([
      { letters: 1, answered: true, merged: false, standing: 'told' },
      { letters: 1, answered: false, merged: false, standing: 'told' },
    ]);
  });

  it('when a later roster states the merged row otherwise, then it adds and changes nothing of the other', async () => {
    await duplicates.run(given.hr, reference);
    const result = await read.roster.import(
      given.hr,
      reference,
      file(HIRED.replace('Lotte,Voorbeeld', 'L.,Voorbeeld').replace('lotte@agency', 'lv@agency').replace('S-9', 'S-9')),
      whole,
    );
    expect(result).toMatchObject({ imported: 0, updated: 1 });
    expect((await byReference()).get('A-1')!.record).toMatchObject({ givenName: 'Lotte' });
  });

  it('when one of three was merged into one that was merged on, then each can be taken out alone', async () => {
    const people = await byReference();
    const [a, s, o] = [people.get('A-1')!.id, people.get('S-9')!.id, people.get('S-3')!.id];
    const roots = async () => {
      const now = await byReference();
      return ['A-1', 'S-3', 'S-9'].map((name) => now.get(name)!.mergedInto);
    };
    await duplicates.merge(given.hr, reference, s, [a]);
    await duplicates.merge(given.hr, reference, o, [s]);
    expect(await roots()).toEqual([o, null, o]);
    await duplicates.split(given.hr, reference, a);
    expect(await roots()).toEqual([null, null, o]);
    await duplicates.split(given.hr, reference, s);
    const after = await byReference();
    for (const name of ['A-1', 'S-9', 'S-3']) expect(after.get(name)!.exposures).toEqual(people.get(name)!.exposures);
  });
});

describe('given two persons of one name and address with two birth dates and two numbers', () => {
  beforeEach(() => read.roster.import(given.hr, reference, file(APPLIED, NAMESAKE), whole));

  it('when duplicates are looked for, then nobody is merged', async () => {
    expect((await duplicates.run(given.hr, reference)).merged).toBe(0);
  });
});

describe('given a question that waits for a human', () => {
  // One number, two birth dates that no slip explains.
  const CONFLICT = HIRED.replace('1985-07-30', '1962-11-05');
  beforeEach(async () => {
    await read.roster.import(given.hr, reference, file(APPLIED, CONFLICT), whole);
    await duplicates.run(given.hr, reference);
  });

  it('when it is listed, then it says why, and opens both persons', async () => {
    const { entries, count } = await review();
    expect(count).toBe(1);
    expect(entries[0]!.why).toMatchObject({ cause: 'conflict', conflict: ['birthDate'] });
    expect(entries[0]!.people.map((one) => one.record!.reference)).toEqual(['A-1', 'S-9']);
  });

  it('when somebody says that they are two, then it is asked no more', async () => {
    const [entry] = (await review()).entries;
    await duplicates.dismiss(given.hr, reference, entry!.id);
    expect((await review()).count).toBe(0);
    expect(await duplicates.run(given.hr, reference)).toEqual({ merged: 0, review: 0 });
    expect(await codeOf(duplicates.dismiss(given.hr, reference, entry!.id))).toBe('review.settled');
  });

  it('when somebody merges them, then the question is gone', async () => {
    const [one, other] = (await review()).entries[0]!.people;
    await duplicates.merge(given.hr, reference, one!.id, [other!.id]);
    expect((await review()).count).toBe(0);
    expect(await codeOf(duplicates.merge(given.hr, reference, one!.id, [other!.id]))).toBe('person.merged-already');
  });

  it('when an auditor answers it, or the person is of another breach, then it is refused', async () => {
    const [entry] = (await review()).entries;
    const elsewhere = await given.breaches.open(given.hr, { facts: someFacts() });
    expect(await codeOf(duplicates.dismiss(given.hr, elsewhere.reference, entry!.id))).toBe('review.settled');
    const ids = entry!.people.map((one) => one.id);
    expect(await codeOf(duplicates.merge(given.hr, elsewhere.reference, ids[0]!, [ids[1]!]))).toBe('person.unknown');
  });
});

describe('given a protected person who stands twice', () => {
  it('when a question is about them, then it is counted for all and shown to the security officer alone', async () => {
    await read.roster.import(given.security, reference, file(APPLIED, `${HIRED.replace('1985-07-30', '1962-11-05')}yes`), whole); // prettier-ignore
    await duplicates.run(given.security, reference);
    expect([(await review(false)).count, (await review(false)).entries]).toEqual([1, []]);
    const [entry] = (await review(true)).entries;
    expect(await codeOf(duplicates.dismiss(given.hr, reference, entry!.id))).toBe('person.unknown');
    const ids = entry!.people.map((one) => one.id);
    expect(await codeOf(duplicates.merge(given.hr, reference, ids[0]!, [ids[1]!]))).toBe('person.unknown');
    await duplicates.merge(given.security, reference, ids[0]!, [ids[1]!]);
    expect((await read.people(true))[0]!.isProtected).toBe(true);
  });
});
