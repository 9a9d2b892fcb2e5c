import type { Address, Name, Profile, Value } from './matching-keys.js';
import {
  ADDRESS,
  AGAINST_RELATIVE,
  AGAINST_STRANGER,
  ESTABLISHED,
  MOST_BITS,
  NAME_SLIPS,
  OWN_MAILBOX,
  PRIMARY_BITS,
  PRIOR_ONE_IN,
  SHARE_SAME,
  STAND_IN,
  type Likeness,
} from './matching-weights.js';
import { isOneSlip } from './number-traces.js';
import { isDateSlip, slipsBetween } from './typing-slips.js';

/** How the fields of two profiles lie to each other, and what that says against each rival explanation (bits). */
export interface Comparison {
  reference: Likeness;
  number: Likeness;
  birthDate: Likeness;
  given: Likeness;
  family: Likeness;
  /** Whether the given name of one was compared with the family name of the other. */
  namesSwapped: boolean;
  email: Likeness;
  phone: Likeness;
  address: Likeness;
  /** Without what differs in number and birth date, which is a conflict rather than a weight. */
  againstStranger: number;
  againstRelative: number;
}

/**
 * Compares two profiles of a breach of `people` different profiles, whose values are counted. Symmetric. The address is
 * left `unknown` where neither a name nor a primary key agrees.
 */
export function compare(a: Profile, b: Profile, people: number): Comparison {
  const names = compareNames(a, b, people);
  const mostOnADay = STAND_IN.above + (STAND_IN.ofPeopleOnADay * people) / PRIOR_ONE_IN.birthDate;
  const birthDate = birthDateLikeness(known(a.birthDate, mostOnADay), known(b.birthDate, mostOnADay));
  const number = numberLikeness(a, b);
  const [email, emailBits] = compareEmails(a.emails.filter(isKnown), b.emails.filter(isKnown), people);
  const [phone, phoneBits] = sharedContact(known(a.phone), known(b.phone), people);
  const reference = a.reference === null || a.reference !== b.reference ? 'unknown' : 'same';
  const isWorthIt = number === 'same' || reference === 'same' || agrees(names.given) || agrees(names.family);
  const [address, addressBits] = isWorthIt ? compareAddresses(a.address, b.address, people) : NO_ADDRESS;
  const dateBits = weighed('birthDate', birthDate, rarity(a.birthDate, b.birthDate, PRIOR_ONE_IN.birthDate, people));
  const primaryBits = Math.max(bitsOf(PRIMARY_BITS, number), bitsOf(PRIMARY_BITS, reference));
  return {
    reference,
    number,
    birthDate,
    given: names.given,
    family: names.family,
    namesSwapped: names.swapped,
    email,
    phone,
    address,
    againstStranger: names.bits + dateBits + primaryBits + addressBits + Math.max(emailBits, phoneBits),
    againstRelative:
      (names.given === 'differ' && email === 'differ' ? OWN_MAILBOX : 0) +
      bitsOf(AGAINST_RELATIVE.given, names.given) +
      bitsOf(AGAINST_RELATIVE.birthDate, birthDate) +
      bitsOf(AGAINST_RELATIVE.number, number) +
      bitsOf(AGAINST_RELATIVE.email, email),
  };
}

/**
 * Whether a comparison can lead to anything: neighbours, by far the commonest pair, have neither a name nor a number in
 * common, and need no closer look.
 */
export function areWorthComparing(a: Profile, b: Profile, people: number): boolean {
  if (a.number !== null && a.number === b.number) return true;
  if (a.reference !== null && a.reference === b.reference) return true;
  return (
    agrees(nameLikeness(a.family, b.family, people)) ||
    agrees(nameLikeness(a.given, b.given, people)) ||
    agrees(nameLikeness(a.given, b.family, people)) ||
    agrees(nameLikeness(a.family, b.given, people))
  );
}

const NO_ADDRESS: [Likeness, number] = ['unknown', 0];

/** Whether two values are alike in any degree. */
export function agrees(likeness: Likeness): boolean {
  return likeness !== 'unknown' && likeness !== 'differ';
}

/** The value, unless it is a stand-in. */
function known(value: Value | null, most: number = STAND_IN.above): Value | null {
  return value !== null && value.count <= most ? value : null;
}

function isKnown(value: Value): boolean {
  return known(value) !== null;
}

