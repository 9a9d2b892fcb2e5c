import { mixed, type Profile, type Value } from './matching-keys.js';
import { BLOCK } from './matching-weights.js';

/**
 * Which pairs are worth comparing: those that share a block of at least one pass. Each pass needs two things to be right
 * that are rare together, so that blocks stay small however many people there are; the passes overlap, so that any two
 * keys may be mistyped.
 */
const PASSES: ((profile: Profile) => number[])[] = [
  ({ reference }) => one(reference),
  ({ number }) => one(number),
  ({ emails }) => emails.map((email) => email.hash),
  ({ phone }) => one(phone),
  (profile) => pairs(one(profile.birthDate), sounds(profile)),
  (profile) => pairs(one(profile.birthDate), rareWords(profile)),
  (profile) => pairs(sounds(profile), rareWords(profile)),
  ({ given, family }) => (given && family ? [mixed(given.sound + family.sound, given.sound ^ family.sound)] : []),
  (profile) => {
    const [rarest, second] = rareWords(profile);
    return rarest !== undefined && second !== undefined ? [(rarest ^ second) >>> 0] : [];
  },
];

function one(value: Value | null): number[] {
  return value ? [value.hash] : [];
}

function pairs(a: number[], b: number[]): number[] {
  return a.flatMap((x) => b.map((y) => mixed(x, y)));
}

function sounds({ given, family }: Profile): number[] {
  return [given, family].flatMap((name) => (name ? [name.sound] : []));
}

const RARE_WORDS = 3;

/** The rarest words of the address that another row has too: a word met once is a slip or leads nowhere. */
function rareWords({ address }: Profile): number[] {
  const shared = (address?.words ?? []).filter((word) => word.count > 1);
  const byRarity = shared.sort((a, b) => a.count - b.count || a.hash - b.hash);
  return byRarity.slice(0, RARE_WORDS).map((word) => word.hash);
}

const MOST_PROFILES = 2 ** 21;

/** Calls `visit` for each pair of a common block; a pair of several passes comes several times. */
export function visitCandidates(profiles: Profile[], visit: (a: Profile, b: Profile) => void): void {
  if (profiles.length > MOST_PROFILES) throw new RangeError(`At most ${MOST_PROFILES} persons can be matched at once.`);
  for (const keysOf of PASSES) {
    const entries: number[] = [];
    for (const [at, profile] of profiles.entries()) {
      for (const key of new Set(keysOf(profile))) entries.push(key * MOST_PROFILES + at);
    }
    const sorted = Float64Array.from(entries).sort();
    for (let start = 0, end = 0; start < sorted.length; start = end) {
      const key = keyOf(sorted[start]!);
      while (end < sorted.length && keyOf(sorted[end]!) === key) end++;
      visitBlock(
        Array.from(sorted.subarray(start, end), (entry) => profiles[entry % MOST_PROFILES]!),
        visit,
      );
    }
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
