import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { ReportsService } from '#libs/reports/index.js';
import { describeInBrowser } from '#test/support/chromium.js';
import { anInstallation, type Installation } from '#test/support/installation.js';
import { ROOT } from '#test/support/root.js';
import { until } from '#test/support/until.js';
import { PASSWORD } from '#test/support/web-browser.js';

const sample = JSON.parse(readFileSync(path.join(ROOT, 'samples/gateway/breach.json'), 'utf8')) as {
  controller: { postalAddress: string[]; website: string };
  texts: { nl: Record<string, string> };
};

/** Nine people as somebody has them at hand: addresses of both kinds, names in both orders. */
const NAMES = `Lotte Voorbeeld, lotte@post.example
Voorbeeld, Jan, jan@post.example
Mia Janssens <mia@post.example>
Noor Van den Berg, Kerkstraat 12, 9000 Gent
Daan Claes, Stationsplein 1, 2000 Antwerpen
Emma Maes, emma@post.example
Finn Wouters, finn@post.example
Lea Goossens, lea@post.example
Sam Willems, sam@post.example`;

/** Somebody at the keyboard: what they click and what they type is counted. */
class Hand {
  clicks = 0;
  fields = 0;

  constructor(readonly page: Page) {}

  async click(selector: string): Promise<void> {
    this.clicks += 1;
    await this.page.click(selector);
  }

  /** A button or a link, by its words. */
  async press(words: string): Promise<void> {
    this.clicks += 1;
    const named = (role: 'button' | 'link') => this.page.getByRole(role, { name: words, exact: false });
    await named('button').or(named('link')).first().click();
  }

  async type(field: string, text: string): Promise<void> {
    this.fields += 1;
    await this.page.fill(`#${field}`, text);
  }

  /** Opening a list and choosing in it: two clicks. */
  async choose(field: string, value: string): Promise<void> {
    this.clicks += 2;
    await this.page.selectOption(`#${field}`, value);
  }
}

