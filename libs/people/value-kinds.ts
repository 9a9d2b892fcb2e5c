import { hasRightCheckDigits, plainNumber } from './national-number.js';
import type { RosterColumn } from './roster-columns.js';

/**
 * What a value looks like, by its shape alone and whatever its column is called. One value may look like several
 * kinds, so they are bits of one number. Shapes are looser than the rules for a row (roster-row.ts): here the question
 * is only which column a value belongs to, not whether it is right.
 */
export const KIND = {
  email: 1,
  date: 2,
  category: 4,
  language: 8,
  country: 16,
  postcode: 32,
  phone: 64,
  national: 128,
  yesNo: 256,
  documents: 512,
  otherData: 1024,
} as const;

/** Kinds that hardly any value has by chance. */
export const STRONG = KIND.email | KIND.date | KIND.category | KIND.national | KIND.documents | KIND.otherData;

const LANGUAGE_CODES = new Set(['nl', 'fr', 'de', 'en']);
const CATEGORY = /^(former|past)[-_ ]?(staff|applicant)$|^(staff|applicant|family|third[-_ ]?party)$/i;
const YES_NO = new Set('yes no y n true false 0 1 ja nee oui non nein o x'.split(' '));
const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]{2,}$/;
const DATE =
  /^(?:(?:18|19|20)\d\d([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:18|19|20)\d\d)(?:[T ]\d\d:\d\d(?::\d\d)?)?$/;
const DOCUMENTS = /^[a-z]{2}\s*:\s*[a-z-]+\s*:\s*[a-z-]+\s*:\s*[a-z-]+\s*(?:;|$)/i;
const OTHER_DATA = /^[a-z-]{2,}\s*:\s*[a-z-]+\s*:\s*[a-z-]+\s*(?:;|$)/i;
const PHONE = /^\+?[\d\s()./-]{6,30}$/;
const POSTCODE = /^(?:[A-Z]{1,2}-)?\d{4,5}$|^\d{4} ?[A-Z]{2}$/i;

/** The kinds that a value looks like; 0 for free text and for nothing. */
export function kindsOf(value: string): number {
  const text = value.trim();
  if (text === '') return 0;
  let digits = 0;
  let ats = 0;
  let colons = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) digits++;
    else if (code === 64) ats++;
    else if (code === 58) colons++;
  }
  // 254 is the longest address there is; a longer text would only cost time.
  if (ats > 0) return text.length <= 254 && EMAIL.test(text) ? KIND.email : 0;
  if (digits === 0 && colons >= 2) return listKind(text);
  return digits > 0 ? numberKinds(text, digits) : wordKinds(text);
}

function listKind(text: string): number {
  return DOCUMENTS.test(text) ? KIND.documents : OTHER_DATA.test(text) ? KIND.otherData : 0;
}

function numberKinds(text: string, digits: number): number {
  if (text.length > 30) return 0;
  if (digits >= 6 && DATE.test(text)) return KIND.date;
  let kinds = digits === 1 && YES_NO.has(text) ? KIND.yesNo : 0;
  if (digits <= 5 && digits >= 4 && POSTCODE.test(text)) kinds |= KIND.postcode;
  if (digits >= 6 && PHONE.test(text)) {
    kinds |= KIND.phone;
    if (digits === 11 && hasRightCheckDigits('BE', plainNumber(text))) kinds |= KIND.national;
  }
  return kinds;
}

function wordKinds(text: string): number {
  if (text.length > 14) return 0;
  const word = text.toLowerCase();
  let kinds = YES_NO.has(word) ? KIND.yesNo : 0;
  if (word.length === 2 && /^[a-z]{2}$/.test(word)) kinds |= KIND.country;
  if (LANGUAGE_CODES.has(word)) kinds |= KIND.language;
  if (word.length >= 5 && CATEGORY.test(word)) kinds |= KIND.category;
  return kinds;
}

/** Kinds of which every filled value of a column is one, for the columns that have such kinds. */
export const KIND_OF_COLUMN: Partial<Record<RosterColumn, number>> = {
  email: KIND.email,
  private_email: KIND.email,
  birth_date: KIND.date,
  category: KIND.category,
  language: KIND.language,
  country: KIND.country,
  postcode: KIND.postcode,
  phone: KIND.phone,
  national_number: KIND.national,
  protected: KIND.yesNo,
  minor: KIND.yesNo,
  deceased: KIND.yesNo,
  documents: KIND.documents,
  other_data: KIND.otherData,
};
