import type { DataSource, EntityManager } from 'typeorm';
import type { Standing } from './people.queries.js';

/** The parts of the sum of one breach, from its counters. */
export interface CountedPeople {
  affected: number;
  standings: Record<Standing, number>;
  /** The exempt by the ground of their decision; under the empty word those of whom nothing is out. */
  exemptBy: Partial<Record<string, number>>;
  /** Of the told: persons whose facts changed after their letter. */
  changedSince: number;
  protected: number;
}

/** Counts from the counters, whatever the size of the breach; protected persons count like all others. */
export async function countPeople(tx: EntityManager, breachId: string): Promise<CountedPeople> {
  const rows: {
    standing: Standing;
    exemptedBy: string;
    changed: boolean;
    protected: boolean;
    count: number;
  }[] = await tx.query(
    `select standing, exempted_by as "exemptedBy", changed, protected, sum(count)::int as count from people_step
      where breach_id = $1 group by 1, 2, 3, 4`,
    [breachId],
  );
  const counted: CountedPeople = {
    affected: 0,
    standings: { told: 0, exempt: 0, 'under-way': 0, 'not-reached': 0 },
    exemptBy: {},
    changedSince: 0,
    protected: 0,
  };
  for (const row of rows) {
    counted.affected += row.count;
    counted.standings[row.standing] += row.count;
    if (row.standing === 'exempt')
      counted.exemptBy[row.exemptedBy] = (counted.exemptBy[row.exemptedBy] ?? 0) + row.count;
    if (row.changed) counted.changedSince += row.count;
    if (row.protected) counted.protected += row.count;
  }
  return counted;
}

/** The four parts of the sum of one breach. */
export async function countByStanding(tx: EntityManager, breachId: string): Promise<Record<Standing, number>> {
  return (await countPeople(tx, breachId)).standings;
}

/** A group of persons that the counters count otherwise than the persons themselves do. */
export interface CountDifference {
  breach: string;
  group: string;
  counted: number;
  persons: number;
}

/** The audit of the counters: an exact recount of every breach beside them. Empty where they agree, as they must. */
export async function auditCounts(tx: EntityManager): Promise<CountDifference[]> {
  return await tx.query(
    `with recount as (
       select breach_id, standing, category, array_to_string(languages, ',') as languages, protected, coalesce(exempted_by, '') as exempted_by,
              (standing = 'told' and facts_changed_at > last_letter_at) is true as changed, count(*)::int as count
         from person where merged_into is null group by 1, 2, 3, 4, 5, 6, 7)
     select b.reference as breach, concat_ws(' ', standing, category, languages, case when protected then 'protected' end, nullif(exempted_by, ''),
              case when changed then 'changed' end) as "group", coalesce(c.count, 0) as counted, coalesce(r.count, 0) as persons
       from people_count c full join recount r using (breach_id, standing, category, languages, protected, exempted_by, changed)
       join breach b on b.id = breach_id
      where coalesce(c.count, 0) <> coalesce(r.count, 0) order by 1, 2`,
  );
}

/** Steps of a breach beyond which they are worth folding; reading as many takes a fraction of a millisecond. */
const WORTH_FOLDING = 500;

/** Folds the steps of the counters into one of each group, in breaches that have many. Two that fold at once share. */
export async function foldCounts(database: DataSource | EntityManager): Promise<void> {
  const rows: { breachId: string }[] = await database.query(
    `select breach_id as "breachId" from people_step group by 1 having count(*) > $1`,
    [WORTH_FOLDING],
  );
  for (const { breachId } of rows) await database.query(`select people_step_fold($1)`, [breachId]);
}
