import fc from 'fast-check';
import { WorstRun } from './worst-run.js';

describe('given weights of rows', () => {
  it('when any are added, then the worst stretch is the one with the greatest sum of all stretches', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 3 }), { minLength: 1, maxLength: 40 }), (weights) => {
        const run = new WorstRun();
        for (const [i, weight] of weights.entries()) run.add(i + 2, weight);
        const sums = weights.flatMap((_, from) =>
          weights.slice(from).map((_, length) => weights.slice(from, from + length + 1).reduce((a, b) => a + b, 0)),
        );
        const { from, to, score } = run.best;
        expect(score).toBe(Math.max(0, ...sums));
        const stretch = score > 0 ? weights.slice(from - 2, to - 1) : [];
        expect(stretch.reduce((a, b) => a + b, 0)).toBe(score);
      }),
    );
  });

  it('when rows that speak against stand alone, then they are an accident, and when they stand together they are not', () => {
    const alone = new WorstRun();
    const together = new WorstRun();
    for (let row = 0; row < 1_000; row++) {
      alone.add(row, row % 4 === 0 ? 1 : -1);
      together.add(row, row >= 500 && row < 520 ? 1 : -1);
    }
    expect(alone.verdict()).toBeNull();
    expect(together.verdict()).toMatchObject({ from: 500, to: 519 });
    expect(together.isWhole()).toBe(false);
  });
});
