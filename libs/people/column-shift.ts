import type { Problem } from '#libs/platform/pure.js';
import { NameAgreementWatch, NamesOfFile, namesOfRow, type Apart, type NamePlaces } from './name-agreement.js';
import { hasRightCheckDigits, plainNumber } from './national-number.js';
import type { RosterColumn } from './roster-columns.js';
import { SlidCellsWatch, type SlidCells } from './slid-cells.js';
import { wholeFault } from './table-row.js';
import { WorstRun } from './worst-run.js';

/**
 * What slid in a file. `columns`: values stand under wrong names in the whole file. `rows`: they do so in some rows.
 * `apart`: one column was sorted or moved up or down apart from the others, so that it belongs to other persons.
 */
export interface ShiftFault {
  kind: 'columns' | 'rows' | 'apart';
  /** First row of the stretch, as the spreadsheet shows it; to a row or so where `apart`. */
  fromRow: number;
  /** Last row of the stretch. */
  toRow: number;
  /** The leftmost column that holds what belongs elsewhere, or the one that stands apart. */
  column: RosterColumn;
  /** What to do. It holds no value of the file. */
  message: string;
}

/**
 * Beyond these every fourth row is looked at, while the names of all are kept: a slide goes on for more rows than that,
 * and what an accidental agreement is among the others stays the same share.
 */
const ROWS_IN_FULL = 50_000;

export interface ShiftWatch {
  row(number: number, cells: readonly string[]): void;
  /** What slid, or null. Sideways before apart: the first must be mended before the second can be judged. */
  end(): ShiftFault | null;
}

/**
 * Watches the rows of a file for columns that slid, one by one and in constant memory. `columns` is our column for each
 * column of the file. Rows that merely hold faults do not count: a slide is a stretch of rows in which values belong
 * under another column by their kind (SlidCellsWatch), addresses are made of the names of other rows
 * (NameAgreementWatch), or birth dates contradict the national numbers beside them (BirthDateWatch).
 *
 * What it cannot see: a column moved up or down whose values say nothing of their person (language, documents, street),
 * and addresses that are made of no names.
 */
export function shiftWatch(columns: readonly (RosterColumn | null)[]): ShiftWatch {
  const at = (column: RosterColumn): number => columns.indexOf(column);
  const slid = new SlidCellsWatch(columns);
  const birth = new BirthDateWatch(at('birth_date'), at('national_number'));
  const names = new NamesOfFile();
  const places: NamePlaces = {
    given: at('given_name'), family: at('family_name'), reference: at('reference'), category: at('category'),
  }; // prettier-ignore
  const emails = (['email', 'private_email'] as const).flatMap((column) =>
    at(column) < 0 ? [] : [{ place: at(column), watch: new NameAgreementWatch(column, names) }],
  );
  let seen = 0;
  return {
    row(number, cells) {
      const isLookedAt = seen++ < ROWS_IN_FULL || seen % 4 === 0;
      if (isLookedAt) {
        slid.row(number, cells);
        birth.row(number, cells);
      }
      // A relative's letter may go to an address that is made of the name of the member of staff.
      if (emails.length === 0 || isRelative(cells[places.category] ?? '')) return;
      const ofRow = namesOfRow(cells, places, names);
      if (ofRow && isLookedAt) for (const { place, watch } of emails) watch.row(number, cells[place] ?? '', ofRow);
    },
    end() {
      const sideways = slid.end();
      if (sideways) return sidewaysFault(sideways, columns);
      const apart = [...birth.end(), ...apartOf(emails.map(({ watch }) => watch.end()))];
      const worst = apart.toSorted((a, b) => b.run.score - a.run.score)[0];
      return worst ? apartFault(worst) : null;
    },
  };
}

/** `family` or `third-party`, by two letters: this is asked of every row. */
function isRelative(category: string): boolean {
  const start = category.slice(0, 2).toLowerCase();
  return start === 'fa' || start === 'th';
}

/** Where both columns of addresses stand apart from the names, it is the names that were moved. */
function apartOf(found: Apart[][]): Apart[] {
  const all = found.flat();
  const addresses = all.filter(({ column }) => column === 'email' || column === 'private_email');
  if (addresses.length < 2) return all;
  return [{ ...addresses[0]!, column: 'family_name' }];
}

/**
 * Watches whether birth dates agree with the Belgian national numbers beside them, which begin with year, month and
 * day (a bis number adds 20 or 40 to the month). The first of January says nothing, as it stands for "some day", and
 * day and month may be swapped.
 */
class BirthDateWatch {
  private readonly run = new WorstRun();

  constructor(
    private readonly date: number,
    private readonly number: number,
  ) {}

  row(row: number, cells: readonly string[]): void {
    if (this.date < 0 || this.number < 0) return;
    const digits = plainNumber(cells[this.number] ?? '');
    const date = /^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4}))/.exec(cells[this.date] ?? '');
    if (!date || digits.length !== 11 || !hasRightCheckDigits('BE', digits)) return;
    const year = Number(date[1] ?? date[6]) % 100;
    const [a, b] = [Number(date[2] ?? date[4]), Number(date[3] ?? date[5])];
    const month = Number(digits.slice(2, 4)) % 20;
    const day = Number(digits.slice(4, 6));
    if ((a === 1 && b === 1) || month === 0 || day === 0) return;
    const isSame = year === Number(digits.slice(0, 2)) && ((a === month && b === day) || (b === month && a === day));
    this.run.add(row, isSame ? -2 : 1);
  }

  end(): Apart[] {
    const run = this.run.verdict();
    return run ? [{ column: 'birth_date', run, isWhole: this.run.isWhole() }] : [];
  }
}

const AGAIN = 'Then choose the file again.';

function sidewaysFault(
  { run, isWhole, place, offset }: SlidCells,
  columns: readonly (RosterColumn | null)[],
): ShiftFault {
  const column = columns[place]!;
  const way = `${Math.abs(offset)} ${Math.abs(offset) === 1 ? 'column' : 'columns'} too far to the ${offset > 0 ? 'right' : 'left'}`;
  const found = `the values stand ${way}, seen first in "${column}"`;
  return {
    kind: isWhole ? 'columns' : 'rows',
    fromRow: run.from,
    toRow: run.to,
    column,
    message: isWhole
      ? `The columns slid: in all rows ${found}. Look at the first row for a name that is missing or too many, and at the columns for cells that were deleted or inserted. ${AGAIN}`
      : `The columns slid: in rows ${run.from} to ${run.to} ${found}. Look at row ${run.from} for a cell that was deleted or inserted, and undo it. ${AGAIN}`,
  };
}

function apartFault({ column, run, isWhole }: Apart): ShiftFault {
  const rows = isWhole ? 'in the whole file' : `from about row ${run.from} to row ${run.to}`;
  const what =
    column === 'birth_date'
      ? `the column "birth_date" contradicts the column "national_number"`
      : column === 'email' || column === 'private_email'
        ? `the addresses in the column "${column}" are made of the names of other rows`
        : `the column "${column}" no longer belongs to the addresses beside it`;
  return {
    kind: 'apart',
    fromRow: run.from,
    toRow: run.to,
    column,
    message: `A column stands apart: ${rows} ${what}. It was sorted by itself, or a cell of it was deleted or inserted. Undo that, or export the list again. ${AGAIN}`,
  };
}

/** A slide as the fault of the file as a whole. */
export function slidFault(fault: ShiftFault): Problem {
  return wholeFault('roster.columns-slid', fault.message);
}
