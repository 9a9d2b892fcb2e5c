import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';

/** Brings rows in COPY's binary format (`CopyRows`) into a table, in the caller's transaction. */
export async function copyIn(tx: EntityManager, table: string, columns: string, rows: Uint8Array): Promise<void> {
  const client = (await tx.queryRunner!.connect()) as Client;
  const stream = client.query(from(`copy ${table} (${columns}) from stdin (format binary)`));
  await pipeline(Readable.from([rows]), stream);
}
