import { asMatchLink, idsOf, type Cluster, type Clusters, type Link, type MatchLink } from './matching-clusters.js';
import { MATCH_KEYS, type MatchKey } from './matching-verdict.js';
import { MOST_IN_A_REVIEW } from './matching-weights.js';

/**
 * Why something is asked: `conflict`, two numbers or birth dates; `chain`, two rows cannot be one person but both are
 * like a third; `unsure`, too little agrees for a merge, or what agrees could be two relatives.
 */
export type ReviewCause = 'conflict' | 'chain' | 'unsure';

/** For a human: rows that may be one person, of which merged ones are given whole. */
export interface ReviewEntry {
  ids: string[];
  why: {
    cause: ReviewCause;
    agree: MatchKey[];
    conflict: MatchKey[];
    differ: MatchKey[];
    /** The pairs of rows in question, the surest first. */
    links: MatchLink[];
  };
}

interface Question {
  link: Link;
  cause: ReviewCause;
  /** What stands in the way of a merge: the pair itself, or two other rows of the same two persons. */
  conflict: MatchKey[];
}

/** The queue: one entry for all questions that hang together, so that a human sees them at once. */
export function queueOf(clusters: Clusters, unsure: Link[]): ReviewEntry[] {
  const questions: Question[] = [
    ...unsure.map((link) => {
      const { conflict } = asMatchLink(link).why;
      return { link, cause: conflict.length > 0 ? ('conflict' as const) : ('unsure' as const), conflict };
    }),
    ...clusters.refused.map(({ link, inTheWay }) => {
      const { conflict, differ } = asMatchLink(inTheWay).why;
      return { link, cause: 'chain' as const, conflict: conflict.length > 0 ? conflict : differ };
    }),
  ].filter(({ link }) => clusters.clusterOf(link.a) !== clusters.clusterOf(link.b));
  const entries = groupsOf(clusters, questions).flatMap((group) => {
    const together = clustersIn(clusters, group);
    return together.length <= MOST_IN_A_REVIEW ? [entryOf(together, group)] : pairByPair(clusters, group);
  });
  return entries.toSorted((a, b) =>
    a.ids[0]! < b.ids[0]! ? -1 : a.ids[0]! > b.ids[0]! ? 1 : a.ids.length - b.ids.length,
  );
}

function clustersIn(clusters: Clusters, questions: Question[]): Cluster[] {
  return [...new Set(questions.flatMap(({ link }) => [clusters.clusterOf(link.a), clusters.clusterOf(link.b)]))];
}

/** Questions about the same two persons are one entry. */
function pairByPair(clusters: Clusters, questions: Question[]): ReviewEntry[] {
  const byPair = new Map<string, Question[]>();
  for (const question of questions) {
    const key = clustersIn(clusters, [question])
      .map(({ members }) => Math.min(...members.map(({ order }) => order)))
      .toSorted((a, b) => a - b)
      .join();
    byPair.set(key, [...(byPair.get(key) ?? []), question]);
  }
  return [...byPair.values()].map((same) => entryOf(clustersIn(clusters, same), same));
}

/** Questions that share a person, directly or by way of others. */
function groupsOf(clusters: Clusters, questions: Question[]): Question[][] {
  const groups = new Map<Cluster, { questions: Question[]; clusters: Cluster[] }>();
  const groupOf = (cluster: Cluster): { questions: Question[]; clusters: Cluster[] } => {
    let group = groups.get(cluster);
    if (!group) groups.set(cluster, (group = { questions: [], clusters: [cluster] }));
    return group;
  };
  for (const question of questions) {
    const [one, other] = [groupOf(clusters.clusterOf(question.link.a)), groupOf(clusters.clusterOf(question.link.b))];
    const [large, small] = one.clusters.length >= other.clusters.length ? [one, other] : [other, one];
    if (large !== small) {
      for (const moved of small.questions) large.questions.push(moved);
      for (const cluster of small.clusters) {
        large.clusters.push(cluster);
        groups.set(cluster, large);
      }
    }
    large.questions.push(question);
  }
  return [...new Set(groups.values())].map((group) => group.questions);
}

function entryOf(together: Cluster[], questions: Question[]): ReviewEntry {
  const links = questions.map(({ link }) => asMatchLink(link));
  const inOrder = (keys: MatchKey[]): MatchKey[] => MATCH_KEYS.filter((key) => keys.includes(key));
  const causes = questions.map(({ cause }) => cause);
  return {
    ids: idsOf(together.flatMap(({ members }) => members)),
    why: {
      cause: (['conflict', 'chain', 'unsure'] as const).find((cause) => causes.includes(cause))!,
      agree: inOrder(links.flatMap(({ why }) => [...why.agree, ...why.close])),
      conflict: inOrder(questions.flatMap(({ conflict }) => conflict)),
      differ: inOrder(links.flatMap(({ why }) => why.differ)),
      links,
    },
  };
}
