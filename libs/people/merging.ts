import { CONFIDENCES } from '#libs/breach/pure.js';
import type { StatedExposure } from './documents.js';
import type { PersonRecord } from './person-record.js';
import { isSameContact, type ContactState, type KnownPerson } from './restating.js';

/** Fields of a record that a kept person takes over where they have none of their own. */
const FIELDS = ['givenName', 'familyName', 'birthDate', 'country', 'addressee', 'numberTraces'] as const;
export type TakenField = (typeof FIELDS)[number];

/** How much of a thing is out, from little to much; a copy of a document that is none says as much as a scan. */
const EXTENTS_IN_ORDER = ['mentioned', 'number', 'copy', 'scan', 'scan-both-sides'];

/** What the kept person takes over from one that is merged into them. */
export interface Taking {
  record: PersonRecord;
  fields: TakenField[];
  /** Places of the contacts in the record, new, with the states that they had. */
  contacts: { place: number; state: ContactState }[];
  /** Exposures that the kept person has not, or less of. */
  exposures: { exposure: StatedExposure; supersedes: string | null }[];
  isProtected: boolean;
  isMinor: boolean;
  isDeceased: boolean;
}

/**
 * What becomes of a person when another turns out to be the same: what only the other knows is added, of two
 * statements about one thing the graver holds (more of it out, and surer), and nothing of their own is lost.
 */
export function taking(kept: KnownPerson, other: KnownPerson): Taking {
  const record: PersonRecord = { ...kept.record, contacts: [...kept.record.contacts] };
  const fields = FIELDS.filter((field) => {
    if (record[field] || !other.record[field]) return false;
    Object.assign(record, { [field]: other.record[field] });
    return true;
  });
  const contacts: Taking['contacts'] = [];
  other.record.contacts.forEach((contact, place) => {
    const state = other.contactStates[place]!;
    if (state === 'revoked' || record.contacts.some((own) => isSameContact(own, contact))) return;
    contacts.push({ place: record.contacts.push(contact) - 1, state });
  });
  return {
    record,
    fields,
    contacts,
    exposures: other.exposures.flatMap((exposure) => takenExposure(kept, exposure)),
    isProtected: kept.isProtected || other.isProtected,
    isMinor: kept.isMinor || other.isMinor,
    isDeceased: kept.isDeceased || other.isDeceased,
  };
}

function takenExposure(kept: KnownPerson, other: StatedExposure): Taking['exposures'] {
  const { dataKind, country, extent, confidence } = other;
  const own = kept.exposures.find((one) => one.dataKind === dataKind && one.country === country);
  if (!own) return [{ exposure: { dataKind, country, extent, confidence }, supersedes: null }];
  const graver = {
    dataKind,
    country,
    extent: later(EXTENTS_IN_ORDER, own.extent, extent),
    confidence: later(CONFIDENCES.toReversed(), own.confidence, confidence),
  };
  const isSame = graver.extent === own.extent && graver.confidence === own.confidence;
  // What somebody corrected by hand stays as they said.
  return isSame || own.source === 'by-hand' ? [] : [{ exposure: graver, supersedes: own.id }];
}

function later<T extends string>(order: readonly string[], a: T, b: T): T {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/** The record of a kept person after a split: what was taken over and is still as it was goes again. */
export function recordAfterSplit(kept: PersonRecord, other: PersonRecord, fields: readonly TakenField[]): PersonRecord {
  const record = { ...kept };
  for (const field of fields) {
    if (JSON.stringify(record[field]) !== JSON.stringify(other[field])) continue;
    if (field === 'givenName' || field === 'familyName') record[field] = '';
    else delete record[field];
  }
  return record;
}

export interface MergeCandidate {
  id: string;
  /** Letters that arrived, attempts under way, an answer: what would have to be explained if it hung on the other row. */
  lettersArrived: number;
  attemptsOpen: number;
  hasAnswered: boolean;
}

/** Of rows that are one person the one that goes on: that with most history, else the one that came first. */
export function keptOf(candidates: readonly MergeCandidate[]): string {
  const history = (one: MergeCandidate): number =>
    (one.hasAnswered ? 1_000_000 : 0) + one.lettersArrived * 1_000 + one.attemptsOpen;
  return candidates.toSorted((a, b) => history(b) - history(a) || (a.id < b.id ? -1 : 1))[0]!.id;
}
