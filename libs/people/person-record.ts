/** How a person can be reached; what stands in `contact_point.kind`. */
export const CONTACT_KINDS = ['email', 'private-email', 'phone', 'post'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

/** One way to reach a person. Its row in `contact_point` names it by its place in the record and holds its state. */
export interface Contact {
  kind: ContactKind;
  /** An address or a number; for post the lines as written on an envelope, without name and country, a line each. */
  value: string;
}

/**
 * What is known of a person beside the facts that are counted: one sealed value under the person's own key. What is
 * not known is left out.
 */
export interface PersonRecord {
  reference: string;
  givenName: string;
  familyName: string;
  /** In the order in which they became known; none is ever taken out, so that its place goes on naming it. */
  contacts: Contact[];
  country?: string;
  /** ISO date. */
  birthDate?: string;
  /** Guardian or next of kin: who opens the letter. */
  addressee?: { givenName: string; familyName: string };
  /** Keyed traces of the national number (base64), by which a slip of one character is told from another number. */
  numberTraces?: string;
  /** What somebody entered or corrected by hand: no roster changes it any more. */
  corrected?: CorrectedField[];
  /** The newest corrections by hand, oldest first. */
  corrections?: Correction[];
}

/** One correction by hand. Its reason is somebody's own words about this person: it stands here and nowhere else. */
export interface Correction {
  /** ISO time. */
  at: string;
  /** Id of the account. */
  by: string;
  fields: CorrectedField[];
  reason: string;
}

export type CorrectedField = 'name' | 'birth-date' | 'addressee' | 'category' | 'language' | 'marks' | ContactKind;

/** What stands in `place` when a person's record is sealed: table, row, schema version. */
export function personPlace(personId: string): string {
  return `person|${personId}|1`;
}

/** The record as it was sealed; those of the first schema named one contact of a kind and had no list of them. */
export function recordFrom(opened: PersonRecord | FirstRecord): PersonRecord {
  if ('contacts' in opened) return opened;
  const { email, privateEmail, phone, address, ...rest } = opened;
  const contacts: Contact[] = [];
  if (email) contacts.push({ kind: 'email', value: email });
  if (privateEmail) contacts.push({ kind: 'private-email', value: privateEmail });
  if (phone) contacts.push({ kind: 'phone', value: phone });
  if (address) contacts.push({ kind: 'post', value: address.join('\n') });
  return { ...rest, contacts };
}

interface FirstRecord extends Omit<PersonRecord, 'contacts'> {
  email?: string;
  privateEmail?: string;
  phone?: string;
  address?: string[];
}

/** The person's name as it stands in lists: given name, then family name. */
export function nameOf(record: Pick<PersonRecord, 'givenName' | 'familyName'>): string {
  return `${record.givenName} ${record.familyName}`.trim();
}
