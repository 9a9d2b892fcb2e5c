import fc from 'fast-check';
import { isDateSlip, slipsBetween } from './typing-slips.js';

/** Optimal string alignment as it is defined, without any shortcut. */
function plainly(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_x, j) => i || j));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const change = table[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      table[i]![j] = Math.min(change, table[i - 1]![j]! + 1, table[i]![j - 1]! + 1);
      const areSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (areSwapped) table[i]![j] = Math.min(table[i]![j]!, table[i - 2]![j - 2]! + 1);
    }
  }
  return table[a.length]![b.length]!;
}

const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });

describe('given two texts', () => {
  it('counts the slips between them, up to the limit', () => {
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 1, max: 4 }), (a, b, limit) => {
        expect(slipsBetween(a, b, limit)).toBe(Math.min(plainly(a, b), limit + 1));
      }),
      { numRuns: 3000 },
    );
  });

  it('counts the same from either side', () => {
    fc.assert(fc.property(texts, texts, (a, b) => expect(slipsBetween(a, b, 3)).toBe(slipsBetween(b, a, 3))));
  });
});

describe('given two birth dates', () => {
  it.each([
    ['day and month swapped', '1980-03-12', '1980-12-03', true],
    ['one digit changed', '1980-03-12', '1980-03-13', true],
    ['two neighbours swapped', '1980-03-12', '1908-03-12', true],
    ['another year and day', '1980-03-12', '1982-03-14', false],
    ['a father and a son', '1950-03-12', '1984-07-01', false],
    ['one date', '1980-03-12', '1980-03-12', false],
  ])('when there is %s', (_, a, b, expected) => expect(isDateSlip(a, b)).toBe(expected));
});
