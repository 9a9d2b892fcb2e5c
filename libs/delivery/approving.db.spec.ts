import {
  NoticesService,
  approvalSample,
  changesSinceApproval,
  getNotice,
  letterTemplates,
  NoticeTextsService,
  type Notice,
} from '#libs/letters/index.js';
import { ExposureCorrectionsService, RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Clock, readConfig } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { aController, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { countFirstChannels } from './first-channels.js';
import { SendingService } from './sending.service.js';

const HEAD =
  'reference,category,language,given_name,email,private_email,street,postcode,city,country,protected,minor,addressee_given_name,documents';
const ROSTER = `${HEAD}
P-1,staff,nl,Lotte,lotte@work.example,lotte@post.example,,,,,no,no,,BE:id-card:scan:confirmed
P-2,staff,nl,Jan,jan@gateway.example,,,,,,no,no,,BE:id-card:mentioned:confirmed
P-3,applicant,fr,Mia,,mia@post.example,,,,,no,no,,BE:passport:number:presumed
P-4,applicant,fr,Tom,,,Kerkstraat 1,9000,Gent,BE,no,no,,BE:passport:number:presumed
P-5,family,nl,Bo,bo@post.example,,Kerkstraat 2,9000,Gent,BE,no,yes,Ann,BE:kids-id:scan:presumed
P-6,staff,nl,Ada,ada@work.example,,,,,,yes,no,,BE:id-card:scan:confirmed`;
const ONE_MORE = `${HEAD}
P-7,staff,nl,Noor,noor@work.example,,,,,,no,no,,BE:id-card:scan:confirmed`;
const TEXTS = {
  whatHappened: 'An intruder read our mail.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We closed the gateway.',
  whoPays: 'We pay.',
};
const english = letterTemplates('initial').en;

let db: TestDatabase;
let given: GivenBreach;
let notices: NoticesService;
let sending: SendingService;
let texts: NoticeTextsService;
let notice: Notice;
let reference: string;
beforeEach(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source, {
    facts: someFacts(),
    controller: aController({ kind: 'other' }),
    bannedDomains: [{ domain: 'gateway.example', side: 'recipient', reason: 'It is the one that was read.' }],
  });
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: db.url, PUBLIC_URL: 'https://brief.example' });
  notices = new NoticesService(db.source, given.keyring, config, new Clock());
  sending = new SendingService(db.source, given.keyring, config, notices);
  texts = new NoticeTextsService(db.source);
  reference = given.breach.reference;
  await imported(ROSTER);
  for (const language of ['nl', 'fr'] as const) await given.breaches.recordTexts(given.hr, reference, language, TEXTS);
  notice = await notices.draft(given.hr, reference, 'initial');
});
afterEach(() => db.drop());

async function imported(rows: string): Promise<void> {
  const rosters = new RosterImportService(db.source, given.keyring, new Clock());
  await rosters.import(given.security, reference, sourceOfBytes(Buffer.from(rows)), { keepGood: false });
}

/** The identity card of which a scan is out was mentioned in a mail and no more, or was not out at all. */
async function corrected(confidence: 'presumed' | 'excluded'): Promise<void> {
  const [card]: { id: string; personId: string }[] = await db.source.query(
    `select e.id, e.person_id as "personId" from exposure e join person p on p.id = e.person_id
      where e.data_kind = 'id-card' and e.extent = 'scan' and not p.protected`,
  );
  await new ExposureCorrectionsService(db.source, given.keyring).save(given.hr, reference, card!.personId, {
    corrects: card!.id,
    dataKind: 'id-card',
    country: 'BE',
    extent: 'mentioned',
    confidence,
    reason: 'Seen in the mail of 3 May.',
  });
}

/** What is done after somebody looked, and must not be sent unseen. */
const CHANGES: [what: string, act: () => Promise<unknown>][] = [
  [
    'the words of the breach are changed',
    () => given.breaches.recordTexts(given.hr, reference, 'fr', { ...TEXTS, whoPays: 'Nous.' }),
  ],
  [
    'the facts of the breach are revised',
    () => given.breaches.recordFacts(given.hr, reference, someFacts({ systems: 'Two gateways.' })),
  ],
  ['a person is added', () => imported(ONE_MORE)],
  [
    'a person is exempted',
    () => db.source.query(`update person set exempted_by = 'a' where not protected and category = 'family'`),
  ],
  ['what of a person is out is corrected', () => corrected('presumed')],
  ['nothing of a person is out any more', () => corrected('excluded')],
  [
    'a text is written past the rule that only drafts are',
    () =>
      db.source.query(
        `insert into notice_text (notice_id, language, version, body, source_hash, recorded_by, follows) select notice_id, language, 2, body || ' ', source_hash, recorded_by, true from notice_text where notice_id = $1 and language = 'fr'`,
        [notice.id],
      ),
  ],
];

