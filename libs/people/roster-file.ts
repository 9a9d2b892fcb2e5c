import { ROSTER_COLUMNS, columnOf, type RosterColumn } from './roster-columns.js';
import { isSpreadsheet, readSpreadsheet } from './spreadsheet.js';
import { MOST_COLUMNS, emptyFile, readTextTable, wholeFault, type Remark, type Table, type TableRow } from './table.js';

/** A roster as read: which of our columns stands where, and the rows with their number as the spreadsheet shows it. */
export interface RosterFile {
  columns: (RosterColumn | null)[];
  rows: TableRow[];
  /** What was read or left that somebody who looks at the sheet may not know. */
  remarks: Remark[];
}

/** Reads a table of text or a spreadsheet, by what the bytes are and not by the file's name. */
export async function readTable(bytes: Buffer): Promise<Table> {
  return isSpreadsheet(bytes) ? await readSpreadsheet(bytes) : readTextTable(bytes);
}

/**
 * Reads a roster from CSV, TSV, XLSX, ODS or XLS. Throws a `Problem` for what is wrong with the file as a whole, one
 * thing at a time and the first first: that is what somebody can mend before rows are worth looking at.
 */
export async function readRoster(bytes: Buffer): Promise<RosterFile> {
  const table = await readTable(bytes);
  const header = table.rows[0];
  if (!header || table.rows.every(isBlank)) throw emptyFile();
  if (header.cells.length > MOST_COLUMNS) {
    throw wholeFault(
      'roster.too-wide',
      `The file has more than ${MOST_COLUMNS} columns. Keep the columns of the list only.`,
    );
  }
  const columns = header.cells.map((cell) => columnOf(cell));
  checkHeader(columns);
  const rows = table.rows.slice(1).filter((row) => !isBlank(row));
  if (rows.length === 0) {
    throw wholeFault(
      'roster.no-rows',
      'The file has column names but no persons. Put one person in each row below the first.',
    );
  }
  return { columns, rows, remarks: table.remarks };
}

function isBlank({ cells }: TableRow): boolean {
  return cells.every((cell) => cell.trim() === '');
}

function checkHeader(columns: (RosterColumn | null)[]): void {
  for (const column of ROSTER_COLUMNS) {
    if (columns.filter((other) => other === column).length > 1) {
      throw wholeFault(
        'roster.column-twice',
        `The column "${column}" stands twice in the first row. Keep one of them.`,
      );
    }
  }
  const missing = (['reference', 'category', 'language'] as const).filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw wholeFault(
      'roster.column-missing',
      `The column "${missing[0]}" is missing. Add it with that name in the first row.`,
    );
  }
  if (!columns.includes('given_name') && !columns.includes('family_name')) {
    throw wholeFault(
      'roster.column-missing',
      'A column with names is missing. Add "given_name" or "family_name" in the first row.',
    );
  }
}

/** The header row of a template, and an example row under it, for the page that says what the file should look like. */
export function rosterTemplate(): string {
  const example: Partial<Record<RosterColumn, string>> = {
    reference: 'P-1001', category: 'staff', given_name: 'Lotte', family_name: 'Voorbeeld', language: 'nl', email: 'lotte.voorbeeld@agency.example',
    private_email: 'lotte@post.example', street: 'Kerkstraat', house_number: '12', postcode: '9000', city: 'Gent', country: 'BE',
    documents: 'BE:id-card:scan-both-sides:confirmed; BE:passport:number:presumed', other_data: 'cv:copy:presumed',
  }; // prettier-ignore
  return `\ufeff${ROSTER_COLUMNS.join(',')}\r\n${ROSTER_COLUMNS.map((column) => example[column] ?? '').join(',')}\r\n`;
}
