import { BreachesService } from '#libs/breach/index.js';
import { NoticesService } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';

const ROSTER = `reference,category,language,given_name,family_name,private_email,protected,documents
P-1,staff,nl,Lotte,Voorbeeld,lotte@post.example,no,BE:id-card:scan:confirmed
P-2,staff,nl,Luc,Exempt,luc@post.example,no,BE:id-card:scan:confirmed
P-3,staff,nl,Ada,Geheim,ada@post.example,yes,BE:id-card:scan:confirmed
P-4,staff,nl,Tom,Niets,tom@post.example,no,
`;

let web: TestWeb;
let home: string;
let people: string;
beforeAll(async () => {
  web = await testWeb();
  const actor = await web.accounts.actorByEmail((await web.account(['hr', 'security'])).email, 'web');
  const file = { facts: someFacts(), controller: aController({ kind: 'other' }) };
  const breach = (await web.app.get(BreachesService).open(actor, file)).reference;
  const source = sourceOfBytes(Buffer.from(ROSTER));
  await web.app.get(RosterImportService, { strict: false }).import(actor, breach, source, { keepGood: false });
  await web.db.source.query(`update person set exempted_by = 'a' where protected or id = (select p.id from person p
     join exposure e on e.person_id = p.id where not p.protected order by p.id desc limit 1)`);
  const notice = (await web.app.get(NoticesService).draft(actor, breach, 'initial')).reference;
  home = `/breaches/${breach}/notices/${notice}`;
  people = `/breaches/${breach}/people/`;
});
afterAll(() => web?.close());

const shownBy = async (browser: TestBrowser, why: string): Promise<{ count: number; people: number; body: string }> => {
  const { body } = await browser.get(`${home}/left-out/${why}`);
  const shown = new Set([...body.matchAll(new RegExp(`href="${people}([0-9a-f-]{36})"`, 'g'))].map(([, id]) => id));
  return { count: Number(/<h1[^>]*>(\d+)/.exec(body)?.[1]), people: shown.size, body };
};

describe('who gets no letter, and why', () => {
  it('given the page that allows letters, then each of its numbers leads to the people whom it counts', async () => {
    const hr = await web.browser(['hr', 'security']);
    const { body } = await hr.get(home);
    const links = [...body.matchAll(/left-out\/([a-z-]+)">(\d+)/g)].map(([, why, count]) => [why!, Number(count)]);
    expect(links).toEqual([
      ['exempted', 2],
      ['nothing-recorded', 1],
    ]);
    for (const [why, count] of links as [string, number][])
      expect(await shownBy(hr, why)).toMatchObject({ count, people: count });
  });

  it('given a protected person among them, when HR looks, then they are a number and no more', async () => {
    const hr = await web.browser(['hr']);
    const { count, people: shown, body } = await shownBy(hr, 'exempted');
    expect([count, shown]).toEqual([2, 1]);
    expect(body).toContain('only the security officer sees who');
    expect(body).not.toContain('Geheim');
  });

  it.each(['rumour', 'replied', "x' or 1=1"])('given %s, which is no reason here, then there is no such page', async (why) => {
    const hr = await web.browser(['hr']);
    expect((await hr.get(`${home}/left-out/${encodeURIComponent(why)}`)).statusCode).toBe(404);
  }); // prettier-ignore

  it('given an auditor, then the number leads nowhere', async () => {
    const auditor = await web.browser(['auditor']);
    expect((await auditor.get(home)).body).not.toContain('/left-out/');
    expect((await auditor.get(`${home}/left-out/exempted`)).statusCode).toBe(403);
  });
});
