import { RosterRunsService } from '#libs/people/index.js';
import { formOf } from '#test/support/form-of.js';
import { checkOnPages, importOnPages, nextOf } from '#test/support/import-on-pages.js';
import { aBreachFile } from '#test/support/given-breach.js';
import { FAULTY, JO, LOTTE, rosterBytes } from '#test/support/given-roster.js';
import { HONEST_COLUMNS, honestRoster, slidAt } from '#test/support/honest-roster.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';
import { BreachesService } from '#libs/breach/index.js';

let web: TestWeb;
let hr: TestBrowser;
let home: string;
beforeAll(async () => {
  web = await testWeb();
  hr = await web.browser(['hr']);
  const { email } = await web.account(['hr']);
  const actor = await web.accounts.actorByEmail(email, 'web');
  const breach = await web.app.get(BreachesService).open(actor, aBreachFile());
  home = `/breaches/${breach.reference}`;
});
afterAll(() => web?.close());

async function run(upload: string): Promise<void> {
  await web.app.get(RosterRunsService).run(upload.split('/').at(-1)!, new AbortController().signal);
}

const SOURCE = 'Nr;Achternaam;Opmerking;Mail\nN-1;Peeters;geheim;a@agency.example\nN-2;Maes;;b@agency.example\n';

describe('given a file that cannot be a list', () => {
  it.each([
    ['none', '', '', 'Choose the file'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'people.csv', 'This is no table'],
    ['column names alone', 'reference,category,language,given_name\n', 'people.csv', 'no persons'],
    ['an open quotation mark', `${SOURCE}N-3;"Claes;;\n`, 'people.csv', 'quotation mark'],
  ])('when it is %s, then the page to choose one says what to do at the field', async (_, bytes, name, words) => {
    await hr.get(`${home}/import`);
    const refused = nextOf(await hr.upload(`${home}/import`, bytes, name));
    for (let i = 0; i < 2; i++) {
      const answer = await hr.get(refused);
      expect(answer.body).toContain('href="#file"');
      expect(answer.body).toContain(words);
      expect(answer.body).toContain('govuk-form-group--error');
    }
    const pieces: unknown[] = await web.db.source.query(`select from roster_upload_piece`);
    expect(pieces).toEqual([]);
  });

  it('when the form of another site sends it, then none of it is taken in', async () => {
    const own = hr.csrf;
    hr.csrf = 'x'.repeat(43);
    expect((await hr.upload(`${home}/import`, rosterBytes(LOTTE))).statusCode).toBe(403);
    hr.csrf = own;
    const rows: unknown[] = await web.db.source.query(`select from roster_upload where state <> 'refused'`);
    expect(rows).toEqual([]);
  });

  it('when a page that takes no file gets one, then it answers as without it', async () => {
    expect((await hr.upload(`${home}/import/left-out/no-id/dismiss`, SOURCE)).statusCode).toBe(422);
  });
});

