import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { BreachesService } from '#libs/breach/index.js';
import { Clock } from '#libs/platform/index.js';
import { AccountsService } from '#libs/staff/index.js';
import { describeInBrowser } from '#test/support/chromium.js';
import { aBreachFile } from '#test/support/given-breach.js';
import { anInstallation, type Installation } from '#test/support/installation.js';
import { ROOT } from '#test/support/root.js';
import { until } from '#test/support/until.js';
import { PASSWORD } from '#test/support/web-browser.js';

const EMAIL = 'hr@agency.example';
const SOURCE = [
  'Personeelsnr;Achternaam;Voornaam;Opmerking;Werkmail;Taal',
  ...Array.from({ length: 30 }, (_, i) => `${4000 + i};Peeters;Lotte;nota ${i};lotte.peeters${i}@agency.example;nl`),
  '4100;Maes;Jo;;geen adres;nl',
].join('\n');

let house: Installation;
let home: string;
beforeAll(async () => {
  house = await anInstallation();
  await house.browser(EMAIL, 'hr');
}, 60_000);
afterAll(() => house?.close());
beforeEach(async () => {
  const { database, keyring } = house.platform;
  const clock = new Clock();
  const actor = await new AccountsService(database, clock).actorByEmail(EMAIL, 'web');
  const breach = await new BreachesService(database, keyring, clock).open(actor, aBreachFile());
  home = `/breaches/${breach.reference}`;
});

describeInBrowser('the import as HR sees it', (browser) => {
  const axe = readFileSync(path.join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');
  const faults: string[] = [];

  async function signedIn(width: number, javaScriptEnabled = true): Promise<Page> {
    const context = await browser().newContext({
      viewport: { width, height: 800 },
      bypassCSP: true,
      javaScriptEnabled,
    });
    const page = await context.newPage();
    await page.goto(`${house.url}/`);
    await page.fill('#email', EMAIL);
    await page.fill('#password', PASSWORD);
    await page.press('#password', 'Enter');
    await page.waitForURL('**/breaches');
    return page;
  }

  /** Notes what axe finds on the page, and whether it is wider than its window. */
  async function look(page: Page): Promise<void> {
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      type Result = { violations: { id: string; nodes: { html: string }[] }[] };
      const window = globalThis as unknown as {
        axe: { run(): Promise<Result> };
        innerWidth: number;
        document: { documentElement: { scrollWidth: number } };
      };
      const { violations } = await window.axe.run();
      const wide = window.document.documentElement.scrollWidth - window.innerWidth;
      return [
        ...violations.map((one) => `${one.id}: ${one.nodes[0]!.html}`),
        ...(wide > 0 ? [`${wide} too wide`] : []),
      ];
    });
    faults.push(...found.map((fault) => `${page.url()} ${fault}`));
  }

  async function choose(page: Page, name: string, text: string | Buffer): Promise<void> {
    await page.setInputFiles('#file', { name, mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.click('form[enctype] button');
  }

  it.each([320, 1280])(
    'given a list with names of its own, when HR imports it at %i px, then every step says what it does, and axe finds nothing on any',
    async (width) => {
      const page = await signedIn(width);
      await page.goto(`${house.url}${home}/people`);
      await page.click(`a[href="${home}/import"]`);
      await look(page);
      await choose(page, 'photo.csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
      expect(await page.textContent('.govuk-error-message')).toContain('This is no table');
      await look(page);
      await choose(page, 'export.csv', SOURCE);
      expect(await page.textContent('.govuk-inset-text')).toContain('Category');
      await page.click('form[action$="/columns"] .govuk-button');
      expect(await page.textContent('.govuk-error-summary')).toContain('category');
      await look(page);
      await page.selectOption('#everybody-category', 'staff');
      await page.fill('#everybody-documents', 'be');
      await page.selectOption('[name=documents-0-kind]', 'id-card');
      await page.selectOption('[name=documents-0-what]', 'scan');
      await page.selectOption('[name=documents-0-sure]', 'presumed');
      await page.click('form[action$="/columns"] .govuk-button');
      expect(await page.textContent('h1')).toContain('There is a problem with 1 row');
      await page.reload();
      await look(page);
      await page.goBack();
      await page.goForward();
      await page.click('form[action$="/start"] .govuk-button');
      await page.waitForSelector('text=The people are imported');
      await look(page);
      await page.click(`main a[href="${home}/import/left-out"]`);
      await look(page);
      await page.click('main a[href*="/left-out/"]:not([download])');
      await look(page);
      await page.fill('#email', 'jo.maes@agency.example');
      await page.click('main form button');
      expect(await page.textContent('main')).toContain('No row is open.');
      await look(page);
      expect(await page.textContent('.t-sum')).toContain('31 affected');
      await page.context().close();
      expect(faults).toEqual([]);
    },
    120_000,
  );

  it('given a telephone without script, when HR imports a list with known columns, then they see it done by loading the page again', async () => {
    const page = await signedIn(320, false);
    await page.goto(`${house.url}${home}/import`);
    await choose(page, 'people.csv', 'reference,category,language,given_name\nP-1,staff,nl,Lotte\nP-2,staff,nl,Jo\n');
    expect(await page.getAttribute('details >> nth=0', 'open')).toBeNull();
    await page.click('form[action$="/columns"] .govuk-button');
    expect(await page.textContent('h1')).toContain('2 people can be imported');
    await page.click('form[action$="/start"] .govuk-button');
    await page.waitForURL(/\/import\/[0-9a-f-]{36}$/);
    await until('the page says that it is done', async () => {
      await page.reload();
      return (await page.textContent('h1'))?.includes('The people are imported');
    });
    await page.context().close();
  }, 60_000);
});
