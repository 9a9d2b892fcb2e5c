import type { Page } from 'playwright-core';
import { BreachesService } from '#libs/breach/index.js';
import { NoticesService } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Clock } from '#libs/platform/index.js';
import { AccountsService } from '#libs/staff/index.js';
import { describeInBrowser } from '#test/support/chromium.js';
import { aBreachFile, aController } from '#test/support/given-breach.js';
import { anInstallation, type Installation } from '#test/support/installation.js';
import { faultsOfPage } from '#test/support/page-faults.js';
import { until } from '#test/support/until.js';
import { PASSWORD } from '#test/support/web-browser.js';

const ROSTER = `reference,category,language,given_name,family_name,email,private_email,street,postcode,city,country,documents
P-1,staff,nl,Lotte,Maes,lotte@work.example,,,,,,BE:id-card:scan:confirmed
P-2,applicant,fr,Anne-Charlotte Philippine,de Vandenberghe-Vanderstraeten,,a@post.example,,,,,BE:passport:number:presumed
P-3,staff,de,Ελένη,Παπαδοπούλου,eleni@work.example,,,,,,BE:id-card:mentioned:presumed
P-4,applicant,en,Sam,Willems,,,Kerkstraat 1,9000,Gent,BE,BE:id-card:scan:confirmed; NL:passport:scan:presumed
P-5,past-applicant,nl,Jan,Claes,,jan@post.example,,,,,BE:id-card:scan:excluded`;
const TEXTS = {
  whatHappened: 'An intruder read our mail.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We closed the gateway.',
  whoPays: 'We pay for the new documents.',
};
const HR = 'hr@agency.example';
const DPO = 'dpo@agency.example';

