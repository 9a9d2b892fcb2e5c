import type { DataSource } from 'typeorm';
import { errorFields, log } from '#libs/platform/index.js';

/** Tables that held something of an erased person. */
const TABLES = [
  'person',
  'contact_point',
  'exposure',
  'open_row',
  'roster_upload',
  'roster_upload_piece',
  'dispatch',
  'caught_mail',
  'delivery_report',
];
/** Rewriting a table locks it; up to this size for a second or two. */
const LARGEST_REWRITE_BYTES = 256 * 1024 * 1024;

/**
 * Takes the bytes of erased persons out of the database's files. An update leaves the old row behind, a vacuum frees
 * its place, and only rewriting the table takes the bytes away: which is done to each while it is small and nobody
 * else uses it. What cannot be swept now is swept by the next erasure, or as docs/erasing.md says; nothing is
 * thrown, because the person is erased.
 */
export async function sweepErased(database: DataSource): Promise<void> {
  const runner = database.createQueryRunner();
  try {
    await runner.connect();
    await runner.query(`set lock_timeout = '3s'`);
    for (const table of TABLES) {
      const [size]: { bytes: string }[] = await runner.query(`select pg_total_relation_size($1) as bytes`, [table]);
      await runner.query(`vacuum ${Number(size!.bytes) <= LARGEST_REWRITE_BYTES ? '(full)' : ''} ${table}`);
    }
    await runner.query(`reset lock_timeout`);
  } catch (error) {
    log.warn('the bytes of erased persons are swept later', errorFields(error));
  } finally {
    await runner.release();
  }
}
