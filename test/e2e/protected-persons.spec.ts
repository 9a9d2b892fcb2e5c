import { BreachesService } from '#libs/breach/index.js';
import { RosterRunsService, openTable, sourceOfBytes } from '#libs/people/index.js';
import { ReportsService, reportCsv, reportHtml } from '#libs/reports/index.js';
import { AccountsService, ROLES, type Actor, type Role } from '#libs/staff/index.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { listAttempts } from '#apps/cli/dispatch-list.js';
import { listEverybody } from '#apps/cli/people-list.js';
import type { CommandContext } from '#apps/cli/context.js';
import { importOnPages } from '#test/support/import-on-pages.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';
import { routesOf } from '#apps/web/guard.js';
import { CONTROLLERS } from '#apps/web/main.js';

/** What stands in the protected person's row, and in a faulty one: none of it may be seen by another role. */
const CANARIES = {
  reference: 'KAN-771', name: 'Kanariegeel', email: 'kanarie@geheim.example', privateEmail: 'eigen.kanarie@post.example', phone: '+32 499 77 17 71',
  street: 'Kanariestraat', city: 'Vogelzang', birthDate: '1971-07-17', guardian: 'Voogdkanarie', country: '>ZW<', faulty: 'KAN-772',
}; // prettier-ignore
const WORDS = [
  'KAN-77',
  'Kanarie',
  'kanarie',
  '77 17 71',
  '997717',
  'Vogelzang',
  '1971-07-17',
  'oogdkanarie',
  '>ZW<',
  'ZW:',
];

const HEADER =
  'reference,category,given_name,family_name,language,email,private_email,phone,street,postcode,city,country,birth_date,minor,addressee_given_name,addressee_family_name,documents,protected';
const SECRET = `${CANARIES.reference},staff,Vera,${CANARIES.name},nl,${CANARIES.email},${CANARIES.privateEmail},${CANARIES.phone},${CANARIES.street} 1,9000,${CANARIES.city},BE,${CANARIES.birthDate},yes,Moeder,${CANARIES.guardian},ZW:passport:scan:confirmed,yes`;
const FAULTY = `${CANARIES.faulty},boss,Vera,${CANARIES.name},nl,,,,,,,,,,,,,yes`;
const OPEN =
  'P-1,staff,Lotte,Voorbeeld,nl,lotte@agency.example,,,Kerkstraat 1,9000,Gent,BE,,,,,BE:id-card:scan:confirmed,';

let web: TestWeb;
let breach: string;
let notice: string;
let ids: { secret: string; open: string; row: string };
const browsers = {} as Record<Role, TestBrowser>;
const actors = {} as Record<Role, Actor>;

beforeAll(async () => {
  web = await testWeb();
  for (const role of ROLES) {
    const { email, password } = await web.account([role]);
    browsers[role] = await web.browser();
    await browsers[role].post('/sign-in', { email, password });
    await browsers[role].get('/account');
    actors[role] = await web.app.get(AccountsService).actorByEmail(email, 'web');
  }
  const opened = await web.app
    .get(BreachesService)
    .open(actors.dpo, { facts: someFacts(), controller: aController({ kind: 'other', languages: ['nl'] }) });
  breach = opened.reference;
  const texts = {
    whatHappened: 'Wat er is gebeurd.',
    likelyConsequences: 'Wat kan.',
    measuresTaken: 'Wat wij deden.',
    whoPays: 'Wij betalen.',
  };
  await web.app.get(BreachesService).recordTexts(actors.dpo, breach, 'nl', texts);
  await browsers.security.get(`/breaches/${breach}/import`);
  const file = [HEADER, OPEN, SECRET, FAULTY].join('\n');
  const upload = await importOnPages(browsers.security, `/breaches/${breach}`, file);
  await web.app.get(RosterRunsService).run(upload.split('/').at(-1)!, new AbortController().signal);
  const people: { id: string; isProtected: boolean }[] = await web.db.source.query(
    `select id, protected as "isProtected" from person`,
  );
  const [row]: { id: string }[] = await web.db.source.query(`select id from open_row`);
  ids = {
    secret: people.find((one) => one.isProtected)!.id,
    open: people.find((one) => !one.isProtected)!.id,
    row: row!.id,
  };
  await browsers.hr.post(`/breaches/${breach}/notices`, {});
  const [drafted]: { reference: string }[] = await web.db.source.query(`select reference from notice`);
  notice = drafted!.reference;
  await browsers.hr.post(`/breaches/${breach}/notices/${notice}/submit`, {});
}, 60_000);
afterAll(() => web?.close());

