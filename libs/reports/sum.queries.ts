import type { EntityManager } from 'typeorm';
import { factsOf } from '#libs/breach/index.js';
import { countByStanding } from '#libs/people/index.js';
import { closes, type NotInSum, type Sum } from './sum.js';

/**
 * The sum of one breach. The persons are counted apart from the parts, so that a person in none or in two parts shows;
 * all statements run in the caller's transaction, which must read one snapshot.
 */
export async function sumOf(tx: EntityManager, breachId: string): Promise<Sum> {
  const counts = await countByStanding(tx, breachId);
  const [all]: { affected: number; changedSince: number }[] = await tx.query(
    `select (select count(*)::int from person where breach_id = $1 and merged_into is null) as affected,
            (select count(*)::int from person p where breach_id = $1 and merged_into is null and standing = 'told'
                and exists (select from letter l where l.person_id = p.id)
                and p.facts_changed_at > (select max(l.made_at) from letter l where l.person_id = p.id)) as "changedSince"`,
    [breachId],
  );
  const [grounds]: { notHighRisk: number; a: number; b: number; c: number; nothingExposed: number }[] = await tx.query(
    `select (count(*) filter (where exempted_by = 'not-high-risk'))::int as "notHighRisk", (count(*) filter (where exempted_by = 'a'))::int as a,
            (count(*) filter (where exempted_by = 'b'))::int as b, (count(*) filter (where exempted_by = 'c'))::int as c,
            (count(*) filter (where exempted_by is null))::int as "nothingExposed"
       from person where breach_id = $1 and merged_into is null and standing = 'exempt'`,
    [breachId],
  );
  const parts = {
    ...all!,
    told: counts.told,
    exempt: counts.exempt,
    underWay: counts['under-way'],
    notReached: counts['not-reached'],
    exemptBy: grounds!,
  };
  return { ...parts, closes: closes(parts) };
}

export async function notInSumOf(tx: EntityManager, breachId: string, affected: number): Promise<NotInSum> {
  const [row]: { rows: number; review: number }[] = await tx.query(
    `select (select count(*)::int from open_row where breach_id = $1 and state = 'open') as rows,
            (select count(*)::int from person_review where breach_id = $1) as review`,
    [breachId],
  );
  const { facts } = await factsOf(tx, breachId);
  return {
    rows: row!.rows,
    unreadable: 0,
    review: row!.review,
    estimateGap: Math.max(0, (facts.estimatedPersons ?? 0) - affected),
  };
}
