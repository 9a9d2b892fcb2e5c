import type { Matching } from '#libs/people/pure.js';

export interface MatchScore {
  precision: number;
  recall: number;
  /** Of true pairs, those that stand in one merged person or in one entry of the queue. */
  recallWithReview: number;
  reviewEntries: number;
  /** Share of the entries that hold a true pair not merged already. */
  reviewPrecision: number;
}

/** Pairs of ids found, against the label of each id. */
export function scoreMatching({ merged, review }: Matching, personOf: ReadonlyMap<string, number>): MatchScore {
  const sizes = new Map<number, number>();
  for (const person of personOf.values()) sizes.set(person, (sizes.get(person) ?? 0) + 1);
  const truePairs = [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  const found = new Set<string>();
  let [mergedPairs, trueMerged] = [0, 0];
  const visit = (ids: string[], take: (key: string, isTrue: boolean) => void): void => {
    for (const [at, id] of ids.entries()) {
      for (const other of ids.slice(at + 1)) take(`${id} ${other}`, personOf.get(id) === personOf.get(other));
    }
  };
  for (const { ids } of merged) {
    visit(ids, (key, isTrue) => {
      mergedPairs++;
      if (isTrue) found.add(key);
    });
  }
  trueMerged = found.size;
  let useful = 0;
  for (const { ids } of review) {
    const before = found.size;
    visit(ids, (key, isTrue) => void (isTrue && found.add(key)));
    if (found.size > before) useful++;
  }
  return {
    precision: mergedPairs === 0 ? 1 : trueMerged / mergedPairs,
    recall: trueMerged / truePairs,
    recallWithReview: found.size / truePairs,
    reviewEntries: review.length,
    reviewPrecision: review.length === 0 ? 1 : useful / review.length,
  };
}
