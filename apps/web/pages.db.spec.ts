import type { Response } from 'light-my-request';
import { RosterRunsService } from '#libs/people/index.js';
import { formOf } from '#test/support/form-of.js';
import { checkOnPages } from '#test/support/import-on-pages.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';

let web: TestWeb;
let hr: TestBrowser;
let dpo: TestBrowser;
let home: string;

/** What the settings page takes. */
const CONTROLLER = {
  name_nl: 'Het Agentschap',
  name_en: 'The Agency',
  postalAddress: 'Kerkstraat 1\n1000 Brussel',
  timeZone: 'Europe/Brussels',
  languages: ['nl', 'fr', 'de', 'en'],
  kind: 'other',
  dpoName: 'Jo Peeters',
  dpoEmail: 'dpo@agency.example',
  dpoPhone: '+32 2 555 01 00',
  dpoAddress: 'Kerkstraat 1\n1000 Brussel',
  website: 'https://agency.example',
  authorityName_en: 'Data Protection Authority',
  authorityAddress_en: 'Drukpersstraat 35, Brussels',
  authorityWebsite_en: 'https://dpa.example',
  senderName: 'The Agency',
  senderAddress: 'notice@letters.example',
};
/** What the page "Open a breach" takes. */
const BREACH = {
  title: 'Mail <gateway> read',
  awareAt: '2025-11-20 09:20',
  awareBasis: 'The report of the provider.',
  occurredFrom: '2024-11-01 00:00',
  kinds: 'confidentiality',
  cause: 'external-malicious',
  systems: 'The mail gateway.',
  dataKinds: ['id-card', 'cv'],
  affectedCategories: ['staff', 'applicant'],
  paidBy: 'controller',
};
const ROSTER = [
  'reference,category,given_name,family_name,language,email,address_line_1,documents,other_data',
  'P-1,staff,Lotte,Peeters,nl,lotte@post.example,,BE:id-card:scan-both-sides:confirmed,cv:copy:presumed',
  'P-2,applicant,Jean,Dupont,fr,jean@post.example,,BE:id-card:number:presumed,',
  'P-3,applicant,Anna,Schmitz,xx,anna@post.example,,BE:id-card:number:presumed,',
].join('\n');

beforeAll(async () => {
  web = await testWeb();
  hr = await web.browser(['hr']);
  dpo = await web.browser(['dpo']);
});
afterAll(() => web?.close());

/** Where a form went on to; fails where it was shown again. */
function next(answer: Response): string {
  expect(answer.statusCode).toBe(303);
  return answer.headers.location as string;
}

function linksOfSummary(answer: Response): string[] {
  const summary = /<div class="govuk-error-summary"[^]*?<\/div><\/div>/.exec(answer.body)?.[0] ?? '';
  return [...summary.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]!);
}

/** Words that the linter lets pass, as short as they can be. */
const WORDS = {
  nl: {
    whatHappened: 'Een indringer heeft onze mailserver gelezen.',
    likelyConsequences: 'Iemand kan zich voor u uitgeven.',
    measuresTaken: 'We hebben de server vervangen.',
    whoPays: 'Wij betalen.',
  },
  fr: {
    whatHappened: 'Un intrus a lu notre serveur de messagerie.',
    likelyConsequences: 'Quelqu’un peut se faire passer pour vous.',
    measuresTaken: 'Nous avons remplacé le serveur.',
    whoPays: 'Nous payons.',
  },
  de: {
    whatHappened: 'Ein Eindringling hat unseren Mailserver gelesen.',
    likelyConsequences: 'Jemand kann sich als Sie ausgeben.',
    measuresTaken: 'Wir haben den Server ersetzt.',
    whoPays: 'Wir bezahlen.',
  },
  en: {
    whatHappened: 'An intruder read our mail server.',
    likelyConsequences: 'Somebody can pose as you.',
    measuresTaken: 'We replaced the server.',
    whoPays: 'We pay.',
  },
};

