import type { Category } from '#libs/breach/index.js';
import { afterFailure } from './failure-class.js';

export type Channel = 'email' | 'post' | 'hand';
export type ContactKind = 'email' | 'private-email' | 'post';

/** Rungs by category: a table, not code. Work address first for those who still work here; their own for all others. */
const RUNGS: Record<'staff' | 'others', ContactKind[]> = {
  staff: ['email', 'private-email', 'post'],
  others: ['private-email', 'email', 'post'],
};

export interface LadderPerson {
  category: Category;
  isProtected: boolean;
  isMinor: boolean;
  isDeceased: boolean;
}

export interface LadderContact {
  /** Which of the contacts in the person's record it is. */
  place: number;
  kind: ContactKind | 'phone';
  state: 'untried' | 'works' | 'bounced' | 'returned' | 'revoked';
  /** Its domain, or a parent of it, may be read by the attacker. */
  isBanned: boolean;
}

export interface Rung {
  channel: Channel;
  /** Null where nothing but a hand brings it. */
  contactPlace: number | null;
  /** As text alone, after a filter refused the letter as it is. */
  isPlain: boolean;
}

/** An attempt that ended, and why where it failed. */
export interface TriedRung extends Rung {
  class: string | null;
}

/**
 * The next way to bring a letter to its person, or null when every rung was tried. `tried` is in the order of the
 * attempts. Protected persons are reached by the security officer's hand alone; a letter about a minor or a deceased
 * person goes to the guardian or the next of kin, by post. Of several contacts of a kind the first in the list goes
 * first; one that is banned, dead, replaced or tried already is skipped. How the last attempt failed decides whether
 * the same address is tried once more, or e-mail is left for paper.
 */
export function nextRung(person: LadderPerson, contacts: LadderContact[], tried: TriedRung[]): Rung | null {
  if (person.isProtected)
    return tried.some((rung) => rung.channel === 'hand')
      ? null
      : { channel: 'hand', contactPlace: null, isPlain: false };
  const last = tried.at(-1);
  const after = last ? afterFailure(last.class) : 'next';
  const same = last && contacts.find((one) => one.place === last.contactPlace && isUsable(one));
  if (last && same && last.channel === 'email') {
    if (after === 'ours' && !isOursAgainAndAgain(tried))
      return { channel: 'email', contactPlace: same.place, isPlain: last.isPlain };
    if (after === 'plain' && !last.isPlain) return { channel: 'email', contactPlace: same.place, isPlain: true };
  }
  const kinds = kindsFor(person);
  const ordered = after === 'post' || after === 'plain' ? kinds.toSorted(paperFirst) : kinds;
  for (const kind of ordered) {
    const contact = contacts.find((other) => other.kind === kind && isUsable(other) && !isTried(other));
    if (contact) return { channel: kind === 'post' ? 'post' : 'email', contactPlace: contact.place, isPlain: false };
  }
  return null;

  function isTried(contact: LadderContact): boolean {
    return tried.some((rung) => rung.contactPlace === contact.place);
  }
}

/** Our side was mended that often and is refused still: then the other rungs are worth trying. */
const MOST_OURS = 3;

function isOursAgainAndAgain(tried: TriedRung[]): boolean {
  return tried.length >= MOST_OURS && tried.slice(-MOST_OURS).every((one) => afterFailure(one.class) === 'ours');
}

function kindsFor(person: LadderPerson): ContactKind[] {
  if (person.isMinor || person.isDeceased) return ['post'];
  return RUNGS[person.category === 'staff' ? 'staff' : 'others'];
}

function paperFirst(one: ContactKind, other: ContactKind): number {
  return Number(other === 'post') - Number(one === 'post');
}

function isUsable({ isBanned, state }: LadderContact): boolean {
  return !isBanned && (state === 'untried' || state === 'works');
}
