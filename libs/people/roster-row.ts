import { CATEGORIES, type Category } from '#libs/breach/pure.js';
import { LANGUAGES, isLanguage, readAddress, valueOfCell, type Fault, type Language } from '#libs/platform/pure.js';
import { readDocuments, readOtherData, type Stated, type StatedExposure } from './documents.js';
import { hasRightCheckDigits, plainNumber } from './national-number.js';
import type { RosterColumn } from './roster-columns.js';

/** What a row says of a person's own data; what it leaves empty is left out. */
export interface StatedRecord {
  reference: string;
  givenName: string;
  familyName: string;
  /** The address in use with this person. */
  email?: string;
  /** A further one of their own. */
  privateEmail?: string;
  phone?: string;
  /** Lines of the postal address as written on an envelope, without name and country. */
  address?: string[];
  country?: string;
  /** ISO date. */
  birthDate?: string;
  addressee?: { givenName: string; familyName: string };
}

/** One person as a roster row states it. */
export interface StatedPerson {
  record: StatedRecord;
  category: Category;
  language: Language | null;
  isProtected: boolean;
  isMinor: boolean;
  isDeceased: boolean;
  /** Digits and letters only; kept as a keyed hash alone. */
  nationalNumber: string | null;
  exposures: StatedExposure[];
}

export type ReadRow = { person: StatedPerson } | { faults: Fault[] };

/** Longest value of a cell, by column; a name of 300 characters is somebody's note, yet names may be long. */
const LONGEST: Partial<Record<RosterColumn, number>> = {
  given_name: 300,
  family_name: 300,
  documents: 4000,
  other_data: 4000,
  reference: 100,
  email: 254,
  private_email: 254,
};
const LONGEST_OTHERWISE = 300;

/** A quick first look, which takes whole characters of two units for halves of such: the rule itself looks again. */
const MAYBE_CONTROL = /[^ -~\u00a0-\ud7ff\ue000-\uffff]/;

const YES = new Set(['yes', 'y', 'true', '1', 'ja', 'oui', 'o', 'x']);
const NO = new Set(['', 'no', 'n', 'false', '0', 'nee', 'non', 'nein']);

/** Where each of our columns stands in a file, and what holds for every row of it. */
export interface RosterLayout {
  columns: (RosterColumn | null)[];
  everybody: Partial<Record<RosterColumn, string>>;
  places: Map<RosterColumn, number>;
  /** Our own export: an apostrophe before what looks like a formula is not part of the value. */
  isOurs: boolean;
}

export function layoutOf(
  columns: (RosterColumn | null)[],
  everybody: Partial<Record<RosterColumn, string>> = {},
  isOurs = false,
): RosterLayout {
  return { columns, everybody, isOurs, places: new Map(columns.flatMap((column, i) => (column ? [[column, i]] : []))) };
}

function cellOf({ places, everybody, isOurs }: RosterLayout, cells: string[], column: RosterColumn): string {
  const place = places.get(column);
  const whole = place === undefined ? everybody[column] : cells[place];
  if (!whole) return '';
  const text = whole.trim();
  return isOurs ? valueOfCell(text) : text;
}

/** Whether a row marks its person as protected. What is neither yes nor no counts as a mark: better one too many. */
export function marksProtected(layout: RosterLayout, cells: string[]): boolean {
  return !NO.has(cellOf(layout, cells, 'protected').toLowerCase());
}

/** Checks one row. Faults name the column and say what to do; they never repeat the cell. */
export function readRow(layout: RosterLayout, cells: string[]): ReadRow {
  const faults: Fault[] = [];
  const fault = (at: RosterColumn, message: string): void => {
    // One fault a cell, the first: a cell that could not be read looks empty to the rules that come after.
    if (!faults.some((known) => known.at === at)) faults.push({ at, message });
  };
  const value = (column: RosterColumn): string => {
    const text = cellOf(layout, cells, column);
    if (text === '') return '';
    if (text.length > (LONGEST[column] ?? LONGEST_OTHERWISE)) {
      fault(column, `Shorten this to at most ${LONGEST[column] ?? LONGEST_OTHERWISE} characters.`);
      return '';
    }
    if (MAYBE_CONTROL.test(text) && /[\p{Cc}\p{Cs}]/u.test(text)) {
      fault(column, 'Take the line breaks and control characters out of this cell.');
      return '';
    }
    return text;
  };

  const category = value('category')
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  if (!(CATEGORIES as readonly string[]).includes(category))
    fault('category', `Write one of ${CATEGORIES.join(', ')}.`);
  const language = value('language').toLowerCase();
  if (language !== '' && !isLanguage(language))
    fault('language', `Write one of ${LANGUAGES.join(', ')}, or leave it empty.`);
  const reference = value('reference');
  if (reference === '')
    fault('reference', 'Write the reference by which you know this person; no two persons share one.');
  const [givenName, familyName] = [value('given_name'), value('family_name')];
  if (givenName === '' && familyName === '')
    fault(
      layout.places.has('family_name') ? 'family_name' : 'given_name',
      'Write a given name or a family name: the letter greets its person by name.',
    );

  const person: StatedPerson = {
    record: { reference, givenName, familyName, ...contacts(value, fault), ...addressee(value) },
    category: category as Category,
    language: isLanguage(language) ? language : null,
    isProtected: yesOrNo('protected', value, fault),
    isMinor: yesOrNo('minor', value, fault),
    isDeceased: yesOrNo('deceased', value, fault),
    nationalNumber: nationalNumber(value, fault),
    exposures: [
      ...list('documents', readDocuments(value('documents')), fault),
      ...list('other_data', readOtherData(value('other_data')), fault),
    ],
  };
  if ((person.isMinor || person.isDeceased) && !person.record.addressee) {
    fault(
      'addressee_family_name',
      person.isMinor
        ? 'Write the name of the guardian: a letter about a minor goes to the guardian.'
        : 'Write the name of the next of kin to whom the letter goes.',
    );
  }
  const width = layout.columns.length;
  if (cells.length > width && cells.slice(width).some((cell) => cell.trim() !== ''))
    faults.push({
      at: 'row',
      message: 'This row has more cells than the first row has names. Check that no cell slid to the right.',
    });
  return faults.length > 0 ? { faults } : { person };
}

