import fs from 'node:fs';
import type { DataSource, EntityManager } from 'typeorm';
import { keyFingerprint, openKeyring, openKeyringIn, readKeyFile } from './keyring.js';
import { Problem } from './problem.js';

/**
 * Proves that `copy` is another file than the key in use and opens this database by itself, and records that it did:
 * what was never tried is no copy. Works also when the key in use is lost. Answers the key's fingerprint. Throws
 * `key-copy.same-file`, `key-copy.foreign`, `key-copy.nothing-sealed` and the problems of a key file.
 */
export async function checkKeyCopy(database: DataSource, keyInUse: string, copy: string): Promise<string> {
  const key = readKeyFile(copy);
  if (isSameFile(keyInUse, copy))
    throw new Problem(
      'refused',
      'key-copy.same-file',
      `${copy} is the very key file in use, which proves no copy. Name the copy, from the medium on which you keep it.`,
    );
  // A new installation has no sealed keys before the first start; the key in use makes them.
  if (fs.existsSync(keyInUse)) await openKeyring(database, readKeyFile(keyInUse));
  const fingerprint = keyFingerprint(key);
  await database.transaction(async (tx) => {
    await requireSealed(tx);
    try {
      await openKeyringIn(tx, key);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'key-file.foreign') throw error;
      throw new Problem(
        'refused',
        'key-copy.foreign',
        `${copy} (${fingerprint}) is not the key of this database, so it is no copy. Copy ${keyInUse} again, and check that copy.`,
      );
    }
    await tx.query(`update installation set key_copy_fingerprint = $1, key_copy_checked_at = clock_timestamp()`, [
      fingerprint,
    ]);
  });
  return fingerprint;
}

/** Hard and symbolic links are the same file: lost together. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => fs.statSync(file, { throwIfNoEntry: false }));
  return !!a && !!b && a.ino === b.ino && a.dev === b.dev;
}

async function requireSealed(tx: EntityManager): Promise<void> {
  const [row]: { sealed: boolean }[] = await tx.query(`select exists (select from installation_key) as sealed`);
  if (row!.sealed) return;
  throw new Problem(
    'refused',
    'key-copy.nothing-sealed',
    'Nothing in this database is sealed yet, so there is nothing to prove. Put the key in its place, start once, then check its copy.',
  );
}

/** When a copy of the key with this fingerprint was proved; null when it never was. */
export async function keyCopyCheckedAt(tx: EntityManager, fingerprint: string): Promise<Date | null> {
  const rows: { at: Date }[] = await tx.query(
    `select key_copy_checked_at as at from installation where key_copy_fingerprint = $1`,
    [fingerprint],
  );
  return rows[0]?.at ?? null;
}
