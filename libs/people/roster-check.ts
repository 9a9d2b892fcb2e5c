import type { Breach } from '#libs/breach/index.js';
import { Problem } from '#libs/platform/index.js';
import { may, type Actor } from '#libs/staff/index.js';
import type { RosterColumn } from './roster-columns.js';
import type { RosterFile } from './roster-file.js';
import type { Remark } from './table.js';
import { marksProtected, readRow, type StatedPerson } from './roster-row.js';

/** One fault of one cell, by the row's number as the spreadsheet shows it. */
export interface RejectedCell {
  row: number;
  column: string;
  message: string;
}

/** What a roster would do, or did, to the persons of a breach. */
export interface RosterResult {
  breach: string;
  rows: number;
  /** Persons not known before. */
  imported: number;
  /** Rows of persons known before, changed or not. */
  updated: number;
  /** Rows merged into another person by matching. */
  duplicates: number;
  rejected: RejectedCell[];
  /** Rows that hold at least one fault. */
  rejectedRows: number;
  /** What was read or left that somebody who looks at the sheet may not know. */
  remarks: Remark[];
  /** Our column for each column of the file, null where it is not read. */
  columns: (RosterColumn | null)[];
}

export interface CheckedRow {
  number: number;
  cells: string[];
  person: StatedPerson | null;
  faults: { at: string; message: string }[];
}

/** Faults that are answered; a column that slid makes one for every row. */
const MOST_REJECTED = 10_000;

/** Refuses a file whole, without saying which rows. */
export function protectedRows(): Problem {
  const message =
    'This file holds protected persons, so nothing of it was kept. Have the security officer import it from their own account.';
  return new Problem('forbidden', 'roster.protected-rows', message, [{ at: 'file', message }]);
}

/** Persons whose link to the employer is itself secret come from a security officer only; else the file is refused whole. */
export function refuseProtected(actor: Actor, file: RosterFile): void {
  if (may(actor.roles, 'people.protected')) return;
  if (file.rows.some((row) => marksProtected(file.columns, row.cells))) throw protectedRows();
}

/** Reads every row, and lets each reference stand for one row only. */
export function checkRows(file: RosterFile): CheckedRow[] {
  const firstRowOf = new Map<string, number>();
  return file.rows.map(({ number, cells }) => {
    const read = readRow(file.columns, cells);
    if ('faults' in read) return { number, cells, person: null, faults: read.faults };
    const reference = read.person.record.reference.normalize('NFKC');
    const first = firstRowOf.get(reference);
    if (first !== undefined) {
      return {
        number,
        cells,
        person: null,
        faults: [{ at: 'reference', message: `Row ${first} has the same reference. Keep one row for each person.` }],
      };
    }
    firstRowOf.set(reference, number);
    return { number, cells, person: read.person, faults: [] };
  });
}

function rejectedCells(checked: CheckedRow[]): RejectedCell[] {
  return checked
    .flatMap((row) => row.faults.map((fault) => ({ row: row.number, column: fault.at, message: fault.message })))
    .slice(0, MOST_REJECTED);
}

/** Names up to ten thousand faults, by the rows' numbers in the spreadsheet. */
export function faultyRows(faulty: CheckedRow[]): Problem {
  const cells = rejectedCells(faulty);
  const message = `${faulty.length} rows need mending, so nobody was imported. Mend them, or import the others and leave these out.`;
  return new Problem(
    'bad-input',
    'roster.faulty-rows',
    message,
    cells.map((cell) => ({ at: `row ${cell.row}, ${cell.column}`, message: cell.message })),
  );
}

/** What the checked rows come to. */
export function rosterResult(
  breach: Breach,
  file: RosterFile,
  checked: CheckedRow[],
  imported: number,
  updated: number,
): RosterResult {
  const faulty = checked.filter((row) => !row.person);
  return {
    breach: breach.reference,
    rows: checked.length,
    imported,
    updated,
    duplicates: 0,
    rejected: rejectedCells(faulty),
    rejectedRows: faulty.length,
    remarks: file.remarks,
    columns: file.columns,
  };
}
