import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, openSync, readFileSync, writeSync, closeSync, fsyncSync } from 'node:fs';
import path from 'node:path';
import type { DataSource, EntityManager } from 'typeorm';
import { makeErasuresFile } from './erasures.js';
import { Problem } from './problem.js';
import { newKey, openBytes, sealBytes, type Keyring, type SealingKey } from './sealing.js';

export const KEYRING = Symbol('keyring');

const PURPOSES = ['kek', 'index', 'code', 'ticket'] as const;
const HEADER = 'tocsin-root-key-v1:';

/**
 * Writes a new root key to `file`, readable by this user only, and beside it the file of erasures, still empty. Refuses
 * to replace a key that exists.
 */
export function makeKeyFile(file: string): void {
  writeNewKey(file);
  makeErasuresFile(file);
}

/** A new root key alone. Throws `key-file.exists` and `key-file.unwritable`. */
export function writeNewKey(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  let handle: number;
  try {
    handle = openSync(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new Problem(
        'conflict',
        'key-file.exists',
        `${file} exists already. Choose another place: a key that is replaced is lost, and with it everything sealed under it.`,
      );
    }
    throw new Problem(
      'refused',
      'key-file.unwritable',
      `${file} cannot be written. Choose a folder that this user may write.`,
    );
  }
  writeSync(handle, `${HEADER}${randomBytes(32).toString('base64')}\n`);
  fsyncSync(handle);
  closeSync(handle);
}

export function readKeyFile(file: string): SealingKey {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    throw new Problem(
      'unavailable',
      'key-file.missing',
      `The key file ${file} cannot be read. Put the key back from its copy; without it nothing sealed can be opened.`,
    );
  }
  const key = text.startsWith(HEADER) ? Buffer.from(text.slice(HEADER.length), 'base64') : Buffer.alloc(0);
  if (key.length !== 32)
    throw new Problem(
      'unavailable',
      'key-file.damaged',
      `${file} holds no Tocsin key. Put the key back from its copy.`,
    );
  return key;
}

/** A short name of a key that betrays nothing of it, to tell whether two copies are the same. */
export function keyFingerprint(key: SealingKey): string {
  return createHash('sha256').update('tocsin-key-fingerprint').update(key).digest('hex').slice(0, 16);
}

/**
 * Opens the installation's keys with the root key; makes them in a database that has none. Runs in a transaction of
 * its own under a lock, so that two processes that start together make them once.
 */
export async function openKeyring(database: DataSource, root: SealingKey): Promise<Keyring> {
  return await database.transaction((tx) => openKeyringIn(tx, root));
}

/** The same in the caller's transaction, which holds the lock until it ends. */
export async function openKeyringIn(tx: EntityManager, root: SealingKey): Promise<Keyring> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('tocsin.installation_key'))`);
  const ring: Partial<Keyring> = {};
  for (const purpose of PURPOSES) ring[purpose] = await openOrMake(tx, root, purpose);
  return ring as Keyring;
}

/** Wraps the installation's keys with another root key, in the caller's transaction. */
export async function sealKeyringIn(tx: EntityManager, root: SealingKey, ring: Keyring): Promise<void> {
  for (const purpose of PURPOSES)
    await tx.query(`update installation_key set wrapped = $2 where purpose = $1`, [
      purpose,
      sealBytes(root, placeOf(purpose), ring[purpose]),
    ]);
}

function placeOf(purpose: string): string {
  return `installation_key|${purpose}|1`;
}

async function openOrMake(tx: EntityManager, root: SealingKey, purpose: string): Promise<SealingKey> {
  const place = placeOf(purpose);
  const rows: { wrapped: Buffer }[] = await tx.query(`select wrapped from installation_key where purpose = $1`, [
    purpose,
  ]);
  if (rows[0]) {
    try {
      return openBytes(root, place, rows[0].wrapped);
    } catch {
      throw new Problem(
        'unavailable',
        'key-file.foreign',
        'The key file does not belong to this database. Set TOCSIN_KEY_FILE to the key that was made for it; if a rotation of the key was cut off, run `bin/tocsin keys rotate` again.',
      );
    }
  }
  const key = newKey();
  await tx.query(`insert into installation_key (purpose, wrapped) values ($1, $2)`, [
    purpose,
    sealBytes(root, place, key),
  ]);
  return key;
}