/** Every address that a GET answers at, with the things that there are, and the filters of the lists. */
function addresses(): string[] {
  const values: Record<string, string[]> = {
    reference: [breach],
    notice: [notice],
    language: ['nl'],
    id: [ids.secret, ids.open, ids.row],
    row: [ids.row],
    token: ['x'],
    name: ['x'],
    file: ['x'],
  };
  const plain = routesOf(CONTROLLERS)
    .filter((route) => route.method === 'GET')
    .flatMap((route) =>
      [...route.path.matchAll(/:(\w+)/g)].reduce(
        (paths, [whole, name]) =>
          paths.flatMap((path) => (values[name!] ?? ['x']).map((value) => path.replace(whole, value))),
        [route.path],
      ),
    );
  const people = `/breaches/${breach}/people`;
  const filters = [
    'state=under-way', 'state=told', 'category=staff', 'language=nl', 'data=passport', 'data=passport&country=ZW', 'country=ZW', 'confidence=confirmed',
    'contact=works', `after=${'0'.repeat(8)}-0000-0000-0000-000000000000`,
  ]; // prettier-ignore
  return [
    ...plain,
    ...filters.flatMap((filter) => [`${people}?${filter}`, `${people}/export?${filter}`]),
    `${people}/${ids.secret}/timeline?after=0`,
    `/breaches/${breach}/notices/${notice}/preview?person=${CANARIES.reference}`,
    ...['text', 'pdf', 'large', 'eml'].map(
      (form) => `/breaches/${breach}/notices/${notice}/preview?person=${CANARIES.reference}&form=${form}`,
    ),
    `/breaches/${breach}/people/${ids.secret.toUpperCase()}`,
  ];
}

/** What forms answer that name or look for the protected person, or take everybody's data out. */
async function answersOfForms(browser: TestBrowser): Promise<string[]> {
  const people = `/breaches/${breach}/people`;
  const answers: string[] = [];
  const typed = ['Vera', 'geel', 'geheim', 'straat', 'V'];
  for (const search of typed) answers.push((await browser.post(`${people}/find`, { search })).body);
  // What somebody types comes back in its field: what they did not type must not come with it.
  for (const search of [CANARIES.reference, CANARIES.email])
    answers.push(
      (await browser.post(`${people}/find`, { search })).body.replaceAll(search, '').replaceAll('KAN-771', ''),
    );
  for (const format of ['csv', 'xlsx']) {
    const file = await browser.go({
      method: 'POST',
      url: `${people}/export`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ _csrf: browser.csrf, format, reason: 'correct-data' }).toString(),
    });
    if (file.statusCode !== 200 || !String(file.headers['content-disposition']).includes(format)) {
      answers.push(file.body);
      continue;
    }
    const { rows } = await openTable(sourceOfBytes(file.rawPayload));
    for await (const batch of rows) answers.push(batch.flatMap((row) => row.cells).join('\n'));
  }
  for (const act of ['show', 'erase', 'hold', 'release'])
    answers.push(
      (
        await browser.post(`${people}/${ids.secret}/${act}`, {
          reason: 'answer-question',
          holdReason: 'x',
          reviewOn: '2027-01-01',
        })
      ).body,
    );
  const restating = [HEADER, SECRET.replace(/,yes$/, ',').replace('staff', 'applicant')].join('\n');
  const sent = await browser.upload(`/breaches/${breach}/import`, restating);
  answers.push(sent.body, (await browser.get(sent.headers.location ?? `/breaches/${breach}/import`)).body);
  const leftOut = `/breaches/${breach}/import/left-out`;
  for (const url of [`${leftOut}/rows-to-mend.csv`, `${leftOut}/${ids.row}`])
    answers.push((await browser.get(url)).body);
  answers.push((await browser.post(`${leftOut}/${ids.row}`, { reference: 'P-900' })).body);
  answers.push((await browser.post(`${leftOut}/${ids.row}/dismiss`, { reason: '' })).body);
  return answers;
}

