import fc from 'fast-check';
import { Problem, safeCsvLine } from '#libs/platform/index.js';
import { wholeRoster as readRoster } from '#test/support/whole-table.js';
import { rosterExample } from './roster-file.js';
import { ROSTER_COLUMNS } from './roster-columns.js';
import { layoutOf, readRow } from './roster-row.js';
import { xlsxOf } from './xlsx-rows.js';

const HEADER = 'reference,category,language,given_name,family_name';
const bytes = (text: string): Buffer => Buffer.from(text);
const cells = async (file: Buffer): Promise<string[][]> => (await readRoster(file)).rows.map((row) => row.cells);

async function problemOf(file: Buffer): Promise<Problem> {
  try {
    await readRoster(file);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('the file was read');
}

describe('given a file that is no roster', () => {
  it.each([
    ['nothing', bytes(''), 'roster.empty'],
    ['a mark of order alone', bytes('\ufeff'), 'roster.empty'],
    ['empty lines alone', bytes('\r\n \r\n\r\n'), 'roster.empty'],
    ['separators alone', bytes(',,,\n,,,\n'), 'roster.empty'],
    ['a header alone', bytes(`${HEADER}\r\n`), 'roster.no-rows'],
    ['a header and empty rows', bytes(`${HEADER}\n,,,,\n  , ,,,\n`), 'roster.no-rows'],
    ['a spreadsheet', Buffer.concat([bytes('PK\u0003\u0004'), Buffer.alloc(100)]), 'roster.not-csv'],
    ['an old spreadsheet', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'roster.not-csv'],
    ['bytes with zeros', bytes(`${HEADER}\nP-1,staff,nl,\0,X\n`), 'roster.not-csv'],
    ['no reference', bytes('category,language,given_name\nstaff,nl,Lotte\n'), 'roster.column-missing'],
    ['no category', bytes('reference,language,given_name\nP-1,nl,Lotte\n'), 'roster.column-missing'],
    ['no language', bytes('reference,category,given_name\nP-1,staff,Lotte\n'), 'roster.column-missing'],
    ['no name', bytes('reference,category,language\nP-1,staff,nl\n'), 'roster.column-missing'],
    ['a column twice', bytes(`${HEADER},Voornaam\nP-1,staff,nl,Lotte,X,Lotte\n`), 'roster.column-twice'],
    ['too many columns', bytes(`${HEADER}${',x'.repeat(200)}\nP-1\n`), 'roster.too-wide'],
    [
      'a quotation mark that is not closed',
      bytes(`${HEADER}\nP-1,staff,nl,"Lotte,X\nP-2,staff,nl,Jo,Y\n`),
      'roster.unreadable',
    ],
    ['a quotation mark inside a cell', bytes(`${HEADER}\nP-1,staff,nl,Jan "Jef",X\n`), 'roster.unreadable'],
    ['a cell without end', bytes(`${HEADER}\nP-1,staff,nl,${'x'.repeat(2_100_000)},X\n`), 'roster.unreadable'],
  ])('when it holds %s, then it is refused whole, with one fault at the file', async (_, file, code) => {
    const problem = await problemOf(file);
    expect([problem.code, problem.kind]).toEqual([code, 'bad-input']);
    expect(problem.faults).toEqual([{ at: 'file', message: problem.message }]);
  });

  it('when a column is missing, then the words name it', async () => {
    expect((await problemOf(bytes('reference,category,given_name\nP-1,staff,Lotte\n'))).message).toBe(
      'The column "language" is missing. Add it with that name in the first row, map a column to it, or give one value for everybody.',
    );
  });

  it('when a quotation mark is wrong, then the words name the line and repeat no cell', async () => {
    const { message } = await problemOf(bytes(`${HEADER}\nP-1,staff,nl,Lotte,X\nP-2,staff,nl,Jan "Jef",X\n`));
    expect(message).toContain('from line 3 on');
    expect(message).not.toContain('Jef');
  });
});

describe('given a roster', () => {
  it.each([
    ['comma', ','],
    ['semicolon', ';'],
    ['tab', '\t'],
  ])('when its separator is the %s, then it is read', async (_, separator) => {
    const lines = [HEADER, 'P-1,staff,nl,Lotte,Voorbeeld'].map((line) => line.replaceAll(',', separator));
    expect(await readRoster(bytes(lines.join('\r\n')))).toEqual({
      columns: ['reference', 'category', 'language', 'given_name', 'family_name'],
      rows: [{ number: 2, cells: ['P-1', 'staff', 'nl', 'Lotte', 'Voorbeeld'] }],
      remarks: [],
    });
  });

  it.each([
    ['UTF-8 with its mark', (text: string) => bytes(`\ufeff${text}`)],
    ['UTF-8 without', bytes],
    ['UTF-16 as Excel writes it', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 the other way round', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('when it is %s, then names keep their letters', async (_, encode) => {
    expect(await cells(encode(`${HEADER}\nP-1,staff,fr,Renée,Đoković-Nuñez\n`))).toEqual([
      ['P-1', 'staff', 'fr', 'Renée', 'Đoković-Nuñez'],
    ]);
  });

  it('when it is in the letters of Windows, then names keep theirs, and it is said', async () => {
    const file = Buffer.concat([
      bytes(`${HEADER}\nP-1,staff,fr,`),
      Buffer.from([0x52, 0x65, 0x6e, 0xe9, 0x65]),
      bytes(',\u0020X\n'),
    ]);
    expect((await readRoster(file)).rows[0]!.cells[3]).toBe('Renée');
    expect((await readRoster(file)).remarks).toEqual([{ kind: 'windows-1252', count: 1 }]);
  });

  it.each(['\n', '\r\n', '\r'])(
    'when its lines end with %j, then rows are read and numbered as the spreadsheet shows them',
    async (end) => {
      const file = [HEADER, 'P-1,staff,nl,A,B', '', ',,,,', 'P-2,staff,nl,C,D', ''].join(end);
      expect((await readRoster(bytes(file))).rows.map((row) => [row.number, row.cells[0]])).toEqual([[2, 'P-1'], [5, 'P-2']]); // prettier-ignore
    },
  );

  it('when cells are quoted, then separators, quotes and line breaks inside belong to them, and the row counts as one', async () => {
    const file = `${HEADER}\n"P-1","staff","nl","Lotte ""Lo""","Van, der; Berg"\nP-2,staff,nl,"A\nB",C\nP-3,staff,nl,D,E\n`;
    expect((await readRoster(bytes(file))).rows).toEqual([
      { number: 2, cells: ['P-1', 'staff', 'nl', 'Lotte "Lo"', 'Van, der; Berg'] },
      { number: 3, cells: ['P-2', 'staff', 'nl', 'A\nB', 'C'] },
      { number: 4, cells: ['P-3', 'staff', 'nl', 'D', 'E'] },
    ]);
  });

  it('when the header has quoted separators of another kind, then the separator outside quotes decides', async () => {
    expect((await readRoster(bytes('"reference";"category";"language";"given_name";"a,b,c,d,e,f,g"\nP-1;staff;nl;Lotte;x\n'))).columns).toEqual([
      'reference', 'category', 'language', 'given_name', null,
    ]); // prettier-ignore
  });

  it.each([
    'Referentie;Categorie;Taal;Voornaam;Familienaam',
    'Référence;Catégorie;Langue;Prénom;Nom de famille',
    'Referenz;Kategorie;Sprache;Vorname;Nachname',
  ])('when its header is %s, then the columns are known', async (header) => {
    expect((await readRoster(bytes(`${header}\nP-1;staff;nl;Lotte;Voorbeeld\n`))).columns).toEqual([
      'reference',
      'category',
      'language',
      'given_name',
      'family_name',
    ]);
  });

  it('when rows are shorter or longer than the header, then they are read as they are', async () => {
    expect(await cells(bytes(`${HEADER}\nP-1,staff\nP-2,staff,nl,A,B,C,D\n`))).toEqual([['P-1', 'staff'], ['P-2', 'staff', 'nl', 'A', 'B', 'C', 'D']]); // prettier-ignore
  });

  it('when any table is written with any separator and read, then it is the same table', async () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .map((text) => text.replace(/[^\P{Cc}\t\n\v\f\r]/gu, ''));
    const table = fc.array(fc.tuple(cell, cell, cell, cell, cell), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (rows, separator, end) => {
          const quoted = (cellsOfRow: string[]): string =>
            cellsOfRow.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator);
          const filled = rows.map(([first, ...others], i) => [`P-${i}${first}`, ...others]);
          expect(await cells(bytes([quoted(HEADER.split(',')), ...filled.map(quoted)].join(end)))).toEqual(filled);
        },
      ),
    );
  });
});

describe('given the example of a roster', () => {
  it.each([
    ['as CSV', async () => await Promise.resolve(Buffer.from(rosterExample().map(safeCsvLine).join('')))],
    ['as a spreadsheet', async () => await workbookOf(rosterExample())],
  ])('when it is downloaded %s and read, then it has every column and one person without a fault', async (_, make) => {
    const { columns, rows } = await readRoster(await make());
    expect(columns).toEqual([...ROSTER_COLUMNS]);
    expect(rows.map(({ cells: row }) => readRow(layoutOf(columns), row))).toEqual([{ person: expect.anything() }]);
    expect(rows[0]!.cells).toEqual(rosterExample()[1]);
  });
});

async function workbookOf(rows: string[][]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const batches = (async function* () {
    yield await Promise.resolve(rows);
  })();
  for await (const piece of xlsxOf(batches)) pieces.push(piece);
  return Buffer.concat(pieces);
}
