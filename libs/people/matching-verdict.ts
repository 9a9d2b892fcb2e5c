import { agrees, type Comparison } from './matching-compare.js';
import { learnHouseholds, type HouseholdPairs, type Households } from './matching-households.js';
import type { Profile } from './matching-keys.js';
import { AGAINST_RELATIVE, BARS, CARELESS, HOUSEHOLDS, OWN_MAILBOX, type Likeness } from './matching-weights.js';

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

/** What is learnt from a breach as a whole. */
export interface BreachFacts extends Households {
  /** Different profiles. */
  people: number;
  /** Bits by which two rows are likelier strangers than one person before anything is compared: see `BARS.prior`. */
  chance: number;
  /** Which keys are so carelessly typed that a single difference is outvoted: see `CARELESS`. */
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

function againstRelative(c: Comparison, facts: BreachFacts): number {
  return c.againstRelative + (c.given === 'differ' ? facts.givenDiffers : 0);
}

/** What is to be done with two rows: one rule for all breaches. */
export function verdictOn(a: Profile, b: Profile, c: Comparison, facts: BreachFacts): Verdict {
  const keys = keysAgreeing(c);
  const isPrimary = c.number === 'same' || c.reference === 'same';
  const isOnePerson = (stranger: number, relative: number): boolean =>
    keys.size >= BARS.agreeingKeys &&
    someNameAgrees(c) &&
    c.againstStranger >= stranger &&
    againstRelative(c, facts) >= relative;
  const isLikely = isPrimary || isOnePerson(facts.chance + BARS.mergeOdds, facts.relativeBar);
  const conflicts = (['number', 'birthDate'] as const).filter(
    (key) => c[key] === 'differ' || isUnexplainedSlip(c, key),
  );
  // A conflict is worth a question only where the two would be merged without it: it speaks against them by itself.
  if (conflicts.length > 0) {
    if (!isLikely) return 'apart';
    return conflicts.every((key) => isOutvoted(a, b, c, key, facts)) ? 'merge' : 'review';
  }
  if (isPrimary) return isLikelyMixedUp(c, keys) ? 'review' : 'merge';
  if (isLikely) return 'merge';
  return isOnePerson(facts.chance + BARS.reviewOdds, facts.relativeBar - HOUSEHOLDS.askWithin) ? 'review' : 'apart';
}

/**
 * Whether two rows cannot come together by way of a third, here by `link`. They have two numbers or two birth dates;
 * or two given names, as twins have, whom a row without a given name would tie together. A slip between two numbers
 * needs no further keys here: the rows between the two have them.
 */
export function isBarred(a: Profile, b: Profile, c: Comparison, link: Comparison, facts: BreachFacts): boolean {
  if (c.number === 'differ' && c.birthDate === 'differ') return true;
  const areUnchecked = !a.person.numberIsChecked && !b.person.numberIsChecked;
  for (const key of ['number', 'birthDate'] as const) {
    if (c[key] === 'differ' && !(facts.careless[key] && areUnchecked)) return true;
  }
  const isPrimary = [c, link].some((it) => it.number === 'same' || it.reference === 'same');
  return !isPrimary && c.given === 'differ' && mayBeTwins(c, facts);
}

/** Whether two given names are two persons in this breach, even where the birth date is one. */
function mayBeTwins(c: Comparison, facts: BreachFacts): boolean {
  const mailboxes = c.email === 'differ' ? OWN_MAILBOX : 0;
  return AGAINST_RELATIVE.birthDate.same! + facts.givenDiffers + mailboxes < facts.relativeBar;
}

function someNameAgrees({ given, family }: Comparison): boolean {
  return agrees(given) || agrees(family);
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

/** Learns the facts of a breach from its pairs, each added once. */
export class BreachCount {
  private readonly seen = { number: 0, birthDate: 0 };
  private readonly differing = { number: 0, birthDate: 0 };
  private sure = 0;
  private readonly households = { bothSame: 0, onlyGivenSame: 0, onlyBirthDateSame: 0, noneSame: 0 };

  add(a: Profile, b: Profile, c: Comparison): void {
    for (const key of ['number', 'birthDate'] as const) {
      if (c[key] === 'unknown' || !agreeInAllBut(a, b, c, key)) continue;
      this.seen[key]++;
      if (c[key] === 'differ') this.differing[key]++;
    }
    const pair = householdPair(c);
    if (pair) this.households[pair]++;
    if (isSure(c)) this.sure++;
  }

  facts(people: number): BreachFacts {
    const isCareless = (key: 'number' | 'birthDate'): boolean =>
      this.differing[key] >= CARELESS.differing && this.differing[key] >= CARELESS.share * this.seen[key];
    return {
      people,
      chance: chanceIn(people, this.sure),
      ...learnHouseholds(this.households),
      careless: { number: isCareless('number'), birthDate: isCareless('birthDate') },
    };
  }
}

/** The bits of `BARS.prior` in a breach with so many sure pairs. */
export function chanceIn(people: number, sure: number): number {
  const { prior, smallestBreach } = BARS;
  const seen = Math.log2(people / (2 * Math.max(sure, 1)));
  return Math.log2(Math.max(people, smallestBreach)) + Math.max(prior.lowest, Math.min(prior.assumed, seen));
}

/** Birth date and both names the same, or a number: one person twice in any breach. */
function isSure(c: Comparison): boolean {
  return c.number === 'same' || (c.birthDate === 'same' && c.given === 'same' && c.family === 'same');
}

/** Which kind of pair of one household this is, if one; two mailboxes of two given names are two persons for sure. */
export function householdPair(c: Comparison): keyof HouseholdPairs | null {
  const isKnown = c.given !== 'unknown' && c.birthDate !== 'unknown' && c.family === 'same' && c.address === 'same';
  if (!isKnown || c.number === 'same') return null;
  const hasOtherGiven = c.given === 'differ';
  if (hasOtherGiven && c.email === 'differ') return 'noneSame';
  if (c.birthDate === 'differ') return hasOtherGiven ? 'noneSame' : 'onlyGivenSame';
  return hasOtherGiven ? 'onlyBirthDateSame' : 'bothSame';
}
