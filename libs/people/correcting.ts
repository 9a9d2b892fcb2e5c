import { createHash } from 'node:crypto';
import { LANGUAGES, type Fault, type Language } from '#libs/platform/pure.js';
import type { Category } from '#libs/breach/pure.js';
import { readHandRow, type HandRow } from './hand-row.js';
import type { LanguagesReason } from './letter-languages.js';
import {
  CONTACT_KINDS,
  type Contact,
  type ContactKind,
  type CorrectedField,
  type PersonRecord,
} from './person-record.js';
import { isSameContact, type ContactState, type KnownPerson } from './restating.js';
import type { RosterColumn } from './roster-columns.js';

/** A person as the tables have them when somebody corrects them. */
export interface PersonToCorrect extends Omit<KnownPerson, 'addsOnly'> {
  languages: Language[];
  languagesReason: LanguagesReason;
}

/** What the form of a correction gives, by its fields: columns of a roster, `contact-2`, `state-2`, `new-post`. */
export type CorrectionForm = Record<string, string>;

/** One line of "as it is, as it will be". What a value is says how it is put into words. */
export interface FieldChange {
  field: string;
  of: 'text' | 'category' | 'language' | 'languages' | 'yes-no' | 'contact-state';
  old: string;
  new: string;
}

/** What a person becomes by a correction. */
export interface Corrected {
  record: PersonRecord;
  category: Category;
  language: Language | null;
  /** Chosen by hand; null where the rule of the controller's kind decides. */
  letterLanguages: Language[] | null;
  isProtected: boolean;
  isMinor: boolean;
  isDeceased: boolean;
  addedContacts: number[];
  contactStates: { place: number; state: ContactState }[];
  fields: CorrectedField[];
  changes: FieldChange[];
  /** Whether a letter would state something else, or be read by somebody else, than before. */
  changesLetter: boolean;
}

/** Ways in which somebody says that an address is not to be used, and that it is again. */
export const HAND_STATES: Record<ContactKind, ContactState[]> = {
  email: ['untried', 'bounced', 'revoked'],
  'private-email': ['untried', 'bounced', 'revoked'],
  phone: ['untried', 'revoked'],
  post: ['untried', 'returned', 'revoked'],
};

const COLUMN_OF_KIND = { email: 'email', 'private-email': 'private_email', phone: 'phone' } as const;

/** The fields of the form as they stand now. */
export function correctionForm(person: PersonToCorrect): CorrectionForm {
  const { record } = person;
  const [first = '', second = ''] = person.languagesReason === 'by-hand' ? person.languages : [];
  const form: CorrectionForm = {
    given_name: record.givenName,
    family_name: record.familyName,
    birth_date: record.birthDate ?? '',
    addressee_given_name: record.addressee?.givenName ?? '',
    addressee_family_name: record.addressee?.familyName ?? '',
    country: record.country ?? '',
    category: person.category,
    language: person.language ?? '',
    'first-letter-language': first,
    'second-letter-language': second,
    minor: yes(person.isMinor),
    deceased: yes(person.isDeceased),
    protected: yes(person.isProtected),
  };
  record.contacts.forEach(({ value }, place) => {
    form[`contact-${place}`] = value;
    form[`state-${place}`] = person.contactStates[place]!;
  });
  return form;
}

function yes(is: boolean): string {
  return is ? 'yes' : 'no';
}

/** Tells whether the person is still the one that a form was made from: a hash over all that a correction could change. */
export function versionOf(person: PersonToCorrect): string {
  const { secret: _, exposures, ...rest } = person;
  const ids = exposures.map((exposure) => exposure.id).toSorted();
  return createHash('sha256')
    .update(JSON.stringify([rest, ids]))
    .digest('hex');
}

/**
 * What a person becomes when somebody corrects them. What the form leaves out stays as it is; an emptied field takes
 * the value away. The rules of a roster row hold, with the faults at the fields of the form.
 */
