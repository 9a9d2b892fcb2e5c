import { simpleParser } from 'mailparser';
import { checkLedger, Sequencer } from '#libs/ledger/index.js';
import { BreachesService } from '#libs/breach/index.js';
import { PeopleExportService, openTable, sourceOfBytes } from '#libs/people/index.js';
import { Clock, readErasures } from '#libs/platform/index.js';
import { ReportsService } from '#libs/reports/index.js';
import { AccountsService } from '#libs/staff/index.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { importOnPages } from '#test/support/import-on-pages.js';
import { anInstallation, type Installation } from '#test/support/installation.js';
import { describeInBrowser } from '#test/support/chromium.js';
import { until } from '#test/support/until.js';
import { PASSWORD, type TestBrowser } from '#test/support/web-browser.js';

const HOSTILE = [
  '=HYPERLINK("http://evil.example";"x")',
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'",
  '{{7*7}}',
  '<svg/onload=alert(1)>',
];
const ROSTER = [
  'reference,category,given_name,family_name,language,email,street,postcode,city,documents',
  'P-1,staff,Lotte,Voorbeeld,nl,lotte@bewaking.example,Kerkstraat 1,9000,Gent,BE:id-card:scan:confirmed',
  ...HOSTILE.map(
    (name, i) =>
      `H-${i},staff,"${name.replaceAll('"', '""')}",Vijand,nl,h${i}@bewaking.example,"${name.replaceAll('"', '""')}",9000,Gent,BE:id-card:scan:confirmed`,
  ),
].join('\n');

let house: Installation;
let hr: TestBrowser;
let dpo: TestBrowser;
let breach: string;
let notice: string;
let lotte: string;

beforeAll(async () => {
  house = await anInstallation();
  hr = await house.browser('hr@bewaking.example', 'hr');
  dpo = await house.browser('dpo@bewaking.example', 'dpo');
  const { database, keyring, clock } = house.platform;
  const accounts = new AccountsService(database, clock);
  const breaches = new BreachesService(database, keyring, clock);
  const actor = await accounts.actorByEmail('dpo@bewaking.example', 'web');
  const controller = aController({ kind: 'other', languages: ['nl'] });
  breach = (await breaches.open(actor, { facts: someFacts(), controller })).reference;
  await breaches.recordTexts(actor, breach, 'nl', {
    whatHappened: 'Iemand las de mail.',
    likelyConsequences: 'Misbruik van uw gegevens.',
    measuresTaken: 'Wij sloten de weg.',
    whoPays: 'Wij betalen.',
  });
  await imported();
  lotte = /people\/([0-9a-f-]{36})">\s*Lotte Voorbeeld/.exec((await hr.get(`/breaches/${breach}/people`)).body)![1]!;
}, 60_000);
afterAll(() => house?.close());

const page = (what = '') => `/breaches/${breach}/people/${lotte}${what}`;
/** Imports the roster on the pages, by the worker. */
async function imported(): Promise<void> {
  await hr.get(`/breaches/${breach}/import`);
  const upload = await importOnPages(hr, `/breaches/${breach}`, ROSTER);
  await until('the people are imported', async () => (await hr.get(upload)).body.includes('The people are imported'));
}

const report = () => new ReportsService(house.platform.database).report(breach);

async function openByCode(path: '/n' | '/real', code: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(house.url + path, { method: 'POST', body: new URLSearchParams({ code, lang: 'en' }) });
  return { status: answer.status, text: await answer.text() };
}