describeInBrowser('a letter that is written, looked at and allowed', (browser) => {
  let house: Installation;
  let breaches: BreachesService;
  let home = '';
  let notice = '';

  beforeAll(async () => {
    house = await anInstallation();
    await house.browser(HR, 'hr');
    await house.browser(DPO, 'dpo');
    const { database, keyring, config, clock } = house.platform;
    const actor = await new AccountsService(database, new Clock()).actorByEmail(HR, 'web');
    breaches = new BreachesService(database, keyring, clock);
    const breach = await breaches.open(actor, aBreachFile({ controller: aController({ kind: 'other' }) }));
    for (const language of ['nl', 'fr', 'de', 'en'] as const)
      await breaches.recordTexts(actor, breach.reference, language, TEXTS);
    const rosters = new RosterImportService(database, keyring, clock);
    await rosters.import(actor, breach.reference, sourceOfBytes(Buffer.from(ROSTER)), { keepGood: false });
    notice = (await new NoticesService(database, keyring, config, clock).draft(actor, breach.reference, 'initial'))
      .reference;
    home = `${house.url}/breaches/${breach.reference}/notices/${notice}`;
  }, 120_000);
  afterAll(() => house?.close());

  async function signedIn(email: string, width = 1280, javaScriptEnabled = true): Promise<Page> {
    const context = await browser().newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(house.url);
    await page.fill('#email', email);
    await page.fill('#password', PASSWORD);
    await page.press('#password', 'Enter');
    await page.waitForURL('**/breaches');
    return page;
  }
  const press = async (page: Page, words: string): Promise<void> =>
    await page.getByRole('button', { name: words }).first().click();
  /** What the letter beside the text says. */
  const letterOn = async (page: Page): Promise<string> =>
    (await page
      .frames()
      .at(-1)!
      .textContent('body')
      .catch(() => '')) ?? '';
  /** Replaces words of the text as somebody at the keyboard does. */
  const rewrite = async (page: Page, from: string, to: string): Promise<void> => {
    const text = await page.inputValue('#source');
    expect(text).toContain(from);
    await page.fill('#source', text.replace(from, to));
  };

  it('given the English text, when HR changes a sentence, then the letter beside it says so before it is kept, and a fault is named with its line', async () => {
    const page = await signedIn(HR);
    await page.goto(`${home}/text/en`);
    await until('the letter is there', async () => (await letterOn(page)).includes('we are sorry'));
    await rewrite(page, 'This affects you, and we are sorry.', 'This affects you. We are sorry for it.');
    await until('the letter follows', async () => (await letterOn(page)).includes('We are sorry for it.'));
    expect(await page.locator('iframe').count()).toBe(1);
    await rewrite(page, '{{date}}', '{{day}}');
    await page.waitForSelector('[data-faulty]');
    expect(await page.textContent('[data-faulty]')).toContain('Line 15');
    expect(await letterOn(page)).toContain('We are sorry for it.');
    await page.click('[data-faulty] a');
    expect(
      await page.evaluate(() => {
        const field = (
          globalThis as unknown as {
            document: { activeElement: { value: string; selectionStart: number; selectionEnd: number } };
          }
        ).document.activeElement;
        return field.value.slice(field.selectionStart, field.selectionEnd);
      }),
    ).toBe('{{day}}, our reference: {{notice}}');
    await press(page, 'Save this text');
    expect(await page.textContent('.govuk-error-summary')).toContain('Line 15');
    await rewrite(page, '{{day}}', '{{date}}');
    await press(page, 'Save this text');
    await page.waitForSelector('text=saved as a new version');
    expect(await page.locator('.t-versions li').count()).toBe(2);
    await page.context().close();
  }, 120_000);

  it('given the change, when HR goes on, then the other languages are said to wait; looked at, the letter can be handed in', async () => {
    const page = await signedIn(HR);
    await page.goto(home);
    const waiting = (): Promise<number> => page.locator('.t-languages .t-bad').count();
    expect(await waiting()).toBe(3);
    expect(await page.getByRole('button', { name: 'Hand in' }).count()).toBe(0);
    for (const language of ['nl', 'fr', 'de']) {
      await page.goto(`${home}/text/${language}`);
      await press(page, 'Looked at: nothing to change here');
      await page.waitForSelector('text=It is on record');
    }
    await page.goto(home);
    expect(await waiting()).toBe(0);
    await press(page, 'Hand in 4 letters');
    await page.waitForSelector('text=Waits for approval');
    await page.goto(`${home}/text/en`);
    expect(await page.getAttribute('#source', 'readonly')).toBe('');
    await page.context().close();
  }, 120_000);

  it('given the letter that waits, when the data protection officer looks at it, then they see how it goes, what differs and letters of each sort, and allow it', async () => {
    const page = await signedIn(DPO);
    await page.goto(home);
    expect(await page.textContent('h1')).toContain('You are about to allow 4 letters');
    expect(await page.locator('.t-diff ins').allTextContents()).toEqual(expect.arrayContaining(['We']));
    expect(await page.locator('figure').count()).toBe(4);
    const table = await page.locator('table').first().innerText();
    expect(table.replace(/\s+/g, ' ')).toContain('English 0 1 1');
    expect(await page.locator('a[href*="/left-out/"]').first().textContent()).toContain('1 ·');
    await press(page, 'Allow these 4 letters');
    await page.waitForSelector('text=approved by');
    await page.context().close();
  }, 120_000);

  it('given letters that were allowed, when HR takes them back and changes them, then the approval is gone, and the next one shows what changed since', async () => {
    const page = await signedIn(HR);
    await page.goto(`${home}/text/en`);
    expect(await page.textContent('.t-panel')).toContain('the approval ends');
    await press(page, 'Take back to draft');
    await page.waitForSelector('text=Hand in 4 letters');
    await page.goto(`${home}/text/en`);
    await rewrite(page, 'We are sorry for it.', 'We apologise.');
    await page.click('label[for=follows-yes]');
    await press(page, 'Save this text');
    await page.waitForSelector('text=saved as a new version');
    await page.goto(home);
    expect(await page.textContent('#changes ~ p')).toContain(`Since ${notice} was allowed by dpo`);
    expect(await page.locator('.t-diff ins').allTextContents()).toEqual(['apologise']);
    expect(await page.getByRole('link', { name: 'Go on to sending' }).count()).toBe(0);
    await page.context().close();
  }, 120_000);

  it('given two who write the same text, when the second saves, then nothing of either is lost', async () => {
    const first = await signedIn(HR);
    const second = await signedIn(DPO);
    for (const page of [first, second]) await page.goto(`${home}/text/de`);
    await rewrite(first, '# ', '# Eins ');
    await press(first, 'Save this text');
    await first.waitForSelector('text=saved as a new version');
    await rewrite(second, '# ', '# Zwei ');
    await press(second, 'Save this text');
    await second.waitForSelector('#conflict');
    expect(await second.textContent('.govuk-error-summary')).toContain('hr saved version 2');
    expect(await second.inputValue('#source')).toContain('# Zwei ');
    expect(await second.locator('.t-diff').first().textContent()).toContain('Eins');
    await press(second, 'Save this text');
    await second.waitForSelector('text=saved as a new version');
    await second.goto(`${home}/text/de/versions/2`);
    await press(second, 'Take version 2 again');
    await second.waitForSelector('text=the words of version 2');
    for (const page of [first, second]) await page.context().close();
  }, 120_000);

  it('given a browser without script, when HR writes, then a button shows the letter in the frame, and another whose', async () => {
    const page = await signedIn(HR, 1280, false);
    await page.goto(`${home}/text/fr`);
    await rewrite(page, '# ', '# Bonjour ');
    await press(page, 'Show the letter with this text');
    await until('the frame has the letter', async () => (await letterOn(page)).includes('Bonjour'));
    await page.selectOption('#as', 'longest-names');
    await press(page, 'Show this letter');
    expect(await page.textContent('#letter-title')).toContain('P-2');
    expect(await page.inputValue('#source')).toContain('# Bonjour ');
    await page.context().close();
  }, 120_000);

  it.each([320, 1280])(
    'given the pages of writing in a window of %d px, then axe finds nothing and none is wider than its window',
    async (width) => {
      const page = await signedIn(HR, width);
      const faults: string[] = [];
      const look = async (name: string): Promise<void> => {
        faults.push(...(await faultsOfPage(page)).map((fault) => `${name}: ${fault}`));
      };
      await page.goto(`${home}/text/en`);
      await page.click('summary');
      await look('write');
      await page.fill('#source', 'no text');
      await press(page, 'Save this text');
      await look('write with a fault');
      await page.goto(`${home}/text/en/versions/2`);
      await look('version');
      await page.goto(home);
      await look('notice');
      await press(page, 'Show this letter');
      await look('letter with a fault');
      await page.selectOption('#as', 'strangest');
      await press(page, 'Show this letter');
      expect(await page.textContent('h1')).toContain('P-3');
      await look('letter');
      expect(faults).toEqual([]);
      await page.context().close();
    },
    120_000,
  );
});
