import { Problem } from '#libs/platform/pure.js';

/** A row of a table, by its number as the spreadsheet shows it. */
export interface TableRow {
  number: number;
  cells: string[];
}

/** Longest cell that is read; a longer one is a quotation mark that was left open. */
export const LONGEST_CELL = 10_000;
export const MOST_COLUMNS = 200;

/** What is wrong with a file as a whole; the fault stands at the file. */
export function wholeFault(code: `roster.${string}`, message: string): Problem {
  return new Problem('bad-input', code, message, [{ at: 'file', message }]);
}

export function isBlank({ cells }: TableRow): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** One line of CSV (RFC 4180), the values as they are. */
export function csvLine(cells: string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
