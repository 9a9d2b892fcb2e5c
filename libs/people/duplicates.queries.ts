import type { EntityManager } from 'typeorm';
import type { SealingKey } from '#libs/platform/index.js';
import type { ReviewEntry } from './matching-review.js';
import type { MatchReason } from './matching-verdict.js';
import { openPeople, type PersonRow } from './people.queries.js';

/** A person that was merged into another, and why. */
export interface MergedRow {
  mergedId: string;
  keptId: string;
  how: 'automatic' | 'by-hand';
  why: MatchReason;
  mergedAt: Date;
}

/** A question of the queue: persons who may be one. */
export interface ReviewRow {
  id: string;
  why: ReviewEntry['why'];
  people: PersonRow[];
}

/** Persons that count with this one, oldest merge first; of a whole breach where no person is named. */
export async function listMerged(tx: EntityManager, breachId: string, keptId: string | null): Promise<MergedRow[]> {
  return await tx.query(
    `select m.merged_id as "mergedId", p.merged_into as "keptId", m.how, m.why, m.merged_at as "mergedAt"
       from person_merge m join person p on p.id = m.merged_id
      where m.breach_id = $1 and m.split_at is null and ($2::uuid is null or p.merged_into = $2) order by m.merged_at, m.id`,
    [breachId, keptId],
  );
}

/**
 * One page of the queue, and how many questions wait in all. Questions about protected persons are counted for all and
 * shown only where `withProtected`.
 */
export async function listReview(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  page: { withProtected: boolean; after?: string | undefined; limit: number },
): Promise<{ entries: ReviewRow[]; next: string | null; count: number }> {
  const [all]: { count: number }[] = await tx.query(
    `select count(*)::int as count from person_review where breach_id = $1`,
    [breachId],
  );
  const rows: { id: string; ids: string[]; why: ReviewEntry['why'] }[] = await tx.query(
    `select r.id, r.person_ids as ids, r.why from person_review r
      where r.breach_id = $1 and ($2::uuid is null or r.id > $2)
        and ($3::bool or not exists (select from person p where p.id = any (r.person_ids) and p.protected))
      order by r.id limit $4`,
    [breachId, page.after ?? null, page.withProtected, page.limit + 1],
  );
  const shown = rows.slice(0, page.limit);
  const people = await openPeople(
    tx,
    breachId,
    key,
    shown.flatMap(({ ids }) => ids),
  );
  return {
    entries: shown.map(({ id, ids, why }) => ({ id, why, people: ids.flatMap((one) => people.get(one) ?? []) })),
    next: rows.length > page.limit ? shown.at(-1)!.id : null,
    count: all!.count,
  };
}
