import { CommunicationsService, PreviewsService } from '#libs/letters/index.js';
import { HandoversService, PrintRunsService } from '#libs/delivery/index.js';
import { LANGUAGES } from '#libs/platform/index.js';
import { codeOf } from '#test/support/code-of.js';
import { givenSendingOnPages } from '#test/support/given-sending-on-pages.js';
import { testWeb, type TestWeb } from '#test/support/web-browser.js';

let web: TestWeb;
beforeAll(async () => {
  web = await testWeb();
});
afterAll(() => web?.close());

describe('given an authority that asks to wait', () => {
  it('when it is recorded, then letters pause, every page says so, and nothing is printed, handed over or published until it ends', async () => {
    const given = await givenSendingOnPages(web);
    const [dpo, hr] = [await web.browser(['dpo']), await web.browser(['hr'])];
    const home = `/breaches/${given.breach}`;
    expect((await hr.get(home)).body).not.toContain('t-stripe--delay');
    const mail = await web.app.get(PreviewsService).file(await given.actor('hr'), given.notice, 'P-1', 'text');
    const [code] = /\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]{2}\b/.exec(mail.bytes.toString('utf8'))!;
    const isReal = async () => (await (await web.browser()).post('/real', { code })).statusCode;
    expect(await isReal()).toBe(200);
    const faulty = await dpo.post(`${home}/delay`, { askedBy: 'Prosecutor', document: '', reviewOn: '2999-01-01' });
    expect(faulty.statusCode).toBe(422);
    expect(faulty.body).toContain('href="#document"');
    const request = { askedBy: 'Prosecutor', document: 'FP-12', reviewOn: '2999-01-01', until: '' };
    expect((await hr.post(`${home}/delay`, request)).statusCode).toBe(403);
    expect((await dpo.post(`${home}/delay`, request)).statusCode).toBe(303);
    for (const page of [home, `${home}/notices`, `${home}/notices/${given.notice}`])
      expect((await hr.get(page)).body).toContain('t-stripe--delay');
    expect((await hr.post(`${home}/notices/${given.notice}/resume`, {})).statusCode).toBe(409);
    for (const language of LANGUAGES) {
      await hr.post('/account/language', { language });
      expect((await hr.get(`${home}/delay`)).body).toContain('FP-12');
    }
    await web.db.source.query(`update notice set state = 'sending', pause_why = null`);
    const [writer, officer] = [await given.actor('hr'), await given.actor('security')];
    expect(await codeOf(web.app.get(PrintRunsService).make(writer, given.notice))).toBe('breach.delayed');
    const [letter] = await web.app.get(HandoversService).list(officer, given.notice);
    const handover = { dispatches: [letter!.dispatch], witness: 'Nora Voorbeeld', handedOn: '2026-01-05' };
    expect(await codeOf(web.app.get(HandoversService).record(officer, given.notice, handover))).toBe('breach.delayed');
    const publication = { medium: 'website', place: 'https://agency.example', from: '2026-01-05', languages: ['nl'] };
    const publish = () => codeOf(web.app.get(CommunicationsService).publish(writer, given.breach, publication));
    expect(await publish()).toBe('breach.delayed');
    expect(await isReal()).toBe(422);
    const end = await dpo.post(`${home}/delay/end`, { reason: 'The risk is higher.', how: 'nevertheless' });
    expect(end.statusCode).toBe(303);
    expect((await dpo.get(`${home}/delay`)).body).toContain('The risk is higher.');
    expect((await hr.get(home)).body).not.toContain('t-stripe--delay');
    expect(await isReal()).toBe(200);
    const ended: { nevertheless: boolean }[] = await web.db.source.query(
      `select is_nevertheless as nevertheless from legal_delay_end`,
    );
    expect(ended).toEqual([{ nevertheless: true }]);
    expect((await web.app.get(PrintRunsService).make(writer, given.notice)).letters).toBe(1);
    await web.app.get(CommunicationsService).publish(writer, given.breach, publication);
  });
});
