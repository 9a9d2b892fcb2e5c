import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Clock, readConfig } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { aController, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { NoticesService } from './notices.service.js';
import { OverridesService } from './overrides.service.js';

const TEXTS = {
  whatHappened: 'Een indringer heeft onze mailserver gelezen.',
  likelyConsequences: 'Iemand kan zich voor u uitgeven.',
  measuresTaken: 'We hebben de server vervangen.',
  whoPays: 'Wij betalen.',
};
const HEDGED = { ...TEXTS, whatHappened: 'Een indringer heeft onze mailserver mogelijk gelezen.' };
const HEAD = 'reference,category,language,given_name,private_email,documents,other_data';

let db: TestDatabase;
let given: GivenBreach;
let notices: NoticesService;
let notice: string;
beforeEach(async () => {
  db = await testDatabase();
  const controller = aController({ kind: 'other' });
  given = await givenBreach(db.source, { facts: someFacts(), texts: { nl: TEXTS }, controller });
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: db.url, PUBLIC_URL: 'https://brief.example' });
  notices = new NoticesService(db.source, given.keyring, config, new Clock());
  await imported('P-1,staff,nl,Lotte,lotte@post.example,BE:id-card:scan:confirmed,');
  notice = (await notices.draft(given.hr, given.breach.reference, 'initial')).reference;
});
afterEach(() => db.drop());

async function imported(row: string): Promise<void> {
  const rosters = new RosterImportService(db.source, given.keyring, new Clock());
  await rosters.import(given.hr, given.breach.reference, sourceOfBytes(Buffer.from(`${HEAD}\n${row}`)), {
    keepGood: false,
  });
}
const blocking = async (): Promise<string[]> => (await notices.check(notice)).blocking.map(({ rule }) => rule);
const recorded = (texts: typeof TEXTS): Promise<unknown> =>
  given.breaches.recordTexts(given.hr, given.breach.reference, 'nl', texts);

describe('a notice that was looked at before', () => {
  it('given nothing that changed, when it is looked at again, then it says the same, in the language of whoever looks', async () => {
    await recorded(HEDGED);
    const [first, again, french] = [await notices.check(notice), await notices.check(notice), await notices.check(notice, 'fr')]; // prettier-ignore
    expect(again).toEqual(first);
    expect(french.findings.map(({ rule }) => rule)).toEqual(first.findings.map(({ rule }) => rule));
    expect(french.findings[0]!.mend).not.toBe(first.findings[0]!.mend);
  });

  it('given words or people that changed, when it is looked at again, then it says what holds now', async () => {
    expect(await blocking()).toEqual([]);
    await recorded(HEDGED);
    expect(await blocking()).toEqual(['hedge']);
    await recorded(TEXTS);
    expect(await blocking()).toEqual([]);
    await imported('P-2,staff,nl,Tom,tom@post.example,,health:mentioned:confirmed');
    expect(await blocking()).toEqual(['data-kinds']);
    await db.source.query(
      `update person set exempted_by = 'a' where id = (select person_id from exposure where data_kind = 'health')`,
    );
    expect((await notices.check(notice)).letters).toBe(1);
    expect(await blocking()).toEqual([]);
  });

  it('given a finding that somebody lets pass, when it is looked at again, then it passes', async () => {
    await recorded(HEDGED);
    expect(await blocking()).toEqual(['hedge']);
    const overrides = new OverridesService(db.source, given.keyring, new Clock(), notices);
    await overrides.override(given.dpo, notice, 'hedge', 'nl', 'The police asked for this word.');
    expect(await blocking()).toEqual([]);
  });
});
