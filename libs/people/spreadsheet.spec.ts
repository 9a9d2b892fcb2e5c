import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as library from '@e965/xlsx';
import { describeWithCorpus } from '#test/support/corpora.js';
import { odsBytes, xlsxBytes } from '#test/support/workbook.js';
import { zip } from '#test/support/zip.js';
import { wholeRoster as readRoster, wholeTable as readTable } from '#test/support/whole-table.js';
import { streamSpreadsheet } from './spreadsheet.js';

const xlsx = 'utils' in library ? library : (library as { default: typeof import('@e965/xlsx') }).default;

/** A workbook of one sheet in the given form, by another writer. */
function workbook(form: 'xlsx' | 'ods' | 'biff8' | 'xlsb', rows: unknown[][]): Buffer {
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), 'People');
  return xlsx.write(book, { type: 'buffer', bookType: form }) as Buffer;
}

/** The cells of the rows that are read. */
async function cellsOf(bytes: Buffer): Promise<string[][]> {
  return (await readTable(bytes)).rows.map((row) => row.cells);
}

const sheet = (rows: string): string => `<sheetData>${rows}</sheetData>`;
const inline = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;

describe('given a spreadsheet of another writer', () => {
  it.each(['xlsx', 'ods', 'biff8'] as const)(
    'when it is %s, then each value stands under its own column, days are ISO and long numbers whole',
    async (form) => {
      const rows = [
        ['reference', 'category', 'language', 'given_name', 'birth_date', 'postcode', 'national_number'],
        ['P-1', 'staff', 'nl', 'Zoé Œuvrard 𝔘', new Date(Date.UTC(1974, 1, 28)), '0123', 85073003328],
        [],
        ['P-2', 'staff', 'fr', '', '', '', ''],
      ];
      const { columns, rows: read } = await readRoster(workbook(form, rows));
      expect(columns).toEqual(rows[0]);
      expect(read).toEqual([
        { number: 2, cells: ['P-1', 'staff', 'nl', 'Zoé Œuvrard 𝔘', '1974-02-28', '0123', '85073003328'] },
        { number: 4, cells: ['P-2', 'staff', 'fr'] },
      ]);
    },
  );

  it('when it is a binary workbook, then it is refused, and it says what to do', async () => {
    await expect(readTable(workbook('xlsb', [['a']]))).rejects.toMatchObject({
      code: 'roster.not-csv',
      message: expect.stringContaining('.xlsb'),
    });
  });
});