describe('an approval is bound to text, facts and addressees', () => {
  it.each(CHANGES)('given somebody looked, when %s, then what they looked at cannot be allowed', async (_, act) => {
    await notices.submit(given.hr, notice.reference);
    const { hash } = await notices.check(notice.reference);
    await act();
    await expect(notices.approve(given.dpo, notice.reference, hash)).rejects.toMatchObject({ code: 'notice.changed' });
    expect((await getNotice(db.source.manager, notice.reference)).state).toBe('submitted');
  });

  it.each(CHANGES)('given letters that were allowed, when %s, then they cannot be sent', async (_, act) => {
    await notices.submit(given.hr, notice.reference);
    await notices.approve(given.dpo, notice.reference, (await notices.check(notice.reference)).hash);
    await act();
    await expect(sending.send(given.hr, notice.reference)).rejects.toMatchObject({ code: 'notice.changed' });
    expect(await db.source.query(`select from letter`)).toEqual([]);
  });

  it('given a letter that waits, when its text is to be changed, then it is refused; taken back and changed, the approval that was asked for is void', async () => {
    await notices.submit(given.hr, notice.reference);
    const { hash } = await notices.check(notice.reference);
    const save = (): Promise<number> =>
      texts.save(given.hr, notice.reference, 'en', { source: `${english}\nBye.\n`, basedOn: 1, follows: true });
    await expect(save()).rejects.toMatchObject({ code: 'notice.wrong-state' });
    await notices.takeBack(given.hr, notice.reference);
    await save();
    await expect(notices.approve(given.dpo, notice.reference, hash)).rejects.toMatchObject({
      code: 'notice.wrong-state',
    });
    await notices.submit(given.hr, notice.reference);
    await expect(notices.approve(given.dpo, notice.reference, hash)).rejects.toMatchObject({ code: 'notice.changed' });
  });
});

describe('what is looked at before letters are allowed', () => {
  it('given people with all sorts of contacts, when the ways are counted, then they are those that the letters take', async () => {
    const counted = await countFirstChannels(db.source.manager, given.keyring, notice);
    expect(counted).toContainEqual({ languages: ['nl'], channel: null, count: 1 });
    await notices.submit(given.hr, notice.reference);
    await notices.approve(given.dpo, notice.reference);
    await sending.send(given.hr, notice.reference);
    const sent: unknown[] = await db.source.query(
      `select l.languages, d.channel, count(*)::int as count from letter l left join dispatch d on d.letter_id = l.id group by 1, 2 order by 1, 2`,
    );
    const order = (a: unknown, b: unknown): number => JSON.stringify(a).localeCompare(JSON.stringify(b));
    expect(counted.map(({ languages, channel, count }) => ({ languages, channel, count })).toSorted(order)).toEqual(
      sent.toSorted(order),
    );
  });

  it('given people of several sorts, when letters are drawn, then one of each is, the same for the same hash, and of nobody who is protected', async () => {
    const drawn = async (hash: string): Promise<string[]> =>
      (await approvalSample(db.source.manager, notice, hash)).map((one) => one.personId);
    const sample = await approvalSample(db.source.manager, notice, 'a');
    const sorts = sample.slice(0, 4).map((one) => `${one.languages.join()} ${one.category} ${one.renews}`);
    expect(sorts.toSorted()).toEqual(['fr applicant true', 'nl family true', 'nl staff false', 'nl staff true']);
    expect(await drawn('a')).toEqual(await drawn('a'));
    expect(await drawn('a')).toHaveLength(5);
    // Two applicants are alike: which of them comes first is the hash's to say.
    const firsts = new Set<string>();
    for (const hash of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const [first] = (await approvalSample(db.source.manager, notice, hash)).filter(
        (one) => one.category === 'applicant',
      );
      firsts.add(first!.personId);
    }
    expect(firsts.size).toBe(2);
  });

  it('given letters that were allowed once, when text, words, facts and people change, then the next approval sees what', async () => {
    const first = await changesSinceApproval(db.source.manager, notice);
    expect(first).toMatchObject({ since: null, texts: [], words: [], facts: [] });
    await notices.submit(given.hr, notice.reference);
    await notices.approve(given.dpo, notice.reference);
    await notices.takeBack(given.hr, notice.reference);
    await texts.save(given.hr, notice.reference, 'en', { source: `${english}\nBye.\n`, basedOn: 1, follows: true });
    await given.breaches.recordTexts(given.hr, reference, 'fr', { ...TEXTS, whoPays: 'Nous.' });
    await imported(ONE_MORE);
    await corrected('presumed');
    await db.source.query(`update person set exempted_by = 'a' where category = 'family'`);
    const changes = await changesSinceApproval(db.source.manager, await getNotice(db.source.manager, notice.reference));
    expect(changes.since).toMatchObject({ reference: notice.reference, approver: given.dpo.accountId, number: 1 });
    expect(changes.texts.map((one) => one.language)).toEqual(['en']);
    expect(changes.words.map((one) => one.language)).toEqual(['fr']);
    expect(changes).toMatchObject({ facts: [], controller: [], advice: false });
    expect(changes.addressees).toEqual({ more: 1, fewer: 1, other: 1 });
  });
});
