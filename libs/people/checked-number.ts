import { hasRightCheckDigits } from './national-number.js';

/** Whether national numbers of this country have check digits that the import checks: `numberIsChecked` of matching. */
export function hasCheckDigits(country: string): boolean {
  return !hasRightCheckDigits(country, '?');
}
