import { countByStanding, RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Clock } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, type GivenBreach } from '#test/support/given-breach.js';
import { SAMPLE_SEED, makeSample } from './make-sample.js';

const sample = makeSample(SAMPLE_SEED);
let db: TestDatabase;
let given: GivenBreach;
let rosters: RosterImportService;

beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source, sample.breach as Record<string, unknown>);
  rosters = new RosterImportService(db.source, given.keyring, new Clock());
});
afterAll(() => db.drop());

it('given the breach of the demo case, when its three rosters are imported, then all good rows become persons', async () => {
  const { breach, hr, security } = given;
  const roster = sourceOfBytes(Buffer.from(sample.roster));
  const main = await rosters.import(hr, breach.reference, roster, { keepGood: false });
  expect(main).toMatchObject({ rows: 2000, imported: 2000, updated: 0, rejected: [] });
  expect(await countByStanding(db.source.manager, breach.id)).toMatchObject({ exempt: 30, 'under-way': 1970 });

  const hidden = sourceOfBytes(Buffer.from(sample.rosterProtected));
  await expect(rosters.check(hr, breach.reference, hidden)).rejects.toMatchObject({ code: 'roster.protected-rows' });
  const more = await rosters.import(security, breach.reference, hidden, { keepGood: false });
  expect(more).toMatchObject({ rows: 5, imported: 5, rejected: [] });

  const faulty = await rosters.import(hr, breach.reference, sourceOfBytes(Buffer.from(sample.rosterFaulty)), {
    keepGood: true,
  });
  expect(faulty).toMatchObject({ rows: 40, imported: 28, rejectedRows: 12 });
  expect(faulty.rejected.map(({ column }) => column)).toEqual([
    'language',
    'category',
    'birth_date',
    'email',
    'country',
    'family_name',
    'reference',
    'documents',
    'documents',
    'reference',
    'city',
    'national_number',
  ]);
});
