import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { checkLedger, Sequencer } from '#libs/ledger/index.js';
import { ReportsService } from '#libs/reports/index.js';
import { anInstallation, type Installation } from '#test/support/installation.js';
import { describeInBrowser } from '#test/support/chromium.js';
import { formOf } from '#test/support/form-of.js';
import { checkOnPages, importOnPages, nextOf } from '#test/support/import-on-pages.js';
import { ROOT } from '#test/support/root.js';
import { until } from '#test/support/until.js';
import { PASSWORD, type TestBrowser } from '#test/support/web-browser.js';

/** Four languages, a banned domain, an address by post only, somebody of whom nothing is out, a minor, a strange name. */
const ROSTER = `reference,category,given_name,family_name,language,email,private_email,street,postcode,city,country,minor,addressee_given_name,addressee_family_name,documents,other_data
P-1,staff,Lotte,D'Hondt,nl,lotte@bewaking.example,,Kerkstraat 1,9000,Gent,BE,,,,BE:id-card:scan-both-sides:confirmed; BE:passport:number:presumed,cv:copy:presumed
P-2,past-applicant,Zoé,Œuvrard,fr,zoe@courriel.example,,rue Haute 2,4000,Liège,BE,,,,BE:id-card:scan:not-excluded,iban:number:confirmed
P-3,staff,Jürgen,"Weiß, Dr.",de,juergen@bewaking.example,,Hauptstraße 3,4700,Eupen,BE,,,,DE:id-card:number:confirmed,
P-4,applicant,[x](http://evil.example),<script>alert(1)</script>,en,odd@mail.example,,High Street 4,1000,Brussels,BE,,,,NL:passport:scan:confirmed,
P-5,staff,Oude,Domein,nl,oude@oud.bewaking.example,eigen@post.example,Kerkstraat 5,9000,Gent,BE,,,,BE:id-card:scan:confirmed,
P-6,former-staff,Zonder,Mail,nl,,,Kerkstraat 6,9000,Gent,BE,,,,BE:passport:scan:confirmed,
P-7,staff,Niets,Gelekt,nl,niets@bewaking.example,,Kerkstraat 7,9000,Gent,BE,,,,BE:id-card:scan:excluded,
P-8,family,Kleine,Jan,nl,jan@post.example,,Kerkstraat 8,9000,Gent,BE,yes,Moeder,Jan,BE:kids-id:scan:confirmed,
P-9,staff,Nergens,Te Vinden,nl,,,,,,,,,,BE:id-card:scan:confirmed,
P-10,staff,Fout,Taal,klingon,fout@bewaking.example,,Kerkstraat 10,9000,Gent,BE,,,,BE:id-card:scan:confirmed,
`;

const sample = JSON.parse(readFileSync(path.join(ROOT, 'samples/gateway/breach.json'), 'utf8')) as {
  controller: { postalAddress: string[]; website: string };
  texts: Record<string, Record<string, string>>;
};

let house: Installation;
let hr: TestBrowser;
let dpo: TestBrowser;
let breach: string;
let notice: string;
let letters: ParsedMail[];

beforeAll(async () => {
  house = await anInstallation();
  hr = await house.browser('hr@bewaking.example', 'hr');
  dpo = await house.browser('dpo@bewaking.example', 'dpo');
}, 60_000);
afterAll(() => house?.close());

/** Waits until the worker has imported a file. */
async function imported(upload: string): Promise<void> {
  await until('the people are imported', async () => (await hr.get(upload)).body.includes('The people are imported'));
}

const report = () => new ReportsService(house.platform.database).report(breach);

