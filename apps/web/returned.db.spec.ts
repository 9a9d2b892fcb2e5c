import { BreachesService } from '#libs/breach/index.js';
import { DeliveryReportsService } from '#libs/delivery/index.js';
import { aReply } from '#test/support/a-report.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';

let web: TestWeb;
let hr: TestBrowser;
let home: string;
beforeAll(async () => {
  web = await testWeb();
  hr = await web.browser(['hr']);
  const { email } = await web.account(['dpo']);
  const actor = await web.accounts.actorByEmail(email, 'web');
  const breach = await web.app.get(BreachesService).open(actor, { facts: someFacts(), controller: aController() });
  home = `/breaches/${breach.reference}`;
  const reports = web.app.get(DeliveryReportsService);
  for (const subject of ['Whom may I call?', '<b>Away</b> until Monday'])
    await reports.take(aReply({ subject, text: `${subject} <script>alert(1)</script>` }), {
      source: 'file',
      actor: 'worker',
    });
});
afterAll(() => web?.close());

describe('given mails that came back and wait for a person', () => {
  it('when they are listed, then in all four languages, with a link from the letters, and nothing of what they say', async () => {
    expect((await hr.get(`${home}/notices`)).body).toContain(`href="${home}/returned"`);
    for (const language of ['nl', 'fr', 'de', 'en']) {
      await hr.post('/account/language', { language });
      const { statusCode, body } = await hr.get(`${home}/returned`);
      expect([language, statusCode, body.match(/\/returned\/[0-9a-f-]{36}\/open/g)?.length]).toEqual([
        language,
        200,
        2,
      ]);
      expect(body).not.toContain('Whom may I call');
    }
  });

  it('when one is opened, then as plain text, and the opening is recorded; a link to it does nothing', async () => {
    const address = await firstAddress();
    expect((await hr.get(`${address}/open`)).statusCode).toBe(404);
    const { statusCode, body } = await hr.post(`${address}/open`, {});
    expect(statusCode).toBe(200);
    expect(body).toContain('Whom may I call?');
    expect(body).toContain('&lt;script&gt;');
    expect(await web.db.source.query(`select from ledger_outbox where kind = 'delivery-report.opened'`)).toHaveLength(
      1,
    );
  });

  it('when somebody says whose letter it is and nobody has that reference, then the page says so beside the field', async () => {
    const answer = await hr.post(`${await firstAddress()}/bounce`, { reference: 'P-404' });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toMatch(/href="#(reference-[0-9a-f-]{36})"[^]+id="\1"/);
  });

  it('when there is nothing to do, then it leaves the list; an auditor and a stranger see none of it', async () => {
    const address = await firstAddress();
    expect((await hr.post(`${address}/seen`, {})).statusCode).toBe(303);
    expect((await hr.get(`${home}/returned`)).body).not.toContain(address);
    for (const browser of [await web.browser(['auditor']), await web.browser(['admin'])])
      expect((await browser.get(`${home}/returned`)).statusCode).toBe(403);
    expect((await hr.post(`${home}/returned/no-id/open`, {})).statusCode).toBe(404);
  });
});

async function firstAddress(): Promise<string> {
  return /action="([^"]+)\/open"/.exec((await hr.get(`${home}/returned`)).body)![1]!;
}