/** The same from the command line, and every form of the report. */
async function answersOfCommands(actor: Actor): Promise<string[]> {
  const context = {
    platform: { database: web.db.source },
    app: web.app,
    actor: () => Promise.resolve(actor),
  } as unknown as CommandContext;
  const report = await web.app.get(ReportsService).report(breach);
  const refusal = (error: unknown): string =>
    JSON.stringify({ message: (error as Error).message, ...(error as object) });
  return [
    JSON.stringify(await listEverybody(context, breach, undefined, undefined)),
    JSON.stringify(await listEverybody(context, breach, undefined, actor.email).catch(refusal)),
    JSON.stringify(await listAttempts(context, breach, undefined)),
    JSON.stringify(report),
    reportCsv(report),
    reportHtml(report),
  ];
}

function found(texts: string[]): string[] {
  return WORDS.filter((word) => texts.some((text) => text.includes(word)));
}

describe('given a protected person, and a row left out that marks one', () => {
  it.each(ROLES.filter((role) => role !== 'security'))(
    'when %s opens every page, fills in every form and asks every command, then nothing of them is seen',
    async (role) => {
      const browser = browsers[role];
      const seen: string[] = [];
      for (const url of addresses()) {
        const answer = await browser.get(url);
        // What was typed into the address comes back in a filter's field, and nowhere else.
        const own = url.includes('ZW') ? answer.body.replaceAll(/value="ZW"[^>]*>|>ZW<|: ZW/g, '') : answer.body;
        const text = `${own} ${JSON.stringify(answer.headers).replaceAll(url, '')}`;
        expect([url, answer.statusCode]).not.toEqual([url, 500]);
        expect({ url, found: found([text]) }).toEqual({ url, found: [] });
        const isTheirs = url.startsWith(`/breaches/${breach}/people/${ids.secret}`);
        expect([url, !isTheirs || [403, 404].includes(answer.statusCode)]).toEqual([url, true]);
        seen.push(text);
      }
      expect(seen.length).toBeGreaterThan(40);
      // The page itself again, so that its forms carry the token.
      await browser.get('/account');
      expect(found(await answersOfForms(browser))).toEqual([]);
      expect(found(await answersOfCommands(actors[role]))).toEqual([]);
    },
    60_000,
  );

  it('when the security officer does the same, then everything of them is seen where it belongs', async () => {
    const browser = browsers.security;
    const texts: string[] = [];
    for (const url of addresses()) texts.push((await browser.get(url)).body);
    await browser.get('/account');
    texts.push(...(await answersOfForms(browser)), ...(await answersOfCommands(actors.security)));
    expect(found(texts)).toEqual(WORDS.filter((word) => word !== '997717'));
    const page = (await browser.get(`/breaches/${breach}/people/${ids.secret}`)).body;
    expect(page).toContain(CANARIES.name);
    expect((await browser.get(`/breaches/${breach}/import/left-out`)).body).toContain(CANARIES.faulty);
  }, 60_000);

  it('when the ledger is read, then it holds nothing of them, and all roles see them in the sum', async () => {
    const rows: { text: string }[] = await web.db.source.query(
      `select kind || facts::text as text from ledger_outbox union all select convert_from(body, 'UTF8') from ledger_entry`,
    );
    expect(found(rows.map((row) => row.text))).toEqual([]);
    for (const role of ['hr', 'dpo', 'auditor'] as const)
      expect((await browsers[role].get(`/breaches/${breach}`)).body).toContain('2 affected');
    expect((await browsers.hr.get(`/breaches/${breach}/people`)).body).toContain('1 protected person');
  });
});