describe('given a new installation, when the main job is done on its pages', () => {
  it('then a breach cannot be opened before the controller is recorded, and the page says so', async () => {
    const answer = await dpo.post('/breaches', BREACH);
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('Record the controller first');
  });

  it('then the settings name every field to mend, keep what was typed, and are saved', async () => {
    await dpo.get('/settings');
    const faulty = await dpo.post('/settings', {
      ...CONTROLLER,
      dpoEmail: 'nobody',
      website: 'agency',
      senderName: '',
    });
    expect(faulty.statusCode).toBe(422);
    expect(linksOfSummary(faulty)).toEqual(['dpoEmail', 'website', 'senderName']);
    expect(faulty.body).toContain('value="nobody"');
    const saved = await dpo.post('/settings', CONTROLLER);
    expect(saved.body).toContain('govuk-notification-banner--success');
  });

  it('given an authority with an address in each language, when one of them is changed, then the others stay', async () => {
    const two = {
      ...CONTROLLER,
      authorityName_fr: 'Autorité de protection des données',
      authorityAddress_fr: 'Rue de la Presse 35, Bruxelles',
      authorityWebsite_fr: 'https://apd.example',
    };
    await dpo.get('/settings');
    expect((await dpo.post('/settings', two)).statusCode).toBe(200);
    await dpo.get('/settings');
    expect((await dpo.post('/settings', { ...two, authorityWebsite_fr: 'https://neuf.example' })).statusCode).toBe(200);
    const page = (await dpo.get('/settings')).body;
    for (const value of [
      'Drukpersstraat 35, Brussels',
      'https://dpa.example',
      'Rue de la Presse 35, Bruxelles',
      'https://neuf.example',
    ])
      expect(page).toContain(value);
    const faulty = await dpo.post('/settings', { ...two, authorityAddress_fr: '' });
    expect(faulty.body).toContain('id="authorityAddress_fr-error"');
    expect((await dpo.post('/settings', CONTROLLER)).statusCode).toBe(200);
  });

  it('then a breach with faults is shown again with all of them in the order of the page, each linked to a field that is there', async () => {
    const faulty = await dpo.post('/breaches', { awareAt: '2025-02-30 09:20', occurredFrom: 'then', title: '' });
    expect(faulty.statusCode).toBe(422);
    const links = linksOfSummary(faulty);
    expect(links).toEqual([
      'title',
      'awareAt',
      'awareBasis',
      'occurredFrom',
      'kinds',
      'cause',
      'systems',
      'dataKinds',
      'affectedCategories',
    ]);
    for (const link of links) expect(faulty.body).toContain(`id="${link}"`);
    expect(faulty.body).toContain('value="2025-02-30 09:20"');
    expect(faulty.body).not.toMatch(/invalid|expected/i);
  });

  it('then the breach opens with its clock and its sum, and what was typed is text on the page', async () => {
    home = next(await dpo.post('/breaches', BREACH));
    const page = await dpo.get(home);
    expect(page.body).toContain('Mail &lt;gateway&gt; read');
    expect(page.body).toContain('= 0 affected');
    expect(page.body).toContain('t-clock--passed');
    expect(page.body).toContain('20 November 2025 at 09:20 (Europe/Brussels)');
  });

  it('then the words of the letters are asked for part by part', async () => {
    const faulty = await dpo.post(`${home}/texts/nl`, { whatHappened: 'Een lek.' });
    expect(linksOfSummary(faulty)).toEqual(['likelyConsequences', 'measuresTaken']);
    expect(faulty.body).toContain('Een lek.</textarea>');
    for (const [language, words] of Object.entries(WORDS)) {
      expect(next(await dpo.post(`${home}/texts/${language}`, words))).toBe(home);
    }
    expect((await dpo.get(`${home}/texts/xx`)).statusCode).toBe(404);
  });

  it('then a file that is no roster is refused at its field, and one with a faulty row is imported only without it', async () => {
    const wrong = await hr.upload(`${home}/import`, '\u0089PNG\r\n\u001a\n\u0000\u0000');
    expect(new Set(linksOfSummary(await hr.get(next(wrong))))).toEqual(new Set(['file']));
    const { upload, page } = await checkOnPages(hr, home, ROSTER);
    expect(page.body).toContain('There is a problem with 1 row');
    expect(page.body).toContain('Import 2 people, leave out 1');
    expect((await hr.get(`${upload}/rows-to-mend.csv`)).body).toContain('\r\n4,P-3,');
    expect(next(await hr.post(`${upload}/start`, formOf(page.body, `${upload}/start`)))).toBe(upload);
    expect((await hr.get(upload)).body).toContain('No worker is running');
    await web.app.get(RosterRunsService).run(upload.split('/').at(-1)!, new AbortController().signal);
    const done = await hr.get(upload);
    expect(done.body).toContain('The people are imported');
    expect(done.body).toContain(`${home}/import/left-out`);
  });

  it('then the people stand in the list, can be filtered, and the row left out stands beside the sum until it is dismissed', async () => {
    const people = await hr.get(`${home}/people`);
    expect(people.body).toContain('Lotte Peeters');
    expect(people.body).toContain('1 row left out');
    const french = await hr.get(`${home}/people?language=fr`);
    expect([french.body.includes('Lotte'), french.body.includes('Jean Dupont')]).toEqual([false, true]);
    const leftOut = await hr.get(`${home}/import/left-out`);
    const dismiss = /action="([^"]+\/dismiss)"/.exec(leftOut.body)![1]!;
    const faulty = await hr.post(dismiss, { reason: ' ' });
    expect(faulty.statusCode).toBe(422);
    expect(faulty.body).toContain(`id="${linksOfSummary(faulty)[0]}"`);
    next(await hr.post(dismiss, { reason: 'invented for a test' }));
    expect((await hr.get(`${home}/people`)).body).not.toContain('left out');
  });

  it('then contact details are masked until a reason is given, which the ledger keeps', async () => {
    const person = /href="([^"]+\/people\/[0-9a-f-]{36})"/.exec((await hr.get(`${home}/people?language=nl`)).body)![1]!;
    expect((await hr.get(person)).body).not.toContain('lotte@post.example');
    expect((await hr.post(`${person}/show`, { reason: 'curious' })).statusCode).toBe(422);
    expect((await hr.post(`${person}/show`, { reason: 'correct-data' })).body).toContain('lotte@post.example');
    const [{ facts }]: [{ facts: unknown }] = await web.db.source.query(
      `select facts from ledger_outbox where kind = 'person.shown'`,
    );
    expect(facts).toEqual({ reason: 'correct-data' });
  });

  it('then the author cannot allow their own letters, the data protection officer can, and sending asks once more', async () => {
    const notice = next(await dpo.post(`${home}/notices`, {}));
    next(await dpo.post(`${notice}/submit`, {}));
    const own = await dpo.get(notice);
    expect(own.body).toContain('A data protection officer other than you');
    expect(own.body).not.toContain(`${notice}/approve`);
    const refused = await dpo.post(`${notice}/approve`, { hash: '' });
    expect([403, 409]).toContain(refused.statusCode);
    expect((await hr.post(`${notice}/approve`, {})).statusCode).toBe(403);
    const second = await web.browser(['dpo']);
    const page = await second.get(notice);
    expect(page.body).toContain('You are about to allow 2 letters');
    const hash = /name="hash" value="([^"]+)"/.exec(page.body)![1]!;
    expect(next(await second.post(`${notice}/approve`, { hash }))).toBe(notice);
    expect((await hr.get(`${notice}/send`)).body).toContain('Send 2 letters now');
    next(await hr.post(`${notice}/send`, {}));
    expect((await hr.get(notice)).body).toContain('data-live');
    expect((await hr.get(`${notice}/progress`)).body).toContain('data-goes-on');
    const letter = await hr.get(`${notice}/preview?person=P-1`);
    expect(letter.body).toContain('Lotte Peeters');
    expect(letter.headers['content-security-policy']).toContain('sandbox');
    const sheet = await hr.get(`${notice}/preview?person=P-1&form=pdf`);
    expect(sheet.headers['content-type']).toBe('application/pdf');
    expect(sheet.headers['content-disposition']).toMatch(/^inline; filename="N-\d{4}-\d{4}\.pdf"$/);
    expect(sheet.rawPayload.subarray(0, 8).toString()).toBe('%PDF-1.7');
    const large = await hr.get(`${notice}/preview?person=P-1&form=large`);
    expect(large.rawPayload.equals(sheet.rawPayload)).toBe(false);
    const mail = await hr.get(`${notice}/preview?person=P-1&form=eml`);
    expect(mail.headers['content-type']).toBe('message/rfc822');
    expect(mail.headers['cache-control']).toBe('no-store');
    expect(mail.body).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect((await hr.get(`${notice}/preview?person=P-1&form=eml`)).body).toBe(mail.body);
    expect((await hr.get(`${notice}/preview?person=P-1&form=gif`)).statusCode).toBe(422);
  });

  it('then every page of the breach reads in all four languages, and an auditor reads what they may and changes nothing', async () => {
    const auditor = await web.browser(['auditor']);
    for (const language of ['nl', 'fr', 'de', 'en']) {
      await hr.post('/account/language', { language });
      for (const page of [
        '',
        '/people',
        '/notices',
        '/history',
        '/outbox',
        '/import',
        '/import/left-out',
        '/report',
        '/report.csv',
      ]) {
        expect(`${language} ${page} ${(await hr.get(home + page)).statusCode}`).toBe(`${language} ${page} 200`);
      }
    }
    expect((await auditor.get(home)).statusCode).toBe(200);
    expect((await auditor.get(`${home}/people`)).statusCode).toBe(403);
    expect((await auditor.post(`${home}/notices`, {})).statusCode).toBe(403);
  });
});

