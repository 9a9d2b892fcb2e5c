import type { EntityManager } from 'typeorm';

export interface BreachCard {
  id: string;
  reference: string;
  title: string;
  isDrill: boolean;
  awareAt: string;
  closedAt: Date | null;
}

/** All breaches, those whose Art. 33 clock started first on top, closed ones last; at most 1,000. */
export async function listBreaches(tx: EntityManager): Promise<BreachCard[]> {
  return await tx.query(
    `select b.id, b.reference, r.facts ->> 'title' as title, b.is_drill as "isDrill", r.facts ->> 'awareAt' as "awareAt", b.closed_at as "closedAt"
       from breach b
       cross join lateral (select facts from breach_revision r where r.breach_id = b.id order by revision desc limit 1) r
      order by b.closed_at is not null, (r.facts ->> 'awareAt')::timestamptz, b.reference
      limit 1000`,
  );
}
