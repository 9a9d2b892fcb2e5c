import type { Response } from 'light-my-request';
import { ROSTER_HEADER } from '#test/support/given-roster.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { importOnPages } from '#test/support/import-on-pages.js';
import { RosterRunsService } from '#libs/people/index.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';
import { BreachesService } from '#libs/breach/index.js';

let web: TestWeb;
let hr: TestBrowser;
let dpo: TestBrowser;
let security: TestBrowser;
let home: string;

beforeAll(async () => {
  web = await testWeb();
  hr = await web.browser(['hr']);
  dpo = await web.browser(['dpo']);
  security = await web.browser(['security']);
});
afterAll(() => web?.close());
beforeEach(async () => {
  const { email } = await web.account(['dpo']);
  const actor = await web.accounts.actorByEmail(email, 'web');
  const breach = await web.app
    .get(BreachesService)
    .open(actor, { facts: someFacts(), controller: aController({ kind: 'other' }) });
  home = `/breaches/${breach.reference}`;
});

/** Where a form went on to; fails where it was shown again. */
function next(answer: Response): string {
  expect([answer.statusCode, ...linksOfSummary(answer)]).toEqual([303]);
  return answer.headers.location as string;
}
function linksOfSummary(answer: Response): string[] {
  const summary = /<div class="govuk-error-summary"[^]*?<\/div><\/div>/.exec(answer.body)?.[0] ?? '';
  return [...summary.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]!);
}
/** Every fault leads to something on the page. */
function expectFaults(answer: Response, ...links: string[]): void {
  expect([answer.statusCode, ...linksOfSummary(answer)]).toEqual([422, ...links]);
  for (const link of links) expect(answer.body).toContain(`id="${link}"`);
}
function hidden(answer: Response, name: string): string {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(answer.body)![1]!;
  return value.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
}

const MIA = {
  given_name: 'Mia',
  family_name: 'Janssens',
  category: 'staff',
  language: 'nl',
  email: 'mia@post.example',
};
const EXPOSED = { dataKinds: ['id-card', 'cv'], confidence: 'presumed', documentCountry: 'be', documentExtent: 'scan' };
async function anAddedPerson(): Promise<string> {
  const id = hidden(await hr.get(`${home}/people/add`), 'id');
  return next(await hr.post(`${home}/people/add`, { ...MIA, ...EXPOSED, id }));
}

describe('given somebody to add', () => {
  it('when the form has faults, then each stands at its field, and what was typed is kept', async () => {
    await hr.get(`${home}/people/add`);
    expectFaults(
      await hr.post(`${home}/people/add`, { dataKinds: 'id-card' }),
      'documentCountry',
      'documentExtent',
      'confidence',
    );
    const address = 'x'.repeat(301);
    const faulty = await hr.post(`${home}/people/add`, { ...MIA, email: 'mia', address, minor: 'yes' });
    expectFaults(faulty, 'email', 'address', 'addressee_family_name');
    expect(faulty.body).toContain('value="Janssens"');
  });

  it('when they are added, then their page says what is out and why the letters have their languages', async () => {
    const page = await hr.get(await anAddedPerson());
    for (const words of [
      'Mia Janssens',
      'H-0001',
      'entered by hand',
      'Identity card BE',
      'the language on record',
      'm•••@post.example',
    ])
      expect(page.body).toContain(words);
  });

  it('when the form is sent a second time, then nobody is doubled', async () => {
    const id = hidden(await hr.get(`${home}/people/add`), 'id');
    next(await hr.post(`${home}/people/add`, { ...MIA, id }));
    const again = await hr.post(`${home}/people/add`, { ...MIA, id });
    expect([again.statusCode, again.body.includes('were added already')]).toEqual([409, true]);
  });

  it('when names are pasted, then they are shown, can be turned, and are added', async () => {
    await hr.get(`${home}/people/paste`);
    const form = {
      ...EXPOSED,
      category: 'staff',
      language: 'nl',
      order: 'given-first',
      names: 'Voorbeeld Lotte\nClaes Jo',
    };
    expectFaults(await hr.post(`${home}/people/paste`, { names: 'Jo' }), 'category', 'dataKinds');
    expectFaults(await hr.post(`${home}/people/paste`, { ...form, names: '' }), 'names');
    const turned = await hr.post(`${home}/people/paste`, { ...form, turn: 'yes' });
    expect(turned.body).toMatch(/Lotte<\/td>\s*<td class="govuk-table__cell">Voorbeeld/);
    expect(turned.body).toContain('Add 2 people');
    const faulty = await hr.post(`${home}/people/paste/add`, {
      ...form,
      names: 'jo@post.example',
      id: hidden(turned, 'id'),
    });
    expectFaults(faulty, 'names');
    expect(faulty.body).toContain('Line 1: Begin the line');
    const added = { ...form, order: hidden(turned, 'order'), id: hidden(turned, 'id') };
    expect(next(await hr.post(`${home}/people/paste/add`, added))).toBe(`${home}/people`);
    expect((await hr.get(`${home}/people`)).body).toContain('Lotte Voorbeeld');
  });
});

