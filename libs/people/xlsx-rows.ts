import { textCell } from '#libs/platform/pure.js';
import { ZipStream } from './zip-stream.js';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Everything beside the rows: one sheet, and one format, which makes every cell a text that stays one when edited. */
const PARTS: [string, string][] = [
  [
    '[Content_Types].xml',
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>` +
      `<Relationship Id="rId2" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
  ],
  [
    'xl/styles.xml',
    `<styleSheet xmlns="${MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
      '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
      '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
      '<cellXfs count="1"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/></cellXfs></styleSheet>',
  ],
];

/** Rows that a sheet has room for, its header included. */
export const MOST_SHEET_ROWS = 1_048_576;

/** A workbook of one sheet as its rows come: every cell is text, none a formula, and nothing of it is held. */
export async function* xlsxOf(batches: AsyncIterable<string[][]>): AsyncIterable<Buffer> {
  const zip = new ZipStream();
  for (const [name, xml] of PARTS) yield* zip.entry(name, [Buffer.from(HEAD + xml)]);
  yield* zip.entry('xl/worksheets/sheet1.xml', sheetOf(batches));
  yield zip.end();
}

async function* sheetOf(batches: AsyncIterable<string[][]>): AsyncIterable<Buffer> {
  yield Buffer.from(`${HEAD}<worksheet xmlns="${MAIN}"><sheetData>`);
  let number = 0;
  for await (const rows of batches) {
    yield Buffer.from(
      rows
        .map((row) => `<row r="${++number}">${row.map((cell, i) => cellXml(cell, i, number)).join('')}</row>`)
        .join(''),
    );
  }
  yield Buffer.from('</sheetData></worksheet>');
}

function cellXml(value: string, column: number, row: number): string {
  if (value === '') return '';
  return `<c r="${columnName(column)}${row}" t="inlineStr"><is><t xml:space="preserve">${escaped(textCell(value))}</t></is></c>`;
}

function columnName(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : columnName(Math.floor(column / 26) - 1) + last;
}

const NAMES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Markup by its name; what XML has no way to say as workbooks do, `_xFFFE_`, and what only looks like such a way with
 * its first mark so written.
 */
function escaped(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[^\P{Cc}\t\n]|[\uFFFE\uFFFF]/gu, (one) => `_x${hex(one)}_`)
    .replace(/[&<>"]/g, (one) => NAMES[one]!);
}

function hex(one: string): string {
  return one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