type Value = (column: RosterColumn) => string;
type AddFault = (at: RosterColumn, message: string) => void;

function contacts(value: Value, fault: AddFault): Partial<StatedRecord> {
  const record: Partial<StatedRecord> = {};
  const email = address('email', value, fault);
  const privateEmail = address('private_email', value, fault);
  if (email) record.email = email;
  if (privateEmail && privateEmail.toLowerCase() !== email?.toLowerCase()) record.privateEmail = privateEmail;
  const phone = value('phone');
  if (phone !== '' && !/^\+?[\d\s()./-]{5,30}$/.test(phone))
    fault('phone', 'Write the telephone number with digits, as +32 2 555 01 23.');
  else if (phone !== '') record.phone = phone;
  const lines = postalLines(value);
  if (lines.length > 0) record.address = lines;
  const country = value('country').toUpperCase();
  if (country !== '' && !/^[A-Z]{2}$/.test(country)) fault('country', 'Write the country with its two letters, as BE.');
  else if (country !== '') record.country = country;
  const birthDate = value('birth_date');
  if (birthDate !== '') {
    const iso = isoDate(birthDate);
    if (iso) record.birthDate = iso;
    else fault('birth_date', 'Write a date that exists, as 1987-02-28 or 28/02/1987.');
  }
  return record;
}

function address(column: 'email' | 'private_email', value: Value, fault: AddFault): string | null {
  const text = value(column);
  if (text === '') return null;
  const read = readAddress(text);
  if (!read) fault(column, 'Write one e-mail address, as name@example.org, with nothing before or after it.');
  return read;
}

/** The lines as written, then street and place where these are given apart and the lines do not say them already. */
function postalLines(value: Value): string[] {
  const lines: string[] = [];
  for (const column of ADDRESS_LINES) {
    const line = value(column);
    if (line !== '') lines.push(line);
  }
  const street = `${value('street')} ${value('house_number')}`.trim();
  const place = `${value('postcode')} ${value('city')}`.trim();
  for (const part of [street, place]) {
    if (part !== '' && !lines.some((line) => line.toLowerCase().includes(part.toLowerCase()))) lines.push(part);
  }
  return lines;
}

const ADDRESS_LINES = [
  'address_line_1',
  'address_line_2',
  'address_line_3',
  'address_line_4',
  'address_line_5',
] as const;

function addressee(value: Value): Pick<StatedRecord, 'addressee'> {
  const [givenName, familyName] = [value('addressee_given_name'), value('addressee_family_name')];
  return givenName === '' && familyName === '' ? {} : { addressee: { givenName, familyName } };
}

function yesOrNo(column: 'protected' | 'minor' | 'deceased', value: Value, fault: AddFault): boolean {
  const text = value(column).toLowerCase();
  if (!YES.has(text) && !NO.has(text)) fault(column, 'Write yes or no.');
  return YES.has(text);
}

function nationalNumber(value: Value, fault: AddFault): string | null {
  const text = value('national_number');
  if (text === '') return null;
  const number = plainNumber(text);
  const country = value('country').toUpperCase() || 'BE';
  if (hasRightCheckDigits(country, number)) return number;
  fault('national_number', 'The check digits of this number do not fit. Correct it, or leave it empty.');
  return null;
}

function list(column: 'documents' | 'other_data', stated: Stated, fault: AddFault): readonly StatedExposure[] {
  if ('fault' in stated) {
    fault(column, stated.fault);
    return [];
  }
  return stated.exposures;
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `1987-02-28`, `28/02/1987`, `28.2.1987` as ISO; null where no such day exists. */
export function isoDate(text: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const local = iso ? null : /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(text);
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : local ? [local[3], local[2], local[1]] : [];
  if (!year) return null;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const isLeap = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
  const days = m === 2 && !isLeap ? 28 : DAYS[m - 1];
  if (y < 1850 || days === undefined || d < 1 || d > days) return null;
  return `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
}
