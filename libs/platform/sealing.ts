import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { CopyRows } from './copy-rows.js';
import { KeyedHash } from './keyed-hash.js';
import { Problem } from './problem.js';
import { writeUuidText } from './uuid-text.js';

/** A 256-bit key for AES-256-GCM. */
export type SealingKey = Buffer;

/**
 * The keys of one installation: root (a file outside the database) → installation keys (random, wrapped by the root
 * in `installation_key`) → breach keys (random, wrapped by `kek` on the breach's row) → person keys (derived).
 */
export interface Keyring {
  /** Wraps the breaches' keys. */
  kek: SealingKey;
  /** Blind indexes of reference, e-mail, domain and national number. */
  index: SealingKey;
  /** Indexes of codes, tokens and confirmation words. */
  code: SealingKey;
  /** Seals the tickets of the person's page, sessions and what else lives for minutes. */
  ticket: SealingKey;
}
const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export function newKey(): SealingKey {
  return randomBytes(KEY_BYTES);
}

/** Random bytes come in blocks: asking for twelve of them costs as much as asking for thousands. */
const POOL_BYTES = 8_192;
let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes of the system's generator, each given out once. For many short values: vectors, secrets, ids. */
export function manyRandomBytes(length: number): Buffer {
  if (used + length > pool.length) {
    pool = randomBytes(Math.max(POOL_BYTES, length));
    used = 0;
  }
  const bytes = pool.subarray(used, used + length);
  used += length;
  return bytes;
}

/** The same into place: `length` bytes from `at` on. */
export function fillWithRandom(target: Buffer, at: number, length: number): void {
  if (used + length > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  pool.copy(target, at, used, used + length);
  used += length;
}

/**
 * Seals bytes with AES-256-GCM. The result is one byte of format, 12 of random IV, the ciphertext, 16 of tag.
 * `place` names where the value stands (`person|<id>|1`: table, row, schema version) and is authenticated with it, so
 * that a sealed value copied to another row does not open.
 */
export function sealBytes(key: SealingKey, place: string, clear: Uint8Array): Buffer {
  const iv = manyRandomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.allocUnsafe(1 + IV_BYTES + clear.length + TAG_BYTES);
  sealed[0] = FORMAT;
  sealed.set(iv, 1);
  sealed.set(cipher.update(clear), 1 + IV_BYTES);
  cipher.final(); // GCM is a stream: nothing is left to come, but only now is the tag there
  sealed.set(cipher.getAuthTag(), 1 + IV_BYTES + clear.length);
  return sealed;
}

/** Opens what `sealBytes` sealed at the same place. Throws `sealed-value.unreadable` when key, place or bytes differ. */
export function openBytes(key: SealingKey, place: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  try {
    if (bytes[0] !== FORMAT) throw new Error('unknown format');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(1 + IV_BYTES, bytes.length - TAG_BYTES)), decipher.final()]);
  } catch {
    // The cause is one of wrong key, moved row, changed bytes; saying which would help only an attacker.
    throw new Problem(
      'unavailable',
      'sealed-value.unreadable',
      'A sealed value does not open. Check that TOCSIN_KEY_FILE names the key of this database.',
    );
  }
}

export function sealJson(key: SealingKey, place: string, value: unknown): Buffer {
  return sealBytes(key, place, Buffer.from(JSON.stringify(value)));
}

/** Seals a text as `sealBytes` does, straight into a row. */
export function sealInto(rows: CopyRows, key: SealingKey, place: Uint8Array, clear: string): void {
  const iv = manyRandomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(place);
  const hidden = cipher.update(clear, 'utf8');
  cipher.final();
  const at = rows.place(1 + IV_BYTES + hidden.length + TAG_BYTES);
  rows.bytes[at] = FORMAT;
  rows.bytes.set(iv, at + 1);
  rows.bytes.set(hidden, at + 1 + IV_BYTES);
  rows.bytes.set(cipher.getAuthTag(), at + 1 + IV_BYTES + hidden.length);
}

export function openJson<T>(key: SealingKey, place: string, sealed: Uint8Array): T {
  return JSON.parse(openBytes(key, place, sealed).toString()) as T;
}

/** Takes one key after the other: a person's key serves once. */
const oneKeyed = new KeyedHash(Buffer.alloc(KEY_BYTES));

/** The key of one person: from the breach's key and the person's random secret, so that destroying the secret erases. */
export function personKey(breachKey: SealingKey, personSecret: Uint8Array, personId: string): SealingKey {
  // HKDF-SHA-256 (RFC 5869) of one block, the secret as salt: a third of the time that `hkdfSync` takes.
  const extracted = oneKeyed.withKey(personSecret).ofBytes(breachKey);
  return oneKeyed.withKey(extracted).of(`person|${personId}\u0001`);
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
const info = Buffer.from(`person|${NOBODY}\u0001`);
const extractedKey = Buffer.alloc(KEY_BYTES);
const keyOfOne = Buffer.alloc(KEY_BYTES);

/** The same key, for one person after the other: it lies in a place of its own, until the next is asked for. */
export function nextPersonKey(breachKey: SealingKey, personSecret: Uint8Array, personId: Uint8Array): SealingKey {
  writeUuidText(info, 'person|'.length, personId);
  oneKeyed.withKey(personSecret).writeOfBytes(breachKey, extractedKey, 0);
  oneKeyed.withKey(extractedKey).writeOfBytes(info, keyOfOne, 0);
  return keyOfOne;
}

/** A key for one purpose, derived from another key (HKDF-SHA-256). */
export function derivedKey(key: SealingKey, purpose: string): SealingKey {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), purpose, KEY_BYTES));
}

/**
 * A keyed hash to find equal values without holding them: HMAC-SHA-256 over kind, NUL and the normalised value, cut
 * to 16 bytes. For reference, e-mail, e-mail domain, national number, code, token and word only: a hash of a value
 * that many persons share would leak by its frequency.
 */
export function blindIndex(key: SealingKey, kind: string, normalised: string): Buffer {
  const made = Buffer.allocUnsafe(INDEX_BYTES);
  writeBlindIndex(key, kind, normalised, made, 0);
  return made;
}

/** The same into place, from `at` on. */
export function writeBlindIndex(key: SealingKey, kind: string, normalised: string, target: Buffer, at: number): void {
  let keyed = hashes.get(key);
  if (!keyed) hashes.set(key, (keyed = new KeyedHash(key)));
  keyed.write(`${kind}\0${normalised}`, target, at, INDEX_BYTES);
}

const INDEX_BYTES = 16;
/** Index keys live as long as the program: their padded forms are made once. */
const hashes = new WeakMap<SealingKey, KeyedHash>();