export function corrected(known: PersonToCorrect, typed: CorrectionForm): Corrected | { faults: Fault[] } {
  const form = { ...correctionForm(known), ...typed };
  const read = readHandRow(rowOf(known, form));
  const faults: Fault[] = 'faults' in read ? [...read.faults] : [];
  const contacts = readContacts(known, form, faults);
  const letterLanguages = readLetterLanguages(form, faults);
  if ('faults' in read || faults.length > 0) return { faults };
  const { person } = read;
  const result: Corrected = {
    record: withoutEmpty({
      ...known.record,
      givenName: person.record.givenName,
      familyName: person.record.familyName,
      birthDate: person.record.birthDate,
      addressee: person.record.addressee,
      country: person.record.country,
      contacts: [...known.record.contacts],
    }),
    category: person.category,
    language: person.language,
    letterLanguages,
    isProtected: person.isProtected,
    isMinor: person.isMinor,
    isDeceased: person.isDeceased,
    addedContacts: [],
    contactStates: [],
    fields: [],
    changes: [],
    changesLetter: false,
  };
  compare(known, result);
  for (const contact of contacts) correctContact(known, contact, result);
  result.record.corrected = [...new Set([...(known.record.corrected ?? []), ...result.fields])];
  return result;
}

function rowOf(known: PersonToCorrect, form: CorrectionForm): HandRow {
  const columns: RosterColumn[] = [
    'given_name', 'family_name', 'birth_date', 'addressee_given_name', 'addressee_family_name', 'country', 'category', 'language',
    'minor', 'deceased', 'protected',
  ]; // prettier-ignore
  return {
    reference: known.record.reference,
    ...Object.fromEntries(columns.map((column) => [column, form[column] ?? ''])),
  };
}

type LooseRecord = { [K in keyof PersonRecord]: PersonRecord[K] | undefined };

function withoutEmpty(record: LooseRecord): PersonRecord {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as unknown as PersonRecord;
}

function readLetterLanguages(form: CorrectionForm, faults: Fault[]): Language[] | null {
  const chosen = ['first', 'second'].map((place) => form[`${place}-letter-language`] ?? '');
  const [first, second] = chosen.map((code) => LANGUAGES.find((language) => language === code));
  if (!first && !second) return null;
  if (!first) faults.push({ at: 'first-letter-language', message: 'Choose the first language of the letters too.' });
  if (first && first === second)
    faults.push({ at: 'second-letter-language', message: 'Choose another second language, or none.' });
  return first ? [first, ...(second ? [second] : [])] : null;
}

interface TypedContact {
  /** Place of the contact on record; null where it is a further one. */
  place: number | null;
  contact: Contact;
  /** What the form says of its state. */
  state: ContactState;
}

function readContacts(known: PersonToCorrect, form: CorrectionForm, faults: Fault[]): TypedContact[] {
  const typed: TypedContact[] = [];
  known.record.contacts.forEach(({ kind }, place) => {
    const read = readContact(kind, form[`contact-${place}`] ?? '');
    const old = known.contactStates[place]!;
    const state = [old, ...HAND_STATES[kind]].find((one) => one === form[`state-${place}`]);
    if ('fault' in read) faults.push({ at: `contact-${place}`, message: read.fault });
    else if (read.value === '')
      faults.push({ at: `contact-${place}`, message: 'Leave it as it was, and say below that it is not to be used.' });
    else typed.push({ place, contact: { kind, value: read.value }, state: state ?? old });
  });
  for (const kind of CONTACT_KINDS) {
    const read = readContact(kind, form[`new-${kind}`] ?? '');
    if ('fault' in read) faults.push({ at: `new-${kind}`, message: read.fault });
    else if (read.value !== '') typed.push({ place: null, contact: { kind, value: read.value }, state: 'untried' });
  }
  return typed;
}

const MOST_POSTAL_LINES = 5;

