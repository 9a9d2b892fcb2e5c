import fs from 'node:fs';
import path from 'node:path';
import type { DataSource, EntityManager } from 'typeorm';
import { keyFingerprint, openKeyringIn, readKeyFile, sealKeyringIn, writeNewKey } from './keyring.js';
import { Problem } from './problem.js';
import type { SealingKey } from './sealing.js';
import { syncFolder } from './sync-folder.js';

export interface KeyRotation {
  /** Fingerprints of the root key that was, and of the one in use from now on. */
  before: string;
  after: string;
  /** Where the key that was lies now: backups made under it need it. */
  keptAs: string;
}

/**
 * Replaces the root key in `keyFile`: a new one is written beside it, the installation's keys are wrapped with it in one
 * transaction, and the two files change places. What is sealed stays as it is, under the same installation keys, so
 * running processes go on; each machine needs the new file before its next start. Cut off at any point, the next call
 * ends what was begun. `alongWith` takes part in the transaction. Throws `key-file.foreign` and the problems of a key
 * file.
 */
export async function rotateKey(
  database: DataSource,
  keyFile: string,
  alongWith: (tx: EntityManager, rotation: Omit<KeyRotation, 'keptAs'>) => Promise<void>,
): Promise<KeyRotation> {
  const next = `${keyFile}.next`;
  const current = readKeyFile(keyFile);
  if (!fs.existsSync(next)) writeNewKey(next);
  const coming = readKeyFile(next);
  const rotation = { before: keyFingerprint(current), after: keyFingerprint(coming) };
  await database.transaction(async (tx) => {
    if (await opens(tx, coming)) return; // committed before, and cut off before the files changed places
    const ring = await openKeyringIn(tx, current);
    await sealKeyringIn(tx, coming, ring);
    await alongWith(tx, rotation);
  });
  const keptAs = `${keyFile}.before-${rotation.after}`;
  if (!fs.existsSync(keptAs)) fs.linkSync(keyFile, keptAs);
  fs.renameSync(next, keyFile);
  syncFolder(path.dirname(keyFile));
  return { ...rotation, keptAs };
}

/** Whether this root key opens what the database holds; a database without keys is opened by none. */
async function opens(tx: EntityManager, root: SealingKey): Promise<boolean> {
  const [row]: { sealed: boolean }[] = await tx.query(`select exists (select from installation_key) as sealed`);
  if (!row!.sealed) return false;
  try {
    await openKeyringIn(tx, root);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === 'key-file.foreign') return false;
    throw error;
  }
}
