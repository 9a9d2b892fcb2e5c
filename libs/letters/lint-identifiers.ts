import { hasRightCheckDigits, plainNumber } from '#libs/people/pure.js';
import type { Found } from './lint-rules.js';

/** Countries with an IBAN and its length (ISO 13616 registry). */
const IBAN_LENGTHS: Record<string, number> = {
  AD: 24, AE: 23, AL: 28, AT: 20, BA: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24, FI: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, HR: 21, HU: 28, IE: 22, IL: 23, IS: 26, IT: 27, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MD: 24, ME: 22, MK: 19, MT: 31, NL: 18, NO: 15, PL: 28, PT: 25, RO: 24, RS: 22, SA: 24, SE: 24, SI: 19, SK: 24, SM: 27, TN: 24, TR: 26, UA: 29, XK: 20,
}; // prettier-ignore

/** Characters before a number in which its name is looked for. */
const CONTEXT = 60;
const NATIONAL =
  /bsn|burgerservice|sofi|rijksregister|registre national|nationalregister|national register|nationale? kennnummer|identifikationsnummer|steuer-?id|idnr|tax id|steuerliche|nir\b|sécurité sociale|insz|niss|matricule/i;
const DOCUMENT =
  /passe?po(?:o?r)?t|reisepass|\bpass\b|identity card|id[- ]card|identiteits?kaart|\beid\b|carte d'identit|personalausweis|ausweis|verblijfs|titre de s[ée]jour|aufenthalts|residence card|rijbewijs|permis de conduire|f[üu]hrerschein|driving licen|driver'?s licen|document(?:en)?(?:nummer| number)|num[ée]ro d[eu] document|kaartnummer|card number|num[ée]ro de (?:la )?carte/i;

/**
 * Identifiers in full (law of the numbers: their check digits; where a number has none, its shape beside the name of
 * what it numbers). What was found is named by its kind and never shown.
 */
export function findIdentifiers(plain: string): Found[] {
  const found: Found[] = [];
  let taken: [number, number][] = [];
  const take = (pattern: RegExp, kind: string, isOne: (text: string, before: string) => boolean): void => {
    for (const { index, 0: text } of plain.matchAll(pattern)) {
      if (taken.some(([from, to]) => index < to && index + text.length > from)) continue;
      if (!isOne(text, plain.slice(Math.max(0, index - CONTEXT), index))) continue;
      taken.push([index, index + text.length]);
      found.push({ rule: 'identifier', at: index, it: kind });
    }
    if (taken.length > 2_000) taken = taken.slice(-2_000);
  };
  take(/(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,9}(?![\p{L}\p{N}])/giu, 'IBAN', (text) => isIban(text));
  take(/(?<![A-Z0-9<])[A-Z0-9<]{28,44}(?![A-Z0-9<])/g, 'MRZ', (text) => /<</.test(text) && /\d{6}/.test(text));
  take(/(?<![\p{L}\p{N}+.-])\d(?:[ -]?\d){12,18}(?![\p{L}\p{N}])/gu, 'payment card', (text) => isCard(text));
  take(/(?<![\p{L}\p{N}+.-])\d{3}-\d{7}-\d{2}(?![\p{N}-])/gu, 'BE id-card', (text) => isBelgianCard(text));
  take(
    /(?<![\p{L}\p{N}+./-])\d{2}[. -]?\d{2}[. -]?\d{2}[. -]{0,3}\d{3}[. -]?\d{2}(?![\p{L}\p{N}])/gu,
    'BE national number',
    (text) => isBelgianNumber(text),
  );
  take(
    /(?<![\p{L}\p{N}+./-])[12378] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![\p{L}\p{N}])/gu,
    'FR NIR',
    (text) => hasRightCheckDigits('FR', plainNumber(text)),
  );
  take(/(?<![\p{L}\p{N}+./-])(?:18|19|20)\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{2}(?![\p{L}\p{N}])/gu, 'LU matricule', (text) =>
    hasRightCheckDigits('LU', plainNumber(text)),
  );
  take(
    /(?<![\p{L}\p{N}+./-])\d{2} ?\d{3} ?\d{3} ?\d{3}(?![\p{L}\p{N}])/gu,
    'DE tax id',
    (text, before) => NATIONAL.test(before) && hasRightCheckDigits('DE', plainNumber(text)),
  );
  take(
    /(?<![\p{L}\p{N}+./-])\d{3,4}[. ]?\d{2,3}[. ]?\d{2,3}(?![\p{L}\p{N}]|[ .]\d)/gu,
    'NL BSN',
    (text, before) =>
      NATIONAL.test(before) && /^\d{9}$/.test(plainNumber(text)) && hasRightCheckDigits('NL', plainNumber(text)),
  );
  take(
    /(?<![\p{L}\p{N}+./@-])(?=[A-Z0-9-]{0,12}\d)[A-Z0-9][A-Z0-9-]{6,13}[A-Z0-9](?![\p{L}\p{N}@]|[./]\w|-\w)/gu,
    'document number',
    (text, before) => isDocumentNumber(text, before),
  );
  return found;
}

function isIban(text: string): boolean {
  const plain = text.replace(/ /g, '').toUpperCase();
  // A match may run on into the next word: the country says how long it is.
  const length = IBAN_LENGTHS[plain.slice(0, 2)] ?? 0;
  if (length === 0 || plain.length < length) return false;
  const own = plain.slice(0, length);
  const digits = (own.slice(4) + own.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

/** Ranges of the great card schemes, and Luhn (ISO/IEC 7812-1). */
function isCard(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (
    !/^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|6\d{12,18}|5[06-9]\d{11,17})$/.test(
      digits,
    )
  )
    return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    sum += at % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}

/** Ten digits, then these modulo 97, 0 written 97. */
function isBelgianCard(text: string): boolean {
  const digits = text.replace(/-/g, '');
  return Number(digits.slice(10)) === (Number(digits.slice(0, 10)) % 97 || 97);
}

/** National register and BIS number: a date that can be, and the check digits. */
function isBelgianNumber(text: string): boolean {
  const digits = plainNumber(text);
  const month = Number(digits.slice(2, 4)) % 20;
  return (
    month <= 12 &&
    Number(digits.slice(2, 4)) <= 52 &&
    Number(digits.slice(4, 6)) <= 31 &&
    hasRightCheckDigits('BE', digits)
  );
}

/** Numbers of documents have shapes that other words have too: they count beside the name of their document. */
function isDocumentNumber(text: string, before: string): boolean {
  const plain = text.replace(/-/g, '');
  const digits = plain.match(/\d/g)?.length ?? 0;
  if (plain.length < 8 || plain.length > 13 || digits < 5 || /^(?:0|00)\d+$/.test(plain)) return false;
  if (/^(?:19|20)\d\d-?\d\d-?\d\d$/.test(text) || /^[A-Z]{1,3}-\d{4}-\d+$/.test(text)) return false;
  return DOCUMENT.test(before.split(/[.!?]\s|\n\s*\n/).at(-1)!);
}
