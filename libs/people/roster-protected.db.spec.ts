import { breachKey } from '#libs/breach/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { FAULTY, LOTTE, givenRoster, good, rosterFile, whole } from '#test/support/given-roster.js';
import { countByStanding, getPerson, personIdByReference, referenceIndex } from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let reference: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
});

describe('given a roster with protected persons', () => {
  const SECRET = 'S-1,staff,nl,Vera,Geheim,vera@agency.example,BE:id-card:scan:confirmed,,yes';

  it.each([
    ['marks one', [LOTTE, SECRET]],
    ['marks one in a way that nobody understands', [LOTTE, SECRET.replace(',yes', ',perhaps')]],
    ['marks one in a row with faults', [LOTTE, SECRET.replace('staff', 'boss')]],
  ])('when it %s and HR imports it, then it is refused whole and nothing is kept', async (_, rows) => {
    for (const options of [good, whole]) {
      const problem = await problemOf(read.roster.import(given.hr, reference, rosterFile(...rows), options));
      expect([problem!.code, problem!.kind]).toEqual(['roster.protected-rows', 'forbidden']);
      expect(JSON.stringify(problem)).not.toMatch(/Vera|Geheim|S-1/);
    }
    expect(await codeOf(read.roster.check(given.hr, reference, rosterFile(...rows)))).toBe('roster.protected-rows');
    expect([await read.count('person'), await read.count('open_row'), await read.count('roster_import')]).toEqual([
      0, 0, 0,
    ]);
  });

  it('when the security officer imports it, then they are counted for all and opened for that officer alone', async () => {
    await read.roster.import(given.security, reference, rosterFile(LOTTE, SECRET), whole);
    expect((await read.people(false)).map((one) => one.record!.reference)).toEqual(['P-1']);
    const vera = (await read.people(true)).find((one) => one.isProtected)!;
    expect(vera.record!.reference).toBe('S-1');
    await db.source.transaction(async (tx) => {
      const key = await breachKey(tx, given.keyring, given.breach.id);
      expect(await codeOf(getPerson(tx, given.breach.id, key, vera.id, false))).toBe('person.unknown');
      expect(await codeOf(personIdByReference(tx, given.breach.id, referenceIndex(given.keyring, 'S-1'), false))).toBe(
        'person.unknown',
      );
      expect((await countByStanding(tx, given.breach.id))['under-way']).toBe(2);
    });
  });

  it('when the security officer marks somebody who is known, then they are protected from then on', async () => {
    await read.roster.import(given.hr, reference, rosterFile(LOTTE), whole);
    await read.roster.import(given.security, reference, rosterFile(`${LOTTE}yes`), whole);
    expect((await read.person('P-1')).isProtected).toBe(true);
    await read.roster.import(given.security, reference, rosterFile(LOTTE), whole);
    expect((await read.person('P-1')).isProtected).toBe(true);
  });

  it('when HR states something of a protected person without the mark, then it is refused at the check and at the import', async () => {
    await read.roster.import(given.security, reference, rosterFile(SECRET), whole);
    const rows = rosterFile(LOTTE, SECRET.replace(',yes', ',').replace('Vera', 'Wera'));
    expect(await codeOf(read.roster.check(given.hr, reference, rows))).toBe('roster.protected-rows');
    expect(await codeOf(read.roster.import(given.hr, reference, rows, good))).toBe('roster.protected-rows');
    expect((await read.people()).map((one) => one.record!.givenName)).toEqual(['Vera']);
  });

  it('when a marked row has faults, then it waits, is counted for all and shown to the security officer alone', async () => {
    await read.roster.import(
      given.security,
      reference,
      rosterFile(LOTTE, SECRET.replace('staff', 'boss'), FAULTY),
      good,
    );
    expect((await read.openRows(true)).rows.map((row) => row.rowNumber)).toEqual([3, 4]);
    const forOthers = await read.openRows(false);
    expect([forOthers.count, forOthers.rows.map((row) => row.rowNumber)]).toEqual([2, [4]]);
  });
});
