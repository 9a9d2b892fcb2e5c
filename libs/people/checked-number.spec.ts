import { hasCheckDigits } from './checked-number.js';

describe('given the country of a national number', () => {
  it.each([
    ['BE', true],
    ['NL', true],
    ['FR', true],
    ['DE', true],
    ['LU', true],
    ['AU', false],
    ['XX', false],
  ])('when it is %s, then it says whether its numbers have check digits', (country, expected) => {
    expect(hasCheckDigits(country)).toBe(expected);
  });
});
