import type { RosterColumn } from './roster-columns.js';
import { KIND, KIND_OF_COLUMN, STRONG, kindsOf } from './value-kinds.js';
import { WorstRun, type Run } from './worst-run.js';

/** How far a value is looked for from its own column. */
const FARTHEST = 3;

const NAME_HOLDS_NO = STRONG | KIND.phone | KIND.postcode;
const TEXT_HOLDS_NO = STRONG & ~KIND.date;
/** What stands in a column of free text only by a slip. A house number may look like a day: spreadsheets make it one. */
const ALIEN_IN_TEXT: Partial<Record<RosterColumn, number>> = {
  given_name: NAME_HOLDS_NO,
  family_name: NAME_HOLDS_NO,
  addressee_given_name: NAME_HOLDS_NO,
  addressee_family_name: NAME_HOLDS_NO,
  street: STRONG | KIND.phone,
  city: STRONG | KIND.phone,
  house_number: TEXT_HOLDS_NO,
  address_line_1: STRONG,
  address_line_2: STRONG,
  address_line_3: STRONG,
  address_line_4: STRONG,
  address_line_5: STRONG,
};

const NUMBERS = KIND.phone | KIND.postcode | KIND.national;

/** What stands in a column only by a slip: for numbers no other number, since extensions and foreign codes look alike. */
function alienKinds(column: RosterColumn): number {
  const own = KIND_OF_COLUMN[column];
  if (own === undefined) return ALIEN_IN_TEXT[column] ?? 0;
  return ~(own & NUMBERS ? NUMBERS : own);
}

/** Where values stand that belong under another column of the file. */
export interface SlidCells {
  run: Run;
  isWhole: boolean;
  /** Place of the leftmost column that holds what belongs elsewhere. */
  place: number;
  /** How many columns to the right of their own the values stand; negative to the left. */
  offset: number;
}

/**
 * Watches for values that slid sideways: a cell was deleted or inserted with the rest of its row moving along, or the
 * header has a name too few. A row speaks against the file when values in it belong, by their kind, under a column the
 * same few places away.
 */
export class SlidCellsWatch {
  private readonly run = new WorstRun();
  private readonly own: number[];
  private readonly alien: number[];
  private readonly votes = new Int32Array(2 * FARTHEST + 1);
  /** Alien cells by place and votes by offset within the stretch at hand, and as they were when it was worst. */
  private cells: number[];
  private offsets = new Int32Array(2 * FARTHEST + 1);
  private worst: { cells: number[]; offsets: Int32Array };
  private readonly places: number[] = [];

  constructor(private readonly columns: readonly (RosterColumn | null)[]) {
    this.own = columns.map((column) => (column && KIND_OF_COLUMN[column]) ?? 0);
    this.alien = columns.map((column) => (column ? alienKinds(column) : 0));
    this.cells = columns.map(() => 0);
    this.worst = { cells: this.cells, offsets: this.offsets };
  }

  row(number: number, cells: readonly string[]): void {
    let fits = 0;
    this.places.length = 0;
    for (let place = 0; place < this.columns.length; place++) {
      const alien = this.alien[place]!;
      if (alien === 0) continue;
      const kinds = kindsOf(cells[place] ?? '');
      if (kinds === 0) continue;
      const own = this.own[place]!;
      if ((kinds & own) > 0) fits++;
      else if ((kinds & alien) > 0) this.vote(place, kinds);
    }
    if (this.places.length === 0) {
      if (fits > 0) this.run.add(number, -1);
      return;
    }
    this.judge(number, fits);
  }

  /** An alien value votes for each way it may have come; a kind that nothing has by chance votes twice. */
  private vote(place: number, kinds: number): void {
    if (this.places.length === 0) this.votes.fill(0);
    this.places.push(place);
    for (let offset = -FARTHEST; offset <= FARTHEST; offset++) {
      const home = this.own[place - offset] ?? 0;
      if (offset !== 0 && (home & kinds) > 0) this.votes[offset + FARTHEST]! += (home & kinds & STRONG) > 0 ? 2 : 1;
    }
  }

  private judge(number: number, fits: number): void {
    const most = this.votes.reduce((a, b) => Math.max(a, b), 0);
    if (most < 2) {
      if (fits > 0) this.run.add(number, -0.5);
      return;
    }
    const change = this.run.add(number, Math.min(3, Math.floor(most / 2)));
    if (change === 'started') {
      this.cells = this.columns.map(() => 0);
      this.offsets = new Int32Array(2 * FARTHEST + 1);
    }
    for (const place of this.places) this.cells[place]!++;
    for (let i = 0; i < this.votes.length; i++) this.offsets[i]! += this.votes[i]!;
    this.worst = { cells: this.cells, offsets: this.offsets };
  }

  end(): SlidCells | null {
    const run = this.run.verdict();
    if (!run) return null;
    const { cells, offsets } = this.worst;
    const most = Math.max(...cells);
    return {
      run,
      isWhole: this.run.isWhole(),
      place: cells.findIndex((count) => count * 2 >= most),
      offset: offsets.indexOf(Math.max(...offsets)) - FARTHEST,
    };
  }
}
