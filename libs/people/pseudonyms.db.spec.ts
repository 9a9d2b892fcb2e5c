import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { LOTTE, givenRoster, rosterFile, whole } from '#test/support/given-roster.js';
import { PeopleSearchService, listPseudonyms, pseudonymOf } from './index.js';

const VERA = 'S-1,staff,nl,Vera,Geheim,vera@agency.example,BE:id-card:scan:confirmed,,yes';
const OLAF = 'S-2,staff,nl,Olaf,Stil,olaf@agency.example,BE:passport:scan:confirmed,,yes';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let search: PeopleSearchService;
let reference: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  search = new PeopleSearchService(db.source, given.keyring);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
  await read.roster.import(given.security, reference, rosterFile(LOTTE, VERA, OLAF), whole);
});

describe('given protected persons', () => {
  it('when others look at the breach, then each is one pseudonym, the same every time, that says nothing of them', async () => {
    const listed = await listPseudonyms(db.source.manager, given.keyring, given.breach.id);
    const people = await read.people(true);
    const ids = people.filter((one) => one.isProtected).map((one) => one.id);
    expect(listed).toEqual(ids.map((id) => pseudonymOf(given.keyring, id)).toSorted());
    expect(listed).toHaveLength(2);
    for (const one of listed) expect(one).toMatch(/^S-[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(listed.join()).not.toMatch(/\bS-[12]\b|Vera|Olaf/);
  });

  it('when the security officer types one, then the person is found; when HR does, then nobody is', async () => {
    const vera = (await read.people(true)).find((one) => one.record!.reference === 'S-1')!;
    const pseudonym = pseudonymOf(given.keyring, vera.id);
    const found = await search.find(given.security, reference, ` ${pseudonym.toLowerCase()} `);
    expect(found.people.map((one) => one.record!.givenName)).toEqual(['Vera']);
    expect((await search.find(given.hr, reference, pseudonym)).people).toEqual([]);
    expect((await search.find(given.security, reference, 'S-00000000')).people).toEqual([]);
  });
});