describe('given a workbook of Office Open XML', () => {
  it('when its cells are of every kind, then each is read as its reader sees it', async () => {
    const shared =
      '<si><t>plain</t></si><si><r><rPr><b/></rPr><t>ri</t></r><r><t xml:space="preserve">ch </t></r><r><t>text</t></r></si>' +
      '<si><t>課長</t><rPh sb="0" eb="2"><t>カチョウ</t></rPh><phoneticPr fontId="1"/></si><si><t xml:space="preserve"> a_x000D_&#10;b &amp;lt; _x005F_x000D_ </t></si><si/>';
    const cells =
      [0, 1, 2, 3, 4].map((i) => `<c t="s"><v>${i}</v></c>`).join('') +
      '<c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>A1&amp;"x"</f><v>plainx</v></c><c t="d"><v>2024-02-29T00:00:00Z</v></c>' +
      '<c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c><c><f>1+1</f><v>2</v></c>';
    const { rows, remarks } = await readTable(xlsxBytes({ sheets: { S: sheet(`<row>${cells}</row>`) }, shared }));
    expect(rows).toEqual([
      { number: 1, cells: ['plain', 'rich text', '課長', ' a\r\nb &lt; _x000D_ ', '', 'TRUE', 'FALSE', '#N/A', 'plainx', '2024-02-29', 'inline', '2'] },
    ]); // prettier-ignore
    expect(remarks).toEqual([]);
  });

  it.each([
    ['0.30000000000000004', '', '0.3'], ['0.1', '', '0.1'], ['1E+20', '', '1E+20'], ['12.3', '', '12.3'], ['-7', '', '-7'],
    ['85073003328', '', '85073003328'], ['1234567890123456', '', '1234567890123456'], ['9.9999999999999995E-7', '', '0.000001'], ['32470123456', '@', '32470123456'],
    ['1234567', '00000000000', '00001234567'], ['123', '0000', '0123'], ['470123456', '&quot;+32 &quot;000&quot; &quot;00&quot; &quot;00&quot; &quot;00', '+32 470 12 34 56'],
    ['0.125', '0%', '13%'], ['0.125', '0.00%', '12.50%'], ['1234.5', '#,##0.00', '1,234.50'], ['1234.5', '[$€-413]\\ #,##0.00', '€ 1,234.50'],
    ['27421', 'dd/mm/yy', '1975-01-27'], ['27421', '[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', '1975-01-27'], ['45351', 'yyyy', '2024-02-29'], ['45351.5', 'd/m/yy', '2024-02-29'],
    ['45351.5', 'd/m/yy h:mm', '2024-02-29 12:00:00'], ['45351', 'd/m/yy h:mm', '2024-02-29'], ['0.5', 'h:mm', '12:00:00'], ['45351.25', 'h:mm AM/PM', '06:00:00'], ['1.25', '[h]:mm:ss', '30:00:00'],
    ['60', 'dd/mm/yy', '1900-02-29'], ['61', 'dd/mm/yy', '1900-03-01'], ['1', 'dd/mm/yy', '1900-01-01'], ['-5', 'dd/mm/yy', '-5'], ['99999999', 'dd/mm/yy', '99999999'],
    ['no number', '', 'no number'], ['5', '0&quot; dagen&quot;', '5 dagen'], ['5', '[&gt;3]0;[Red]-0', '5'],
  ])('when the number %s has the format %s, then it is read as %s', async (value, format, text) => {
    const bytes = xlsxBytes({ sheets: { S: sheet(`<row><c s="1"><v>${value}</v></c></row>`) }, formats: [format] });
    expect(await cellsOf(bytes)).toEqual([[text]]);
  }); // prettier-ignore

  it('when its days are counted from 1904, then they are the days that are seen', async () => {
    const days = '<row><c s="1"><v>0</v></c><c s="1"><v>43889</v></c></row>';
    const bytes = xlsxBytes({ sheets: { S: sheet(days) }, formats: ['dd/mm/yyyy'], isFrom1904: true });
    expect(await cellsOf(bytes)).toEqual([['1904-01-01', '2024-02-29']]);
  });

  it('when rows and cells are left out, or its list stands in the middle, then rows keep their numbers and cells their columns', async () => {
    const rows = '<row r="3"><c r="C3" t="b"><v>1</v></c><c r="AB3" t="b"><v>0</v></c></row><row r="1000000"/><row><c/><c t="b"><v>1</v></c></row>';
    const { rows: read } = await readTable(xlsxBytes({ sheets: { S: sheet(rows) } }));
    expect(read[0]).toEqual({ number: 3, cells: ['', '', 'TRUE', ...Array<string>(24).fill(''), 'FALSE'] });
    expect(read[1]).toEqual({ number: 1_000_001, cells: ['', 'TRUE'] });
  }); // prettier-ignore

  it('when sheets, rows and columns are hidden, then the first visible sheet is read whole and the rest is said', async () => {
    const first = `<cols><col min="2" max="2" hidden="1"/><col min="5" max="16384" hidden="1"/></cols>${sheet(`<row hidden="1">${inline('a')}${inline('b')}</row><row hidden="1"/><row>${inline('c')}</row>`)}`;
    const { rows, remarks } = await readTable(
      xlsxBytes({ sheets: { '-x': sheet(`<row>${inline('no')}</row>`), S: first, T: sheet(''), '-y': sheet('') } }),
    );
    expect(rows.map((row) => row.cells)).toEqual([['a', 'b'], ['c']]);
    expect(remarks).toEqual([
      { kind: 'other-sheets', count: 1 }, { kind: 'hidden-sheets', count: 2 }, { kind: 'hidden-rows', count: 1 }, { kind: 'hidden-columns', count: 1 },
    ]); // prettier-ignore
  });

  it('when every sheet is hidden, then none is read and it is said', async () => {
    expect(await readTable(xlsxBytes({ sheets: { '-x': sheet('<row><c><v>1</v></c></row>') } }))).toEqual({
      rows: [],
      remarks: [{ kind: 'all-hidden', count: 1 }],
    });
  });

  it('when formulas have no stored result, then it is said', async () => {
    const rows = '<row><c t="b"><v>1</v></c><c><f>1+1</f></c><c t="str"><f>""</f><v></v></c></row>';
    expect(await readTable(xlsxBytes({ sheets: { S: sheet(rows) } }))).toEqual({
      rows: [{ number: 1, cells: ['TRUE'] }],
      remarks: [{ kind: 'formulas-without-result', count: 1 }],
    });
  });

  it('when its tags have a prefix, single quotes, comments and CDATA, then it is read like any other', async () => {
    const rows = `<x:row  r = '2' ><!-- <c> --><x:c r='B2' t="inlineStr" note=">"><x:is><x:t><![CDATA[a & <b>]]></x:t></x:is></x:c></x:row>`;
    expect((await readTable(xlsxBytes({ sheets: { S: `<x:sheetData>${rows}</x:sheetData>` } }))).rows).toEqual([
      { number: 2, cells: ['', 'a & <b>'] },
    ]);
  });
});