describe('forgetting a person, and still proving that they were told', () => {
  let code: string;

  it('given a person who waits for their letter, when their erasure is asked for, then the page says on which ground not, who decides and until when', async () => {
    expect((await hr.get(page('/erase'))).statusCode).toBe(403);
    expect((await hr.post(page('/erase'), { reason: 'x' })).statusCode).toBe(403);
    const form = await dpo.get(page('/erase'));
    expect(form.body).toMatch(/Art\. 34[^]*Art\. 17\(3\)\(b\)[^]*one month[^]*controller decided/);
    expect(form.body).not.toContain('Erase this person for good');
    expect((await dpo.post(page('/erase'), { reason: 'They asked.' })).statusCode).toBe(409);
  });

  it('given their letter arrived, when a legal hold is set, then they are not erased until it is lifted', async () => {
    notice = ((await hr.post(`/breaches/${breach}/notices`, {})).headers.location as string).split('/').at(-1)!;
    const home = `/breaches/${breach}/notices/${notice}`;
    await hr.post(`${home}/submit`, {});
    const hash = /name="hash" value="([^"]+)"/.exec((await dpo.get(home)).body)![1]!;
    await dpo.post(`${home}/approve`, { hash });
    await hr.post(`${home}/send`, {});
    await until('the notice is sent', async () => (await report()).notices.find((one) => one.state === 'sent'));
    const mail = house.mails.find((one) => one.envelopeTo.includes('lotte@bewaking.example'))!;
    code = /\b(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{2}\b/.exec((await simpleParser(mail.raw)).text!)![0];
    const day = new Date(new Clock().now().getTime() + 40 * 86_400_000).toISOString().slice(0, 10);
    await dpo.get(page('/erase'));
    expect((await dpo.post(page('/hold'), { holdReason: 'Case 7', reviewOn: '2001-01-01' })).statusCode).toBe(422);
    expect((await dpo.post(page('/hold'), { holdReason: 'Case 7', reviewOn: day })).statusCode).toBe(303);
    expect((await dpo.get(page('/erase'))).body).toMatch(/Case 7[^]*Art\. 17\(3\)\(e\)/);
    expect((await dpo.post(page('/erase'), { reason: 'They asked.' })).statusCode).toBe(409);
    expect((await dpo.post(page('/release'), {})).statusCode).toBe(303);
  }, 60_000);

  it('given a letter from the drawer, when its person was erased, then its code says that it is genuine, the ledger holds, and the sum is the same', async () => {
    const before = await report();
    const [letter]: Record<string, unknown>[] = await house.platform.database.query(
      `select code_index, notice_id, body_hash, made_at from letter where person_id = $1`,
      [lotte],
    );
    expect((await dpo.post(page('/erase'), { reason: 'Lotte Voorbeeld asked.' })).statusCode).toBe(422);
    expect((await dpo.post(page('/erase'), { reason: 'They asked on paper.' })).statusCode).toBe(303);
    for (const browser of [hr, dpo]) {
      const shown = await browser.get(page());
      expect(shown.body).toContain('Erased person');
      expect(shown.body).not.toMatch(/Lotte|Voorbeeld|lotte@|Kerkstraat|P-1\b/);
      expect(shown.body).toMatch(
        /E-mail taken by the mail server[^]*Held back from erasure[^]*Hold lifted[^]*Person erased/,
      );
    }
    const genuine = await openByCode('/n', code);
    expect(genuine.status).toBe(200);
    expect(genuine.text).toContain(notice);
    expect((await openByCode('/real', code)).text).toContain(notice);
    await new Sequencer(house.platform.database).drain();
    expect(await checkLedger(house.platform.database)).toMatchObject({ ok: true });
    const after = await report();
    expect({ ...after.sum }).toEqual({ ...before.sum });
    expect(after.sum.closes).toBe(true);
    expect(
      await house.platform.database.query(
        `select code_index, notice_id, body_hash, made_at from letter where person_id = $1`,
        [lotte],
      ),
    ).toEqual([letter]);
    const [attempt]: Record<string, unknown>[] = await house.platform.database.query(
      `select channel, state, peer_answer, settled_at is not null as settled from dispatch where person_id = $1`,
      [lotte],
    );
    expect(attempt).toEqual({ channel: 'email', state: 'accepted', peer_answer: null, settled: true });
    expect(readErasures(house.platform.config.keyFile)!.map((one) => one.personId)).toEqual([lotte]);
  });

  it('given the same roster again, when it is imported, then they are not back, and the letter of the erased cannot be read', async () => {
    await imported();
    expect((await report()).sum.affected).toBe(1 + HOSTILE.length);
    const preview = await hr.get(`/breaches/${breach}/notices/${notice}/preview?person=P-1`);
    expect(preview.statusCode).toBe(404);
    expect((await hr.get(`/breaches/${breach}/people`)).body).not.toContain('Lotte');
  });
});

describe('names and addresses that are code elsewhere', () => {
  it('given them in a roster, when their letters are read, then each says the name as it was imported and nothing of it is markup', async () => {
    for (const [i, name] of HOSTILE.entries()) {
      const mail = house.mails.find((one) => one.envelopeTo.includes(`h${i}@bewaking.example`))!;
      const { text, html } = await simpleParser(mail.raw);
      expect(text!.replace(/\s+/g, ' ')).toContain(`${name} Vijand`);
      expect(html).not.toMatch(/<img|<svg|onerror=alert\(1\)>/);
    }
  });

  it('given them in the list, when it is exported as a workbook, then each stands there as a text', async () => {
    const { database, keyring } = house.platform;
    const actor = await new AccountsService(database, house.platform.clock).actorByEmail('hr@bewaking.example', 'web');
    const file = await new PeopleExportService(database, keyring).export(actor, breach, {}, 'xlsx', 'correct-data');
    const pieces: Buffer[] = [];
    for await (const piece of file.bytes) pieces.push(piece);
    const cells: string[] = [];
    for await (const rows of (await openTable(sourceOfBytes(Buffer.concat(pieces)))).rows)
      cells.push(...rows.flatMap((row) => row.cells));
    // "'-alert(1)-'" has one apostrophe more than its value: reading takes it off again.
    for (const name of HOSTILE) expect(cells.map((cell) => cell.replace(/^''/, "'"))).toContain(name);
  });

  describeInBrowser('in a real browser', (chromium) => {
    it('given them in the list, when it is opened, then nothing runs, nothing asks and nothing is fetched from elsewhere', async () => {
      const context = await chromium().newContext();
      const tab = await context.newPage();
      const [dialogs, foreign]: [string[], string[]] = [[], []];
      tab.on('dialog', (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      tab.on('request', (request) => {
        if (!request.url().startsWith(house.url)) foreign.push(request.url());
      });
      await tab.goto(house.url);
      await tab.fill('input[name="email"]', 'hr@bewaking.example');
      await tab.fill('input[name="password"]', PASSWORD);
      await tab.click('main button');
      await tab.goto(`${house.url}/breaches/${breach}/people`);
      const shown = await tab.locator('main').innerText();
      for (const name of HOSTILE) expect(shown).toContain(name);
      expect(await tab.locator('main img, main svg[onload], main script').count()).toBe(0);
      await tab.locator('main table a').last().click();
      expect(await tab.locator('h1').innerText()).toContain('Vijand');
      expect([dialogs, foreign]).toEqual([[], []]);
      await context.close();
    }, 60_000);
  });
});
