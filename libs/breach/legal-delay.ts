import type { EntityManager } from 'typeorm';
import { Problem } from '#libs/platform/index.js';
import type { Breach } from './breach.js';

/** An authority asked in writing to wait with telling the persons (recital 88, Directive (EU) 2016/680). */
export interface LegalDelay {
  id: string;
  askedBy: string;
  /** The authority's letter, by its own reference. */
  document: string;
  until: Date | null;
  /** ISO date on which somebody asks whether it still holds. */
  reviewOn: string;
  recordedAt: Date;
  end: { isNevertheless: boolean; reason: string; at: Date } | null;
  inForce: boolean;
}

export async function listDelays(tx: EntityManager, breachId: string): Promise<LegalDelay[]> {
  return await tx.query(
    `select d.id, d.asked_by as "askedBy", d.document, d.until, d.review_on::text as "reviewOn", d.recorded_at as "recordedAt",
            e.delay_id is null and (d.until is null or d.until > clock_timestamp()) as "inForce",
            case when e.delay_id is not null then json_build_object('isNevertheless', e.is_nevertheless, 'reason', e.reason, 'at', e.recorded_at) end as "end"
       from legal_delay d left join legal_delay_end e on e.delay_id = d.id where d.breach_id = $1 order by d.id limit 100`,
    [breachId],
  );
}

export async function isDelayed(tx: EntityManager, breachId: string): Promise<boolean> {
  const [row]: { delayed: boolean }[] = await tx.query(`select breach_is_delayed($1) as delayed`, [breachId]);
  return row!.delayed;
}

/** Throws `breach.delayed` while an authority's request to wait is in force: nothing is sent, published or answered. */
export async function requireNotDelayed(tx: EntityManager, breach: Pick<Breach, 'id' | 'reference'>): Promise<void> {
  if (!(await isDelayed(tx, breach.id))) return;
  throw new Problem(
    'refused',
    'breach.delayed',
    `An authority asked in writing to wait with telling the persons of ${breach.reference}. Record that it no longer asks, or decide with a reason to send nevertheless: \`bin/tocsin breach delay-end ${breach.reference}\`.`,
  );
}
