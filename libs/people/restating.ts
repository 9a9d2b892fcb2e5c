import type { Category } from '#libs/breach/pure.js';
import type { Language } from '#libs/platform/pure.js';
import type { StatedExposure } from './documents.js';
import type { Contact, ContactKind, CorrectedField, PersonRecord } from './person-record.js';
import { statedContacts } from './person-rows.js';
import type { RosterColumn } from './roster-columns.js';
import type { StatedPerson } from './roster-row.js';

export type ContactState = 'untried' | 'works' | 'bounced' | 'returned' | 'revoked';

/** A person as the tables have them when a roster states them again. */
export interface KnownPerson {
  id: string;
  secret: Buffer;
  /** Where they came from. */
  source: 'roster' | 'by-hand';
  record: PersonRecord;
  category: Category;
  language: Language | null;
  isProtected: boolean;
  isMinor: boolean;
  isDeceased: boolean;
  /** By place in `record.contacts`. */
  contactStates: ContactState[];
  exposures: (StatedExposure & { id: string; source: 'roster' | 'scan' | 'by-hand' })[];
  /** A row that was merged into this person states it again: it adds what is missing and changes nothing. */
  addsOnly: boolean;
}

/** Where a later roster differs from what is on record: taken over, or left because somebody corrected it by hand. */
export interface Difference {
  column: RosterColumn;
  outcome: 'changed' | 'kept';
}

/** What a person becomes when a later roster states them. */
export interface Restated {
  record: PersonRecord;
  category: Category;
  language: Language | null;
  isProtected: boolean;
  isMinor: boolean;
  isDeceased: boolean;
  /** Places of contacts that are new in the record. */
  addedContacts: number[];
  /** Contacts that stop being used, and those that are used again. */
  contactStates: { place: number; state: ContactState }[];
  /** Each with the exposure that it supersedes, or null. */
  exposures: { exposure: StatedExposure; supersedes: string | null }[];
  differences: Difference[];
}

const COLUMN_OF_KIND: Record<ContactKind, RosterColumn> = {
  email: 'email',
  'private-email': 'private_email',
  phone: 'phone',
  post: 'address_line_1',
};

/**
 * A later roster only adds: an empty cell changes nothing, and what was corrected by hand, or came back, stays. A
 * value that an earlier roster stated gives way to the newer one, which is said.
 */
export function restated(known: KnownPerson, stated: StatedPerson): Restated {
  const differences: Difference[] = [];
  const corrected = new Set<CorrectedField>(known.record.corrected ?? []);
  /** The value that holds of an old and a newly stated one. */
  const choose = <T>(column: RosterColumn, field: CorrectedField, old: T, stated: T, isSame = old === stated): T => {
    if (isEmpty(stated) || isSame) return old;
    if (isEmpty(old)) return stated;
    if (known.addsOnly) return old;
    const isKept = corrected.has(field);
    differences.push({ column, outcome: isKept ? 'kept' : 'changed' });
    return isKept ? old : stated;
  };
  /** A mark that a roster sets stays, unless somebody took it away by hand. */
  const mark = (column: 'minor' | 'deceased', old: boolean, isStated: boolean): boolean => {
    if (old || !isStated || !corrected.has('marks')) return old || isStated;
    differences.push({ column, outcome: 'kept' });
    return false;
  };
  const old = known.record;
  const { givenName, familyName, birthDate, country, addressee } = stated.record;
  const record: PersonRecord = {
    ...old,
    givenName: choose('given_name', 'name', old.givenName, givenName),
    familyName: choose('family_name', 'name', old.familyName, familyName),
    contacts: [...old.contacts],
  };
  assign(record, 'birthDate', choose('birth_date', 'birth-date', old.birthDate, birthDate));
  assign(record, 'country', choose('country', 'post', old.country, country));
  const isSameAddressee = JSON.stringify(old.addressee) === JSON.stringify(addressee);
  assign(record, 'addressee', choose('addressee_family_name', 'addressee', old.addressee, addressee, isSameAddressee));
  const result: Restated = {
    record,
    category: choose('category', 'category', known.category, stated.category),
    language: choose('language', 'language', known.language, stated.language),
    isProtected: known.isProtected || stated.isProtected,
    isMinor: mark('minor', known.isMinor, stated.isMinor),
    isDeceased: mark('deceased', known.isDeceased, stated.isDeceased),
    addedContacts: [],
    contactStates: [],
    exposures: [],
    differences,
  };
  for (const contact of statedContacts(stated.record)) restateContact(known, corrected, contact, result);
  for (const exposure of stated.exposures) restateExposure(known, exposure, result);
  return result;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function assign<K extends 'birthDate' | 'country' | 'addressee'>(
  record: PersonRecord,
  field: K,
  value: PersonRecord[K] | undefined,
): void {
  if (value !== undefined) record[field] = value;
}

/** Two writings of one way to reach somebody. */
export function isSameContact(a: Contact, b: Contact): boolean {
  const plain = ({ kind, value }: Contact): string =>
    kind === 'phone' ? value.replace(/[^\d+]/g, '') : value.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  return a.kind === b.kind && plain(a) === plain(b);
}

function restateContact(known: KnownPerson, corrected: Set<CorrectedField>, contact: Contact, result: Restated): void {
  const { contacts } = result.record;
  const same = contacts.findIndex((other) => isSameContact(other, contact));
  if (same >= 0 && known.contactStates[same] !== 'revoked') return;
  const inUse = known.contactStates.flatMap((state, place) =>
    contacts[place]!.kind === contact.kind && state !== 'revoked' ? [place] : [],
  );
  const column = COLUMN_OF_KIND[contact.kind];
  if (known.addsOnly && (inUse.length > 0 || same >= 0)) return;
  if (corrected.has(contact.kind)) {
    result.differences.push({ column, outcome: 'kept' });
    return;
  }
  if (inUse.length > 0) result.differences.push({ column, outcome: 'changed' });
  // An address that came back keeps saying so; one that was in use is no longer.
  for (const place of inUse) {
    const state = known.contactStates[place]!;
    if (state === 'untried' || state === 'works') result.contactStates.push({ place, state: 'revoked' });
  }
  if (same >= 0) result.contactStates.push({ place: same, state: 'untried' });
  else result.addedContacts.push(contacts.push(contact) - 1);
}

function restateExposure(known: KnownPerson, exposure: StatedExposure, result: Restated): void {
  const old = known.exposures.find(
    (other) => other.dataKind === exposure.dataKind && other.country === exposure.country,
  );
  if (!old) {
    result.exposures.push({ exposure, supersedes: null });
    return;
  }
  if (known.addsOnly || (old.extent === exposure.extent && old.confidence === exposure.confidence)) return;
  const isKept = old.source === 'by-hand';
  result.differences.push({
    column: exposure.country === null ? 'other_data' : 'documents',
    outcome: isKept ? 'kept' : 'changed',
  });
  if (!isKept) result.exposures.push({ exposure, supersedes: old.id });
}