describe('given a person to correct', () => {
  it('when their data are corrected, then old and new are shown before, and the reason is masked on their page', async () => {
    const person = await anAddedPerson();
    const form = await hr.post(`${person}/correct/open`, {});
    expect(form.body).toContain('value="mia@post.example"');
    const version = hidden(form, 'version');
    const typed = { version, given_name: 'Maria', 'contact-0': 'maria@post.example', reason: 'Her sister called.' };
    expectFaults(
      await hr.post(`${person}/correct`, { ...typed, reason: '', birth_date: 'May' }),
      'birth_date',
      'reason',
    );
    const check = await hr.post(`${person}/correct`, typed);
    for (const words of ['>Mia<', '<strong>Maria</strong>', '>mia@post.example<', 'Save these 2 changes'])
      expect(check.body).toContain(words);
    expect((await hr.post(`${person}/correct`, { ...typed, again: 'yes' })).body).toContain('value="Maria"');
    next(await hr.post(`${person}/correct/save`, typed));
    const page = await hr.get(person);
    expect(page.body).toContain('Maria Janssens');
    expect(page.body).not.toContain('Her sister called.');
    expect((await hr.post(`${person}/show`, { reason: 'correct-data' })).body).toContain('Her sister called.');
  });

  it('when somebody else was quicker, then nothing is saved, and the form shows the person as they are now', async () => {
    const person = await anAddedPerson();
    const version = hidden(await hr.post(`${person}/correct/open`, {}), 'version');
    const other = hidden(await dpo.post(`${person}/correct/open`, {}), 'version');
    next(await dpo.post(`${person}/correct/save`, { version: other, given_name: 'Marie', reason: 'x' }));
    const late = await hr.post(`${person}/correct/save`, { version, given_name: 'Maria', reason: 'x' });
    expect(late.statusCode).toBe(409);
    expect(late.body).toContain('Somebody changed this person meanwhile');
    expect(late.body).toContain('value="Marie"');
    expect(hidden(late, 'version')).not.toBe(version);
  });

  it('when something that is out is corrected or added, then it is shown before and stands with its source', async () => {
    const person = await anAddedPerson();
    const place = /href="([^"]+\/exposures\/[0-9a-f-]{36})"/.exec((await hr.get(person)).body)![1]!;
    await hr.get(place);
    expectFaults(await hr.post(place, { extent: 'scan', confidence: '' }), 'confidence', 'reason');
    const typed = { extent: 'scan', confidence: 'excluded', reason: 'It was another person.' };
    const check = await hr.post(place, typed);
    for (const words of ['one side · presumed', 'one side · excluded', 'Save this change'])
      expect(check.body).toContain(words);
    next(await hr.post(`${place}/save`, typed));
    expect((await hr.post(`${place}/save`, typed)).statusCode).toBe(409);
    await hr.get(`${person}/exposures/new`);
    const passport = { dataKind: 'passport', country: 'nl', extent: 'number', confidence: 'presumed', reason: 'x' };
    next(await hr.post(`${person}/exposures/new/save`, passport));
    const page = await hr.get(person);
    expect(page.body).toContain('Passport NL');
    expect(page.body).not.toContain('It was another person.');
    expect((await hr.post(`${person}/show`, { reason: 'correct-data' })).body).toContain('It was another person.');
  });

  it('when the account may not, or the person is protected, then there is nothing to correct', async () => {
    const person = await anAddedPerson();
    const auditor = await web.browser(['auditor']);
    for (const page of [`${person}/exposures/new`, `${home}/people/add`, `${home}/people/change`])
      expect([page, (await auditor.get(page)).statusCode]).toEqual([page, 403]);
    expect((await auditor.post(`${person}/correct/open`, {})).statusCode).toBe(403);
    expect((await hr.post(`${person}/correct/open`, {})).body).not.toContain('name="protected"');
    const form = await security.post(`${person}/correct/open`, {});
    next(
      await security.post(`${person}/correct/save`, {
        version: hidden(form, 'version'),
        protected: 'yes',
        reason: 'x',
      }),
    );
    expect((await hr.post(`${person}/correct/open`, {})).statusCode).toBe(404);
    expect((await hr.get(`${person}/exposures/new`)).statusCode).toBe(404);
    expect((await security.get(person)).statusCode).toBe(200);
  });
});

