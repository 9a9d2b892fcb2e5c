import type { Category } from '#libs/breach/index.js';

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
}

/**
 * The next way to bring a letter to its person, or null when every rung was tried. Protected persons are reached by
 * the security officer's hand alone; a letter about a minor or a deceased person goes to the guardian or the next of
 * kin, by post. Of several contacts of a kind the first in the list goes first; one that is banned, dead, replaced or
 * tried already is skipped.
 */
export function nextRung(person: LadderPerson, contacts: LadderContact[], tried: Rung[]): Rung | null {
  if (person.isProtected)
    return tried.some((rung) => rung.channel === 'hand') ? null : { channel: 'hand', contactPlace: null };
  const kinds =
    person.isMinor || person.isDeceased ? (['post'] as const) : RUNGS[person.category === 'staff' ? 'staff' : 'others'];
  for (const kind of kinds) {
    const contact = contacts.find((other) => other.kind === kind && isUsable(other) && !isTried(other));
    if (contact) return { channel: kind === 'post' ? 'post' : 'email', contactPlace: contact.place };
  }
  return null;

  function isTried(contact: LadderContact): boolean {
    return tried.some((rung) => rung.contactPlace === contact.place);
  }
}

function isUsable({ isBanned, state }: LadderContact): boolean {
  return !isBanned && (state === 'untried' || state === 'works');
}