/** One way to reach somebody, by the rules of a roster's cells. */
function readContact(kind: ContactKind, text: string): { value: string } | { fault: string } {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines.length === 0) return { value: '' };
  if (kind === 'post' && lines.length > MOST_POSTAL_LINES)
    return { fault: `Write the postal address in at most ${MOST_POSTAL_LINES} lines, without name and country.` };
  const cells: HandRow =
    kind === 'post'
      ? Object.fromEntries(lines.map((line, i) => [`address_line_${i + 1}`, line]))
      : { [COLUMN_OF_KIND[kind]]: lines.join(' ') };
  const read = readHandRow({ reference: 'x', category: 'staff', family_name: 'x', ...cells });
  if ('faults' in read) return { fault: read.faults[0]!.message };
  const { email, privateEmail, phone, address } = read.person.record;
  return { value: (email ?? privateEmail ?? phone ?? address?.join('\n'))! };
}

/** Everything but the contacts, as it is and as it will be. */
function compare(known: PersonToCorrect, result: Corrected): void {
  const old = known.record;
  const now = result.record;
  const add = (field: CorrectedField, name: string, of: FieldChange['of'], before: string, after: string): boolean => {
    if (before === after) return false;
    result.changes.push({ field: name, of, old: before, new: after });
    if (!result.fields.includes(field)) result.fields.push(field);
    return true;
  };
  const isRenamed = [
    add('name', 'given_name', 'text', old.givenName, now.givenName),
    add('name', 'family_name', 'text', old.familyName, now.familyName),
  ].includes(true);
  add('birth-date', 'birth_date', 'text', old.birthDate ?? '', now.birthDate ?? '');
  const [readBy, willReadBy] = [old, now].map(({ addressee }) => addressee);
  const isReadByAnother = [
    add('addressee', 'addressee_given_name', 'text', readBy?.givenName ?? '', willReadBy?.givenName ?? ''),
    add('addressee', 'addressee_family_name', 'text', readBy?.familyName ?? '', willReadBy?.familyName ?? ''),
  ].includes(true);
  add('post', 'country', 'text', old.country ?? '', now.country ?? '');
  add('category', 'category', 'category', known.category, result.category);
  add('language', 'language', 'language', known.language ?? '', result.language ?? '');
  const byHand = known.languagesReason === 'by-hand' ? known.languages : [];
  add('language', 'letter-languages', 'languages', byHand.join(','), (result.letterLanguages ?? []).join(','));
  add('marks', 'minor', 'yes-no', yes(known.isMinor), yes(result.isMinor));
  add('marks', 'deceased', 'yes-no', yes(known.isDeceased), yes(result.isDeceased));
  add('marks', 'protected', 'yes-no', yes(known.isProtected), yes(result.isProtected));
  result.changesLetter = isRenamed || isReadByAnother;
}

/** A changed address is a new one beside the old, which is not used any more; nothing is ever overwritten. */
function correctContact(known: PersonToCorrect, { place, contact, state }: TypedContact, result: Corrected): void {
  const { contacts } = result.record;
  const change = (old: string, now: string, of: FieldChange['of']): void => {
    result.changes.push({ field: contact.kind, of, old, new: now });
    if (!result.fields.includes(contact.kind)) result.fields.push(contact.kind);
  };
  const old = place === null ? null : contacts[place]!;
  if (old && old.value === contact.value) {
    const before = known.contactStates[place!]!;
    if (state === before) return;
    result.contactStates.push({ place: place!, state });
    result.changes.push({ field: `state-${contact.kind}`, of: 'contact-state', old: before, new: state });
    if (!result.fields.includes(contact.kind)) result.fields.push(contact.kind);
    return;
  }
  change(old?.value ?? '', contact.value, 'text');
  if (old && known.contactStates[place!] !== 'revoked') result.contactStates.push({ place: place!, state: 'revoked' });
  const same = contacts.findIndex((other, at) => at !== place && isSameContact(other, contact));
  if (same < 0) result.addedContacts.push(contacts.push(contact) - 1);
  else if (known.contactStates[same] !== 'untried' && known.contactStates[same] !== 'works')
    result.contactStates.push({ place: same, state: 'untried' });
}