describe('given the people of a list', () => {
  const CONFIRM = { kind: 'set', dataKind: 'id-card', confidence: 'confirmed', reason: 'The mailbox was found.' };

  beforeEach(async () => {
    const rows = [1, 2, 3].map(
      (i) => `P-${i},${i === 3 ? 'applicant' : 'staff'},nl,Some,Body${i},,BE:id-card:scan:presumed,,`,
    );
    await hr.get(`${home}/import`);
    const upload = await importOnPages(hr, home, [ROSTER_HEADER, ...rows].join('\n'));
    await web.app.get(RosterRunsService).run(upload.split('/').at(-1)!, new AbortController().signal);
  });

  it('when it is narrowed, then the same people are previewed, changed, listed and undone as one', async () => {
    const list = await hr.get(`${home}/people?category=staff&after=`);
    expect(list.body).toContain('Change what was exposed for these 2 people');
    const form = await hr.get(`${home}/people/change?category=staff`);
    const choice = hidden(form, 'choice');
    expectFaults(await hr.post(`${home}/people/change`, { choice }), 'kind', 'dataKind', 'reason');
    const preview = await hr.post(`${home}/people/change`, { ...CONFIRM, choice });
    expect(preview.body).toContain('Change 2 people');
    const token = hidden(preview, 'token');
    const moved = await hr.post(`${home}/people/change/make`, { ...CONFIRM, choice: '', token });
    expect([moved.statusCode, moved.body.includes('Change 3 people')]).toEqual([409, true]);
    next(await hr.post(`${home}/people/change/make`, { ...CONFIRM, choice, token }));
    const changes = await hr.get(`${home}/people/changes`);
    expect(changes.body).toContain('The mailbox was found.');
    const undo = /href="([^"]+\/changes\/[0-9a-f-]{36})"/.exec(changes.body)![1]!;
    const asked = await hr.get(undo);
    expect(asked.body).toContain('Undo for 2 people');
    next(await hr.post(`${undo}/undo`, { token: hidden(asked, 'token') }));
    expect((await hr.get(`${home}/people/changes`)).body).toContain('Undone for 2 people');
    expect((await hr.post(`${undo}/undo`, { token: hidden(asked, 'token') })).statusCode).toBe(409);
  });

  it('when it is narrowed by what a change cannot follow, then nobody is changed who is not seen', async () => {
    const answer = await hr.get(`${home}/people/change?contact=bounced`);
    expect(answer.statusCode).toBe(422);
    for (const choice of ['category=boss', 'category&staff', 'contact=']) {
      const sent = await hr.post(`${home}/people/change`, { ...CONFIRM, choice });
      expect([choice, sent.statusCode]).toEqual([choice, 422]);
    }
  });

  it('when pages by hand are read in each language, then they are there', async () => {
    for (const language of ['nl', 'fr', 'de', 'en']) {
      await hr.post('/account/language', { language });
      for (const page of ['add', 'paste', 'change', 'change?state=told&data=cv', 'changes'])
        expect(`${language} ${page} ${(await hr.get(`${home}/people/${page}`)).statusCode}`).toBe(
          `${language} ${page} 200`,
        );
    }
  });
});
