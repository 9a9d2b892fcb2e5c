import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Clock, readConfig } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { aController, givenActor, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { NoticesService } from './notices.service.js';
import { OverridesService } from './overrides.service.js';

const TEXTS = {
  whatHappened: 'Een indringer heeft onze mailserver gelezen.',
  likelyConsequences: 'Iemand kan zich voor u uitgeven.',
  measuresTaken: 'We hebben de server vervangen.',
  whoPays: 'Wij betalen.',
};
const HEDGED = { ...TEXTS, whatHappened: 'Een indringer heeft onze mailserver mogelijk gelezen.' };
const ROSTER = 'reference,category,language,given_name,private_email,documents,other_data';

let db: TestDatabase;
let given: GivenBreach;
let notices: NoticesService;
let overrides: OverridesService;
let dataFolder: string;

async function givenNotice(texts: object, person: string): Promise<string> {
  const clock = new Clock();
  given = await givenBreach(db.source, {
    facts: someFacts(),
    texts: { nl: texts },
    controller: aController({ kind: 'other' }),
  });
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: db.url, TOCSIN_DATA_DIR: dataFolder });
  await new RosterImportService(db.source, given.keyring, clock).import(
    given.hr,
    given.breach.reference,
    sourceOfBytes(Buffer.from(`${ROSTER}\n${person}`)),
    { keepGood: false },
  );
  notices = new NoticesService(db.source, given.keyring, config, clock);
  overrides = new OverridesService(db.source, given.keyring, clock, notices);
  return (await notices.draft(given.hr, given.breach.reference, 'initial')).reference;
}

const LOTTE = 'P-1,staff,nl,Lotte,lotte@post.example,BE:id-card:scan:confirmed,';

describe('what the linter finds in a notice', () => {
  beforeEach(async () => {
    db = await testDatabase();
    dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-overrides-'));
  });
  afterEach(async () => {
    await db.drop();
    fs.rmSync(dataFolder, { recursive: true });
  });

  it('given texts without fault, then nothing blocks and the notice goes on', async () => {
    const reference = await givenNotice(TEXTS, LOTTE);
    expect((await notices.check(reference)).blocking).toEqual([]);
    expect((await notices.submit(given.hr, reference)).state).toBe('submitted');
  });

  it('given a hedge, then the notice stops until a data protection officer lets it pass, and again when the text changes', async () => {
    const reference = await givenNotice(HEDGED, LOTTE);
    expect((await notices.check(reference)).blocking.map(({ rule, language }) => [rule, language])).toEqual([
      ['hedge', 'nl'],
    ]);
    await expect(notices.submit(given.hr, reference)).rejects.toMatchObject({ code: 'notice.not-ready' });
    await expect(overrides.override(given.hr, reference, 'hedge', 'nl', 'Agreed.')).rejects.toMatchObject({
      code: 'permission.missing',
    });
    await expect(overrides.override(given.dpo, reference, 'hedge', 'nl', '  ')).rejects.toMatchObject({
      code: 'override.reason-missing',
    });
    await expect(overrides.override(given.dpo, reference, 'identifier', 'nl', 'Why not')).rejects.toMatchObject({
      code: 'override.idle',
    });
    await overrides.override(given.dpo, reference, 'hedge', 'nl', 'The logs end in March.');
    const { findings, blocking } = await notices.check(reference);
    expect(blocking).toEqual([]);
    expect(findings.find(({ rule }) => rule === 'hedge')!.override).toMatchObject({ reason: 'The logs end in March.' });
    expect((await notices.submit(given.hr, reference)).state).toBe('submitted');
    const events: { facts: Record<string, string> }[] = await db.source.query(
      `select facts from ledger_outbox where kind = 'notice.overridden'`,
    );
    expect(events.map(({ facts }) => [facts['rule'], facts['language']])).toEqual([['hedge', 'nl']]);
    await given.breaches.recordTexts(given.hr, given.breach.reference, 'nl', {
      ...HEDGED,
      whoPays: 'Wij betalen alles.',
    });
    await expect(notices.approve(await givenActor(db.source, 'dpo'), reference)).rejects.toMatchObject({
      code: 'notice.not-ready',
    });
  });

  it('given a person with a kind of data that the register does not name, then it blocks', async () => {
    const reference = await givenNotice(TEXTS, `${LOTTE}photo:copy:confirmed`);
    const { blocking } = await notices.check(reference, 'nl');
    expect(blocking.map(({ rule, why }) => [rule, why])).toEqual([
      ['data-kinds', 'De brief noemt andere soorten gegevens dan het register (photo).'],
    ]);
  });

  it('given that nobody says who pays, then a document to renew blocks', async () => {
    const { whoPays: _, ...texts } = TEXTS;
    const reference = await givenNotice(texts, LOTTE);
    const { blocking, faults } = await notices.check(reference);
    expect([...blocking.map(({ rule }) => rule), ...faults.map(({ message }) => message)]).toHaveLength(1);
  });

  it('given an override, then the database refuses to change it', async () => {
    const reference = await givenNotice(HEDGED, LOTTE);
    await overrides.override(given.dpo, reference, 'hedge', 'nl', 'The logs end in March.');
    await expect(db.source.query(`update notice_override set rule = 'identifier'`)).rejects.toThrow('append-only');
    await expect(db.source.query(`delete from notice_override`)).rejects.toThrow('append-only');
  });
});