describe('given the address of a letter, under another breach than its own', () => {
  it('when somebody reads it or acts on it there, then it is not there, and it stays as it was', async () => {
    const other = next(await dpo.post('/breaches', { ...BREACH, title: 'Another breach' }));
    const own = next(await dpo.post(`${home}/notices`, {}));
    const foreign = own.replace(home, other);
    const state = async (): Promise<unknown> =>
      await web.db.source.query(`select state, note from notice where reference = $1`, [own.split('/').at(-1)]);
    const before = await state();
    for (const act of ['submit', 'withdraw', 'approve', 'return', 'send']) {
      expect([act, (await dpo.post(`${foreign}/${act}`, { note: 'x' })).statusCode]).toEqual([act, 404]);
    }
    for (const page of ['', '/preview?person=P-1', '/progress', '/send']) {
      expect([page, (await dpo.get(foreign + page)).statusCode]).toEqual([page, 404]);
    }
    expect(await state()).toEqual(before);
    expect((await dpo.get(`${own}/preview?person=P-1`)).statusCode).toBe(200);
    next(await dpo.post(`${own}/withdraw`, {}));
  });
});

describe('given a person with a letter in hand', () => {
  it('when they type a code that belongs to none, then the page keeps it, says how to compare, and sets no cookie', async () => {
    const reader = await web.browser();
    for (const page of ['/n', '/real']) {
      const answer = await reader.post(page, { code: 'ABCD-EFGH <b>', lang: 'de' });
      expect(answer.statusCode).toBe(422);
      expect(answer.body).toContain('ABCD-EFGH &lt;b&gt;');
      expect(answer.body).toContain('<html lang="de">');
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('when their browser asks for a language, then the page is in it, and without script or account', async () => {
    const answer = await (await web.browser()).get('/n', { 'accept-language': 'fr-BE,fr;q=0.9' });
    expect(answer.headers['content-language']).toBe('fr');
    expect(answer.body).not.toContain('<script');
  });

  it('when a link has another shape than ours, then it leads to nothing', async () => {
    expect((await (await web.browser()).get('/n/bn1_short')).statusCode).toBe(404);
  });
});
