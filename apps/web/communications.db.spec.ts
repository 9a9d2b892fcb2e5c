import { BreachesService } from '#libs/breach/index.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';

const TEXTS = {
  whatHappened: 'An intruder read our mail server.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We replaced the device.',
  whoPays: 'We pay.',
};

let web: TestWeb;
let hr: TestBrowser;
let auditor: TestBrowser;
let home: string;
beforeAll(async () => {
  web = await testWeb();
  [hr, auditor] = [await web.browser(['hr']), await web.browser(['auditor'])];
  const { email } = await web.account(['dpo']);
  const actor = await web.accounts.actorByEmail(email, 'web');
  const breach = await web.app.get(BreachesService).open(actor, {
    facts: someFacts(),
    controller: aController(),
    texts: { nl: TEXTS, en: TEXTS },
  });
  home = `/breaches/${breach.reference}`;
});
afterAll(() => web?.close());

describe('given the communications of a breach', () => {
  it('when they are listed, then each kind leads to each language that has words, from overview and letters', async () => {
    for (const page of [home, `${home}/notices`])
      expect((await hr.get(page)).body).toContain(`href="${home}/communications"`);
    const { body } = await hr.get(`${home}/communications`);
    for (const kind of ['public', 'press', 'telephone', 'intranet']) {
      expect(body).toContain(`${home}/communications/${kind}?language=nl`);
      expect(body).not.toContain(`${home}/communications/${kind}?language=fr`);
    }
  });

  it('when one is shown, then with preview, text to copy, downloads and what the check says', async () => {
    const { body } = await hr.get(`${home}/communications/telephone?language=nl`);
    expect(body).toContain(`src="${home}/communications/telephone/preview?language=nl"`);
    expect(body).toContain('An intruder read our mail server.');
    expect(body).toContain('form=md');
    const missing = await hr.get(`${home}/communications/telephone?language=de`);
    expect(missing.body).toContain('Write the words of this breach in German first');
  });

  it('when it is downloaded, then each form has its type and its name', async () => {
    for (const [form, type] of [['html', 'text/html'], ['md', 'text/markdown'], ['txt', 'text/plain']] as const) {
      const file = await hr.get(`${home}/communications/public/download?language=en&form=${form}`);
      expect(file.statusCode).toBe(200);
      expect(file.headers['content-type']).toContain(type);
      expect(file.headers['content-disposition']).toMatch(new RegExp(`^attachment; filename="BR-[0-9-]+-public-en.${form}"$`));
      expect(file.body).toContain('An intruder read our mail server.');
    } // prettier-ignore
    const preview = await hr.get(`${home}/communications/public/preview?language=en`);
    expect(preview.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each([
    'rumour',
    'public/preview?language=xx',
    'public/download?language=en&form=exe',
    'public/download?language=en&form=constructor',
  ])('when somebody asks for %s, then there is no such page', async (path) => {
    expect((await hr.get(`${home}/communications/${path}`)).statusCode).toBe(404);
  });

  it('when a publication is recorded, then the page names it, and its last day closes it; an auditor reads and records nothing', async () => {
    const form = { medium: 'website', place: 'https://agency.example/breach', from: '2026-01-05', languages: 'nl' };
    await hr.get(`${home}/communications`);
    const faulty = await hr.post(`${home}/communications/publications`, { ...form, place: '', from: '2026-13-01' });
    expect(faulty.statusCode).toBe(422);
    for (const at of ['place', 'from']) {
      expect(faulty.body).toContain(`href="#${at}"`);
      expect(faulty.body).toContain(`id="${at}"`);
    }
    expect((await hr.post(`${home}/communications/publications`, form)).statusCode).toBe(303);
    const { body } = await hr.get(`${home}/communications`);
    expect(body).toContain('https://agency.example/breach');
    const end = new RegExp(`${home}/communications/publications/[0-9a-f-]+/end`).exec(body)![0];
    await hr.get(end);
    expect((await hr.post(end, { until: '2025-01-01' })).statusCode).toBe(422);
    expect((await hr.post(end, { until: '2026-02-05' })).statusCode).toBe(303);
    const after = (await hr.get(`${home}/communications`)).body;
    expect(after).toContain('5 February 2026');
    expect(after).not.toContain(end);
    const seen = await auditor.get(`${home}/communications`);
    expect(seen.body).toContain('https://agency.example/breach');
    expect(seen.body).not.toContain('name="place"');
    expect((await auditor.post(`${home}/communications/publications`, form)).statusCode).toBe(403);
  });
});
