import { LANGUAGES } from '#libs/platform/index.js';
import { givenSendingOnPages, type SendingOnPages } from '#test/support/given-sending-on-pages.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';

let web: TestWeb;
let hr: TestBrowser;
let given: SendingOnPages;
let home: string;
beforeEach(async () => {
  web = await testWeb();
  hr = await web.browser(['hr']);
  given = await givenSendingOnPages(web);
  home = `/breaches/${given.breach}/notices/${given.notice}`;
});
afterEach(() => web?.close());

const state = async (): Promise<string> =>
  (await web.db.source.query<{ state: string }[]>(`select state from notice`))[0]!.state;

describe('given letters that are being sent', () => {
  it('when they are paused and go on, then each is one press, and the page says who paused them', async () => {
    const before = await hr.get(home);
    expect(before.body).toContain('at most the letters leave whose connection is open');
    expect(before.body).toContain(`action="${home}/pause"`);
    expect(before.body).not.toContain(`${home}/stop`);
    expect((await hr.post(`${home}/pause`, {})).statusCode).toBe(303);
    expect(await state()).toBe('paused');
    const paused = (await hr.get(home)).body;
    expect(paused).toContain('by Mira Claes');
    expect(paused).toContain('Somebody here paused the sending.');
    expect((await hr.post(`${home}/resume`, {})).statusCode).toBe(303);
    expect(await state()).toBe('sending');
  });

  it('when they are stopped for good, then a page of its own says first how many never leave; none is left in the queue', async () => {
    expect((await hr.get(`${home}/stop`)).statusCode).toBe(303);
    await hr.post(`${home}/pause`, {});
    await web.db.source.query(
      `update dispatch set state = 'sending', lease_ends_at = now() where message_id = (select min(message_id) from dispatch)`,
    );
    await web.db.source.query(
      `update dispatch set state = 'accepted', lease_ends_at = null, settled_at = now() where state = 'sending'`,
    );
    const page = (await hr.get(`${home}/stop`)).body;
    expect(page).toContain('3 letters will never leave.');
    expect(page).toContain('1 letter has left and is not called back.');
    expect(await state()).toBe('paused');
    expect((await hr.post(`${home}/stop`, {})).statusCode).toBe(303);
    expect(await state()).toBe('withdrawn');
    expect(await web.db.source.query(`select state, count(*)::int from dispatch group by 1 order by 1`)).toEqual([
      { state: 'accepted', count: 1 },
      { state: 'cancelled', count: 3 },
    ]);
    expect((await hr.get(home)).body).not.toContain(`${home}/resume`);
  });

  it.each(['asked', 'failures', 'our-side', 'legal-delay'])(
    'when they are paused because of %s, then all four languages say why',
    async (why) => {
      await web.db.source.query(
        `update notice set state = 'paused', paused_at = now(), paused_by = 'worker', pause_why = $1`,
        [why],
      );
      const said = new Set<string>();
      for (const language of LANGUAGES) {
        await hr.post('/account/language', { language });
        const { statusCode, body } = await hr.get(home);
        expect(statusCode).toBe(200);
        said.add(/govuk-inset-text">([^]+?)<\/div>/.exec(body)![1]!);
      }
      expect(said.size).toBe(4);
    },
  );

  it('when an account may not send, then it sees no button, and is refused', async () => {
    for (const browser of [await web.browser(['security']), await web.browser(['auditor'])]) {
      expect((await browser.get(home)).body).not.toContain(`${home}/pause`);
      for (const act of ['pause', 'resume', 'stop'])
        expect((await browser.post(`${home}/${act}`, {})).statusCode).toBe(403);
    }
    expect(await state()).toBe('sending');
    expect((await hr.post(`/breaches/BR-2020-0001/notices/${given.notice}/pause`, {})).statusCode).toBe(404);
  });

  it('when letters wait for the mail server, then the progress says how many, and until when', async () => {
    await web.db.source.query(`update dispatch set state = 'sending', lease_ends_at = now() where channel = 'email'`);
    await web.db.source.query(
      `update dispatch set state = 'deferred', lease_ends_at = null, due_at = '2999-01-01' where channel = 'email'`,
    );
    expect((await hr.get(`${home}/progress`)).body).toMatch(
      /2 e-mails wait because the mail server asked for it.+2999/,
    );
  });
});
