import fc from 'fast-check';
import { isOneSlip, numberTraces } from './number-traces.js';

const KEY = Buffer.alloc(32, 7);

/** The same law in plain words: every text that one slip makes of another. */
function slipsOf(text: string, alphabet: string): Set<string> {
  const all = new Set<string>();
  for (let at = 0; at <= text.length; at++) {
    const [before, after] = [text.slice(0, at), text.slice(at)];
    for (const letter of alphabet) {
      all.add(before + letter + after);
      if (after !== '') all.add(before + letter + after.slice(1));
    }
    if (after !== '') all.add(before + after.slice(1));
    if (after.length > 1) all.add(before + after[1]! + after[0]! + after.slice(2));
  }
  all.delete(text);
  return all;
}

const numbers = (alphabet: string, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: most });

describe('given the traces of two numbers', () => {
  const areOneSlip = (a: string, b: string): boolean => isOneSlip(numberTraces(KEY, a), numberTraces(KEY, b));

  it('tells one slip from more, as a plain comparison of the numbers does', () => {
    fc.assert(
      fc.property(numbers('012', 6), numbers('012', 6), (a, b) => {
        expect(areOneSlip(a, b)).toBe(slipsOf(a, '012').has(b));
      }),
      { numRuns: 3000 },
    );
  });

  it('finds every slip of a number of 11 digits, from either side', () => {
    fc.assert(
      fc.property(numbers('0123456789', 11), fc.nat(), (number, at) => {
        const slips = [...slipsOf(number, '0123456789')].filter((slip) => slip !== '');
        const slip = slips[at % slips.length]!;
        expect([areOneSlip(number, slip), areOneSlip(slip, number)]).toEqual([true, true]);
      }),
    );
  });

  it('takes two numbers far apart for two', () => {
    fc.assert(
      fc.property(numbers('0123456789ABCX', 13), numbers('0123456789ABCX', 13), (a, b) => {
        expect(areOneSlip(a, b)).toBe(slipsOf(a, '0123456789ABCX').has(b));
      }),
    );
  });

  it.each([
    ['equal numbers', '85073003328', '85073003328', false],
    ['a digit changed', '85073003328', '85073003329', true],
    ['two neighbours swapped', '85073003328', '85070303328', true],
    ['two digits swapped across one', '85073003328', '85370003328', false],
    ['the last digit missing', '85073003328', '8507300332', true],
    ['two slips', '85073003328', '85073003310', false],
    ['an empty number', '', '1', false],
  ])('when there is %s', (_, a, b, expected) => expect(areOneSlip(a, b)).toBe(expected));
});

describe('given a key', () => {
  it('when it is another, then the traces are others; when it is the same bytes, then the same', () => {
    const traces = numberTraces(KEY, '85073003328');
    expect(traces.length).toBe(4 * 12);
    expect(numberTraces(Buffer.from(KEY), '85073003328')).toEqual(traces);
    expect(numberTraces(Buffer.alloc(32, 8), '85073003328')).not.toEqual(traces);
  });

  it('when a number is longer than any national number, then there are no traces', () => {
    expect(numberTraces(KEY, '1'.repeat(41)).length).toBe(0);
  });
});