/** A hash over every row of every table but those that a signed-in click moves. */
async function stateOfTables(): Promise<string> {
  const { database } = house.platform;
  const tables: { name: string }[] = await database.query(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_name not in ('account_session', 'job_worker') order by 1`,
  );
  const hash = createHash('sha256');
  for (const { name } of tables) {
    const [row]: { state: string }[] = await database.query(
      `select coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '') as state from "${name}" t`,
    );
    hash.update(`${name}:${row!.state};`);
  }
  return hash.digest('hex');
}

function secretsOf(mail: ParsedMail): { code: string; word: string } {
  const code = /\b(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{2}\b/.exec(mail.text!)![0];
  const word = /\b(?:[bdfklmnprstvz][aeiou]){3}[bdfklmnprstvz]\b/.exec(mail.text!.slice(mail.text!.indexOf(code)))![0];
  return { code, word };
}

const letterTo = (address: string): ParsedMail =>
  letters.find((mail) => [mail.to].flat()[0]!.value[0]!.address === address)!;

/** Hidden fields of the form that goes to `action`. */
function hidden(html: string, action: string): Record<string, string> {
  const form = html.split('<form').find((part) => part.includes(`action="${action}"`))!;
  const fields = form
    .slice(0, form.indexOf('</form>'))
    .matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries([...fields].map((match) => [match[1]!, match[2]!]));
}

describe('the main job, from the breach to the report', () => {
  it('given the controller on the settings page and the facts on a form, when the data protection officer opens the breach, then it stands in the register with its clock', async () => {
    const { postalAddress, website } = sample.controller;
    const settings = await dpo.post('/settings', {
      name_nl: 'Nationaal Bewakingsagentschap',
      name_fr: 'Agence nationale de veille',
      name_de: 'Nationale Wachagentur',
      name_en: 'National Watch Agency',
      postalAddress: postalAddress.join('\n'),
      website: website,
      timeZone: 'Europe/Brussels',
      kind: 'other',
      languages: ['nl', 'fr', 'de', 'en'],
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
    expect(settings.statusCode).toBe(200);
    const opened = await dpo.post('/breaches', {
      title: 'Mail gateway read by an intruder',
      awareAt: '2026-03-28 23:10',
      awareBasis: 'Report of the security team',
      occurredFrom: '2024-11-04 02:10',
      kinds: 'confidentiality',
      cause: 'external-malicious',
      systems: 'mail gateway',
      dataKinds: ['id-card', 'passport', 'cv', 'iban', 'kids-id'],
      affectedCategories: ['staff', 'past-applicant'],
      bannedDomains: 'oud.bewaking.example',
      paidBy: 'controller',
      isDrill: 'no',
    });
    expect(opened.statusCode).toBe(303);
    breach = (opened.headers.location as string).split('/').at(-1)!;
    for (const [language, texts] of Object.entries(sample.texts)) {
      expect((await dpo.post(`/breaches/${breach}/texts/${language}`, texts)).statusCode).toBe(303);
    }
    const page = (await dpo.get(`/breaches/${breach}`)).body;
    expect(page).toContain('Mail gateway read by an intruder');
    // 72 hours over the change to summer time.
    expect(page).toContain('1 April 2026');
  });

  it('given a form without a title and with a time that does not exist, when it is sent, then each fault stands beside its field, what was typed is kept, and nothing is opened', async () => {
    const answer = await dpo.post('/breaches', { title: '', awareAt: '2026-03-29 02:30', systems: 'the mail gateway' });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('Enter a day and a time that exist');
    expect(answer.body).toContain('the mail gateway');
    const rows: unknown[] = await house.platform.database.query(`select from breach`);
    expect(rows).toHaveLength(1);
  });

  it('given a roster with one faulty row, when HR imports the others, then each person stands in one part of the sum and the row beside it', async () => {
    const { upload, page } = await checkOnPages(hr, `/breaches/${breach}`, ROSTER);
    expect(page.body).toContain('Write one of nl, fr, de, en');
    expect((await report()).sum.affected).toBe(0);
    expect((await hr.post(`${upload}/start`, formOf(page.body, `${upload}/start`))).statusCode).toBe(303);
    await imported(upload);
    const { sum, notInSum } = await report();
    expect(sum).toMatchObject({ affected: 9, told: 0, exempt: 1, underWay: 8, notReached: 0, closes: true });
    expect(sum.exemptBy.nothingExposed).toBe(1);
    expect(notInSum.rows).toBe(1);
  });

  it('given the same roster again, when it is imported, then nobody is doubled', async () => {
    await imported(await importOnPages(hr, `/breaches/${breach}`, ROSTER));
    expect((await report()).sum.affected).toBe(9);
    expect((await report()).notInSum.rows).toBe(1);
  });

  it('given a reference, a whole address or a part of a name, when HR looks for it, then the person is found, and a search by name is kept in the ledger', async () => {
    for (const typed of ['P-2', 'zoe@courriel.example', 'œuvrard', 'ZOE']) {
      const page = (await hr.post(`/breaches/${breach}/people/find`, { search: typed })).body;
      expect(page).toContain('Zoé Œuvrard');
      expect(page).not.toContain('Lotte');
    }
    expect((await hr.post(`/breaches/${breach}/people/find`, { search: 'nobody of that name' })).body).toContain(
      'Nobody',
    );
    expect((await hr.post(`/breaches/${breach}/people/find`, { search: ' ' })).statusCode).toBe(422);
    const searches: unknown[] = await house.platform.database.query(
      `select kind from ledger_outbox where kind = 'people.searched' union all select kind from ledger_entry where kind = 'people.searched'`,
    );
    expect(searches).toHaveLength(3);
  });

  it('given a roster that marks protected persons, when HR uploads it, then it is refused whole', async () => {
    const roster = ROSTER.replace('minor,', 'protected,').replace(
      'Gent,BE,,,,BE:id-card:scan-both',
      'Gent,BE,yes,,,BE:id-card:scan-both',
    );
    const answer = await hr.get(nextOf(await hr.upload(`/breaches/${breach}/import`, roster)));
    expect(answer.body).toContain('href="#file"');
    expect(answer.body).toContain('security officer');
  });

  it('given a letter that HR wrote, when its author tries to approve it, then they may not; the data protection officer may', async () => {
    const drafted = await hr.post(`/breaches/${breach}/notices`, {});
    notice = (drafted.headers.location as string).split('/').at(-1)!;
    const home = `/breaches/${breach}/notices/${notice}`;
    expect((await hr.post(`${home}/submit`, {})).statusCode).toBe(303);
    expect((await hr.post(`${home}/approve`, {})).statusCode).toBe(403);
    const asked = await dpo.get(home);
    expect(asked.body).toContain('You are about to allow 8 letters');
    expect((await dpo.post(`${home}/approve`, hidden(asked.body, `${home}/approve`))).statusCode).toBe(303);
  });

  it('given people changed after the approval, when HR sends, then nothing leaves until it is approved as it is now', async () => {
    const home = `/breaches/${breach}/notices/${notice}`;
    const more = `reference,category,given_name,language,email,documents\nP-11,staff,Later,en,later@bewaking.example,BE:id-card:scan:confirmed\n`;
    await imported(await importOnPages(hr, `/breaches/${breach}`, more));
    const refused = await hr.post(`${home}/send`, {});
    expect(refused.statusCode).toBe(409);
    expect(house.mails).toHaveLength(0);
    await dpo.post(`${home}/return`, { note: 'One more person.' });
    await hr.post(`${home}/submit`, {});
    const asked = await dpo.get(home);
    expect(asked.body).toContain('You are about to allow 9 letters');
    await dpo.post(`${home}/approve`, hidden(asked.body, `${home}/approve`));
    expect((await hr.get(`${home}/send`)).body).toContain('Send 9 letters now');
    expect((await hr.post(`${home}/send`, {})).statusCode).toBe(303);
    await until('the notice is sent', async () => (await report()).notices.find((one) => one.state === 'sent'));
    letters = await Promise.all(house.mails.map((mail) => simpleParser(mail.raw)));
  }, 60_000);

  it('given the notice sent, then each person with an address has one mail of their own, in their language, over channels that the attacker does not read', async () => {
    expect(house.mails.map((mail) => mail.envelopeTo.join()).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'eigen@post.example',
      'juergen@bewaking.example',
      'later@bewaking.example',
      'lotte@bewaking.example',
      'odd@mail.example',
      'zoe@courriel.example',
    ]);
    expect(letterTo('lotte@bewaking.example').headers.get('content-language')).toBe('nl');
    expect(letterTo('zoe@courriel.example').text).toContain('Zoé Œuvrard');
    expect(letterTo('juergen@bewaking.example').text).toContain('Jürgen Weiß, Dr.');
    expect(letterTo('odd@mail.example').text).toContain('[x](http://evil.example) <script>alert(1)</script>');
    expect(letterTo('odd@mail.example').html).not.toContain('<script>');
    expect(new Set(letters.map((mail) => mail.messageId)).size).toBe(6);
    for (const mail of letters) {
      expect(mail.html).not.toMatch(/<a\s|<img|src=|https?:\/\/[^"]*track/i);
      expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    }
    const { sum } = await report();
    expect(sum).toMatchObject({ affected: 10, told: 6, exempt: 1, underWay: 2, notReached: 1, closes: true });
  });

  it('given the addresses of a letter, when robots read them in every way, then nothing changes', async () => {
    const { code } = secretsOf(letterTo('lotte@bewaking.example'));
    await new Sequencer(house.platform.database).drain();
    const before = await stateOfTables();
    const urls = [
      '/n',
      '/n?lang=fr',
      `/n?code=${code}`,
      '/real',
      `/real?code=${code}`,
      '/n/acknowledge',
      '/n/renewed',
      '/n/open',
    ];
    for (const url of urls) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        for (const headers of [{}, { purpose: 'prefetch' }, { range: 'bytes=0-10' }] as Record<string, string>[]) {
          await fetch(house.url + url, { method, headers });
        }
      }
    }
    expect(await stateOfTables()).toBe(before);
  });

  it('given the code typed in small letters with spaces, then the page says what is out and what to do, and names nobody', async () => {
    const { code } = secretsOf(letterTo('lotte@bewaking.example'));
    const answer = await fetch(`${house.url}/n`, {
      method: 'POST',
      body: new URLSearchParams({ code: code.toLowerCase().replaceAll('-', ' ') }),
    });
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain('Belgische identiteitskaart');
    expect(page).not.toMatch(/Lotte|Hondt|lotte@|P-1\b|Kerkstraat/);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('given the page, when the word is wrong, then nothing counts; when it is right, then one receipt, also the second time', async () => {
    const { code, word } = secretsOf(letterTo('lotte@bewaking.example'));
    const post = async (url: string, form: Record<string, string>) => {
      const answer = await fetch(house.url + url, { method: 'POST', body: new URLSearchParams(form) });
      return { status: answer.status, page: await answer.text() };
    };
    const { page } = await post('/n', { code });
    const wrong = await post('/n/acknowledge', { ...hidden(page, '/n/acknowledge'), word: 'bakolim' });
    expect(wrong.status).toBe(422);
    expect((await report()).acknowledged).toBe(0);
    const right = await Promise.all(
      Array.from({ length: 20 }, () =>
        post('/n/acknowledge', { ...hidden(page, '/n/acknowledge'), word: word.toUpperCase() }),
      ),
    );
    const receipts = new Set(right.map((one) => /R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(one.page)?.[0]));
    expect(receipts.size).toBe(1);
    expect((await report()).acknowledged).toBe(1);
    const future = await post('/n/renewed', {
      ...hidden(page, '/n/renewed'),
      word,
      day: '1',
      month: '1',
      year: '2099',
    });
    expect(future.status).toBe(422);
    const renewed = await post('/n/renewed', {
      ...hidden(page, '/n/renewed'),
      word,
      day: '23',
      month: '11',
      year: '2026',
    });
    expect(renewed.status).toBe(200);
    const { renewals, sum } = await report();
    expect(renewals.declared).toBe(1);
    expect(renewals.byDocument.find((row) => row.kind === 'id-card' && row.country === 'BE')).toMatchObject({
      renewed: 1,
    });
    expect(sum.closes).toBe(true);
  });

  it('given a document that was renewed, when HR corrects how sure it is, then it stays renewed, and its person counts as changed since their letter', async () => {
    const [{ id: document, person }]: [{ id: string; person: string }] = await house.platform.database.query(
      `select e.id, e.person_id as person from exposure e join reply r on r.exposure_id = e.id`,
    );
    const place = `/breaches/${breach}/people/${person}`;
    await hr.get(`${place}/exposures/${document}`);
    const typed = { extent: 'number', confidence: 'confirmed', reason: 'Seen in the mail.' };
    expect((await hr.post(`${place}/exposures/${document}/save`, typed)).statusCode).toBe(303);
    const { renewals, sum } = await report();
    expect(renewals.byDocument.find((row) => row.kind === 'id-card' && row.country === 'BE')).toMatchObject({
      renewed: 1,
    });
    expect([sum.changedSince, sum.closes]).toEqual([1, true]);
    // Told again, by the page that was open or by one that is opened now: it is the same renewal.
    const { code, word } = secretsOf(letterTo('lotte@bewaking.example'));
    const opened = await fetch(`${house.url}/n`, { method: 'POST', body: new URLSearchParams({ code }) });
    const { ticket } = hidden(await opened.text(), '/n/renewed');
    const [{ id: stated }]: [{ id: string }] = await house.platform.database.query(
      `select id from exposure where person_id = $1 and data_kind = 'id-card' and superseded_by is null`,
      [person],
    );
    const body = { ticket: ticket!, word, exposure: stated, day: '22', month: '11', year: '2026' };
    const told = await fetch(`${house.url}/n/renewed`, { method: 'POST', body: new URLSearchParams(body) });
    expect(told.status).toBe(200);
    expect((await report()).renewals.declared).toBe(1);
    const page = (await hr.get(place)).body;
    expect(page).toMatch(/Identity card BE[^]*?number[^]*?23 November 2026/);
    expect(page).toContain('their facts changed after their letter');
  });

  it('given a code that is none, then the page shows it as typed and asks to compare; a letter that is ours is real', async () => {
    const unknown = await fetch(`${house.url}/n`, {
      method: 'POST',
      body: new URLSearchParams({ code: 'AAAA-BBBB-CCCC-DDDD-EE', lang: 'en' }),
    });
    expect(unknown.status).toBe(422);
    expect(await unknown.text()).toContain('AAAA-BBBB-CCCC-DDDD-EE');
    const { code } = secretsOf(letterTo('zoe@courriel.example'));
    const real = await (
      await fetch(`${house.url}/real`, { method: 'POST', body: new URLSearchParams({ code, lang: 'en' }) })
    ).text();
    expect(real).toContain(notice);
    expect(real).not.toMatch(/Zoé|Œuvrard|IBAN/);
  });

  it('given everything that happened, then the report opens as page and table, and the ledger is whole and names nobody', async () => {
    expect((await dpo.get(`/breaches/${breach}/report`)).body).toContain(
      '10 affected = 6 told + 1 exempt + 2 under way + 1 not reached',
    );
    expect((await dpo.get(`/breaches/${breach}/report.csv`)).body).toContain(`breach,${breach},10,6,1,2,1`);
    expect((await dpo.get(`/breaches/${breach}/people?state=not-reached`)).body).toContain('Nergens');
    await new Sequencer(house.platform.database).drain();
    const check = await checkLedger(house.platform.database);
    expect(check).toMatchObject({ ok: true, pending: 0, faults: [] });
    const [log]: { text: string }[] = await house.platform.database.query(
      `select string_agg(convert_from(body, 'UTF8'), '') as text from ledger_entry`,
    );
    expect(log!.text).not.toMatch(/Lotte|Hondt|@|Kerkstraat|Œuvrard/);
  });
});

describeInBrowser('the pages as people see them', (browser) => {
  const axe = readFileSync(path.join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');
  type Page = Awaited<ReturnType<Awaited<ReturnType<ReturnType<typeof browser>['newContext']>>['newPage']>>;

  /** Faults that axe finds, and whether the page is wider than its window. */
  async function faultsOf(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const result = await (
        globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        }
      ).axe.run();
      const { scrollWidth } = (globalThis as unknown as { document: { documentElement: { scrollWidth: number } } })
        .document.documentElement;
      const { innerWidth } = globalThis as unknown as { innerWidth: number };
      return [
        ...result.violations.map((one) => `${one.id}: ${one.nodes[0]!.html}`),
        ...(scrollWidth > innerWidth ? [`wider than the window by ${scrollWidth - innerWidth}`] : []),
      ];
    });
    return found.map((fault) => `${page.url()} ${fault}`);
  }

  it('given a telephone of 320 px without JavaScript, when a person types the code and the word, then they get a receipt in their language', async () => {
    const { code, word } = secretsOf(letterTo('zoe@courriel.example'));
    const context = await browser().newContext({
      javaScriptEnabled: false,
      viewport: { width: 320, height: 640 },
      locale: 'fr-BE',
    });
    const page = await context.newPage();
    await page.goto(`${house.url}/n`);
    expect(await page.getAttribute('html', 'lang')).toBe('fr');
    await page.fill('#code', code);
    await page.press('#code', 'Enter');
    await page.fill('#word', word);
    await page.press('#word', 'Enter');
    expect(await page.textContent('[role=status]')).toMatch(/R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/);
    expect((await report()).acknowledged).toBe(2);
    await context.close();
  }, 60_000);

  it('given every page of the person in four languages at 320 and 1280 px, then axe finds nothing and none is wider than its window', async () => {
    const { code } = secretsOf(letterTo('zoe@courriel.example'));
    const faults: string[] = [];
    for (const width of [320, 1280]) {
      const context = await browser().newContext({ viewport: { width, height: 800 }, bypassCSP: true });
      const page = await context.newPage();
      for (const language of ['nl', 'fr', 'de', 'en']) {
        for (const url of [`/n?lang=${language}`, `/real?lang=${language}`]) {
          await page.goto(house.url + url);
          faults.push(...(await faultsOf(page)));
        }
        await page.goto(`${house.url}/n?lang=${language}`);
        await page.fill('#code', code);
        await page.press('#code', 'Enter');
        const other = page.locator(`.languages button[lang=${language}]`);
        if ((await other.count()) > 0) await other.click();
        expect(await page.getAttribute('html', 'lang')).toBe(language);
        faults.push(...(await faultsOf(page)));
      }
      await context.close();
    }
    expect(faults).toEqual([]);
  }, 120_000);

  it('given every page of the staff at 320 and 1280 px, then axe finds nothing and none is wider than its window', async () => {
    const faults: string[] = [];
    for (const width of [320, 1280]) {
      const context = await browser().newContext({ viewport: { width, height: 800 }, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(`${house.url}/`);
      faults.push(...(await faultsOf(page)));
      await page.fill('#email', 'dpo@bewaking.example');
      await page.fill('#password', PASSWORD);
      await page.press('#password', 'Enter');
      await page.waitForURL('**/breaches');
      const home = `/breaches/${breach}`;
      for (const url of [
        '/breaches',
        '/breaches/new',
        home,
        `${home}/people`,
        `${home}/people/add`,
        `${home}/people/paste`,
        `${home}/people/change`,
        `${home}/people/changes`,
        `${home}/import`,
        `${home}/import/left-out`,
        `${home}/notices`,
        `${home}/notices/${notice}`,
        `${home}/texts/fr`,
        `${home}/history`,
        `${home}/report`,
        '/settings',
        '/account',
        '/password',
      ]) {
        await page.goto(house.url + url);
        faults.push(...(await faultsOf(page)));
      }
      await page.goto(`${house.url}${home}/people`);
      await page.click('tbody a');
      faults.push(...(await faultsOf(page)));
      await context.close();
    }
    expect(faults).toEqual([]);
  }, 180_000);
});
