/** One letter of a print run: the reference of the run, and its number in it. */
export interface Sheet {
  run: string;
  sheet: number;
}

/**
 * The code of a letter in a print run, as it stands on each of its pages: `P-2026-0001-0042-58`. The last two digits are
 * check digits (ISO 7064, mod 97-10), so that a slip of the finger never names the letter of somebody else.
 */
export function sheetCode({ run, sheet }: Sheet): string {
  const number = String(sheet).padStart(4, '0');
  return `${run}-${number}-${checkDigits(`${run.replaceAll(/\D/g, '')}${number}`)}`;
}

/** What the QR code of one page holds: the code of the letter and which page of it this is. */
export function pageCode(code: string, page: number): string {
  return `${code}/${page}`;
}

const TYPED = /^P[-\s]?(\d{4})[-\s](\d{4,7})[-\s](\d{4,7})[-\s](\d{2})(?:\s*[/·]\s*\d{1,3}(?:\/\d{1,3})?)?$/i;

/**
 * The letter that a scanned or typed code names, with or without its page. `mistyped` for one whose check digits do not
 * fit; null for what is no such code at all.
 */
export function readSheetCode(typed: string): Sheet | 'mistyped' | null {
  const match = TYPED.exec(typed.trim().replaceAll(/[\u2010-\u2015_]/g, '-'));
  if (!match) return null;
  const [, year, number, sheet, check] = match;
  if (checkDigits(`${year}${number}${sheet}`) !== check) return 'mistyped';
  return { run: `P-${year}-${number}`, sheet: Number(sheet) };
}

function checkDigits(digits: string): string {
  let rest = 0;
  for (const digit of `${digits}00`) rest = (rest * 10 + Number(digit)) % 97;
  return String(98 - rest).padStart(2, '0');
}
