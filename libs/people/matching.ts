import { visitCandidates } from './matching-blocks.js';
import { Clusters, asMatchLink, idsOf, type Link, type MatchLink } from './matching-clusters.js';
import { areWorthComparing, compare } from './matching-compare.js';
import {
  contentHash,
  countValues,
  readProfiles,
  sameContent,
  type PersonToMatch,
  type Profile,
} from './matching-keys.js';
import { queueOf, type ReviewEntry } from './matching-review.js';
import { BreachCount, chanceIn, householdPair, verdictOn, type BreachFacts } from './matching-verdict.js';
import { HOUSEHOLDS, MOST_BITS } from './matching-weights.js';

/** Rows that are one person, in the order of their ids; the links say why, and hold them all together. */
export interface MergedPerson {
  ids: string[];
  links: MatchLink[];
}

export interface Matching {
  merged: MergedPerson[];
  /** For a human: what may be one person. */
  review: ReviewEntry[];
  /** What was learnt from the breach as a whole; tells why the same two rows may be merged in one and asked in another. */
  facts: BreachFacts;
}

/**
 * Finds who stands more than once among the persons of one breach. Pure: the same persons give the same answer in any
 * order. Some 100,000 persons take seconds; time grows nearly with their number. At most 2 million.
 */
export function matchPersons(persons: readonly PersonToMatch[]): Matching {
  const { profiles, copies, people } = withoutCopies(readProfiles(persons));
  const { links, facts } = linksAmong(profiles, people);
  const clusters = new Clusters(facts);
  const questions: Link[] = [];
  for (const link of links) {
    const verdict = verdictOn(link.a, link.b, link.comparison, facts);
    if (verdict === 'merge') clusters.offer(link);
    else if (verdict === 'review') questions.push(link);
  }
  for (const [original, copy] of copies) clusters.addCopy(original, copy);
  return {
    merged: clusters
      .merged()
      .map(({ members, links: held }) => ({ ids: idsOf(members), links: held.map(asMatchLink) })),
    review: queueOf(clusters, questions),
    facts,
  };
}

interface Distinct {
  /** All that are no copy, with the values counted over them. */
  profiles: Profile[];
  /** Each copy with the profile of which it is one. */
  copies: [Profile, Profile][];
  people: number;
}

/**
 * Rows that say the same in all fields are put aside first: they would only swell blocks and make their values look
 * common. Unless what they say is too little to tell one person: many may be called Jan Peeters.
 */
function withoutCopies(all: Profile[]): Distinct {
  const firsts: Profile[] = [];
  const copies: [Profile, Profile][] = [];
  const byContent = new Map<number, Profile[]>();
  for (const profile of all) {
    const hash = contentHash(profile);
    const alike = byContent.get(hash);
    const original = alike?.find((other) => sameContent(other, profile));
    if (original) copies.push([original, profile]);
    else {
      firsts.push(profile);
      if (alike) alike.push(profile);
      else byContent.set(hash, [profile]);
    }
  }
  countValues(firsts);
  const facts = new BreachCount().facts(firsts.length);
  const tells = ([original, copy]: [Profile, Profile]): boolean =>
    verdictOn(original, copy, compare(original, copy, facts.people), facts) === 'merge';
  const telling: [Profile, Profile][] = [];
  const others: Profile[] = [];
  for (const pair of copies) {
    if (tells(pair)) telling.push(pair);
    else others.push(pair[1]);
  }
  countValues(others);
  const profiles = [...firsts, ...others].toSorted((a, b) => a.order - b.order);
  return { profiles, copies: telling, people: firsts.length };
}

/** Pairs worth a merge or a question, the surest first, ties in the order of ids; and what all pairs say of the breach. */
function linksAmong(profiles: Profile[], people: number): { links: Link[]; facts: BreachFacts } {
  const count = new BreachCount();
  const lenient = {
    ...count.facts(people),
    chance: chanceIn(people, people),
    relativeBar: HOUSEHOLDS.bar.lowest,
    givenDiffers: 0,
  };
  const links = new Map<number, Link>();
  const relatives = new Set<number>();
  visitCandidates(profiles, (one, other) => {
    const [a, b] = one.order < other.order ? [one, other] : [other, one];
    if (!areWorthComparing(a, b, people)) return;
    const comparison = compare(a, b, people);
    const isLink = verdictOn(a, b, comparison, lenient) !== 'apart';
    if (!isLink && !householdPair(comparison)) return;
    const key = a.order * MOST_ORDERS + b.order;
    if (links.has(key) || relatives.has(key)) return;
    if (isLink) links.set(key, { a, b, comparison });
    else relatives.add(key);
    count.add(a, b, comparison);
  });
  const surestFirst = [...links.values()].toSorted(
    (x, y) => strengthOf(y) - strengthOf(x) || x.a.order - y.a.order || x.b.order - y.b.order,
  );
  return { links: surestFirst, facts: count.facts(people) };
}

const MOST_ORDERS = 2 ** 26;

/** What is far beyond doubt against the stranger is no surer for more of it. */
function strengthOf({ comparison: { againstStranger, againstRelative } }: Link): number {
  return Math.min(againstStranger, 3 * MOST_BITS) + againstRelative;
}
