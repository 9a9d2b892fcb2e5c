import { ROSTER_COLUMNS, type RosterColumn } from './roster-columns.js';
import { layoutOf, readRow, type ReadRow } from './roster-row.js';

/** What somebody typed of one person, by the columns of a roster; an empty one may be left out. */
export type HandRow = Partial<Record<RosterColumn, string>>;

const LAYOUT = layoutOf([...ROSTER_COLUMNS]);

/** Reads it as the row of a roster is read: the same rules, the same faults, each at its column. */
export function readHandRow(row: HandRow): ReadRow {
  return readRow(
    LAYOUT,
    ROSTER_COLUMNS.map((column) => row[column] ?? ''),
  );
}