describe('given a spreadsheet of OpenDocument', () => {
  const p = (text: string): string =>
    `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  const row = (cells: string, attributes = ''): string => `<table:table-row ${attributes}>${cells}</table:table-row>`;
  const table = (content: string, style = 'ta1'): string =>
    `<table:table table:name="S" table:style-name="${style}">${content}</table:table>`;
  const typed = (type: string, value: string, shown: string): string =>
    `<table:table-cell office:value-type="${type}" ${value}><text:p>${shown}</text:p></table:table-cell>`;

  it('when its cells are of every kind, then each is read as its reader sees it', async () => {
    const cells = [
      typed('float', 'office:value="85073003328"', '8,50730E+10'), typed('float', 'office:value="12.5"', '12,5'), typed('float', 'office:value="123"', '0123'),
      typed('percentage', 'office:value="0.125"', '12,50%'), typed('currency', 'office:value="3"', '€ 3,00'), typed('float', 'office:value="1e20"', '1E+020'),
      typed('date', 'office:date-value="2024-02-29"', '29/02/24'), typed('date', 'office:date-value="2024-02-29T12:30:00"', '29/02/24 12:30'), typed('date', 'office:date-value="2024-02-29T12:30:00"', '29/02/24'),
      typed('time', 'office:time-value="PT30H05M07S"', '30:05:07'), typed('boolean', 'office:boolean-value="true"', 'WAAR'), typed('string', 'office:string-value="kept"', 'shown'),
    ].join(''); // prettier-ignore
    expect(await cellsOf(odsBytes(table(row(cells))))).toEqual([
      ['8,50730E+10', '12.5', '0123', '12,50%', '€ 3,00', '1E+20', '2024-02-29', '2024-02-29 12:30:00', '2024-02-29', '30:05:07', 'TRUE', 'shown'],
    ]); // prettier-ignore
  });

  it('when cells hold comments, drawings, links, several paragraphs and spaces, then only their text is read', async () => {
    const cells =
      `<table:table-cell office:value-type="string"><office:annotation><dc:creator>x</dc:creator><text:p>comment</text:p></office:annotation><text:p>one <text:a>two</text:a></text:p><text:p>three</text:p></table:table-cell>` +
      `<table:table-cell office:value-type="string"><draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame><text:p><text:s text:c="2"/>a<text:tab/>b<text:line-break/>c\n   d</text:p></table:table-cell>`;
    expect(await cellsOf(odsBytes(table(`<table:shapes><text:p>no</text:p></table:shapes>${row(cells)}`)))).toEqual([
      ['one two\nthree', '  a\tb\nc d'],
    ]);
  });

  it('when cells and rows repeat, also by millions of empty ones, then rows keep their numbers', async () => {
    const content =
      row(p('a')) +
      row('<table:table-cell table:number-columns-repeated="16384"/>', 'table:number-rows-repeated="900000"') +
      row(`<table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>b</text:p></table:table-cell>`, 'table:number-rows-repeated="2"') +
      row('<table:table-cell table:number-columns-repeated="16384"/>', 'table:number-rows-repeated="148573"'); // prettier-ignore
    expect((await readTable(odsBytes(table(content)))).rows).toEqual([
      { number: 1, cells: ['a'] },
      { number: 900_002, cells: ['', '', 'b', 'b'] },
      { number: 900_003, cells: ['', '', 'b', 'b'] },
    ]);
  });

  it('when sheets, rows and columns are hidden, then the first visible sheet is read whole and the rest is said', async () => {
    const styles =
      '<style:style style:name="ta0"><style:table-properties table:display="false"/></style:style><style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>';
    const columns =
      '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="1023"/>';
    const content = columns + row(p('a') + p('b'), 'table:visibility="filter"') + row(p('c'));
    expect(await readTable(odsBytes(table(row(p('no')), 'ta0') + table(content) + table(row(p('z'))), styles))).toEqual(
      {
        rows: [
          { number: 1, cells: ['a', 'b'] },
          { number: 2, cells: ['c'] },
        ],
        remarks: [
          { kind: 'other-sheets', count: 1 },
          { kind: 'hidden-sheets', count: 1 },
          { kind: 'hidden-rows', count: 1 },
          { kind: 'hidden-columns', count: 1 },
        ],
      },
    );
  });

  it('when it is encrypted, then it is refused as protected by a password', async () => {
    const manifest = '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'; // prettier-ignore
    await expect(readTable(odsBytes('%%', '', manifest))).rejects.toMatchObject({ code: 'roster.password' });
  });
});

describe('given a file made to harm its reader, or damaged', () => {
  const many = (text: string, times: number): Buffer => Buffer.alloc(text.length * times, text);
  const withSheet = (data: Buffer | string, size?: number): Buffer =>
    zip([
      { name: 'xl/workbook.xml', data: '<workbook><sheets><sheet name="S" id="a"/></sheets></workbook>' },
      { name: 'xl/_rels/workbook.xml.rels', data: '<R><Relationship Id="a" Type="t/worksheet" Target="s.xml"/></R>' },
      { name: 'xl/s.xml', data, ...(size === undefined ? {} : { size }) },
    ]);
  const cell = '<c r="A1" t="b"><v>1</v></c>';

  it.each([
    ['says that it unpacks to gigabytes', withSheet('<x/>', 3_000_000_000), 'roster.too-large'],
    ['swells a thousandfold in tags and says 10 bytes', withSheet(many('<x/>', 25_000_000), 10), 'roster.too-large'],
    ['says that one part swells a thousandfold', withSheet(many('\0', 20_000_000)), 'roster.too-large'],
    ['unpacks to 100 MB of nothing and says 10 bytes', withSheet(many('\0', 100_000_000), 10), 'roster.not-csv'],
    ['unpacks to 110 MB of one row and says 10 bytes', withSheet(many(`<row r="1">${cell}</row>`, 2_500_000), 10), 'roster.not-csv'],
    ['unpacks to 110 MB of one cell and says 10 bytes', withSheet(many(cell, 4_000_000), 10), 'roster.not-csv'],
    ['holds an archive instead of a sheet', withSheet(withSheet(many(cell, 1_000_000))), 'roster.not-csv'],
    ['is nested a million deep', withSheet(many('<row>', 1_000_000)), 'ok'],
    ['has one tag without end', withSheet(Buffer.concat([Buffer.from('<c '), many('a="b" ', 1_000_000)])), 'roster.not-csv'],
    ['has entities that stand for entities', withSheet(`<!DOCTYPE x [<!ENTITY a "${'a'.repeat(50_000)}"><!ENTITY b "${'&a;'.repeat(50_000)}">]><c>&b;</c>`), 'roster.not-csv'],
    ['shares one long text among a million cells', xlsxBytes({ sheets: { S: sheet(`<row>${'<c t="s"><v>0</v></c>'.repeat(900)}</row>`.repeat(100)) }, shared: `<si><t>${'x'.repeat(32_000)}</t></si>` }), 'roster.too-large'],
    ['has a value in its last column', xlsxBytes({ sheets: { S: sheet('<row><c r="XFD1" t="b"><v>1</v></c></row>') } }), 'roster.too-wide'],
    ['repeats a value over a million columns', odsBytes('<table:table><table:table-row><table:table-cell office:value-type="string" table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'), 'roster.too-wide'],
    ['repeats a row a billion times', odsBytes('<table:table><table:table-row table:number-rows-repeated="1000000000"><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'), 'roster.too-large'],
    ['claims a billion cells and has one', xlsxBytes({ sheets: { S: `<dimension ref="A1:XFD1048576"/>${sheet('<row r="1"><c r="A1" t="b"><v>1</v></c></row>')}` } }), 'ok'],
    ['is a text document', zip([{ name: 'word/document.xml', data: '<w/>' }]), 'roster.not-csv'],
    ['is an empty archive', zip([]), 'roster.not-csv'],
    ['is no archive behind its first letters', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(500)]), 'roster.not-csv'],
    ['is a compound file that is no workbook', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4_000)]), 'roster.not-csv'],
    ['is a compound file that holds an encrypted workbook', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from('EncryptedPackage', 'utf16le')]), 'roster.password'],
  ])('when it %s, then it is refused soon, or read where it does no harm', async (_, bytes, code) => {
    const since = performance.now();
    const outcome = await readTable(bytes).then(() => 'ok', (error: { code: string }) => error.code);
    expect(outcome).toBe(code);
    // Under a second on a quiet machine (bench/spreadsheet.mjs); tests run beside others.
    expect(performance.now() - since).toBeLessThan(10_000);
  }); // prettier-ignore

  it('when a good file is cut short anywhere, then it is refused with a sentence, or what is read of it is right', async () => {
    const whole = xlsxBytes({ sheets: { S: sheet(`<row>${inline('a')}</row>`) } });
    for (let length = 4; length < whole.length; length += 211)
      await expect(readTable(whole.subarray(0, length))).rejects.toMatchObject({ code: 'roster.not-csv' });
  });
});

describe('given a spreadsheet that is taken batch by batch', () => {
  const long = xlsxBytes({
    sheets: { S: sheet(`<row>${inline('value of a cell')}</row>`.repeat(20_000)) },
  });

  it('when all is taken, then rows come in several batches and in order', async () => {
    const { batches } = streamSpreadsheet(long);
    const sizes: number[] = [];
    let next = 1;
    for await (const batch of batches) {
      sizes.push(batch.length);
      for (const row of batch) expect(row.number).toBe(next++);
    }
    expect(sizes.length).toBeGreaterThan(3);
    expect(next).toBe(20_001);
  });

  it('when somebody stops taking, then nothing goes on', async () => {
    const { batches } = streamSpreadsheet(long);
    expect((await batches.next()).done).toBe(false);
    await batches.return();
    expect(await batches.next()).toEqual({ done: true, value: undefined });
  });

  it('when it is damaged in the middle, then good rows come before the fault', async () => {
    const rows = `${`<row>${inline('value of a cell')}</row>`.repeat(20_000)}<!DOCTYPE x>`;
    const { batches } = streamSpreadsheet(xlsxBytes({ sheets: { S: sheet(rows) } }));
    expect((await batches.next()).done).toBe(false);
    await expect(
      (async () => {
        for await (const batch of batches) expect(batch.length).toBeGreaterThan(0);
      })(),
    ).rejects.toMatchObject({ code: 'roster.not-csv' });
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

  it('given one sheet as xlsx, xls and ods, then all three are read alike', async () => {
    for (const name of ['exotic_types', 'filters_hidden_cols_rows', 'hidden_merged', 'hidden_sheet']) {
      const [first, ...others] = await Promise.all(
        ['xlsx', 'xls', 'ods'].map((form) => readTable(original(`${form}_${name}.${form}`))),
      );
      for (const other of others) expect(other).toEqual(first);
    }
  });

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