describe('given a file with names of its own', () => {
  let upload: string;

  it('when it is chosen, then the page of its columns names what is missing and shows what stands in each', async () => {
    await hr.get(`${home}/import`);
    const columns = nextOf(await hr.upload(`${home}/import`, SOURCE, 'export van <HR>.csv'));
    upload = columns.replace('/columns', '');
    const page = await hr.get(columns);
    expect(page.body).toContain('export van &lt;HR&gt;.csv');
    expect(page.body).toContain('Still missing');
    expect(page.body).toContain('We read 3 of 4 columns');
    expect(page.body).toContain('<span class="t-sample">Maes</span>');
    expect(formOf(page.body, columns)).toMatchObject({
      'column-0': 'reference', 'column-1': 'family_name', 'column-2': '', 'column-3': 'email',
    }); // prettier-ignore
  });

  it('when needed ones are left out, then each fault links to its field and all that was chosen is kept', async () => {
    const page = await hr.get(`${upload}/columns`);
    const form = {
      ...formOf(page.body, `${upload}/columns`),
      'column-2': 'email',
      'everybody-language': 'nl',
      'documents-1-kind': 'passport',
    };
    const answer = await hr.get(nextOf(await hr.post(`${upload}/columns`, form)));
    for (const at of ['everybody-category', 'column-3', 'everybody-documents']) {
      expect(answer.body).toContain(`href="#${at}"`);
      expect(answer.body).toContain(`id="${at}"`);
    }
    expect(formOf(answer.body, `${upload}/columns`)).toMatchObject({
      'column-2': 'email', 'everybody-language': 'nl', 'documents-0-kind': 'passport',
    }); // prettier-ignore
    expect((await hr.get(`${upload}/check`)).headers.location).toBe(`${upload}/columns`);
  });

  it('when one value holds for everybody, then the check says what would happen, on a page that can be loaded again', async () => {
    const page = await hr.get(`${upload}/columns`);
    const form = {
      ...formOf(page.body, `${upload}/columns`),
      'column-2': '',
      'everybody-category': 'past-applicant',
      'everybody-language': 'nl',
      'documents-0-country': 'be',
      'documents-0-kind': 'id-card',
      'documents-0-what': 'scan',
      'documents-0-sure': 'presumed',
    };
    expect(nextOf(await hr.post(`${upload}/columns`, form))).toBe(`${upload}/check`);
    for (let i = 0; i < 2; i++) {
      const check = await hr.get(`${upload}/check`);
      expect(check.body).toContain('2 people can be imported');
      expect(check.body).toContain('be:id-card:scan:presumed');
      expect(check.body).toContain('Import 2 people');
    }
    expect((await hr.get(upload)).headers.location).toBe(`${upload}/check`);
    expect((await hr.get(`${home}/import`)).body).toContain('export van &lt;HR&gt;.csv');
    expect((await hr.get(`${upload}/mapping.json`)).json()).toMatchObject({
      columns: { Achternaam: 'family_name', Opmerking: null },
      everybody: { category: 'past-applicant' },
    });
  });

  it('when the import is asked for, then its page says how far it is, and in the end what came of it', async () => {
    const check = await hr.get(`${upload}/check`);
    const form = formOf(check.body, `${upload}/start`);
    const stale = await hr.get(nextOf(await hr.post(`${upload}/start`, { ...form, checks: '0' })));
    expect(stale.body).toContain('Look at the numbers once more');
    expect(nextOf(await hr.post(`${upload}/start`, form))).toBe(upload);
    expect(nextOf(await hr.post(`${upload}/start`, form))).toBe(upload);
    expect((await hr.get(upload)).body).toContain(`data-live="${upload}/progress"`);
    expect((await hr.get(`${upload}/progress`)).body).toContain('data-goes-on');
    for (const step of ['check', 'columns']) expect((await hr.get(`${upload}/${step}`)).headers.location).toBe(upload);
    await run(upload);
    expect((await hr.get(`${upload}/progress`)).body).not.toContain('data-goes-on');
    const done = await hr.get(upload);
    expect(done.body).toContain('The people are imported');
    expect(done.body).not.toContain('data-live');
    expect((await hr.get(`${home}/people`)).body).toContain('Peeters');
  });

  it('when the next file of that source comes, then it is read as it was set, and the page says when', async () => {
    await hr.get(`${home}/import`);
    const columns = nextOf(await hr.upload(`${home}/import`, SOURCE.replaceAll('N-', 'M-')));
    const page = await hr.get(columns);
    expect(page.body).toContain('The columns are read as you set it on');
    expect(page.body).not.toContain('Still missing');
    expect(formOf(page.body, columns)).toMatchObject({
      'everybody-category': 'past-applicant',
      'documents-0-country': 'BE',
    });
    const other = await web.browser(['dpo']);
    await other.get(`${home}/import`);
    const theirs = nextOf(await other.upload(`${home}/import`, SOURCE));
    expect((await other.get(theirs)).body).toContain('as Mira Claes set it on');
    expect((await other.get(columns)).statusCode).toBe(404);
  });

  it('when somebody does not want it any more, then it is gone', async () => {
    await hr.get(`${home}/import`);
    const columns = nextOf(await hr.upload(`${home}/import`, SOURCE));
    await hr.get(columns);
    const discard = columns.replace('columns', 'discard');
    expect(nextOf(await hr.post(discard, {}))).toBe(`${home}/import`);
    const gone = await hr.get(columns);
    expect(gone.statusCode).toBe(404);
    expect(gone.body).toContain('no longer kept');
  });
});

describe('given a file whose columns slid', () => {
  const rows = honestRoster(1, {
    rows: 400, addresses: 'first.last', empty: 0, married: 0, mailboxes: 0, slips: 0, language: null,
    hasBirthDates: true, hasRelatives: false, isSorted: false,
  }); // prettier-ignore
  const slid = slidAt(rows, 'moved-up', HONEST_COLUMNS.indexOf('email'));
  const SLID = [[...HONEST_COLUMNS], ...slid].map((cells) => cells.map((cell) => `"${cell}"`).join(',')).join('\n');

  it('when it is checked, then it is stopped in words, and goes on only for somebody who says that they looked', async () => {
    await hr.get(`${home}/import`);
    const { upload, page } = await checkOnPages(hr, home, SLID);
    expect(page.body).toContain('A column stands apart');
    expect(page.body).toContain('I have looked at the columns, they are right');
    const unticked = await hr.get(nextOf(await hr.post(`${upload}/columns-are-right`, {})));
    expect(unticked.body).toContain('href="#columnsAreRight"');
    expect(nextOf(await hr.post(`${upload}/columns-are-right`, { columnsAreRight: 'yes' }))).toBe(`${upload}/check`);
    expect((await hr.get(`${upload}/check`)).body).not.toContain('A column stands apart');
  });
});

