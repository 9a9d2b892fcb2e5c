import type { Category } from '#libs/breach/pure.js';
import type { Language } from '#libs/platform/pure.js';
import type { ContactKind, PersonRecord } from './person-record.js';
import type { ContactState } from './restating.js';
import { EXPORT_MARK, ROSTER_COLUMNS, type RosterColumn } from './roster-columns.js';

/** A person as the tables have them, opened. */
export interface PersonToExport {
  record: PersonRecord;
  category: Category;
  /** As a roster stated it. */
  language: Language | null;
  languages: Language[];
  standing: string;
  isProtected: boolean;
  isMinor: boolean;
  isDeceased: boolean;
  /** By place in the record. */
  contactStates: ContactState[];
  exposures: { dataKind: string; country: string | null; extent: string; confidence: string }[];
}

/** No national number: it is kept as a keyed hash alone. */
const EXPORTED = ROSTER_COLUMNS.filter((column) => column !== 'national_number');
const KINDS: ContactKind[] = ['email', 'private-email', 'phone', 'post'];

/**
 * The columns of an export: those of a roster, so that the same file can be corrected and imported again, and beside
 * them what only Tocsin knows, which an import passes over.
 */
export const EXPORT_COLUMNS: string[] = [
  ...EXPORTED,
  EXPORT_MARK,
  'tocsin_letter_languages',
  ...KINDS.map((kind) => `tocsin_${kind.replace('-', '_')}_state`),
];

/** One person as a row of an export, by `EXPORT_COLUMNS`. Read as a roster it states what is on record. */
export function exportedRow(person: PersonToExport): string[] {
  const { record } = person;
  const inUse = new Map(KINDS.map((kind) => [kind, placeInUse(person, kind)]));
  const contact = (kind: ContactKind): string => record.contacts[inUse.get(kind) ?? -1]?.value ?? '';
  const lines = contact('post') === '' ? [] : contact('post').split('\n');
  const yes = (is: boolean): string => (is ? 'yes' : '');
  const cells: Record<Exclude<RosterColumn, 'national_number'>, string> = {
    reference: record.reference,
    category: person.category,
    given_name: record.givenName,
    family_name: record.familyName,
    language: person.language ?? '',
    email: contact('email'),
    private_email: contact('private-email'),
    phone: contact('phone'),
    address_line_1: lines[0] ?? '',
    address_line_2: lines[1] ?? '',
    address_line_3: lines[2] ?? '',
    address_line_4: lines[3] ?? '',
    address_line_5: lines[4] ?? '',
    // A roster that gives street and place apart makes up to seven lines; read again they come after the five.
    street: lines[5] ?? '',
    house_number: '',
    postcode: '',
    city: lines[6] ?? '',
    country: record.country ?? '',
    birth_date: record.birthDate ?? '',
    protected: yes(person.isProtected),
    minor: yes(person.isMinor),
    deceased: yes(person.isDeceased),
    addressee_given_name: record.addressee?.givenName ?? '',
    addressee_family_name: record.addressee?.familyName ?? '',
    documents: listed(person, true),
    other_data: listed(person, false),
  };
  return [
    ...EXPORTED.map((column) => cells[column]),
    person.standing,
    person.languages.join('+'),
    ...KINDS.map((kind) => person.contactStates[inUse.get(kind) ?? -1] ?? ''),
  ];
}

/** The newest contact of a kind that was not replaced. */
function placeInUse({ record, contactStates }: PersonToExport, kind: ContactKind): number {
  return record.contacts.findLastIndex((one, place) => one.kind === kind && contactStates[place] !== 'revoked');
}

function listed({ exposures }: PersonToExport, isDocument: boolean): string {
  return exposures
    .filter((one) => (one.country !== null) === isDocument)
    .map((one) => [...(one.country === null ? [] : [one.country]), one.dataKind, one.extent, one.confidence].join(':'))
    .join('; ');
}
