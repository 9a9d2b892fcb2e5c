import type { Response } from 'light-my-request';
import { LANGUAGES } from '#libs/platform/index.js';
import { BreachesService } from '#libs/breach/index.js';
import { NoticesService, PLACEHOLDERS, letterTemplates } from '#libs/letters/index.js';
import { Clock, KEYRING, type Keyring } from '#libs/platform/index.js';
import { aBreachFile } from '#test/support/given-breach.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';
import { placeholders } from './notice-text-page.js';
import { loadWords } from './words.js';

const english = letterTemplates('initial').en;

let web: TestWeb;
let hr: TestBrowser;
let auditor: TestBrowser;
let breach: string;
let other: string;
let notice: string;
beforeAll(async () => {
  web = await testWeb();
  hr = await web.browser(['hr']);
  auditor = await web.browser(['auditor']);
  const { email } = await web.account(['hr']);
  const actor = await web.accounts.actorByEmail(email, 'web');
  const breaches = new BreachesService(web.db.source, web.app.get<Keyring>(KEYRING, { strict: false }), new Clock());
  breach = (await breaches.open(actor, aBreachFile())).reference;
  other = (await breaches.open(actor, aBreachFile({ controller: undefined }))).reference;
  notice = (await web.app.get(NoticesService).draft(actor, breach, 'initial')).reference;
});
afterAll(() => web?.close());

const home = (of = breach): string => `/breaches/${of}/notices/${notice}/text`;
const versions = async (): Promise<number> =>
  (await web.db.source.query<unknown[]>(`select from notice_text where language = 'en'`)).length;
const typed = (source: string): Record<string, string> => ({
  source,
  basedOn: '1',
  follows: 'no',
  person: '',
  as: 'invented',
});

describe('the page that writes a letter', () => {
  it.each([
    ['GET', '/en'],
    ['GET', '/en/letter'],
    ['GET', '/en/versions/1'],
    ['POST', '/en'],
    ['POST', '/en/check'],
    ['POST', '/en/shipped'],
    ['POST', '/en/letter'],
    ['POST', '/en/findings'],
    ['POST', '/en/person'],
    ['POST', '/en/versions/1/again'],
  ])(
    'given %s %s, when the address names another breach, or a language that is none, then there is no such page',
    async (method, path) => {
      await hr.get(`${home()}/en`);
      const ask = (url: string): Promise<Response> =>
        method === 'GET' ? hr.get(url) : hr.post(url, typed(`${english}\nBye.\n`));
      expect((await ask(home(other) + path)).statusCode).toBe(404);
      expect((await ask(home() + path.replace('/en', '/es'))).statusCode).toBe(404);
      expect(await versions()).toBe(1);
    },
  );

  it.each([['letter?person=P-1'], ['preview?person=P-1']])(
    'given %s of a notice, when the address names another breach, then there is no such page',
    async (path) => {
      expect((await hr.get(`/breaches/${other}/notices/${notice}/${path}`)).statusCode).toBe(404);
    },
  );

  it('given a text that is being written, when its letter and its findings are asked for, then both say what it says and nothing is kept', async () => {
    await hr.get(`${home()}/en`);
    const form = typed(english.replace('we are sorry', 'we are so sorry'));
    const letter = await hr.post(`${home()}/en/letter`, form);
    expect(letter.statusCode).toBe(200);
    expect(letter.body).toContain('we are so sorry');
    expect(letter.body).toMatch(/<mark style="[^"]+">breach.whatHappened<\/mark>/);
    expect(letter.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox/);
    const text = await hr.post(`${home()}/en/letter`, { ...form, form: 'text' });
    expect(text.headers['content-type']).toContain('text/plain');
    const findings = await hr.post(`${home()}/en/findings`, form);
    expect(findings.body).toContain('Data breach: what to do about your personal data');
    expect(findings.body).not.toContain('<html');
    expect(await versions()).toBe(1);
  });

  it('given a faulty text, when it is saved, then the page names the line at the field, keeps what was typed, and keeps no version', async () => {
    await hr.get(`${home()}/en`);
    const faulty = `${english}\n<script>{{#if}}`;
    const answer = await hr.post(`${home()}/en`, typed(faulty));
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('href="#source"');
    expect(answer.body).toContain('id="source-error"');
    expect(answer.body).toContain('&lt;script&gt;{{#if}}');
    expect((await hr.post(`${home()}/en/letter`, typed(faulty))).body).toMatch(/^Line \d+ of the text/);
    expect((await hr.post(`${home()}/en`, typed(`${english}${'a'.repeat(100_001)}`))).statusCode).toBe(422);
    expect((await hr.post(`${home()}/en`, typed(''))).statusCode).toBe(422);
    expect(await versions()).toBe(1);
  });

  it('given a reference that nobody has, or none, when a letter is asked for, then the fault stands at that field', async () => {
    await hr.get(`${home()}/en`);
    for (const person of ['', 'X-9']) {
      for (const url of [`${home()}/en/person`, `/breaches/${breach}/notices/${notice}/letter`]) {
        const answer = await hr.post(url, { ...typed(english), as: 'reference', person });
        expect(answer.statusCode).toBe(422);
        expect(answer.body).toContain('id="person-error"');
      }
    }
    const letter = await hr.post(`${home()}/en/letter`, { ...typed(english), person: 'X-9' });
    expect([letter.statusCode, letter.body]).toEqual([200, expect.stringContaining('No person of this breach')]);
    expect((await hr.get(`${home()}/en/letter?person=X-9`)).statusCode).toBe(404);
    expect((await hr.post(`${home()}/en/person`, { ...typed(english), as: 'youngest' })).body).toContain(
      'id="as-error"',
    );
  });

  it('given an auditor, when they look, then they read the text and can change nothing', async () => {
    const page = await auditor.get(`${home()}/en`);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(' readonly');
    expect(page.body).not.toContain('Save this text');
    for (const path of ['/en', '/en/check', '/en/shipped', '/en/versions/1/again'])
      expect((await auditor.post(home() + path, typed(english))).statusCode).toBe(403);
    expect((await auditor.get(`/breaches/${breach}/notices/${notice}/letter?person=P-1`)).statusCode).toBe(403);
  });

  it('given a text that was saved, then the next page says so, and its versions lead to what differs', async () => {
    await hr.get(`${home()}/en`);
    const saved = await hr.post(`${home()}/en`, typed(`${english}\nGoodbye.\n`));
    expect(saved.statusCode).toBe(303);
    expect((await hr.get(saved.headers.location as string)).body).toContain('saved as a new version');
    expect((await hr.get(`${home()}/en/versions/2`)).body).toContain('<ins>Goodbye.</ins>');
    for (const none of ['3', '0', '-1', 'x', '99999999999'])
      expect((await hr.get(`${home()}/en/versions/${none}`)).statusCode).toBe(404);
    expect((await hr.get(`${home()}/en?saved=constructor`)).statusCode).toBe(200);
  });
});

it('given the placeholders of the renderer, then all four languages say what each stands for', () => {
  const words = loadWords();
  expect(placeholders().map((one) => one.name)).toEqual(Object.keys(PLACEHOLDERS));
  for (const language of LANGUAGES) {
    for (const one of placeholders()) expect(words[language]).toHaveProperty([one.words]);
  }
});
