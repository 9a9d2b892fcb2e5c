import type { DataSource } from 'typeorm';
import { errorFields, log } from '#libs/platform/index.js';

/** Tables that held something of an erased person. */
const TABLES = ['person', 'contact_point', 'exposure', 'open_row', 'roster_upload', 'dispatch', 'caught_mail'];
/** Rewriting a table locks it; up to this size for less than a second or two. */
const LARGEST_REWRITE_BYTES = 256 * 1024 * 1024;

/**
 * Takes the bytes of erased persons out of the database's files. An update leaves the old row behind, `vacuum` frees
 * its place, and only rewriting the table takes the bytes away: `person`, which held the secret, is rewritten while
 * it is small, unless others use it. What cannot be swept now is swept by the next erasure, or as docs/operating.md
 * says; nothing is thrown, because the person is erased.
 */
export async function sweepErased(database: DataSource): Promise<void> {
  const runner = database.createQueryRunner();
  try {
    await runner.connect();
    for (const table of TABLES) await runner.query(`vacuum ${table}`);
    const [size]: { bytes: string }[] = await runner.query(`select pg_total_relation_size('person') as bytes`);
    if (Number(size!.bytes) <= LARGEST_REWRITE_BYTES) {
      await runner.query(`set lock_timeout = '3s'`);
      await runner.query(`vacuum (full) person`);
    }
  } catch (error) {
    log.warn('the bytes of erased persons are swept later', errorFields(error));
  } finally {
    await runner.query(`reset lock_timeout`).catch(() => undefined);
    await runner.release();
  }
}