describeInBrowser('a few people, entered by hand', (browser) => {
  let house: Installation;
  let hr: Hand;
  let dpo: Hand;
  let breach = '';

  beforeAll(async () => {
    house = await anInstallation();
    const owner = await house.browser('owner@bewaking.example', 'dpo');
    await house.browser('hr@bewaking.example', 'hr');
    await house.browser('dpo@bewaking.example', 'dpo');
    // Once for the installation, long before any breach.
    await owner.post('/settings', {
      name_nl: 'Nationaal Bewakingsagentschap',
      postalAddress: sample.controller.postalAddress.join('\n'),
      website: sample.controller.website,
      timeZone: 'Europe/Brussels',
      kind: 'other',
      languages: ['nl'],
      dpoName: 'Griet Verlinden',
      dpoEmail: 'dpo@bewaking.example',
      dpoPhone: '+32 2 555 01 00',
      dpoAddress: 'Wakersklokstraat 1\n1000 Brussel',
      authorityName_nl: 'Gegevensbeschermingsautoriteit',
      authorityAddress_nl: 'Drukpersstraat 35, 1000 Brussel',
      authorityWebsite_nl: 'https://www.gegevensbeschermingsautoriteit.be',
      senderName: 'Bericht',
      senderAddress: 'meldingen@bewaking.example',
    });
    hr = await signedIn('hr@bewaking.example');
    dpo = await signedIn('dpo@bewaking.example');
  }, 60_000);
  afterAll(() => house?.close());

  async function signedIn(email: string): Promise<Hand> {
    const context = await browser().newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
    const hand = new Hand(await context.newPage());
    await hand.page.goto(house.url);
    await hand.type('email', email);
    await hand.type('password', PASSWORD);
    await hand.press('Sign in');
    await hand.page.waitForURL('**/breaches');
    return hand;
  }

  // Printing comes with the print runs: they will add the button that makes the PDFs, and the one that says that they
  // were posted. Until then this ends where the product ends: letters by e-mail sent, letters by post made and queued.
  it('given nine names, when HR goes from opening the breach to letters that are sent, with a second person who allows them, then it takes fewer than 40 clicks', async () => {
    const started = performance.now();
    await hr.press('Open a breach');
    await hr.type('title', 'Laptop gestolen');
    await hr.type('awareAt', '2026-03-28 23:10');
    await hr.type('awareBasis', 'Melding van de eigenaar');
    await hr.click('label[for=cause]');
    await hr.type('systems', 'Een laptop met mails');
    await hr.click('label[for=dataKinds]');
    await hr.click('label[for=affectedCategories]');
    await hr.press('Open the breach');
    await hr.page.waitForURL('**/BR-*');
    breach = new URL(hr.page.url()).pathname;
    await hr.click('main a[lang=nl]');
    for (const [field, text] of Object.entries(sample.texts.nl)) await hr.type(field, text);
    await hr.press('Save the words');
    await hr.click('.t-tabs a:has-text("People")');
    await hr.press('Paste a few names');
    await hr.type('names', NAMES);
    await hr.choose('language', 'nl');
    await hr.click('label[for=dataKinds]');
    await hr.click('label[for=confidence]');
    await hr.click('label[for=documentExtent]');
    await hr.press('See what is understood');
    expect(await hr.page.textContent('h1')).toContain('9 people can be added');
    await hr.press('Add 9 people');
    expect(await hr.page.locator('tbody tr').count()).toBe(9);
    await hr.click('.t-tabs a:has-text("Letters")');
    await hr.press('Draft the letter');
    await hr.press('Hand in 9 letters');
    await hr.page.waitForSelector('text=Waits for approval');
    // From the list of breaches: the breach, its letters, the letter.
    await dpo.page.reload();
    await dpo.click('main h2 a');
    await dpo.click('.t-tabs a:has-text("Letters")');
    await dpo.click('main h2 a');
    await dpo.press('Allow these 9 letters');
    await dpo.page.waitForSelector('text=approved by');
    await hr.page.reload();
    await hr.press('Go on to sending');
    await hr.press('Send 9 letters now');
    const reports = new ReportsService(house.platform.database);
    const { sum } = await until('all letters by e-mail arrive', async () => {
      const report = await reports.report(breach.split('/').at(-1)!);
      return report.sum.told === 7 ? report : null;
    });
    expect(sum).toMatchObject({ affected: 9, underWay: 2, closes: true });
    expect(house.mails).toHaveLength(7);
    const [{ count }]: [{ count: number }] = await house.platform.database.query(
      `select count(*)::int as count from dispatch where channel = 'post' and state = 'queued'`,
    );
    expect(count).toBe(2);
    const clicks = hr.clicks + dpo.clicks;
    const minutes = (performance.now() - started) / 60_000;
    expect(clicks).toBeLessThan(40);
    expect(hr.fields + dpo.fields).toBeLessThan(20);
    expect(minutes).toBeLessThan(10);
  }, 120_000);

  it.each([320, 1280])(
    'given the pages by hand in a window of %d px, filled, empty and with faults, then axe finds nothing and none is wider than its window',
    async (width) => {
      const faults: string[] = [];
      const { page } = hr;
      await page.setViewportSize({ width, height: 900 });
      const look = async (name: string): Promise<void> => {
        faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
      };
      const people = `${house.url}${breach}/people`;
      await page.goto(`${people}/add`);
      await look('add');
      await page.click('main form .govuk-button');
      await look('add with faults');
      await page.goto(`${people}/paste`);
      await look('paste');
      await page.fill('#names', `Eva Peeters, eva@post.example\nlotte@post.example\nL. V., lotte@post.example`);
      await page.click('main form .govuk-button');
      await look('paste with faults');
      for (const field of ['dataKinds', 'confidence', 'documentExtent']) await page.click(`label[for=${field}]`);
      await page.click('main form .govuk-button');
      await look('paste understood, a line to mend');
      await page.goto(`${people}/changes`);
      await look('changes');
      await page.goto(`${people}/change?language=nl`);
      await look('change');
      await page.click('main form .govuk-button');
      await look('change with faults');
      await page.click('label[for=kind-set]');
      await page.selectOption('#dataKind', 'id-card');
      await page.selectOption('#confidence', width === 320 ? 'presumed' : 'not-excluded');
      await page.fill('#reason', 'The laptop was found, and nobody had opened it.');
      await page.click('main form .govuk-button');
      await look('change previewed');
      await page.click('main form .govuk-button');
      await look('changes made');
      await page.click('tbody td a');
      await look('undo');
      await page.goto(people);
      await look('people');
      await page.click('tbody a');
      await look('person');
      await page.click('tbody td a[href*=exposures]');
      await look('exposure');
      await page.click('main form .govuk-button');
      await look('exposure with faults');
      await page.click('label[for=extent]');
      await page.fill('#reason', 'Only the number stood in the mail.');
      await page.click('main form .govuk-button');
      await look('exposure checked');
      await page.click('main a[href*=people]');
      await page.click('button:has-text("Correct their data")');
      await look('correct');
      await page.fill('#given_name', 'Charlotte');
      await page.fill('#new-email', 'nobody');
      await page.click('main form .govuk-button');
      await look('correct with faults');
      await page.fill('#new-email', 'charlotte@post.example');
      await page.fill('#reason', 'She phoned.');
      await page.click('main form .govuk-button');
      await look('correct checked');
      expect(faults).toEqual([]);
    },
    120_000,
  );
});

const axe = readFileSync(path.join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** Faults that axe finds, and whether the page is wider than its window. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const seen = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      document: { documentElement: { scrollWidth: number } };
      innerWidth: number;
    };
    const { violations } = await seen.axe.run();
    const wider = seen.document.documentElement.scrollWidth - seen.innerWidth;
    return [
      ...violations.map((one) => `${one.id}: ${one.nodes[0]!.html}`),
      ...(wider > 0 ? [`wider than the window by ${wider}`] : []),
    ];
  });
}
