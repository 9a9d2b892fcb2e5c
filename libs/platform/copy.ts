import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from, to } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';

/** A connection of pg, as TypeORM's query runner gives it. */
export type CopyClient = Client;

/**
 * What `copy … to stdout` gives, piece by piece with flat memory: a reader that is slow holds the server up. The
 * connection takes no other statement until the last piece was read. Returns the number of rows at its end. `sql` is our
 * own, never input.
 */
export async function* copyOut(client: CopyClient, sql: string): AsyncGenerator<Buffer, number> {
  const stream = client.query(to(sql));
  for await (const piece of stream) yield piece as Buffer;
  return stream.rowCount;
}

/**
 * Feeds `copy … from stdin` until the source ends, and answers the number of rows. Throws what the source or the server
 * throws; the transaction is then lost.
 */
export async function copyIn(client: CopyClient, sql: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  const stream = client.query(from(sql));
  await pipeline(Readable.from(source), stream);
  return stream.rowCount;
}

/** Brings rows in COPY's binary format (`CopyRows`) into a table, in the caller's transaction. */
export async function copyRows(tx: EntityManager, table: string, columns: string, rows: Uint8Array): Promise<void> {
  const client = (await tx.queryRunner!.connect()) as CopyClient;
  await copyIn(client, `copy ${table} (${columns}) from stdin (format binary)`, Readable.from([rows]));
}
