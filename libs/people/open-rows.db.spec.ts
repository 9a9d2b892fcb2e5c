import { Sequencer } from '#libs/ledger/index.js';
import { problemOf, codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { FAULTY, JO, LOTTE, givenRoster, good, rosterFile } from '#test/support/given-roster.js';
import { OpenRowsService } from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let openRows: OpenRowsService;
let reference: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  openRows = new OpenRowsService(db.source, given.keyring, read.roster);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
});

const MIA = { reference: 'P-3', category: 'staff', language: 'nl', given_name: 'Mia', family_name: 'Janssens' };

/** The id of the only row that an import of these leaves out. */
async function leftOut(...rows: string[]): Promise<string> {
  await read.roster.import(given.security, reference, rosterFile(...rows), good);
  return (await read.openRows()).rows.at(-1)!.id;
}

describe('given a row that an import left out', () => {
  it('when it is mended by hand, then its person is there as from a roster, and the row is open no more', async () => {
    const id = await leftOut(LOTTE, FAULTY);
    await openRows.mend(
      given.hr,
      reference,
      id,
      { ...MIA, email: 'mia@agency.example', documents: 'BE:id-card:scan:presumed' },
      false,
    );
    expect((await read.openRows()).count).toBe(0);
    expect(await read.person('P-3')).toMatchObject({
      category: 'staff',
      record: { givenName: 'Mia', contacts: [{ kind: 'email', value: 'mia@agency.example' }] },
      exposures: [{ dataKind: 'id-card', source: 'roster' }],
    });
    await new Sequencer(db.source).drain();
    const kinds: { kind: string }[] = await db.source.query(
      `select kind from ledger_entry where breach_id = $1 and kind in ('open-row.mended', 'roster.imported')`,
      [given.breach.id],
    );
    expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(['open-row.mended', 'roster.imported', 'roster.imported']);
  });

  it('when it is still faulty, then each fault stands at its column, and it stays open', async () => {
    const id = await leftOut(LOTTE, FAULTY);
    const problem = await problemOf(
      openRows.mend(given.hr, reference, id, { ...MIA, language: 'xx', minor: 'yes', reference: '' }, false),
    );
    expect([problem?.code, ...problem!.faults.map(({ at }) => at).toSorted()]).toEqual([
      'open-row.faulty', 'addressee_family_name', 'language', 'reference',
    ]); // prettier-ignore
    expect([(await read.openRows()).count, await read.count('person')]).toEqual([1, 1]);
  });

  it('when its reference is known already, then it changes that person only where somebody says that it is the same', async () => {
    const id = await leftOut(LOTTE, LOTTE.replace('Lotte', 'Lotta'));
    const mended = { ...MIA, reference: 'P-1', given_name: 'Lotta', family_name: 'Voorbeeld' };
    const problem = await problemOf(openRows.mend(given.hr, reference, id, mended, false));
    expect([problem?.code, problem?.faults[0]?.at]).toEqual(['open-row.known-reference', 'reference']);
    expect((await read.person('P-1')).record!.givenName).toBe('Lotte');
    await openRows.mend(given.hr, reference, id, mended, true);
    expect((await read.person('P-1')).record!.givenName).toBe('Lotta');
    expect([(await read.openRows()).count, await read.count('person')]).toEqual([0, 1]);
  });

  it('when two mend it at once, then its person is there once and the second is told', async () => {
    const id = await leftOut(LOTTE, FAULTY);
    const codes = await Promise.all(
      [MIA, { ...MIA, reference: 'P-4' }].map((mended) =>
        codeOf(openRows.mend(given.hr, reference, id, mended, false)).catch(() => 'done'),
      ),
    );
    expect(codes.toSorted()).toEqual(['done', 'open-row.settled']);
    expect(await read.count('person')).toBe(2);
  });

  it('when it marks a protected person, then nobody but the security officer sees or mends it, and it is counted', async () => {
    const id = await leftOut(LOTTE, FAULTY.replace(/,,,$/, ',,,yes'));
    for (const act of [openRows.get(given.hr, reference, id), openRows.mend(given.hr, reference, id, MIA, false)])
      expect(await codeOf(act)).toBe('open-row.settled');
    expect(await openRows.list(given.hr, reference)).toEqual({ rows: [], count: 1 });
    expect(await openRows.listToMend(given.hr, reference)).toEqual([]);
    expect(await openRows.listToMend(given.security, reference)).toHaveLength(1);
    await openRows.mend(given.security, reference, id, { ...MIA, protected: 'yes' }, false);
    expect((await read.person('P-3')).isProtected).toBe(true);
  });

  it('when its mended cells mark a protected person, then only the security officer may import it', async () => {
    const id = await leftOut(LOTTE, FAULTY);
    expect(await codeOf(openRows.mend(given.hr, reference, id, { ...MIA, protected: 'yes' }, false))).toBe(
      'roster.protected-rows',
    );
    expect((await read.openRows()).count).toBe(1);
  });

  it('when protected rows stand before it, then the list still shows it', async () => {
    const secret = Array.from({ length: 260 }, (_, i) => `S-${i},boss,nl,Mia,Janssens,,,,yes`);
    await leftOut(...secret, JO.replace('applicant', 'boss'));
    const { rows, count } = await openRows.list(given.hr, reference);
    expect([rows.map(({ rowNumber }) => rowNumber), count]).toEqual([[262], 261]);
  });
});
