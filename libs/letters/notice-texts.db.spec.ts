import { ledgerHead } from '#libs/ledger/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Clock, readConfig } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { aController, givenActor, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { NoticeTextsService } from './notice-texts.service.js';
import { findText, listTextVersions, textStatesOf } from './notice-texts.store.js';
import { getNotice, type Notice } from './notice.js';
import { NoticesService } from './notices.service.js';
import { PreviewsService } from './previews.service.js';
import { letterTemplates } from './template-files.js';
import { TextPreviewsService } from './text-previews.service.js';

const ROSTER = `reference,category,language,given_name,family_name,email,protected,documents
P-1,staff,nl,Jan,Maes,jan@work.example,no,BE:id-card:scan:confirmed
P-2,applicant,fr,Ελένη,Παπαδοπούλου,e@post.example,no,BE:passport:number:presumed; BE:id-card:scan:confirmed
P-3,staff,en,Anna-Maria Theresia,Vandenberghe-Vanderstraeten,a@post.example,no,BE:id-card:mentioned:presumed
P-4,staff,nl,Bartholomeus-Cornelis Alexander,*Hidden* [x](y) de Vandenberghe-Vanderstraeten,h@post.example,yes,BE:id-card:scan:confirmed`;
const TEXTS = {
  whatHappened: 'An intruder read our mail.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We closed the gateway.',
  whoPays: 'We pay.',
};
const english = letterTemplates('initial').en;
const changed = english.replace('This affects you, and we are sorry.', 'This affects you. We are sorry.');

let db: TestDatabase;
let given: GivenBreach;
let notices: NoticesService;
let texts: NoticeTextsService;
let previews: TextPreviewsService;
let letters: PreviewsService;
let notice: Notice;
beforeEach(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source, { facts: someFacts(), controller: aController({ kind: 'other' }) });
  const clock = new Clock();
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: db.url, PUBLIC_URL: 'https://brief.example' });
  notices = new NoticesService(db.source, given.keyring, config, clock);
  texts = new NoticeTextsService(db.source);
  previews = new TextPreviewsService(db.source, given.keyring, config, notices);
  letters = new PreviewsService(db.source, given.keyring, config, notices);
  notice = await notices.draft(given.hr, given.breach.reference, 'initial');
});
afterEach(() => db.drop());

/** Puts four persons on record, and the words in their languages. */
async function givenPeople(): Promise<void> {
  const rosters = new RosterImportService(db.source, given.keyring, new Clock());
  await rosters.import(given.security, given.breach.reference, sourceOfBytes(Buffer.from(ROSTER)), { keepGood: false });
  for (const language of ['nl', 'fr', 'en'] as const)
    await given.breaches.recordTexts(given.hr, given.breach.reference, language, TEXTS);
}
const save = (source: string, basedOn: number, follows = false, language: 'nl' | 'en' = 'en'): Promise<number> =>
  texts.save(given.hr, notice.reference, language, { source, basedOn, follows });
const waiting = async (): Promise<string[]> =>
  (await textStatesOf(db.source.manager, notice)).filter((state) => state.behind).map((state) => state.language);
const kinds = async (): Promise<string[]> =>
  (await db.source.query<{ kind: string }[]>(`select kind from ledger_outbox order by id`)).map((row) => row.kind);

