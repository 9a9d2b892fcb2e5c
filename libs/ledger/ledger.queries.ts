import type { EntityManager } from 'typeorm';
import type { JsonObject } from './canonical.js';

export interface TimelineEntry {
  /** Place in the ledger; null while the event waits for it. */
  seq: number | null;
  kind: string;
  at: Date;
  actor: string;
  personId: string | null;
  facts: JsonObject;
}

/**
 * What happened to a person or in a breach, by its time, oldest first: the newest `limit` of the sealed entries and of
 * the events that wait for their place together.
 */
export async function timelineOf(
  tx: EntityManager,
  of: { personId: string } | { breachId: string },
  limit: number,
): Promise<TimelineEntry[]> {
  const [column, id] = 'personId' in of ? ['person_id', of.personId] : ['breach_id', of.breachId];
  const rows: (Omit<TimelineEntry, 'seq'> & { seq: string | null })[] = await tx.query(
    `select seq, kind, at, convert_from(body, 'UTF8')::jsonb ->> 'actor' as actor, person_id as "personId", convert_from(body, 'UTF8')::jsonb -> 'facts' as facts
       from (select * from ledger_entry where ${column} = $1 order by seq desc limit $2) sealed
     union all
     select null, kind, at, actor, person_id, facts from (select * from ledger_outbox where ${column} = $1 order by id desc limit $2) waiting
     order by at, seq nulls last`,
    [id, limit],
  );
  return rows.slice(-limit).map((row) => ({ ...row, seq: row.seq === null ? null : Number(row.seq) }));
}

/** Size and root (hex) of the ledger as last stored; null while it is empty. */
export async function ledgerHead(tx: EntityManager): Promise<{ size: number; root: string } | null> {
  const rows: { size: string; root: Buffer }[] = await tx.query(
    `select size, root from ledger_root order by size desc limit 1`,
  );
  return rows[0] ? { size: Number(rows[0].size), root: rows[0].root.toString('hex') } : null;
}
