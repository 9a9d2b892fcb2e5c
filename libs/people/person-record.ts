/**
 * What is known of a person beside the facts that are counted: one sealed value under the person's own key. Empty
 * strings are left out.
 */
export interface PersonRecord {
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
  /** Guardian or next of kin: who opens the letter. */
  addressee?: { givenName: string; familyName: string };
}

/** What stands in `place` when a person's record is sealed: table, row, schema version. */
export function personPlace(personId: string): string {
  return `person|${personId}|1`;
}
