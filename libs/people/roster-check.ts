import type { Breach } from '#libs/breach/index.js';
import { Problem } from '#libs/platform/index.js';
import type { Difference } from './restating.js';
import type { FaultyRow } from './roster-chunks.js';
import type { RosterColumn } from './roster-columns.js';
import type { RosterFile } from './roster-file.js';
import type { Remark } from './table.js';

/** One fault of one cell, by the row's number as the spreadsheet shows it. */
export interface RejectedCell {
  row: number;
  column: string;
  message: string;
}

/** Where a row differs from what is on record of its person, by the row's number. */
export interface RowDifference extends Difference {
  row: number;
}

/** What a roster would do, or did, to the persons of a breach. */
export interface RosterResult {
  breach: string;
  rows: number;
  /** Persons not known before. */
  imported: number;
  /** Rows of persons known before, changed or not. */
  updated: number;
  /** Of these, rows of persons who were erased, and stay so. */
  erased: number;
  /** Rows merged into another person by matching. */
  duplicates: number;
  rejected: RejectedCell[];
  /** Rows that hold at least one fault. */
  rejectedRows: number;
  /** Where known persons are stated otherwise than before, up to ten thousand, and how many in all. */
  differences: RowDifference[];
  differenceCount: number;
  /** What was read or left that somebody who looks at the sheet may not know. */
  remarks: Remark[];
  /** Our column for each column of the file, null where it is not read. */
  columns: (RosterColumn | null)[];
  /** The column names of the file, as they stand there. */
  header: string[];
}

/** Faults, and differences, that are answered; a column that slid makes one for every row. */
const MOST_ANSWERED = 10_000;

/** Refuses a file whole, without saying which rows. */
export function protectedRows(): Problem {
  const message =
    'This file holds protected persons, so nothing of it was kept. Have the security officer import it from their own account.';
  return new Problem('forbidden', 'roster.protected-rows', message, [{ at: 'file', message }]);
}

/** Counts what an import comes to, and keeps the first of what is to be shown. */
export class RosterTally {
  rows = 0;
  imported = 0;
  updated = 0;
  erased = 0;
  rejectedRows = 0;
  private readonly rejected: RejectedCell[] = [];
  private readonly differences: RowDifference[] = [];
  private differenceCount = 0;

  reject(rows: FaultyRow[]): void {
    this.rejectedRows += rows.length;
    for (const { number, faults } of rows) {
      for (const { at, message } of faults) {
        if (this.rejected.length < MOST_ANSWERED) this.rejected.push({ row: number, column: at, message });
      }
    }
  }

  differ(row: number, differences: Difference[]): void {
    this.differenceCount += differences.length;
    for (const difference of differences) {
      if (this.differences.length < MOST_ANSWERED) this.differences.push({ row, ...difference });
    }
  }

  result(breach: Breach, file: RosterFile): RosterResult {
    const byRow = (a: { row: number }, b: { row: number }): number => a.row - b.row;
    return {
      breach: breach.reference,
      rows: this.rows,
      imported: this.imported,
      updated: this.updated,
      erased: this.erased,
      duplicates: 0,
      rejected: this.rejected.toSorted(byRow),
      rejectedRows: this.rejectedRows,
      differences: this.differences.toSorted(byRow),
      differenceCount: this.differenceCount,
      remarks: file.remarks,
      columns: file.mapping.columns,
      header: file.header,
    };
  }
}

/** Names up to ten thousand faults, by the rows' numbers in the spreadsheet. */
export function faultyRows({ rejected, rejectedRows }: RosterResult): Problem {
  const message = `${rejectedRows} rows need mending, so nobody was imported. Mend them, or import the others and leave these out.`;
  return new Problem(
    'bad-input',
    'roster.faulty-rows',
    message,
    rejected.map((cell) => ({ at: `row ${cell.row}, ${cell.column}`, message: cell.message })),
  );
}
