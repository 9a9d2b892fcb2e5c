// One number each: the package's own index loads those of all countries, 20 MB of them.
import * as idnr from 'stdnum/lib/cjs/de/idnr.js';
import * as nir from 'stdnum/lib/cjs/fr/nir.js';
import * as bsn from 'stdnum/lib/cjs/nl/bsn.js';

/** Countries whose rule for the check digits is known; elsewhere a number is taken as text. */
const RULES: Record<string, (digits: string) => boolean> = {
  BE: (digits) => belgian(digits),
  NL: (digits) => digits !== '000000000' && bsn.validate(digits).isValid,
  FR: (digits) => nir.validate(digits).isValid,
  DE: (digits) => idnr.validate(digits).isValid,
  LU: (digits) => luxembourgish(digits),
};

/** The number without spaces, dots, dashes, in upper case: what is compared and hashed. */
export function plainNumber(text: string): string {
  if (/^\d+$/.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(/[\s.\-/]/g, '')
    .toUpperCase();
}

/** Whether the check digits are right; true where the country's rule is not known. */
export function hasRightCheckDigits(country: string, number: string): boolean {
  return RULES[country]?.(number) ?? number.length > 0;
}

/**
 * National register and BIS number: 97 minus the first nine digits modulo 97, with 2 before them for persons born
 * from 2000; a rest of 0 is written 97, never 00. Written out because the library takes 00 for 97.
 */
function belgian(digits: string): boolean {
  if (!/^\d{11}$/.test(digits)) return false;
  const body = Number(digits.slice(0, 9));
  const check = Number(digits.slice(9));
  return check === 97 - (body % 97) || check === 97 - ((2_000_000_000 + body) % 97);
}

/** Matricule: 13 digits, the 12th by Luhn and the 13th by Verhoeff, both over the first eleven. */
function luxembourgish(digits: string): boolean {
  if (!/^(18|19|20)\d{11}$/.test(digits)) return false;
  const body = digits.slice(0, 11);
  return luhn(body + digits[11]!) && verhoeff(body + digits[12]!);
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** Multiplication in the dihedral group of order ten, which Verhoeff's scheme counts in. */
function dihedral(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
  return b < 5 ? 5 + ((a - b + 5) % 5) : (a - b + 5) % 5;
}

function permuted(times: number, digit: number): number {
  let result = digit;
  for (let i = 0; i < times % 8; i++) result = PERMUTATION[result]!;
  return result;
}

function verhoeff(digits: string): boolean {
  let check = 0;
  for (let i = 0; i < digits.length; i++) check = dihedral(check, permuted(i, Number(digits[digits.length - 1 - i])));
  return check === 0;
}
