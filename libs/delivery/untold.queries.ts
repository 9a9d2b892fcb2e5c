import type { EntityManager } from 'typeorm';
import { nextStepOf, type NextStep, type Situation } from './untold.js';

/** Persons who are neither told nor exempt and stand alike. */
export interface UntoldGroup extends Situation {
  step: NextStep;
  count: number;
  /** How many of them only the security officer may see. */
  protected: number;
}

export interface UntoldPerson extends Situation {
  id: string;
  step: NextStep;
}

/**
 * SQL: persons of a breach ($1) who are neither told nor exempt, with their newest attempt; one that was made to somebody
 * who turned out to be the same person counts as theirs.
 */
const UNTOLD = `
  select p.id, p.protected, p.standing, newest.channel, newest.state, newest.class, newest."isPaused" is true as "isPaused"
    from person p
    left join lateral (
      select d.channel, d.state, d.class, n.state = 'paused' as "isPaused" from dispatch d join notice n on n.id = d.notice_id
       where d.person_id = p.id or d.person_id = any (array(select m.id from person m where m.merged_into = p.id))
       order by d.queued_at desc, d.attempt desc limit 1) newest on true
   where p.breach_id = $1 and p.merged_into is null and p.standing in ('under-way', 'not-reached')`;

/** How many stand where, most first: everybody who is neither told nor exempt is in exactly one group. */
export async function untoldGroups(tx: EntityManager, breachId: string): Promise<UntoldGroup[]> {
  const rows: (Situation & { count: number; protected: number })[] = await tx.query(
    `select standing, channel, state, class, "isPaused", count(*)::int as count, (count(*) filter (where protected))::int as protected
       from (${UNTOLD}) untold group by 1, 2, 3, 4, 5 order by count(*) desc, 1, 2, 3, 4, 5`,
    [breachId],
  );
  return rows.map((row) => ({ ...row, step: nextStepOf(row) }));
}

/** One page of these persons in the order in which they were added; with `step` those alone whose next step it is. */
export async function listUntold(
  tx: EntityManager,
  breachId: string,
  {
    step,
    withProtected,
    after,
    limit,
  }: { step?: NextStep; withProtected: boolean; after: string | null; limit: number },
): Promise<UntoldPerson[]> {
  // The rule stands once, in nextStepOf: the database is asked for the situations that it gives this step.
  const wanted = step === undefined ? null : (await untoldGroups(tx, breachId)).filter((group) => group.step === step);
  const rows: ({ id: string } & Situation)[] = await tx.query(
    `select id, standing, channel, state, class, "isPaused" from (${UNTOLD} and ($2 or not p.protected) and ($3::uuid is null or p.id > $3)) untold
      where $4::text[] is null or ${KEY} = any ($4) order by id limit $5`,
    [breachId, withProtected, after, wanted?.map(keyOf) ?? null, limit],
  );
  return rows.map((row) => ({ ...row, step: nextStepOf(row) }));
}

const KEY = `concat_ws('|', standing, coalesce(channel, ''), coalesce(state, ''), "isPaused"::text)`;

function keyOf({ standing, channel, state, isPaused }: Situation): string {
  return [standing, channel ?? '', state ?? '', String(isPaused)].join('|');
}
