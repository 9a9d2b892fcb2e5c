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
  outboxId: string;
  kind: string;
  at: Date;
  breachId: string | null;
  personId: string | null;
  leafHash: Buffer;
  body: Buffer;
}

type Say = (fault: string) => void;

/**
 * Computes the whole tree again from the stored bytes and compares every leaf, node and root, in one snapshot and with
 * flat memory. It shows changes to what is stored; against an owner who rewrites everything only a root helps that
 * somebody else holds.
 */
export async function checkLedger(database: DataSource): Promise<LedgerCheck> {
  return await database.transaction('REPEATABLE READ', checkLedgerIn);
}

/** The same in the caller's transaction, which must read one snapshot. */
export async function checkLedgerIn(tx: EntityManager): Promise<LedgerCheck> {
  const faults: string[] = [];
  const say: Say = (fault) => {
    if (faults.length < MOST_FAULTS) faults.push(fault);
  };
  const edge = RightEdge.empty();
  let last = -1;
  for (let page = await entriesFrom(tx, last); page.length > 0; page = await entriesFrom(tx, last)) {
    const roots = await rootsBetween(tx, edge.size, edge.size + page.length);
    const nodes: Node[] = [];
    for (const entry of page) {
      const seq = Number(entry.seq);
      if (seq !== last + 1) say(missing(last + 1, seq));
      last = seq;
      checkEntry(entry, say);
      nodes.push(...edge.append(leafHash(entry.body)));
      const root = roots.get(edge.size);
      if (root && !root.equals(edge.root()))
        say(`The root stored for ${edge.size} entries is not the one that the entries give.`);
    }
    await checkNodes(tx, nodes, say);
  }
  await checkEnd(tx, edge.size, say);
  const [pending]: { count: number }[] = await tx.query(`select count(*)::int as count from ledger_outbox`);
  return {
    entries: edge.size,
    pending: pending!.count,
    root: edge.size > 0 ? edge.root().toString('hex') : null,
    ok: faults.length === 0,
    faults,
  };
}

function missing(from: number, next: number): string {
  return from === next - 1 ? `Entry ${from} is missing.` : `Entries ${from} to ${next - 1} are missing.`;
}

/** Roots stored for more than `after` and at most `upTo` entries, by that size. */
async function rootsBetween(tx: EntityManager, after: number, upTo: number): Promise<Map<number, Buffer>> {
  const rows: { size: string; root: Buffer }[] = await tx.query(
    `select size, root from ledger_root where size > $1 and size <= $2`,
    [after, upTo],
  );
  return new Map(rows.map((row) => [Number(row.size), row.root]));
}

async function entriesFrom(tx: EntityManager, after: number): Promise<EntryRow[]> {
  return await tx.query(
    `select seq, outbox_id as "outboxId", kind, at, breach_id as "breachId", person_id as "personId", leaf_hash as "leafHash", body
       from ledger_entry where seq > $1 order by seq limit $2`,
    [after, PAGE],
  );
}

function checkEntry(entry: EntryRow, say: Say): void {
  if (!leafHash(entry.body).equals(entry.leafHash))
    say(`Entry ${entry.seq} was changed: its bytes do not give its stored hash.`);
  const body = readBody(entry.body);
  if (!body) return say(`Entry ${entry.seq} cannot be read.`);
  const beside =
    body['id'] === entry.outboxId &&
    body['kind'] === entry.kind &&
    body['at'] === entry.at.toISOString() &&
    (body['breach'] ?? null) === entry.breachId &&
    (body['person'] ?? null) === entry.personId;
  if (!beside) say(`Entry ${entry.seq} was changed: its columns say something other than its bytes.`);
}

function readBody(bytes: Buffer): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(bytes.toString());
    return typeof body === 'object' ? (body as Record<string, unknown> | null) : null;
  } catch {
    return null; // bytes that somebody changed need not be JSON
  }
}

/** Each node is looked up by itself (offset 0 keeps it so): joined as a whole, every page would read all nodes there are. */
async function checkNodes(tx: EntityManager, nodes: Node[], say: Say): Promise<void> {
  const rows: { level: number; index: string }[] = await tx.query(
    `select t.level, t.index from unnest($1::smallint[], $2::bigint[], $3::bytea[]) as t (level, index, hash)
       left join lateral (select n.hash from ledger_node n where n.level = t.level and n.index = t.index offset 0) n on true
      where n.hash is distinct from t.hash`,
    [nodes.map((node) => node.level), nodes.map((node) => node.index), nodes.map((node) => node.hash)],
  );
  for (const row of rows)
    say(`Node ${row.index} of level ${row.level} is missing or is not the one that the entries give.`);
}

/** The tree as stored ends where the entries end: whoever cuts or lengthens one of the three has to do it to all. */
async function checkEnd(tx: EntityManager, size: number, say: Say): Promise<void> {
  const [head]: { size: string | null }[] = await tx.query(`select max(size) as size from ledger_root`);
  const rooted = Number(head!.size ?? 0);
  if (rooted > size) say(`A root is stored for ${rooted} entries, but only ${size} are there.`);
  if (rooted < size) say(`${size} entries are there, but the last root is stored for ${rooted}.`);
  const [nodes]: { count: string }[] = await tx.query(
    `select count(*) as count from ledger_node where (index + 1) * (2 ^ level)::numeric > $1`,
    [size],
  );
  if (nodes!.count !== '0') say(`${nodes!.count} nodes are stored for entries beyond the ${size} that are there.`);
}
