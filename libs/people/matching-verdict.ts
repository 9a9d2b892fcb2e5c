import { barsFor, type Comparison } from './matching-compare.js';
import type { Profile } from './matching-keys.js';
import { BARS, CARELESS, type Likeness } from './matching-weights.js';

/** The keys by which persons are recognised, strongest class first. */
export const MATCH_KEYS = ['reference', 'number', 'birthDate', 'name', 'email', 'phone', 'address'] as const;
export type MatchKey = (typeof MATCH_KEYS)[number];

/** Why two rows are, or may be, one person; only names of keys, never a value. */
export interface MatchReason {
  agree: MatchKey[];
  /** Agree but for a typing slip or another spelling. */
  close: MatchKey[];
  /** Two numbers or two birth dates that no slip explains. */
  conflict: MatchKey[];
  /** Differ without being a conflict: another mailbox, an address moved from, a part of the name. */
  differ: MatchKey[];
}

export type Verdict = 'merge' | 'review' | 'apart';

/** What is known of a breach beside its persons: its size, and which keys are so carelessly typed that a single difference is outvoted. */
export interface BreachFacts {
  people: number;
  careless: { number: boolean; birthDate: boolean };
}

const CLOSE: Likeness[] = ['part', 'slip', 'alike', 'initial'];

export function reasonFor(c: Comparison): MatchReason {
  const reason: MatchReason = { agree: [], close: [], conflict: [], differ: [] };
  for (const key of MATCH_KEYS) {
    const likeness = key === 'name' ? wholeName(c) : c[key];
    if (likeness === 'same') reason.agree.push(key);
    else if (CLOSE.includes(likeness)) reason.close.push(key);
    else if (likeness === 'differ')
      (key === 'number' || key === 'birthDate' ? reason.conflict : reason.differ).push(key);
  }
  for (const key of ['number', 'birthDate'] as const) if (isUnexplainedSlip(c, key)) reason.conflict.push(key);
  return reason;
}

/** The likeness of given and family name together: the lesser, where both are known. */
function wholeName({ given, family }: Comparison): Likeness {
  if (given === 'differ' || family === 'differ') return 'differ';
  if (given === 'unknown') return family;
  if (family === 'unknown' || family === 'same') return given;
  return given === 'same' ? family : given;
}

/** Keys that agree, for a rule that counts keys: the whole name, or what is known of it, and an address at least alike. */
function keysAgreeing(c: Comparison): Set<MatchKey> {
  const keys = new Set<MatchKey>();
  for (const key of ['reference', 'number', 'birthDate', 'email', 'phone'] as const)
    if (c[key] === 'same') keys.add(key);
  if (['same', 'part', 'slip'].includes(wholeName(c))) keys.add('name');
  if (c.address === 'same' || c.address === 'alike') keys.add('address');
  return keys;
}

/** A slip counts as one only beside two other keys that agree; else it is a difference. */
function isUnexplainedSlip(c: Comparison, key: 'number' | 'birthDate'): boolean {
  if (c[key] !== 'slip') return false;
  const others = keysAgreeing(c);
  others.delete(key);
  return others.size < BARS.agreeingKeys;
}

/** What is to be done with two rows: one rule for all breaches. */
export function verdictOn(a: Profile, b: Profile, c: Comparison, facts: BreachFacts): Verdict {
  const bars = barsFor(facts.people);
  const keys = keysAgreeing(c);
  const isPrimary = c.number === 'same' || c.reference === 'same';
  if (!isPrimary && (keys.size < BARS.agreeingKeys || !someNameAgrees(c))) return 'apart';
  if (!isPrimary && (c.againstStranger < bars.review || c.againstRelative < BARS.reviewAgainstRelative)) return 'apart';
  const conflicts = (['number', 'birthDate'] as const).filter(
    (key) => c[key] === 'differ' || isUnexplainedSlip(c, key),
  );
  if (conflicts.length > 0) return conflicts.every((key) => isOutvoted(a, b, c, key, facts)) ? 'merge' : 'review';
  if (isPrimary) return isLikelyMixedUp(c, keys) ? 'review' : 'merge';
  return c.againstStranger >= bars.merge && c.againstRelative >= BARS.mergeAgainstRelative ? 'merge' : 'review';
}

/**
 * Whether two rows cannot come together by way of a third, here by `link`. They have two numbers or two birth dates;
 * or two given names, as twins have, whom a row without a given name would tie together. A slip between two numbers
 * needs no further keys here: the rows between the two have them.
 */
export function isBarred(a: Profile, b: Profile, c: Comparison, link: Comparison, facts: BreachFacts): boolean {
  if (c.number === 'same' || c.reference === 'same')
    return c.birthDate === 'differ' && !isOutvoted(a, b, c, 'birthDate', facts);
  const conflicts = (['number', 'birthDate'] as const).filter((key) => c[key] === 'differ');
  if (conflicts.some((key) => !isOutvoted(a, b, c, key, facts))) return true;
  return c.given === 'differ' && link.number !== 'same' && link.reference !== 'same';
}

function someNameAgrees({ given, family }: Comparison): boolean {
  return [given, family].some((likeness) => likeness !== 'unknown' && likeness !== 'differ');
}

/** One number or reference on two rows that agree in nothing else and differ in both names: a cell in the wrong row? */
function isLikelyMixedUp(c: Comparison, keys: Set<MatchKey>): boolean {
  return keys.size === 1 && c.given === 'differ' && c.family === 'differ';
}

/** See `CARELESS`: all the other keys together against one, in a breach where this key is carelessly typed. */
function isOutvoted(a: Profile, b: Profile, c: Comparison, key: 'number' | 'birthDate', facts: BreachFacts): boolean {
  return facts.careless[key] && agreeInAllBut(a, b, c, key);
}

/** Whether two rows with unchecked numbers agree in the whole name, in address or mailbox, and in the other of number and birth date. */
export function agreeInAllBut(a: Profile, b: Profile, c: Comparison, key: 'number' | 'birthDate'): boolean {
  const other = key === 'number' ? c.birthDate : c.number;
  return (
    !a.person.numberIsChecked &&
    !b.person.numberIsChecked &&
    other === 'same' &&
    someNameAgrees(c) &&
    c.given !== 'differ' &&
    (c.address === 'same' || c.address === 'alike' || c.email === 'same')
  );
}

/** Counts how often a key differs between rows that agree in all others; says whether a breach is careless with it. */
export class CarelessCount {
  private readonly seen = { number: 0, birthDate: 0 };
  private readonly differing = { number: 0, birthDate: 0 };

  add(a: Profile, b: Profile, c: Comparison): void {
    for (const key of ['number', 'birthDate'] as const) {
      if (c[key] === 'unknown' || !agreeInAllBut(a, b, c, key)) continue;
      this.seen[key]++;
      if (c[key] === 'differ') this.differing[key]++;
    }
  }

  result(): BreachFacts['careless'] {
    const isCareless = (key: 'number' | 'birthDate'): boolean =>
      this.differing[key] >= CARELESS.differing && this.differing[key] >= CARELESS.share * this.seen[key];
    return { number: isCareless('number'), birthDate: isCareless('birthDate') };
  }
}