function bitsOf(weights: Partial<Record<Likeness, number>>, likeness: Likeness): number {
  return weights[likeness] ?? 0;
}

function weighed(field: keyof typeof AGAINST_STRANGER, likeness: Likeness, bits: number): number {
  const weight = AGAINST_STRANGER[field][likeness];
  return weight ? bits * weight.times + weight.add : 0;
}

/** What agreeing on a value says against chance; of two values the commoner one. */
function rarity(a: Value | null, b: Value | null, priorOneIn: number, people: number): number {
  if (!a || !b) return 0;
  const count = Math.max(a.count, b.count);
  return Math.min(MOST_BITS, Math.log2((SHARE_SAME * (people + priorOneIn)) / (count + 1)));
}

interface NameComparison {
  given: Likeness;
  family: Likeness;
  swapped: boolean;
  bits: number;
}

/** As written, and with the two names of one row swapped where that fits better. */
function compareNames(a: Profile, b: Profile, people: number): NameComparison {
  const straight = comparePair(a, b.given, b.family, people, false);
  if (straight.given === 'same' && straight.family === 'same') return straight;
  const swapped = comparePair(a, b.family, b.given, people, true);
  return swapped.bits > Math.max(straight.bits, 0) ? swapped : straight;
}

/** Where the names are swapped nobody knows which one is the given name: it is taken for the one that fits less. */
function comparePair(
  { given, family }: Profile,
  otherGiven: Name | null,
  otherFamily: Name | null,
  people: number,
  swapped: boolean,
): NameComparison {
  const of = [nameLikeness(given, otherGiven, people), nameLikeness(family, otherFamily, people)] as const;
  const bits =
    weighed('name', of[0], rarity(given, otherGiven, PRIOR_ONE_IN.name, people)) +
    weighed('name', of[1], rarity(family, otherFamily, PRIOR_ONE_IN.name, people));
  if (!swapped) return { given: of[0], family: of[1], swapped, bits };
  const isFirstLess = bitsOf(AGAINST_RELATIVE.given, of[0]) <= bitsOf(AGAINST_RELATIVE.given, of[1]);
  return { given: of[isFirstLess ? 0 : 1], family: of[isFirstLess ? 1 : 0], swapped, bits: bits - 1 };
}

/** How two names lie to each other. */
export function nameLikeness(a: Name | null, b: Name | null, people: number): Likeness {
  if (!a || !b) return 'unknown';
  if (a === b) return 'same';
  const [short, long] = a.text.length <= b.text.length ? [a, b] : [b, a];
  if (short.text.length === 1) return long.text.startsWith(short.text) ? 'initial' : 'differ';
  if (a.words.length !== b.words.length && isPart(short, long)) return 'part';
  const established = Math.max(ESTABLISHED.profiles, people / ESTABLISHED.perPersons);
  if (short.count >= established && long.count >= established) return 'differ';
  // A short name is another name one slip away, unless everybody spells it in the one way and nobody in the other.
  if (long.text.length < SHORTEST_NAME) {
    const isKnown = Math.max(short.count, long.count) >= established;
    return isKnown && slipsBetween(a.text, b.text, 1) === 1 ? 'alike' : 'differ';
  }
  const fewest = slipsAllowed('slip', long.text.length);
  const most = Math.max(fewest, slipsAllowed('alike', long.text.length));
  if (long.text.length - short.text.length > most) return 'differ';
  const slips = slipsBetween(a.text, b.text, most);
  if (slips <= fewest) return 'slip';
  if (slips <= most) return 'alike';
  return haveSameWords(a, b) ? 'same' : 'differ';
}

const SHORTEST_NAME = NAME_SLIPS.slip[0].from;

function slipsAllowed(kind: keyof typeof NAME_SLIPS, length: number): number {
  let allowed = 0;
  for (const { from, slips } of NAME_SLIPS[kind]) if (length >= from) allowed = slips;
  return allowed;
}

/** Whether every word of one name is a word of the other: one of two given names, half of a double family name. */
function isPart(short: Name, long: Name): boolean {
  return short.words.length > 0 && short.words.every((word) => word.length > 2 && long.words.includes(word));
}

function haveSameWords(a: Name, b: Name): boolean {
  return a.words.length > 1 && a.words.length === b.words.length && a.words.every((word) => b.words.includes(word));
}

function birthDateLikeness(a: Value | null, b: Value | null): Likeness {
  if (!a || !b) return 'unknown';
  if (a === b) return 'same';
  return isDateSlip(a.text.slice(-10), b.text.slice(-10)) ? 'slip' : 'differ';
}

