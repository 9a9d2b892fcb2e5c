import jsqr from 'jsqr';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { byPost, givenPaper, type GivenPaper } from '#test/support/given-paper.js';
import { describeWithPdfTools, pictureOf, readPdfs } from '#test/support/pdf-tools.js';
import { readSheetCode, sheetCode } from './sheet-code.js';

// The package is CommonJS, its types say it is not.
const readQr = ((jsqr as unknown as { default?: unknown }).default ?? jsqr) as (
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
) => { data: string } | null;

let db: TestDatabase;
let paper: GivenPaper;
beforeAll(async () => {
  db = await testDatabase();
  paper = await givenPaper(db.source, db.url);
});
afterAll(() => db.drop());

describeWithPdfTools('given the PDFs of a run, as other programs read them', () => {
  it('when letters differ in language and length, then each file has one of both, every page its mark, and nothing names a file', async () => {
    await paper.import(
      byPost(1, { name: 'Zebedeus' }),
      byPost(2, { language: 'fr' }),
      byPost(3, {
        documents: 'BE:id-card:scan:confirmed; NL:passport:number:presumed',
      }),
      byPost(4, { name: 'Émilie' }),
    );
    const run = await paper.printed(await paper.sent());
    const { files } = await paper.files.list(paper.given.hr, run);
    const letters = files.filter(({ pages }) => pages !== null);
    expect(letters.reduce((sum, file) => sum + file.letters, 0)).toBe(4);
    const bytes = await Promise.all(letters.map(({ name }) => paper.files.read(paper.given.hr, run, name)));
    const read = readPdfs(bytes);
    const seen: string[] = [];
    for (const [at, pdf] of read.entries()) {
      const file = letters[at]!;
      const pages = file.pages!;
      expect(pdf.complaints).toBe('');
      expect(pdf.info).toMatchObject({ Tagged: 'yes', Title: `${run} ${file.languages}` });
      expect(Number(pdf.info['Pages'])).toBe(file.pages! * file.letters);
      expect(file.name).not.toMatch(/zebedeus|milie|lotte/i);
      for (let page = 1; page <= Number(pdf.info['Pages']); page++) {
        const isFirst = (page - 1) % pages === 0;
        const marks = pdf.words.filter((word) => word.page === page && /^P-\d{4}-\d{4}-\d{4}-\d{2}$/.test(word.text));
        expect(marks).toHaveLength(1);
        expect(Math.abs(marks[0]!.left - 37)).toBeLessThan(1);
        expect(Math.abs(marks[0]!.top - 285)).toBeLessThan(1);
        if (isFirst) seen.push(marks[0]!.text);
        // Each letter counts its own pages.
        const own = ((page - 1) % pages) + 1;
        expect(pdf.words.some((word) => word.page === page && word.text === `${own}/${file.pages}`)).toBe(true);
      }
      const { rgba, width, height } = pictureOf(bytes[at]!, 2);
      const lower = rgba.subarray(Math.floor(height * 0.92) * width * 4);
      const mark = readQr(lower, width, height - Math.floor(height * 0.92))?.data;
      expect(mark).toBe(`${seen.at(-file.letters)}/2`);
      expect(readSheetCode(mark!)).toMatchObject({ run });
    }
    expect(seen.toSorted()).toEqual([1, 2, 3, 4].map((sheet) => sheetCode({ run, sheet })));
    expect(read.map(({ text }) => text).join()).toContain('Zebedeus');
  }, 60_000);
});
