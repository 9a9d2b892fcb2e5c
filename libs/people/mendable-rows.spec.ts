import fc from 'fast-check';
import { wholeRoster as readRoster } from '#test/support/whole-table.js';
import { guessMapping } from './mapping-guess.js';
import { isAboutRows, isOurFile, mendableCsv, type RowToMend } from './mendable-rows.js';
import { plainHeader, type RosterColumn } from './roster-columns.js';
import { valueOf, type RosterMapping } from './roster-mapping.js';
import { layoutOf, readRow } from './roster-row.js';

const MAPPING: RosterMapping = {
  columns: ['family_name', null, 'reference', 'phone', 'documents'],
  everybody: { category: 'past-applicant', language: 'nl' },
};

function row(cells: string[], over: Partial<RowToMend> = {}): RowToMend {
  return { number: 7, mapping: MAPPING, cells, faults: [{ at: 'phone', message: 'Write digits.' }], ...over };
}

async function read(...rows: RowToMend[]) {
  return await readRoster(Buffer.from([...mendableCsv(rows)].join('')));
}

describe('given rows that were left out', () => {
  it('when they are written to be mended, then each stands under our column names with its number and what to do', () => {
    const text = [...mendableCsv([row(['Peeters', 'a note', 'P-1', 'none', ''])])].join('');
    expect(text).toBe(
      '\ufeffrow,reference,category,family_name,language,phone,documents,what to do\r\n' +
        '7,P-1,past-applicant,Peeters,nl,none,,phone: Write digits.\r\n',
    );
  });

  it('when that file is read again, then our columns are read as they stood, and its row and what to do are not', async () => {
    const { columns, rows } = await read(
      row(['=Peeters, "Jo"', 'x', 'P-1', '+32 2 555 01 23', 'BE:id-card:scan:presumed']),
    );
    expect(columns).toEqual([null, 'reference', 'category', 'family_name', 'language', 'phone', 'documents', null]);
    const person = readRow(layoutOf(columns, {}, true), rows[0]!.cells);
    expect(person).toMatchObject({
      person: {
        category: 'past-applicant',
        language: 'nl',
        record: { reference: 'P-1', familyName: '=Peeters, "Jo"', phone: '+32 2 555 01 23' },
      },
    });
  });

  it('when any cells stood there, then the mended file states the same person, or the same faults', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, ' '));
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 5, maxLength: 5 }), async (cells) => {
        const before = readRow(layoutOf(MAPPING.columns, MAPPING.everybody), cells);
        const { columns, rows } = await read(row(cells));
        expect(readRow(layoutOf(columns, {}, true), rows[0]!.cells)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  it('when a row has more cells than its file has names, then they stand at the end and it stays faulty', async () => {
    const slid = row(['Peeters', '', 'P-1', '', '', 'slid', '', 'away', '']);
    const { columns, rows } = await read(slid);
    expect(rows[0]!.cells.slice(columns.length)).toEqual(['slid', '', 'away']);
    expect(readRow(layoutOf(columns, {}, true), rows[0]!.cells)).toMatchObject({ faults: [{ at: 'row' }] });
  });

  it('when rows come from files with other columns, then the file has the columns of all', async () => {
    const other: RosterMapping = {
      columns: ['reference', 'given_name'],
      everybody: { category: 'staff', language: 'fr' },
    };
    const { columns, rows } = await read(
      row(['P', '', 'P-1', '', '']),
      row(['P-2', 'Jean'], { mapping: other, number: 9 }),
    );
    expect(columns.filter((column) => column !== null)).toEqual([
      'reference', 'category', 'given_name', 'family_name', 'language', 'phone', 'documents',
    ]); // prettier-ignore
    const stated = (place: number, column: RosterColumn): string =>
      valueOf({ columns, everybody: {} }, rows[place]!.cells, column);
    expect([stated(1, 'given_name'), stated(1, 'category'), stated(1, 'family_name')]).toEqual(['Jean', 'staff', '']);
  });

  it('when the columns are guessed by their values, then what is said of the row is taken for nothing', () => {
    const rows = Array.from({ length: 20 }, (_, i) => [String(1000 + i), `P-${i}`, 'jo@agency.example']);
    const { mapping } = guessMapping(['row', 'reference', 'What to do'], rows);
    expect(mapping.columns).toEqual([null, 'reference', null]);
    expect(isAboutRows(plainHeader('WHAT TO DO'))).toBe(true);
    expect([isOurFile(['row', 'reference', 'what to do']), isOurFile(['row', 'reference'])]).toEqual([true, false]);
  });
});