function numberLikeness(a: Profile, b: Profile): Likeness {
  if (!known(a.number) || !known(b.number)) return 'unknown';
  if (a.number === b.number) return 'same';
  const [one, other] = [a.person.numberTraces, b.person.numberTraces];
  if (!one || !other) return 'differ';
  return isOneSlip(one, other) ? 'slip' : 'differ';
}

/** The likest two mailboxes. Two different ones are no sign: many have one for work and one for home. */
function compareEmails(a: Value[], b: Value[], people: number): [Likeness, number] {
  let best: [Likeness, number] = [a.length > 0 && b.length > 0 ? 'differ' : 'unknown', 0];
  for (const one of a) {
    for (const other of b) {
      const likeness = one === other ? 'same' : isMailboxSlip(one.text, other.text) ? 'slip' : 'differ';
      const bits = weighed('contact', likeness, rarity(one, other, PRIOR_ONE_IN.contact, people));
      if (bits > best[1]) best = [likeness, bits];
    }
  }
  return best;
}

const SHORTEST_MAILBOX = 'email '.length + 10;

function isMailboxSlip(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= SHORTEST_MAILBOX && slipsBetween(a, b, 1) === 1;
}

function sharedContact(a: Value | null, b: Value | null, people: number): [Likeness, number] {
  if (!a || !b) return ['unknown', 0];
  return a === b ? ['same', weighed('contact', 'same', rarity(a, b, PRIOR_ONE_IN.contact, people))] : ['differ', 0];
}

/** By the weight of the words that both have, out of the mean weight of the two. */
function compareAddresses(a: Address | null, b: Address | null, people: number): [Likeness, number] {
  if (!a || !b) return ['unknown', 0];
  if (a.text > b.text) return compareAddresses(b, a, people);
  const weightOf = (word: Value): number => rarity(word, word, PRIOR_ONE_IN.addressWord, people);
  const total = (words: Value[]): number => words.reduce((sum, word) => sum + weightOf(word), 0);
  let common = 0;
  const left: Value[] = [];
  for (const word of a.words) {
    if (b.words.includes(word)) common += weightOf(word);
    else left.push(word);
  }
  const leftOfB = b.words.filter((word) => !a.words.includes(word));
  const mean = (total(a.words) + total(b.words)) / 2;
  // Not even what is left could make them alike: by far the commonest case, and slips are dear to look for.
  if (common + Math.min(total(left), total(leftOfB)) < ADDRESS.alike.from * mean)
    return ['differ', ADDRESS.differ.bits];
  common += mistyped(left, leftOfB, weightOf) * ADDRESS.slipIsWorth;
  for (const likeness of ['same', 'alike'] as const) {
    const { from, times, most } = ADDRESS[likeness];
    if (common >= from * mean) return [likeness, Math.min(most, common * times)];
  }
  return ['differ', ADDRESS.differ.bits];
}

/** Weight of the words of `a` that are words of `b` but for a slip, an abbreviation or a space. */
function mistyped(a: Value[], b: Value[], weightOf: (word: Value) => number): number {
  const free = new Set(b);
  let sum = 0;
  for (const [at, word] of a.entries()) {
    const other = b.find((it, place) => free.has(it) && areOneWord(a, at, b, place));
    if (!other) continue;
    sum += Math.min(weightOf(word), weightOf(other));
    free.delete(other);
  }
  return sum;
}

/** As they stand, or one of them with the word after it: "Kerk straat" is "Kerkstraat". */
function areOneWord(a: Value[], at: number, b: Value[], place: number): boolean {
  const [one, other, afterOne, afterOther] = [a[at]!.text, b[place]!.text, a[at + 1]?.text, b[place + 1]?.text];
  return (
    isWordSlip(one, other) ||
    (afterOne !== undefined && one + afterOne === other) ||
    (afterOther !== undefined && other + afterOther === one)
  );
}

const SHORTEST_MISTYPED = 4;
const SHORTEST_TWICE_MISTYPED = 8;

function isWordSlip(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (shorter < SHORTEST_MISTYPED) return false;
  if (a.startsWith(b) || b.startsWith(a)) return true;
  const allowed = shorter >= SHORTEST_TWICE_MISTYPED ? 2 : 1;
  return slipsBetween(a, b, allowed) <= allowed;
}
