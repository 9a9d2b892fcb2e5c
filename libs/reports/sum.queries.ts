import type { EntityManager } from 'typeorm';
import { factsOf } from '#libs/breach/index.js';
import { countPeople } from '#libs/people/index.js';
import { closes, type NotInSum, type Sum } from './sum.js';

/** The sum of one breach as its counters have it: for pages, where it stands on top of each. */
export async function sumOf(tx: EntityManager, breachId: string): Promise<Sum> {
  const { affected, standings, exemptBy, changedSince } = await countPeople(tx, breachId);
  return summed({
    affected,
    changedSince,
    told: standings.told,
    exempt: standings.exempt,
    underWay: standings['under-way'],
    notReached: standings['not-reached'],
    exemptBy: {
      notHighRisk: exemptBy['not-high-risk'] ?? 0,
      a: exemptBy['a'] ?? 0,
      b: exemptBy['b'] ?? 0,
      c: exemptBy['c'] ?? 0,
      nothingExposed: exemptBy[''] ?? 0,
    },
  });
}

/**
 * The sum for reports and evidence: the parts from the counters, and beside them the persons counted one by one, so
 * that a person in none or in two parts, or a counter that is wrong, shows. All statements run in the caller's
 * transaction, which must read one snapshot.
 */
export async function recountedSumOf(tx: EntityManager, breachId: string): Promise<Sum> {
  const { standings } = await countPeople(tx, breachId);
  const [all]: { affected: number; changedSince: number }[] = await tx.query(
    `select (select count(*)::int from person where breach_id = $1 and merged_into is null) as affected,
            (select count(*)::int from person p join (
                select coalesce(reader.merged_into, reader.id) as id, max(l.made_at) as made_at
                  from letter l join notice n on n.id = l.notice_id join person reader on reader.id = l.person_id
                 where l.breach_id = $1 and n.kind <> 'reminder'
                   and (exists (select from dispatch d where d.letter_id = l.id and d.arrived_at is not null)
                     or exists (select from reply r where r.letter_id = l.id and r.kind = 'acknowledged'))
                 group by 1) had using (id)
              where p.breach_id = $1 and p.merged_into is null and p.standing = 'told' and p.facts_changed_at > had.made_at) as "changedSince"`,
    [breachId],
  );
  const [grounds]: Sum['exemptBy'][] = await tx.query(
    `select (count(*) filter (where exempted_by = 'not-high-risk'))::int as "notHighRisk", (count(*) filter (where exempted_by = 'a'))::int as a,
            (count(*) filter (where exempted_by = 'b'))::int as b, (count(*) filter (where exempted_by = 'c'))::int as c,
            (count(*) filter (where exempted_by is null))::int as "nothingExposed"
       from person where breach_id = $1 and merged_into is null and standing = 'exempt'`,
    [breachId],
  );
  return summed({
    ...all!,
    told: standings.told,
    exempt: standings.exempt,
    underWay: standings['under-way'],
    notReached: standings['not-reached'],
    exemptBy: grounds!,
  });
}

function summed(parts: Omit<Sum, 'closes'>): Sum {
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
