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

/**
 * The entries of some persons, and those of the imports that brought them, in the order of the ledger from a place on;
 * after the last of them what waits for its place.
 */
export async function entriesOf(
  tx: EntityManager,
  of: { breachId: string; personIds: string[]; importIds: string[] },
  page: { after: number | null; limit: number },
): Promise<{ entries: TimelineEntry[]; next: number | null }> {
  const parsed = `convert_from(body, 'UTF8')::jsonb`;
  const columns = `seq, kind, at, ${parsed} ->> 'actor' as actor, person_id as "personId", ${parsed} -> 'facts' as facts`;
  const rows: (Omit<TimelineEntry, 'seq'> & { seq: string })[] = await tx.query(
    `(select ${columns} from ledger_entry where person_id = any ($2) and seq > $4 order by seq limit $5)
     union all
     (select ${columns} from ledger_entry where breach_id = $1 and kind = 'roster.imported' and seq > $4
         and ${parsed} -> 'facts' ->> 'import' = any ($3) order by seq limit $5)
     order by seq limit $5`,
    [of.breachId, of.personIds, of.importIds, page.after ?? -1, page.limit + 1],
  );
  const entries: TimelineEntry[] = rows.slice(0, page.limit).map((row) => ({ ...row, seq: Number(row.seq) }));
  if (rows.length > page.limit) return { entries, next: entries.at(-1)!.seq };
  const waiting: TimelineEntry[] = await tx.query(
    `select null as seq, kind, at, actor, person_id as "personId", facts from ledger_outbox
      where person_id = any ($2) or (breach_id = $1 and kind = 'roster.imported' and facts ->> 'import' = any ($3)) order by id limit $4`,
    [of.breachId, of.personIds, of.importIds, page.limit],
  );
  return { entries: [...entries, ...waiting], next: null };
}

/** Size and root (hex) of the ledger as last stored; null while it is empty. */
export async function ledgerHead(tx: EntityManager): Promise<{ size: number; root: string } | null> {
  const rows: { size: string; root: Buffer }[] = await tx.query(
    `select size, root from ledger_root order by size desc limit 1`,
  );
  return rows[0] ? { size: Number(rows[0].size), root: rows[0].root.toString('hex') } : null;
}

/** When something of that kind, with these facts, last happened to a breach; null where it never did. */
export async function latestOf(
  tx: EntityManager,
  breachId: string,
  kind: string,
  facts: Record<string, string>,
): Promise<Date | null> {
  const [row]: { at: Date | null }[] = await tx.query(
    `select max(at) as at from (
       select at from ledger_outbox where breach_id = $1 and kind = $2 and facts @> $3::jsonb
       union all
       select at from ledger_entry where breach_id = $1 and kind = $2 and convert_from(body, 'UTF8')::jsonb -> 'facts' @> $3::jsonb) happened`,
    [breachId, kind, JSON.stringify(facts)],
  );
  return row!.at;
}
