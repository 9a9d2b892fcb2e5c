import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { errorFields, log } from '#libs/platform/index.js';
import { LARGEST_ENTRY, canonical, type JsonObject } from './canonical.js';
import { RightEdge, leafHash, type Node } from './merkle.js';

/** Entries sealed in one transaction; more would hold the lock for longer than a page waits for its entry's place. */
const BATCH = 1_000;
/** Pause when there is nothing to do: half a second is the longest that an event waits for its place. */
const IDLE_MILLISECONDS = 500;

interface OutboxRow {
  id: string;
  kind: string;
  at: Date;
  actor: string;
  breachId: string | null;
  personId: string | null;
  facts: JsonObject;
}

/** The canonical bytes of one entry. What is absent is left out, so that a later field changes no older hash. */
export function entryBody(row: OutboxRow): Buffer {
  return canonical({
    v: 1,
    id: row.id,
    kind: row.kind,
    at: row.at.toISOString(),
    actor: row.actor,
    ...(row.breachId ? { breach: row.breachId } : {}),
    ...(row.personId ? { person: row.personId } : {}),
    facts: row.facts,
  });
}

/**
 * The one writer of the ledger: moves committed outbox rows into the tree, in batches, under a lock. Two sequencers by
 * mistake wait for each other; a killed one leaves its batch in the outbox.
 */
@Injectable()
export class Sequencer {
  private loop: Promise<void> | null = null;
  private stopping = false;
  private wake: (() => void) | null = null;

  constructor(private readonly database: DataSource) {}

  /** Seals up to a thousand waiting events in one transaction; answers how many. */
  async sequenceOnce(): Promise<number> {
    return await this.database.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtext('tocsin.sequencer'))`);
      const rows: OutboxRow[] = await tx.query(
        `select id, kind, at, actor, breach_id as "breachId", person_id as "personId", facts from ledger_outbox order by id limit $1`,
        [BATCH],
      );
      if (rows.length > 0) await seal(tx, rows);
      return rows.length;
    });
  }

  /** Seals everything that waits now. */
  async drain(): Promise<number> {
    let sealed = 0;
    for (let step = await this.sequenceOnce(); step > 0; step = await this.sequenceOnce()) sealed += step;
    return sealed;
  }

  start(): void {
    this.stopping = false;
    this.loop ??= this.run();
  }

  /** Ends the loop after the batch it is at. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.loop;
    this.loop = null;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const sealed = await this.sequenceOnce().catch((error: unknown) => {
        // The events stay in the outbox; the next turn tries again.
        log.error('the ledger could not be extended', errorFields(error));
        return 0;
      });
      if (sealed < BATCH && !this.stopping) await this.idle();
    }
  }

  private async idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, IDLE_MILLISECONDS);
      timer.unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function seal(tx: EntityManager, rows: OutboxRow[]): Promise<void> {
  const edge = await readEdge(tx);
  const first = edge.size;
  const bodies = rows.map(entryBody);
  const tooLarge = bodies.findIndex((body) => body.length > LARGEST_ENTRY);
  if (tooLarge >= 0) throw new Error(`outbox row ${rows[tooLarge]!.id} is larger than an entry may be`);
  const leaves = bodies.map(leafHash);
  const nodes: Node[] = leaves.flatMap((leaf) => edge.append(leaf));
  await tx.query(
    `insert into ledger_entry (seq, outbox_id, kind, at, breach_id, person_id, leaf_hash, body)
     select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::uuid[], $6::uuid[], $7::bytea[], $8::bytea[])`,
    [
      rows.map((_, i) => first + i),
      rows.map((row) => row.id),
      rows.map((row) => row.kind),
      rows.map((row) => row.at),
      rows.map((row) => row.breachId),
      rows.map((row) => row.personId),
      leaves,
      bodies,
    ],
  );
  await tx.query(
    `insert into ledger_node (level, index, hash) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])`,
    [nodes.map((node) => node.level), nodes.map((node) => node.index), nodes.map((node) => node.hash)],
  );
  await tx.query(`insert into ledger_root (size, root) values ($1, $2)`, [edge.size, edge.root()]);
  await tx.query(`delete from ledger_outbox where id = any ($1)`, [rows.map((row) => row.id)]);
}

/** The right edge of the tree as stored. */
async function readEdge(tx: EntityManager): Promise<RightEdge> {
  const [head]: { size: string | null }[] = await tx.query(`select max(size) as size from ledger_root`);
  const size = Number(head?.size ?? 0);
  const places = RightEdge.places(size);
  if (places.length === 0) return RightEdge.empty();
  const rows: { level: number; index: string; hash: Buffer }[] = await tx.query(
    `select level, index, hash from ledger_node join unnest($1::smallint[], $2::bigint[]) as t (level, index) using (level, index) order by level desc`,
    [places.map((place) => place.level), places.map((place) => place.index)],
  );
  if (rows.length !== places.length) throw new Error('nodes of the ledger are missing; run `bin/tocsin ledger check`');
  return RightEdge.of(
    size,
    rows.map((row) => ({ level: row.level, index: Number(row.index), hash: row.hash })),
  );
}
