import { parse } from 'csv-parse/sync';
import { Problem } from '#libs/platform/pure.js';

/** A row of a table, by its number as the spreadsheet shows it. */
export interface TableRow {
  number: number;
  cells: string[];
}

/** Something that was read or left which somebody who looks at the sheet may not know; pages have the words by kind. */
export interface Remark {
  kind:
    | 'windows-1252'
    | 'other-sheets'
    | 'hidden-sheets'
    | 'hidden-rows'
    | 'hidden-columns'
    | 'all-hidden'
    | 'formulas-without-result';
  count: number;
}

export interface Table {
  rows: TableRow[];
  remarks: Remark[];
}

const IN_WORDS: Record<Remark['kind'], (count: number) => string> = {
  'windows-1252': () => 'The letters were read as Windows-1252: check the names with accents.',
  'other-sheets': (count) => `The first visible sheet was read; other sheets were not: ${count}.`,
  'hidden-sheets': (count) => `Hidden sheets that were not read: ${count}.`,
  'hidden-rows': (count) => `Hidden rows that were read like all others: ${count}.`,
  'hidden-columns': (count) => `Hidden columns that were read like all others: ${count}.`,
  'formulas-without-result': (count) =>
    `Formulas without a stored result, read as empty cells: ${count}. Open the file in your spreadsheet program and save it to have them read.`,
  'all-hidden': () => 'Every sheet of the file is hidden, so none was read.',
};

/** A remark in English, for the command line. */
export function remarkInWords({ kind, count }: Remark): string {
  return IN_WORDS[kind](count);
}

/** Longest cell that is read; beyond it a quote was left open. */
const LONGEST_CELL = 10_000;
export const MOST_COLUMNS = 200;

/** What is wrong with a file as a whole; the fault stands at the file. */
export function wholeFault(code: `roster.${string}`, message: string): Problem {
  return new Problem('bad-input', code, message, [{ at: 'file', message }]);
}

/**
 * Reads a table of text: comma, semicolon or tab; UTF-8 with or without a mark of order, UTF-16 with one, or
 * Windows-1252. Throws `roster.empty`, `roster.not-csv` or `roster.unreadable`.
 */
export function readTextTable(bytes: Buffer): Table {
  if (bytes.length === 0) throw emptyFile();
  const { text, remarks } = decode(bytes);
  // A control character is in no list of persons: this is some other kind of file.
  if (/[^\P{Cc}\t\n\v\f\r]/u.test(text)) {
    throw wholeFault(
      'roster.not-csv',
      'This is no table. Save the list as "CSV UTF-8" or as a spreadsheet, and choose that file.',
    );
  }
  return { rows: split(text), remarks };
}

export function emptyFile(): Problem {
  return wholeFault(
    'roster.empty',
    'The file is empty. Put the column names in its first row and one person in each row below.',
  );
}

function decode(bytes: Buffer): { text: string; remarks: Remark[] } {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), remarks: [] };
  } catch {
    // Not what it would be by its mark: the encoding that spreadsheets on Windows write without asking.
    return {
      text: new TextDecoder('windows-1252').decode(bytes),
      remarks: [{ kind: 'windows-1252', count: 1 }],
    };
  }
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

function split(text: string): TableRow[] {
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
    throw wholeFault(
      'roster.unreadable',
      `The table cannot be read${line ? ` from line ${line} on` : ''}: a quotation mark is missing or stands inside a cell. Mend it there, or save the list again as "CSV UTF-8".`,
    );
  }
}

/** One line of CSV (RFC 4180), the values as they are. */
export function csvLine(cells: string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
