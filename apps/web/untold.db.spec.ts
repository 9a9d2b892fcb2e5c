import { listUntold, untoldGroups } from '#libs/delivery/index.js';
import { LANGUAGES } from '#libs/platform/index.js';
import { givenSendingOnPages, type SendingOnPages } from '#test/support/given-sending-on-pages.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';

let web: TestWeb;
let hr: TestBrowser;
let given: SendingOnPages;
let home: string;
beforeAll(async () => {
  web = await testWeb();
  hr = await web.browser(['hr']);
  given = await givenSendingOnPages(web);
  home = `/breaches/${given.breach}`;
  // Lotte's e-mail is in doubt, Tom's was refused, and nothing else is left to try for him.
  await web.db.source.query(`update dispatch set state = 'sending', lease_ends_at = now() where channel = 'email'`);
  await web.db.source.query(
    `update dispatch set lease_ends_at = null, settled_at = now(), state = case when id = (select min(id::text)::uuid from dispatch where channel = 'email') then 'unknown' else 'refused' end,
            class = case when id = (select min(id::text)::uuid from dispatch where channel = 'email') then null else 'no-such-mailbox' end where state = 'sending'`,
  );
  await web.db.source.query(
    `update person p set attempts_open = 0, ladder_spent = true from dispatch d where d.person_id = p.id and d.state = 'refused'`,
  );
});
afterAll(() => web?.close());

describe('given people who are not told', () => {
  it('when somebody asks who did not get it, then it is one click from the breach and the notice, by what to do next', async () => {
    for (const page of [home, `${home}/notices/${given.notice}`])
      expect((await hr.get(page)).body).toContain(`href="${home}/untold"`);
    const { body } = await hr.get(`${home}/untold`);
    expect(body).toContain('4 people are not told yet and not exempt.');
    expect(body).toContain('the mail server refused it (there is no such mailbox)');
    const order = ['look', 'settle', 'hand', 'print'].map((step) => body.indexOf(`href="${home}/untold/${step}"`));
    expect(order.every((at) => at > 0)).toBe(true);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    for (const language of LANGUAGES) {
      await hr.post('/account/language', { language });
      for (const page of [`${home}/untold`, `${home}/untold/look`]) expect((await hr.get(page)).statusCode).toBe(200);
    }
  });

  it('when one step is opened, then it names its people; protected ones are a number but for the security officer', async () => {
    expect((await hr.get(`${home}/untold/settle`)).body).toContain('P-1');
    expect((await hr.get(`${home}/untold/look`)).body).toContain('P-2');
    expect((await hr.get(`${home}/untold/print`)).body).toContain('P-3');
    expect((await hr.get(`${home}/untold/hand`)).body).not.toContain('P-4');
    expect((await (await web.browser(['security'])).get(`${home}/untold/hand`)).body).toContain('P-4');
    expect((await hr.get(`${home}/untold/nothing`)).statusCode).toBe(404);
    const auditor = await web.browser(['auditor']);
    expect((await auditor.get(`${home}/untold`)).body).not.toContain(`${home}/untold/look`);
    expect((await auditor.get(`${home}/untold/look`)).statusCode).toBe(403);
  });

  it('when they are grouped and listed, then everybody of the sum is there once, on whatever pages', async () => {
    const { manager } = web.db.source;
    const [row]: { id: string; count: number }[] = await manager.query(
      `select b.id, (select count(*)::int from person where breach_id = b.id and standing in ('under-way', 'not-reached') and merged_into is null) as count from breach b`,
    );
    const groups = await untoldGroups(manager, row!.id);
    expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(row!.count);
    const found: string[] = [];
    for (const { step } of groups)
      for (let after: string | null = null; ;) {
        const page = await listUntold(manager, row!.id, { step, withProtected: true, after, limit: 1 });
        if (page.length === 0) break;
        expect(page[0]!.step).toBe(step);
        found.push((after = page[0]!.id));
      }
    expect(new Set(found).size).toBe(row!.count);
    expect(found).toHaveLength(row!.count);
  });

  it('when a notice is paused, then who waits for it is told to go on with it', async () => {
    await hr.post('/account/language', { language: 'en' });
    await hr.post(`${home}/notices/${given.notice}/pause`, {});
    expect((await hr.get(`${home}/untold`)).body).toContain(`href="${home}/untold/go-on"`);
    await hr.post(`${home}/notices/${given.notice}/resume`, {});
  });

  it('when two turn out to be one person, then the attempt to the other counts as theirs', async () => {
    const { manager } = web.db.source;
    const [row]: { id: string; person: string }[] = await manager.query(
      `select d.breach_id as id, d.person_id as person from dispatch d where d.state = 'unknown'`,
    );
    await manager.transaction(async (tx) => {
      const [one]: { id: string }[] = await tx.query(
        `insert into person (id, breach_id, reference_index, category, languages, languages_reason, secret, sealed)
         values (gen_random_uuid(), $1, sha256('one'), 'staff', '{nl}', 'recorded', sha256('secret'), '\\x00') returning id`,
        [row!.id],
      );
      await tx.query(`update person set merged_into = $1 where id = $2`, [one!.id, row!.person]);
      const found = await listUntold(tx, row!.id, { step: 'settle', withProtected: true, after: null, limit: 10 });
      expect(found.map(({ id }) => id)).toEqual([one!.id]);
    });
  });
});
