import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenActor, givenBreach, type GivenBreach } from '#test/support/given-breach.js';
import { JO, LOTTE, givenRoster, rosterFile, whole } from '#test/support/given-roster.js';
import { PeopleSearchService } from './people-search.service.js';

let db: TestDatabase;
let given: GivenBreach;
let search: PeopleSearchService;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  const { roster } = givenRoster(db.source, given);
  const secret = 'P-9,staff,nl,Ruben,Voorbeeldig,ruben@agency.example,BE:id-card:scan:confirmed,,yes';
  await roster.import(given.security, given.breach.reference, rosterFile(LOTTE, JO, secret), whole);
  search = new PeopleSearchService(db.source, given.keyring);
});
afterAll(() => db.drop());

const namesFor = async (typed: string, actor = given.hr): Promise<string[]> =>
  (await search.find(actor, given.breach.reference, typed)).people.map((person) => person.record!.givenName);

describe('a search for a person', () => {
  it.each([
    ['P-1', ['Lotte']],
    ['lotte@agency.example', ['Lotte']],
    ['LOTTE@Agency.example', ['Lotte']],
    ['voorbeeld lotte', ['Lotte']],
    ['dupont', ['Jo']],
    ['o', ['Lotte', 'Jo']],
    ['lotte@agency', []],
    ['P-12', []],
  ])('given %j, then %j are found', async (typed, names) => {
    expect(await namesFor(typed)).toEqual(names);
  });

  it('given a protected person, when HR looks by reference, address or name, then nobody is found; the security officer finds them', async () => {
    for (const typed of ['P-9', 'ruben@agency.example', 'Ruben']) {
      expect(await namesFor(typed)).toEqual([]);
      expect(await namesFor(typed, given.security)).toEqual(['Ruben']);
    }
  });

  it('given an auditor, then they may not look for persons', async () => {
    await expect(namesFor('Lotte', await givenActor(db.source, 'auditor'))).rejects.toMatchObject({
      code: 'permission.missing',
    });
  });
});
