import { parse } from 'csv-parse/sync';
import { Problem } from '#libs/platform/index.js';
import { ROSTER_COLUMNS, columnOf, type RosterColumn } from './roster-columns.js';

/** A roster as read: which of our columns stands where, and the rows with their number as the spreadsheet shows it. */
export interface RosterFile {
  columns: (RosterColumn | null)[];
  rows: { number: number; cells: string[] }[];
}

/** Longest cell that is read; beyond it a quote was left open. */
const LONGEST_CELL = 10_000;
const MOST_COLUMNS = 200;

/**
 * Reads a CSV with comma, semicolon or tab. Throws a `Problem` for what is wrong with the file as a whole, one thing
 * at a time and the first first: that is what somebody can mend before rows are worth looking at.
 */
export function readRoster(bytes: Buffer): RosterFile {
  const text = decode(bytes);
  const records = split(text);
  const header = records[0];
  if (!header || records.every(isBlank))
    throw whole(
      'roster.empty',
      'The file is empty. Put the column names in its first row and one person in each row below.',
    );
  if (header.cells.length > MOST_COLUMNS)
    throw whole(
      'roster.too-wide',
      `The file has more than ${MOST_COLUMNS} columns. Keep the columns of the list only.`,
    );
  const columns = header.cells.map((cell) => columnOf(cell));
  checkHeader(columns);
  const rows = records.slice(1).filter((row) => !isBlank(row));
  if (rows.length === 0)
    throw whole(
      'roster.no-rows',
      'The file has column names but no persons. Put one person in each row below the first.',
    );
  return { columns, rows };
}

function isBlank({ cells }: { cells: string[] }): boolean {
  return cells.every((cell) => cell.trim() === '');
}

function whole(code: `roster.${string}`, message: string): Problem {
  return new Problem('bad-input', code, message, [{ at: 'file', message }]);
}

function decode(bytes: Buffer): string {
  if (bytes.length === 0)
    throw whole(
      'roster.empty',
      'The file is empty. Put the column names in its first row and one person in each row below.',
    );
  if (
    bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004' ||
    bytes.subarray(0, 4).toString('hex') === 'd0cf11e0'
  ) {
    throw whole(
      'roster.not-csv',
      'This is a spreadsheet or an archive, not a CSV. Save it as "CSV UTF-8" and choose that file.',
    );
  }
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw whole(
      'roster.wrong-encoding',
      'The letters of the file are in an encoding other than UTF-8, so names would be damaged. Save it as "CSV UTF-8" and choose that file.',
    );
  }
  if (text.includes('\u0000'))
    throw whole('roster.not-csv', 'This is no table. Save the list as "CSV UTF-8" and choose that file.');
  return text;
}

/** The separator is the one of the three that the first row holds most of, outside quotes. */
function separatorOf(text: string): string {
  const firstRow = text
    .slice(0, 20_000)
    .replace(/"[^"]*"/g, '')
    .split(/\r?\n|\r/, 1)[0]!;
  const counts = [',', ';', '\t'].map((separator) => ({ separator, count: firstRow.split(separator).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).separator;
}

function split(text: string): { number: number; cells: string[] }[] {
  let number = 0;
  try {
    const records = parse(text, {
      delimiter: separatorOf(text),
      relax_column_count: true,
      skip_empty_lines: false,
      max_record_size: MOST_COLUMNS * LONGEST_CELL,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    return records.map((cells) => ({ number: ++number, cells }));
  } catch (error) {
    const line = (error as { lines?: number }).lines;
    throw whole(
      'roster.unreadable',
      `The table cannot be read${line ? ` from line ${line} on` : ''}: a quotation mark is missing or stands inside a cell. Mend it there, or save the list again as "CSV UTF-8".`,
    );
  }
}

function checkHeader(columns: (RosterColumn | null)[]): void {
  for (const column of ROSTER_COLUMNS) {
    if (columns.filter((other) => other === column).length > 1) {
      throw whole('roster.column-twice', `The column "${column}" stands twice in the first row. Keep one of them.`);
    }
  }
  const missing = (['reference', 'category', 'language'] as const).filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw whole(
      'roster.column-missing',
      `The column "${missing[0]}" is missing. Add it with that name in the first row.`,
    );
  }
  if (!columns.includes('given_name') && !columns.includes('family_name')) {
    throw whole(
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
