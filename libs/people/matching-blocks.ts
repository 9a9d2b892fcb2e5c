import { mixed, type Profile, type Value } from './matching-keys.js';
import { BLOCK } from './matching-weights.js';

/**
 * Which pairs are worth comparing: those that share a block of at least one pass. Each pass needs things to be right that
 * are rare together, so that blocks stay small however many people there are; the passes overlap, so that any one key
 * may be missing and any two mistyped.
 */
export interface Pass {
  /** Profiles with a key in common share a block. */
  keysOf: (profile: Profile) => number[];
  /** Whether a large block is left to the other passes, which split it, rather than looked through in order. */
  skipsLarge?: true;
}

export const PASSES: Record<string, Pass> = {
  reference: { keysOf: ({ reference }) => one(reference) },
  number: { keysOf: ({ number }) => one(number) },
  email: { keysOf: ({ emails }) => emails.map((email) => email.hash) },
  phone: { keysOf: ({ phone }) => one(phone) },
  birthDateAndName: { keysOf: (profile) => pairs(one(profile.birthDate), sounds(profile)) },
  birthDateAndAddress: { keysOf: (profile) => pairs(one(profile.birthDate), rareWords(profile)) },
  namesAndPartOfDate: { keysOf: (profile) => pairs(bothNames(profile), partsOfDate(profile)) },
  namesAndAddress: { keysOf: (profile) => pairs(bothNames(profile), rareWords(profile)) },
  address: { keysOf: pairsOfWords, skipsLarge: true },
};

function one(value: Value | null): number[] {
  return value ? [value.hash] : [];
}

function pairs(a: number[], b: number[]): number[] {
  return a.flatMap((x) => b.map((y) => mixed(x, y)));
}

function sounds({ given, family }: Profile): number[] {
  return [given, family].flatMap((name) => (name ? [name.sound] : []));
}

/** Given and family name together, in either order. */
function bothNames({ given, family }: Profile): number[] {
  return given && family ? [mixed(given.sound + family.sound, given.sound ^ family.sound)] : [];
}

/** The year, and day and month in either order: a slip in the one leaves the other. */
function partsOfDate({ birthDate }: Profile): number[] {
  if (!birthDate) return [];
  const [year, month, day] = birthDate.text.slice(-10).split('-').map(Number);
  return [year!, mixed(Math.min(month!, day!), Math.max(month!, day!))];
}

const RARE_WORDS = 4;

/** The rarest words of the address that another row has too: a word met once is a slip or leads nowhere. */
function rareWords({ address }: Profile): number[] {
  const shared = (address?.words ?? []).filter((word) => word.count > 1);
  const byRarity = shared.toSorted((a, b) => a.count - b.count || a.hash - b.hash);
  return byRarity.slice(0, RARE_WORDS).map((word) => word.hash);
}

function pairsOfWords(profile: Profile): number[] {
  const words = rareWords(profile);
  return words.flatMap((word, at) => words.slice(at + 1).map((other) => (word ^ other) >>> 0));
}

const MOST_PROFILES = 2 ** 21;

/** Calls `visit` for each pair of a common block; a pair of several passes comes several times. */
export function visitCandidates(profiles: Profile[], visit: (a: Profile, b: Profile) => void): void {
  if (profiles.length > MOST_PROFILES) throw new RangeError(`At most ${MOST_PROFILES} persons can be matched at once.`);
  for (const pass of Object.values(PASSES)) visitPass(profiles, pass, visit);
}

/** One pass; for measuring what each is worth. */
export function visitPass(
  profiles: Profile[],
  { keysOf, skipsLarge }: Pass,
  visit: (a: Profile, b: Profile) => void,
): void {
  const entries: number[] = [];
  for (const [at, profile] of profiles.entries()) {
    const keys = keysOf(profile);
    for (const [place, key] of keys.entries()) {
      if (keys.indexOf(key) === place) entries.push(key * MOST_PROFILES + at);
    }
  }
  const sorted = Float64Array.from(entries);
  sorted.sort();
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const key = keyOf(sorted[start]!);
    while (end < sorted.length && keyOf(sorted[end]!) === key) end++;
    if (end - start === 1 || (skipsLarge && end - start > BLOCK.most)) continue;
    visitBlock(
      Array.from(sorted.subarray(start, end), (entry) => profiles[entry % MOST_PROFILES]!),
      visit,
    );
  }
}

function keyOf(entry: number): number {
  return Math.floor(entry / MOST_PROFILES);
}

/** All pairs of a small block; of a large one, neighbours in the order of names and in the order of birth dates. */
function visitBlock(block: Profile[], visit: (a: Profile, b: Profile) => void): void {
  if (block.length <= BLOCK.most) {
    visitNeighbours(block, block.length, visit);
    return;
  }
  for (const keys of ORDERS) {
    const keyed = block.map((profile) => ({ profile, key: keys(profile) }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.profile.order - b.profile.order));
    visitNeighbours(
      keyed.map(({ profile }) => profile),
      BLOCK.neighbours,
      visit,
    );
  }
}

const ORDERS: ((profile: Profile) => string)[] = [
  ({ family, given, birthDate }) => `${family?.text ?? ''} ${given?.text ?? ''} ${birthDate?.text ?? ''}`,
  ({ family, given, birthDate }) => `${birthDate?.text ?? ''} ${given?.text ?? ''} ${family?.text ?? ''}`,
];

function visitNeighbours(block: Profile[], width: number, visit: (a: Profile, b: Profile) => void): void {
  for (let at = 0; at < block.length; at++) {
    const end = Math.min(block.length, at + width + 1);
    for (let other = at + 1; other < end; other++) visit(block[at]!, block[other]!);
  }
}
