import type { DataSource, EntityManager } from 'typeorm';
import { RightEdge, leafHash, type Node } from './merkle.js';

export interface LedgerCheck {
  entries: number;
  /** Events that wait for their place. */
  pending: number;
  /** Hex; null for an empty ledger. */
  root: string | null;
  ok: boolean;
  /** Sentences that name the place of each fault, at most 100. */
  faults: string[];
}

const PAGE = 5_000;
const MOST_FAULTS = 100;

interface EntryRow {
  seq: string;
  kind: string;
  at: Date;
  breachId: string | null;
  personId: string | null;
  leafHash: Buffer;
  body: Buffer;
}

/**
 * Computes the whole tree again from the stored bytes and compares every leaf, node and root, in one snapshot and with
 * flat memory. It shows changes to what is stored; against an owner who rewrites everything only a root helps that
 * somebody else holds.
 */
export async function checkLedger(database: DataSource): Promise<LedgerCheck> {
  return await database.transaction('REPEATABLE READ', async (tx) => {
    const faults: string[] = [];
    const say = (fault: string): void => {
      if (faults.length < MOST_FAULTS) faults.push(fault);
    };
    const edge = RightEdge.empty();
    const roots = await rootsBySize(tx);
    for (let page = await entriesFrom(tx, -1); page.length > 0; page = await entriesFrom(tx, Number(page.at(-1)!.seq))) {
      const nodes: Node[] = [];
      for (const entry of page) {
        if (Number(entry.seq) !== edge.size + gapsSaid(faults)) say(`Entry ${edge.size} is missing: the next one stored is ${entry.seq}.`);
        checkEntry(entry, say);
        nodes.push(...edge.append(leafHash(entry.body)));
        const root = roots.get(edge.size);
        if (root && !root.equals(edge.root())) say(`The root stored for ${edge.size} entries is not the one that the entries give.`);
        roots.delete(edge.size);
      }
      await checkNodes(tx, nodes, say);
    }
    for (const size of roots.keys()) say(`A root is stored for ${size} entries, but only ${edge.size} are there.`);
    const [pending]: { count: number }[] = await tx.query(`select count(*)::int as count from ledger_outbox`);
    return { entries: edge.size, pending: pending!.count, root: edge.size > 0 ? edge.root().toString('hex') : null, ok: faults.length === 0, faults };
  });
}

/** After a gap was said once, later entries are compared with the place they would have without it. */
function gapsSaid(faults: string[]): number {
  return faults.filter((fault) => fault.includes('is missing')).length;
}

async function rootsBySize(tx: EntityManager): Promise<Map<number, Buffer>> {
  const rows: { size: string; root: Buffer }[] = await tx.query(`select size, root from ledger_root order by size`);
  return new Map(rows.map((row) => [Number(row.size), row.root]));
}

async function entriesFrom(tx: EntityManager, after: number): Promise<EntryRow[]> {
  return await tx.query(
    `select seq, kind, at, breach_id as "breachId", person_id as "personId", leaf_hash as "leafHash", body from ledger_entry where seq > $1 order by seq limit $2`,
    [after, PAGE],
  );
}

function checkEntry(entry: EntryRow, say: (fault: string) => void): void {
  if (!leafHash(entry.body).equals(entry.leafHash)) say(`Entry ${entry.seq} was changed: its bytes do not give its stored hash.`);
  let body: { kind?: unknown; at?: unknown; breach?: unknown; person?: unknown };
  try {
    body = JSON.parse(entry.body.toString()) as typeof body;
  } catch {
    say(`Entry ${entry.seq} cannot be read.`);
    return;
  }
  const beside = body.kind === entry.kind && body.at === entry.at.toISOString() && (body.breach ?? null) === entry.breachId && (body.person ?? null) === entry.personId;
  if (!beside) say(`Entry ${entry.seq} was changed: its columns say something other than its bytes.`);
}

async function checkNodes(tx: EntityManager, nodes: Node[], say: (fault: string) => void): Promise<void> {
  const rows: { level: number; index: string }[] = await tx.query(
    `select t.level, t.index from unnest($1::smallint[], $2::bigint[], $3::bytea[]) as t (level, index, hash)
       left join ledger_node n on n.level = t.level and n.index = t.index where n.hash is distinct from t.hash`,
    [nodes.map((node) => node.level), nodes.map((node) => node.index), nodes.map((node) => node.hash)],
  );
  for (const row of rows) say(`Node ${row.index} of level ${row.level} is missing or is not the one that the entries give.`);
}
