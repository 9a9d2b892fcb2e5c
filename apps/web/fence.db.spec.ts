import { BreachesService } from '#libs/breach/index.js';
import { raiseFence, readConfig, settleInstallation } from '#libs/platform/index.js';
import { AccountsService } from '#libs/staff/index.js';
import { testWeb, type TestWeb } from '#test/support/web-browser.js';

const BREACH = 'BR-2026-0001';

let web: TestWeb;
beforeAll(async () => {
  web = await testWeb();
  await web.db.source.query(`insert into breach (id, reference, key_wrapped) values (gen_random_uuid(), $1, '\\x00')`, [
    BREACH,
  ]);
});
afterAll(() => web.close());

describe('given a database that was restored', () => {
  it('when staff look at any page, then it says that letters wait and who lets them leave, until they may', async () => {
    const { email, password } = await web.account(['dpo']);
    const dpo = await web.browser();
    await dpo.post('/sign-in', { email, password });
    expect((await dpo.get('/account')).body).not.toContain('go-live');
    await web.db.source.transaction(async (tx) => {
      await settleInstallation(tx, readConfig({ DATABASE_URL: web.db.url }), new Date('2026-11-24T09:30:00Z'));
      await raiseFence(tx, 'restored', 0);
    });
    expect((await dpo.get('/account')).body).toContain('Letters of one breach wait until the data protection officer');
    const actor = await web.app.get(AccountsService).actorByEmail(email, 'web');
    await web.app.get(BreachesService).goLive(actor, BREACH);
    expect((await dpo.get('/account')).body).not.toContain('go-live');
  });
});
