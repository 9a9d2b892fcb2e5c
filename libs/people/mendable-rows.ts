import { safeCsvLine, type Fault } from '#libs/platform/pure.js';
import { EXPORT_MARK, ROSTER_COLUMNS, plainHeader, type RosterColumn } from './roster-columns.js';
import { valueOf, type RosterMapping } from './roster-mapping.js';

/** The columns of a file of rows to mend that say something of the row and nothing of its person. */
const ABOUT_ROWS = ['row', 'what to do'] as const;
const PLAIN = new Set<string>(ABOUT_ROWS.map(plainHeader));

/** Whether a header, in its plain form, is one of those: no value under it is ever taken for one of a person. */
export function isAboutRows(plain: string): boolean {
  return PLAIN.has(plain);
}

/** Whether a file was written by us, an export or rows to mend: its cells are made safe, and are read back as they were. */
export function isOurFile(header: readonly string[]): boolean {
  return header.includes(EXPORT_MARK) || ABOUT_ROWS.every((word) => header.includes(word));
}

/** A row that was left out, by what its cells say: those of our own files are no longer made safe. */
export interface RowToMend {
  number: number;
  mapping: RosterMapping;
  cells: string[];
  faults: Fault[];
}

/**
 * Faulty rows as a CSV that is mended and imported again: the row's number, our columns with the cells as they stood,
 * what held for everybody as a column of its own, and what to do. It stands for itself, whatever the columns of its
 * source were called. Cells beyond the last column name stand at the end, without a name: they slid, and the row is
 * refused until somebody moved them.
 */
export function* mendableCsv(rows: readonly RowToMend[]): Generator<string> {
  const stated = new Set(
    [...new Set(rows.map(({ mapping }) => mapping))].flatMap(({ columns, everybody }) => [
      ...columns.filter((column) => column !== null),
      ...(Object.keys(everybody) as RosterColumn[]),
    ]),
  );
  const columns = ROSTER_COLUMNS.filter((column) => stated.has(column));
  yield `\ufeff${safeCsvLine([ABOUT_ROWS[0], ...columns, ABOUT_ROWS[1]])}`;
  for (const { number, mapping, cells, faults } of rows) {
    const beyond = cells.slice(mapping.columns.length);
    const last = beyond.findLastIndex((cell) => cell.trim() !== '');
    yield safeCsvLine([
      number,
      ...columns.map((column) => valueOf(mapping, cells, column)),
      faults.map(({ at, message }) => `${at}: ${message}`).join(' '),
      ...beyond.slice(0, last + 1),
    ]);
  }
}
