import { hasRightCheckDigits, plainNumber } from './national-number.js';

describe('the check digits of a national number', () => {
  it.each([
    ['BE', '85.07.30-033.28'],
    ['BE', '17.07.30-033.84'],
    ['BE', '40.00.01-001.33'],
    ['BE', '98.47.28-997.65'],
    ['NL', '999999990'],
    ['FR', '2 55 08 14 168 025 38'],
    ['DE', '86095742719'],
    ['LU', '1893120105732'],
    ['PL', 'anything at all'],
  ])('given a number of %s that is right, when %s is checked, then it passes', (country, number) => {
    expect(hasRightCheckDigits(country, plainNumber(number))).toBe(true);
  });

  it.each([
    ['BE', '85073003329'],
    ['BE', '75010109700'],
    ['NL', '999999999'],
    ['NL', '000000000'],
    ['FR', '295109912611199'],
    ['DE', '36574261808'],
    ['LU', '1893120105733'],
    ['LU', '189312010573'],
  ])('given a number of %s that is wrong, when %s is checked, then it does not pass', (country, number) => {
    expect(hasRightCheckDigits(country, plainNumber(number))).toBe(false);
  });
});