describe('given people who are stated otherwise than before', () => {
  it('when their file is checked, then the differences stand by row and column, and can be downloaded', async () => {
    await hr.get(`${home}/import`);
    await run(await importOnPages(hr, home, rosterBytes(LOTTE)));
    const { upload, page } = await checkOnPages(hr, home, rosterBytes(LOTTE.replace('Lotte', 'Lotta')));
    expect(page.body).toContain('1 value differs from what is on record');
    expect(page.body).toContain('Taken over from the file');
    expect((await hr.get(`${upload}/differences.csv`)).body).toBe(
      '\ufeffrow,column,What happens\r\n2,given_name,Taken over from the file\r\n',
    );
  });
});

describe('given rows that an import left out', () => {
  it('when one is mended on its page, then faults stand at its fields until it is right, and it is open no more', async () => {
    await hr.get(`${home}/import`);
    await run(await importOnPages(hr, home, rosterBytes(JO, FAULTY)));
    const list = await hr.get(`${home}/import/left-out`);
    const row = /href="([^"]+\/left-out\/[0-9a-f-]{36})"/.exec(list.body)![1]!;
    const page = await hr.get(row);
    expect(page.body).toContain('href="#language"');
    const form = formOf(page.body, row);
    expect(form).toMatchObject({ reference: 'P-3', category: 'boss', language: 'xx', given_name: 'Mia' });
    const still = await hr.post(row, { ...form, category: 'staff' });
    expect(still.statusCode).toBe(422);
    expect(still.body).not.toContain('href="#category"');
    expect(still.body).toContain('href="#email"');
    const right = { ...form, category: 'staff', language: 'nl', email: 'mia@agency.example' };
    const known = await hr.post(row, { ...right, reference: 'P-2' });
    expect(known.statusCode).toBe(409);
    expect(known.body).toContain('It is the same person');
    expect(nextOf(await hr.post(row, right))).toBe(`${home}/import/left-out`);
    expect((await hr.get(`${home}/import/left-out`)).body).toContain('No row is open.');
    expect((await hr.get(row)).statusCode).toBe(409);
    expect((await hr.get(`${home}/people`)).body).toContain('Mia Janssens');
  });

  it('when all are downloaded, then the file is a list that the import takes', async () => {
    await run(await importOnPages(hr, home, rosterBytes(JO, FAULTY.replace('P-3', '=P-9'))));
    await hr.get(`${home}/import`);
    const file = (await hr.get(`${home}/import/left-out/rows-to-mend.csv`)).body;
    expect(file).toContain("'=P-9");
    const mended = file.replace(',boss,', ',staff,').replace(',xx,', ',nl,').replace(',mia,', ',,');
    await run(await importOnPages(hr, home, mended));
    expect((await hr.get(`${home}/import/left-out`)).body).toContain('No row is open.');
  });
});

describe('given downloads of what a list should look like', () => {
  it.each(['csv', 'xlsx'])(
    'when the example is downloaded as %s and chosen, then its columns are all known',
    async (end) => {
      const { rawPayload } = await hr.get(`${home}/import/template.${end}`);
      await hr.get(`${home}/import`);
      const columns = nextOf(await hr.upload(`${home}/import`, rawPayload, `people.${end}`));
      expect((await hr.get(columns)).body).toContain('We read 27 of 27 columns');
    },
  );
});

describe('given the pages of an import', () => {
  it('when they are read in each language, then all their words are there', async () => {
    await hr.get(`${home}/import`);
    const { upload } = await checkOnPages(
      hr,
      home,
      rosterBytes(LOTTE.replace('Lotte', 'Lottie'), FAULTY.replace('P-3', 'P-20')),
    );
    for (const language of ['nl', 'fr', 'de', 'en']) {
      await hr.post('/account/language', { language });
      for (const page of [`${home}/import`, `${upload}/columns`, `${upload}/check`, `${upload}/progress`]) {
        const answer = await hr.get(page);
        expect(`${language} ${page} ${answer.statusCode}`).toBe(`${language} ${page} 200`);
      }
    }
  });
});
