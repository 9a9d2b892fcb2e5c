import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import * as library from '@e965/xlsx';
import { describeWithCorpus } from '#test/support/corpora.js';
import { wholeRoster as readRoster, wholeTable as readTable } from '#test/support/whole-table.js';

const xlsx = 'utils' in library ? library : (library as { default: typeof import('@e965/xlsx') }).default;

/** A workbook of one sheet in the given form. */
function workbook(
  form: 'xlsx' | 'ods' | 'biff8',
  rows: unknown[][],
  change: (sheet: library.WorkSheet) => void = () => undefined,
): Buffer {
  const sheet = xlsx.utils.aoa_to_sheet(rows);
  change(sheet);
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, sheet, 'People');
  return xlsx.write(book, { type: 'buffer', bookType: form }) as Buffer;
}

/** An archive of one packed file that says it unpacks to `size` bytes. */
function archive(packed: Buffer, size: number): Buffer {
  const name = Buffer.from('xl/worksheets/sheet1.xml');
  const local = Buffer.alloc(30);
  local.write('PK\u0003\u0004', 'latin1');
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const directory = Buffer.alloc(46);
  directory.write('PK\u0001\u0002', 'latin1');
  directory.writeUInt16LE(8, 10);
  directory.writeUInt32LE(packed.length, 20);
  directory.writeUInt32LE(size, 24);
  directory.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, name, packed, directory, name, end]);
}

describe('given a spreadsheet', () => {
  it.each(['xlsx', 'ods', 'biff8'] as const)(
    'when it is %s, then each value stands under its own column, days are ISO and long numbers whole',
    async (form) => {
      const rows = [
        ['reference', 'category', 'language', 'given_name', 'birth_date', 'postcode', 'national_number'],
        ['P-1', 'staff', 'nl', 'Zoé Œuvrard', new Date(Date.UTC(1974, 1, 28)), '0123', 85073003328],
        ['P-2', 'staff', 'fr', '', '', '', ''],
      ];
      const { columns, rows: read } = await readRoster(workbook(form, rows));
      expect(columns).toEqual(rows[0]);
      expect(read[0]).toEqual({
        number: 2,
        cells: ['P-1', 'staff', 'nl', 'Zoé Œuvrard', '1974-02-28', '0123', '85073003328'],
      });
      expect(read[1]!.cells).toEqual(['P-2', 'staff', 'fr']);
    },
  );

  it('when it is no archive that a spreadsheet program wrote, then it is refused with a sentence', async () => {
    await expect(readTable(archive(deflateRawSync('<no sheet>'), 10))).rejects.toMatchObject({
      code: 'roster.not-csv',
    });
    await expect(readTable(Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(500)]))).rejects.toMatchObject({
      code: 'roster.not-csv',
    });
  });

  it('when it says that it unpacks to gigabytes, then it is refused within a second and nothing of it is unpacked', async () => {
    const since = performance.now();
    await expect(readTable(archive(deflateRawSync(Buffer.alloc(1024)), 3_000_000_000))).rejects.toMatchObject({
      code: 'roster.too-large',
    });
    expect(performance.now() - since).toBeLessThan(1_000);
  });
});

describeWithCorpus('spreadsheets', (folder) => {
  const original = (name: string): Buffer => readFileSync(path.join(folder, 'originals', name));

  it.each(['xlsx', 'xls', 'ods'])(
    'given rows, columns and a sheet hidden in %s, then rows and columns are read, the sheet is not, and it is said',
    async (form) => {
      const sheets = await readTable(original(`${form}_hidden_sheet.${form}`));
      expect(sheets.rows[0]!.cells).toEqual(['A1', 'B1', 'C1', 'D1', 'E1']);
      expect(sheets.remarks).toEqual([{ kind: 'hidden-sheets', count: 1 }]);
      const merged = await readTable(original(`${form}_hidden_merged.${form}`));
      expect(merged.rows.map((row) => row.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(merged.rows[2]!.cells).toEqual(['A3', 'B3', 'C3', 'D3', 'E3', 'F3', 'G3', 'H3', 'I3']);
      expect(merged.remarks).toEqual([
        { kind: 'hidden-rows', count: 2 },
        { kind: 'hidden-columns', count: 2 },
      ]);
    },
  );

  it.each(['xlsx', 'xls', 'ods'])(
    'given every kind of cell in %s, then the values are those of another reader',
    async (form) => {
      const expected = readFileSync(path.join(folder, 'expected', `${form}_exotic_types.csv`), 'utf8').replaceAll(
        ' 00:00:00',
        '',
      );
      const lines = expected
        .split('\r\n')
        .filter(Boolean)
        .map((line) => line.replace(/,+$/, ''));
      const { rows } = await readTable(original(`${form}_exotic_types.${form}`));
      expect(rows.map((row) => row.cells.join(','))).toEqual(lines);
    },
  );

  it.each(['xlsx', 'xls', 'ods'])('given rows that a filter hides in %s, then nobody is lost', async (form) => {
    const { rows, remarks } = await readTable(original(`${form}_filters_hidden_cols_rows.${form}`));
    expect(rows).toHaveLength(24);
    expect(rows[0]!.cells).toEqual(['field A', 'field B', 'field C', 'field X']);
    expect(remarks).toEqual([
      { kind: 'hidden-rows', count: 4 },
      { kind: 'hidden-columns', count: 1 },
    ]);
  });

  it('given files that are no spreadsheets, whatever they are called, then each is refused with a sentence within a second', async () => {
    for (const name of readdirSync(path.join(folder, 'not-spreadsheets'))) {
      const since = performance.now();
      await expect(readTable(readFileSync(path.join(folder, 'not-spreadsheets', name)))).rejects.toMatchObject({
        code: 'roster.not-csv',
      });
      expect(performance.now() - since).toBeLessThan(1_000);
    }
  });
});