describe('writing the text of a notice', () => {
  it('given a draft, when a text is saved, then it is the next version, by whom and when, and the earlier one stays', async () => {
    expect(await save(changed.replaceAll('\n', '\r\n'), 1)).toBe(2);
    expect((await findText(db.source.manager, notice.id, 'en'))!.body).toBe(changed);
    expect((await findText(db.source.manager, notice.id, 'en', 1))!.body).toBe(english);
    const versions = await listTextVersions(db.source.manager, notice, 'en');
    expect(versions).toMatchObject([
      { version: 1, isShipped: true },
      { version: 2, isShipped: false, author: given.hr.accountId, takenFrom: null },
    ]);
    await expect(db.source.query(`update notice_text set body = ''`)).rejects.toThrow('append-only');
  });

  it('given a text that says what the newest version says, when it is saved, then there is no new version', async () => {
    expect(await save(english, 1)).toBe(1);
    expect(await kinds()).not.toContain('notice.text-saved');
  });

  it('given somebody else saved since, when an older text is saved, then it is refused with who did, and theirs stays', async () => {
    await save(changed, 1);
    await expect(
      texts.save(given.dpo, notice.reference, 'en', { source: english, basedOn: 1, follows: false }),
    ).rejects.toMatchObject({
      kind: 'conflict',
      code: 'notice.text-changed',
      message: expect.stringContaining('Mira Claes saved version 2'),
    });
    expect((await findText(db.source.manager, notice.id, 'en'))!.body).toBe(changed);
  });

  it('given two who save at once, then one is kept and the other is told', async () => {
    const both = await Promise.allSettled([save(changed, 1), save(`${changed}\nBye.\n`, 1)]);
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await listTextVersions(db.source.manager, notice, 'en')).toHaveLength(2);
  });

  it.each([
    ['a faulty text', english.replace('{{date}}', '{{dat'), 'template.faulty'],
    ['a text in another language', letterTemplates('initial').fr, 'template.faulty'],
    ['a text of more than 100,000 characters', english + 'a'.repeat(100_001), 'template.faulty'],
    ['a text with a character that the database does not take', `${english}\0`, 'template.faulty'],
  ])('given %s, when it is saved, then nothing is kept', async (_, source, code) => {
    await expect(save(source, 1)).rejects.toMatchObject({ code });
    expect(await listTextVersions(db.source.manager, notice, 'en')).toHaveLength(1);
  });

  it('given an earlier version, when it is taken again, then a new version has its words and says where they come from', async () => {
    await save(changed, 1);
    expect(await texts.takeAgain(given.hr, notice.reference, 'en', 1, 2)).toBe(3);
    expect((await listTextVersions(db.source.manager, notice, 'en'))[2]).toMatchObject({
      takenFrom: 1,
      isShipped: true,
    });
    await save(`${english}\nBye.\n`, 3);
    expect(await texts.takeShipped(given.hr, notice.reference, 'en', 4)).toBe(5);
    expect((await findText(db.source.manager, notice.id, 'en'))!.body).toBe(english);
    await expect(texts.takeAgain(given.hr, notice.reference, 'en', 9, 5)).rejects.toMatchObject({
      code: 'notice.text-version-unknown',
    });
  });

  it('given no right to write letters, when a text is saved, then it is refused', async () => {
    const auditor = await givenActor(db.source, 'auditor');
    await expect(
      texts.save(auditor, notice.reference, 'en', { source: changed, basedOn: 1, follows: false }),
    ).rejects.toMatchObject({
      code: 'permission.missing',
    });
  });

  it('given a change in English, then the others wait, and letters in a language that waits cannot be handed in until somebody followed or looked', async () => {
    await givenPeople();
    await save(changed, 1);
    expect(await waiting()).toEqual(['nl', 'fr', 'de']);
    await expect(notices.submit(given.hr, notice.reference)).rejects.toMatchObject({
      code: 'notice.not-ready',
      faults: [{ at: 'text.nl' }, { at: 'text.fr' }],
    });
    await save(letterTemplates('initial').nl.replace('Beste', 'Dag'), 1, true, 'nl');
    await texts.markChecked(given.hr, notice.reference, 'fr', 1);
    expect(await waiting()).toEqual(['de']);
    // Nobody gets a letter in German.
    expect((await notices.submit(given.hr, notice.reference)).state).toBe('submitted');
    expect(await kinds()).toContain('notice.text-checked');
  });

  it('given a notice that was handed in, when a text is saved, then it is refused; taken back it is a draft, and an approval is gone', async () => {
    await givenPeople();
    await notices.submit(given.hr, notice.reference);
    await notices.approve(given.dpo, notice.reference);
    for (const act of [save(changed, 1), texts.markChecked(given.hr, notice.reference, 'nl', 1)])
      await expect(act).rejects.toMatchObject({ code: 'notice.wrong-state' });
    expect(await notices.takeBack(given.hr, notice.reference)).toMatchObject({
      state: 'draft',
      approver: null,
      approvedHash: null,
    });
    expect(await save(changed, 1)).toBe(2);
  });
});

describe('looking at a text before it is kept', () => {
  it('given a text that is being written, when it is shown, then nothing is kept, and what is missing glows', async () => {
    const letter = await previews.ofText(given.hr, notice.reference, 'en', '', changed);
    expect(letter.missing).toEqual([
      'breach.whatHappened',
      'breach.likelyConsequences',
      'breach.measuresTaken',
      'breach.whoPays',
    ]);
    expect(letter.text).toContain('This affects you. We are sorry.');
    expect(await listTextVersions(db.source.manager, notice, 'en')).toHaveLength(1);
  });

  it('given people and words, then the letter of a person is the one that would be sent, also after it was handed in with other words', async () => {
    await givenPeople();
    const same = async (): Promise<void> => {
      const draft = await previews.ofPerson(given.hr, notice.reference, 'P-2');
      const sent = await letters.preview(given.hr, notice.reference, 'P-2');
      expect(draft).toMatchObject({ missing: [], subject: sent.subject, html: sent.html, text: sent.text });
    };
    await same();
    await notices.submit(given.hr, notice.reference);
    await given.breaches.recordTexts(given.hr, given.breach.reference, 'fr', {
      ...TEXTS,
      measuresTaken: 'Nous cherchons.',
    });
    await same();
    expect((await letters.preview(given.hr, notice.reference, 'P-2')).text).toContain('Nous cherchons.');
  });

  it.each([
    ['longest-names', 'P-3', 'P-4'],
    ['strangest', 'P-2', 'P-4'],
    ['most-things', 'P-2', 'P-2'],
    ['most-languages', 'P-2', 'P-2'],
  ])(
    'given the rule %s, then it finds %s for HR, %s for the security officer, and the read is on record',
    async (rule, hr, security) => {
      await givenPeople();
      expect(await previews.choose(given.hr, notice.reference, rule)).toBe(hr);
      expect(await previews.choose(given.security, notice.reference, rule)).toBe(security);
      expect((await kinds()).filter((kind) => kind === 'preview.chosen')).toHaveLength(2);
    },
  );

  it('given a protected person, when HR asks for their letter, then they are unknown', async () => {
    await givenPeople();
    await expect(previews.ofPerson(given.hr, notice.reference, 'P-4')).rejects.toMatchObject({
      code: 'person.unknown',
    });
    await expect(previews.ofText(given.hr, notice.reference, 'nl', 'P-4', null)).rejects.toMatchObject({
      code: 'person.unknown',
    });
    expect((await previews.ofPerson(given.security, notice.reference, 'P-4')).text).toContain('*Hidden* [x](y)');
  });

  it('given a breach without people, when somebody is to be chosen, then there is nobody', async () => {
    expect(await previews.choose(given.hr, notice.reference, 'strangest')).toBeNull();
    await expect(previews.choose(given.hr, notice.reference, 'youngest')).rejects.toMatchObject({
      code: 'preview.rule-unknown',
    });
  });
});

it('given what was read and written, then the ledger takes it', async () => {
  await save(changed, 1);
  expect(await ledgerHead(db.source.manager)).toBeDefined();
  expect((await getNotice(db.source.manager, notice.reference)).state).toBe('draft');
});
