import { compare, type Comparison } from './matching-compare.js';
import type { Profile } from './matching-keys.js';
import { isBarred, reasonFor, type BreachFacts, type MatchReason } from './matching-verdict.js';
import { MOST_PROFILES_OF_A_PERSON } from './matching-weights.js';

/** Two profiles worth a merge or a question. */
export interface Link {
  a: Profile;
  b: Profile;
  comparison: Comparison;
}

/** Two rows, by their ids, and why they are or may be one person. */
export interface MatchLink {
  ids: [string, string];
  why: MatchReason;
}

/** Profiles that are one person, and the links that hold them together. */
export interface Cluster {
  members: Profile[];
  links: Link[];
}

/** A merge that did not take place because two others of the same persons cannot be one; itself where a cluster is full. */
export interface Refused {
  link: Link;
  inTheWay: Link;
}

/**
 * Persons as they grow together. Links are offered from the surest down; one that would bring two rows together of
 * which each may be like a third, but which cannot be one person themselves, is refused.
 */
export class Clusters {
  private readonly of = new Map<Profile, Cluster>();
  readonly refused: Refused[] = [];

  constructor(private readonly facts: BreachFacts) {}

  clusterOf(profile: Profile): Cluster {
    let cluster = this.of.get(profile);
    if (!cluster) this.of.set(profile, (cluster = { members: [profile], links: [] }));
    return cluster;
  }

  /** Merges the persons of the two ends, unless something stands in the way. */
  offer(link: Link): void {
    const [one, other] = [this.clusterOf(link.a), this.clusterOf(link.b)];
    if (one === other) return;
    const inTheWay =
      one.members.length + other.members.length > MOST_PROFILES_OF_A_PERSON ? link : this.barredPair(link, one, other);
    if (inTheWay) this.refused.push({ link, inTheWay });
    else this.join(one, other, link);
  }

  /** A copy says the same as its original, so nothing can stand in the way. */
  addCopy(original: Profile, copy: Profile): void {
    const comparison = compare(original, copy, this.facts.people);
    this.join(this.clusterOf(original), this.clusterOf(copy), { a: original, b: copy, comparison });
  }

  /** Of more than one profile, in the order of their first. */
  merged(): Cluster[] {
    const clusters = [...new Set(this.of.values())].filter(({ members }) => members.length > 1);
    for (const { members } of clusters) members.sort((a, b) => a.order - b.order);
    return clusters.toSorted((a, b) => a.members[0]!.order - b.members[0]!.order);
  }

  private barredPair(link: Link, one: Cluster, other: Cluster): Link | null {
    for (const a of one.members) {
      for (const b of other.members) {
        if (a === link.a && b === link.b) continue;
        const comparison = compare(a, b, this.facts.people);
        if (isBarred(a, b, comparison, link.comparison, this.facts)) return { a, b, comparison };
      }
    }
    return null;
  }

  private join(one: Cluster, other: Cluster, link: Link): void {
    const [large, small] = one.members.length >= other.members.length ? [one, other] : [other, one];
    large.members.push(...small.members);
    large.links.push(...small.links, link);
    for (const member of small.members) this.of.set(member, large);
  }
}

export function idsOf(profiles: Profile[]): string[] {
  return profiles.toSorted((a, b) => a.order - b.order).map(({ person }) => person.id);
}

export function asMatchLink({ a, b, comparison }: Link): MatchLink {
  return { ids: [a.person.id, b.person.id], why: reasonFor(comparison) };
}
