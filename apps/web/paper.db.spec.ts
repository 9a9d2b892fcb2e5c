import { BreachesService } from '#libs/breach/index.js';
import { PrintFilesService, SendingService } from '#libs/delivery/index.js';
import { NoticesService } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { POST_ROSTER, byPost } from '#test/support/given-paper.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';

const TEXTS = {
  whatHappened: 'An intruder read our mail server.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We replaced the device.',
  whoPays: 'We pay.',
};

let web: TestWeb;
let hr: TestBrowser;
let security: TestBrowser;
let auditor: TestBrowser;
let home: string;
beforeAll(async () => {
  web = await testWeb();
  [hr, security, auditor] = [
    await web.browser(['hr']),
    await web.browser(['security']),
    await web.browser(['auditor']),
  ];
  const actor = async (role: 'hr' | 'dpo' | 'security') =>
    await web.accounts.actorByEmail((await web.account([role])).email, 'web');
  const [writer, dpo, officer] = [await actor('hr'), await actor('dpo'), await actor('security')];
  const breach = await web.app.get(BreachesService).open(dpo, {
    facts: someFacts({ affectedCategories: ['past-applicant'] }),
    controller: aController({ kind: 'other' }),
    texts: { nl: TEXTS },
  });
  const file = [
    POST_ROSTER,
    byPost(1, { name: 'Zebedeus' }),
    byPost(2),
    byPost(3),
    `${byPost(4, { name: 'Isidoor' })}yes`,
  ];
  const roster = web.app.get(RosterImportService);
  await roster.import(officer, breach.reference, sourceOfBytes(Buffer.from(file.join('\n'))), { keepGood: false });
  const notices = web.app.get(NoticesService);
  const { reference } = await notices.draft(writer, breach.reference, 'initial');
  await notices.submit(writer, reference);
  await notices.approve(dpo, reference);
  await web.app.get(SendingService).send(writer, reference);
  home = `/breaches/${breach.reference}/notices/${reference}`;
});
afterAll(() => web?.close());

describe('given letters that wait for the post', () => {
  it('when a run is made, confirmed and codes are entered on the pages, then each act says first what it will do', async () => {
    expect((await hr.get(home)).body).toContain(`href="${home}/paper"`);
    const waiting = await hr.get(`${home}/paper`);
    expect(waiting.body).toContain('3 letters wait to be printed.');
    expect(waiting.body).toContain('1 letter waits to be handed over by the security officer.');
    const made = await hr.post(`${home}/paper/runs`, {});
    expect(made.statusCode).toBe(303);
    const run = String(made.headers['location']);
    expect((await hr.get(run)).body).toContain('0 of 3 letters are set.');
    expect((await hr.get(`${run}/progress`)).body).toContain('data-goes-on');

    const [row]: { id: string; reference: string }[] = await web.db.source.query(`select id, reference from print_run`);
    await web.app.get(PrintFilesService).make(row!.id);
    const page = await hr.get(run);
    const pdf = /href="([^"]+\.pdf)"/.exec(page.body)![1]!;
    const file = await hr.get(pdf);
    expect(file.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
    expect(file.headers['content-disposition']).toBe(`attachment; filename="${pdf.split('/').at(-1)}"`);
    expect((await hr.get(`${run}/files/addresses.csv`)).body).toContain('Zebedeus');

    const check = await hr.post(`${run}/posted`, { damaged: '2', missing: '' });
    expect(check.body).toContain('2 letters will count as posted');
    expect((await hr.post(`${run}/posted`, { damaged: '77', missing: '' })).statusCode).toBe(422);
    expect((await hr.post(`${run}/posted`, { damaged: '2', missing: '', confirm: 'yes' })).statusCode).toBe(303);
    expect((await hr.get(run)).body).toContain('was spoilt; a new copy waits or was printed');

    const [code]: [string] = [/(P-\d{4}-\d{4}-0002-\d{2})/.exec((await hr.get(run)).body)![1]!];
    const entered = { codes: `${code}\nhello`, reason: 'unclaimed' };
    const seen = await hr.post(`${home}/paper/returned`, entered);
    expect(seen.body).toContain('0 letters will be marked as come back');
    expect(seen.body).toContain('Was noted as spoilt or missing');
    expect((await hr.post(`${home}/paper/returned`, { codes: '', reason: '' })).statusCode).toBe(422);
  }, 60_000);

  it('when an auditor looks, then the runs are there and nothing that changes or names anybody', async () => {
    const { body } = await auditor.get(`${home}/paper`);
    expect(body).toContain('P-');
    expect(body).not.toContain('<textarea');
    expect((await auditor.post(`${home}/paper/runs`, {})).statusCode).toBe(403);
    const run = /href="([^"]+\/runs\/[^"]+)"/.exec(body)![1]!;
    expect((await auditor.get(`${run}/files/addresses.csv`)).statusCode).toBe(403);
    expect((await hr.get(run.replace(/P-.*/, 'P-2026-9999'))).statusCode).toBe(404);
  });
});

describe('given letters to protected persons', () => {
  it('when they are handed over, then by the security officer alone, with a witness and a day', async () => {
    expect((await hr.get(`${home}/by-hand`)).statusCode).toBe(403);
    const { body } = await security.get(`${home}/by-hand`);
    expect(body).toContain('Isidoor');
    const list = await security.get(`${home}/by-hand/list.pdf`);
    expect(list.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
    const letters = /name="letters" type="checkbox"\s+value="([^"]+)"/.exec(body)![1]!;
    const [day]: { today: string }[] = await web.db.source.query(
      `select (clock_timestamp() at time zone 'Europe/Brussels')::date::text as today`,
    );
    const form = { letters, witness: 'Nora Voorbeeld', handedOn: day!.today };
    const without = await security.post(`${home}/by-hand`, { ...form, witness: '' });
    expect(without.statusCode).toBe(422);
    expect(without.body).toContain('id="witness-error"');
    expect((await security.post(`${home}/by-hand`, form)).body).toContain('The letters are recorded as handed over.');
    expect((await security.get(`${home}/by-hand`)).body).toContain('No letter waits to be handed over.');
  });
});
