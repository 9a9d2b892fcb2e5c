import { HONEST_COLUMNS, chance, honestRoster, slidAt, type Habits, type Slide } from '#test/support/honest-roster.js';
import { shiftWatch, slidFault, type ShiftFault } from './column-shift.js';
import type { RosterColumn } from './roster-columns.js';

function watched(rows: string[][], columns: readonly (RosterColumn | null)[] = HONEST_COLUMNS): ShiftFault | null {
  const watch = shiftWatch(columns);
  for (const [i, cells] of rows.entries()) watch.row(i + 2, cells);
  return watch.end();
}

/** Habits drawn from a seed, each up to the worst that an honest file has. */
function habits(seed: number, rows: number): Habits {
  const random = chance(seed * 31 + 7);
  const ways = ['first.last', 'last.first', 'initial+last', 'number', 'nickname', 'mixed'] as const;
  return {
    rows,
    addresses: ways[Math.floor(random() * ways.length)]!,
    empty: Math.min(0.3, random() * 0.5),
    married: random() * 0.3,
    mailboxes: random() * 0.3,
    slips: random() * 0.06,
    language: random() < 0.5 ? 'nl' : null,
    hasBirthDates: random() < 0.7,
    hasRelatives: random() < 0.3,
    isSorted: random() < 0.5,
  };
}

const NAMED: Partial<Habits> = { addresses: 'first.last', hasBirthDates: true, isSorted: false };
const place = (column: RosterColumn): number => (HONEST_COLUMNS as readonly string[]).indexOf(column);

describe('given honest rosters with all that people do to them', () => {
  it.each([
    [1, 200], [3, 300], [8, 300], [20, 200], [60, 80], [200, 30], [2_000, 3], [60_000, 1],
  ])('when each has %i rows, then none of %i raises an alarm', (rows, seeds) => {
    const alarms = Array.from({ length: seeds }, (_, seed) => watched(honestRoster(seed, habits(seed, rows))));
    expect(alarms.filter((alarm) => alarm !== null)).toEqual([]);
  }); // prettier-ignore

  it('when everybody has one family name, or one mailbox, or no mailbox, then none raises an alarm', () => {
    const rows = honestRoster(5, { ...habits(5, 300), ...NAMED });
    const change = (column: RosterColumn, value: string): string[][] => rows.map((row) => row.with(place(column), value));
    expect(watched(change('family_name', 'Peeters'))).toBeNull();
    expect(watched(change('email', rows[7]![place('email')]!))).toBeNull();
    expect(watched(change('email', ''))).toBeNull();
  }); // prettier-ignore

  it('when a roster is of words that nobody thought of, then none raises an alarm', () => {
    for (const value of ['', '-', '?', '@', ':::', 'null', '\u0000', '=1+1', '{}', '😀'])
      expect(watched(Array.from({ length: 100 }, () => HONEST_COLUMNS.map(() => value)))).toBeNull();
    expect(watched([[], [], []])).toBeNull();
    expect(watched([], [])).toBeNull();
  });
});

/** Share of slides of one kind that are found, over seeds. */
function found(rows: number, slide: Slide, columns: RosterColumn[], from: number, seeds: number): number {
  const faults = columns.flatMap((column) =>
    Array.from({ length: seeds }, (_, seed) =>
      watched(slidAt(honestRoster(seed, { ...habits(seed, rows), ...NAMED }), slide, place(column), from)),
    ),
  );
  return faults.filter((fault) => fault !== null).length / faults.length;
}

describe('given rosters that slid', () => {
  const sideways: RosterColumn[] = ['category', 'given_name', 'language', 'email', 'phone', 'postcode'];
  const upward: RosterColumn[] = ['email', 'given_name', 'birth_date'];

  it.each([
    [50, 'deleted-left', 0], [50, 'deleted-left', 25], [50, 'inserted-right', 0], [50, 'inserted-right', 25],
    [200, 'deleted-left', 0], [200, 'deleted-left', 180], [200, 'inserted-right', 0], [200, 'inserted-right', 180],
    [2_000, 'deleted-left', 1_000], [2_000, 'inserted-right', 1_800],
  ] as const)('when one of %i rows has %s cells from row %i on, then it is found', (rows, slide, from) => {
    expect(found(rows, slide, sideways, from, rows > 500 ? 2 : 5)).toBe(1);
  }); // prettier-ignore

  it.each([
    [50, 'moved-up', 0, 0.8], [50, 'sorted-apart', 0, 0.8], [200, 'moved-up', 0, 1], [200, 'sorted-apart', 0, 1],
    [200, 'moved-up', 100, 0.8], [2_000, 'moved-up', 0, 1], [2_000, 'sorted-apart', 1_000, 1],
  ] as const)('when a column of %i rows is %s from row %i on, then at least the share %f is found', (rows, slide, from, share) => {
    expect(found(rows, slide, upward, from, rows > 500 ? 2 : 5)).toBeGreaterThanOrEqual(share);
  }); // prettier-ignore

  it('when cells moved right from row 102 on, then the row, the column and the way are named, and no value is', () => {
    const rows = honestRoster(3, { ...habits(3, 200), ...NAMED, empty: 0, slips: 0 });
    const fault = watched(slidAt(rows, 'inserted-right', place('email'), 100))!;
    expect(fault).toMatchObject({ kind: 'rows', fromRow: 102, toRow: 201, column: 'phone' });
    expect(fault.message).toContain('rows 102 to 201');
    expect(fault.message).toContain('1 column too far to the right');
    expect(slidFault(fault)).toMatchObject({ code: 'roster.columns-slid', faults: [{ at: 'file' }] });
  });

  it('when the header has a name too few, then all columns slid', () => {
    const rows = honestRoster(4, { ...habits(4, 60), ...NAMED });
    const header = HONEST_COLUMNS.filter((column) => column !== 'given_name');
    expect(watched(rows, header)).toMatchObject({ kind: 'columns', message: expect.stringContaining('first row') });
  });

  it('when the addresses were sorted by themselves, then they are named as standing apart', () => {
    const rows = honestRoster(9, { ...habits(9, 200), ...NAMED });
    expect(watched(slidAt(rows, 'sorted-apart', place('email')))).toMatchObject({ kind: 'apart', column: 'email' });
  });

  it('when a name moved up beside its addresses, then that name is named', () => {
    const rows = honestRoster(9, { ...habits(9, 400), ...NAMED, married: 0.05 });
    for (const column of ['given_name', 'family_name'] as const)
      expect(watched(slidAt(rows, 'moved-up', place(column)))).toMatchObject({ kind: 'apart', column });
  });

  it('when birth dates moved up beside national numbers, then birth dates are named', () => {
    const rows = honestRoster(11, { ...habits(11, 200), ...NAMED, empty: 0 });
    expect(watched(slidAt(rows, 'moved-up', place('birth_date')))).toMatchObject({ kind: 'apart', column: 'birth_date' });
  }); // prettier-ignore
});
