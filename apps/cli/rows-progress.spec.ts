import { RowsProgress } from './rows-progress.js';

/** Rows told at these milliseconds, and what was written. */
function written(isTTY: boolean, ...told: [milliseconds: number, rows: number][]): string[] {
  const lines: string[] = [];
  let now = 0;
  const progress = new RowsProgress({ isTTY, write: (text) => lines.push(text) }, () => now);
  for (const [milliseconds, rows] of told) {
    now = milliseconds;
    progress.tell(rows);
  }
  progress.end();
  return lines;
}

describe('given an import on the command line', () => {
  it('when it is done in a moment, then it says nothing of its progress', () => {
    expect(written(true, [200, 2_000], [900, 4_000])).toEqual([]);
    expect(written(false, [900, 2_000], [9_000, 4_000])).toEqual([]);
  });

  it('when it takes longer on a terminal, then each second one line is written over the last, with the rate', () => {
    expect(written(true, [1_000, 25_000], [1_500, 30_000], [2_000, 50_000])).toEqual([
      '\r25000 rows done, 25000 a second',
      '\r50000 rows done, 25000 a second',
      '\n',
    ]);
  });

  it('when it goes into a log, then a line is written every ten seconds', () => {
    expect(written(false, [1_000, 25_000], [10_000, 250_000], [12_000, 260_000], [20_000, 400_000])).toEqual([
      '250000 rows done, 25000 a second\n',
      '400000 rows done, 20000 a second\n',
    ]);
  });
});
