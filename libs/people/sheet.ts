import type { Remark } from './table.js';

/** Takes the rows of a sheet one by one, in the order of the sheet. */
export interface RowSink {
  row(number: number, cells: string[]): void;
  /** Waits until the rows taken so far are on their way; called between pieces of a file. */
  drained(): Promise<void>;
}

/** Why a spreadsheet cannot be read; the parent has the words (spreadsheet.ts). */
export type SheetFaultKind = 'no-spreadsheet' | 'binary-workbook' | 'password' | 'too-large' | 'too-wide';

export class SheetFault extends Error {
  constructor(readonly kind: SheetFaultKind) {
    super(kind);
  }
}

/** A roster has 27 columns and an export of an HR system some hundreds; a sheet can have 16,384. */
export const MOST_SHEET_COLUMNS = 1_000;
/** Cells that a row can have. */
export const MOST_CELLS_IN_ROW = 16_384;
/** Rows that a sheet can have. */
export const MOST_SHEET_ROWS = 1_048_576;
/** XML of one sheet of a million rows of 13 columns; it is read piece by piece. */
export const MOST_XML = 1024 * 1024 * 1024;

/** What was met besides rows, for the remarks. */
export interface SheetNotes {
  otherSheets: number;
  hiddenSheets: number;
  hiddenRows: number;
  hiddenColumns: number;
  withoutResult: number;
}

export function noNotes(): SheetNotes {
  return { otherSheets: 0, hiddenSheets: 0, hiddenRows: 0, hiddenColumns: 0, withoutResult: 0 };
}

export function remarksOf(notes: SheetNotes): Remark[] {
  const remarks: Remark[] = [
    { kind: 'other-sheets', count: notes.otherSheets },
    { kind: 'hidden-sheets', count: notes.hiddenSheets },
    { kind: 'hidden-rows', count: notes.hiddenRows },
    { kind: 'hidden-columns', count: notes.hiddenColumns },
    { kind: 'formulas-without-result', count: notes.withoutResult },
  ];
  return remarks.filter((remark) => remark.count > 0);
}

/** Ranges of hidden columns, of which only those count that hold something: some hide all to the right of the list. */
export class HiddenColumns {
  private readonly ranges: { from: number; to: number }[] = [];

  /** Columns counted from 0, both ends included. */
  add(from: number, to: number): void {
    if (this.ranges.length < MOST_SHEET_COLUMNS) this.ranges.push({ from, to });
  }

  among(width: number): number {
    return this.ranges.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, width - 1) - from + 1), 0);
  }
}

/** Puts a value into a row at a place, as far as a sheet that is read may reach. Empty values take no place. */
export function put(cells: string[], place: number, value: string): void {
  if (value === '') return;
  if (place >= MOST_SHEET_COLUMNS) throw new SheetFault('too-wide');
  while (cells.length < place) cells.push('');
  cells[place] = value;
}
