import { fillWithRandom, manyRandomBytes } from './sealing.js';

let lastMilliseconds = -1;
let counter = 0;
/** Room above a random start, so that a million ids of one millisecond keep their order. */
const COUNTER_BITS = 26;
const START_BITS = 22;

/**
 * A UUID of version 7 (RFC 9562, 6.2 method 1) as its 16 bytes: 48 bits of Unix milliseconds, a counter of 26 bits
 * that keeps ids of one millisecond in the order in which they were made, then 48 random bits. Rows that are written
 * together lie together in an index and are listed as they came. It is an id, never a secret.
 */
export function uuidv7Bytes(now: Date): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  writeUuidv7(bytes, 0, now);
  return bytes;
}

/** The same into place, from `at` on. */
export function writeUuidv7(target: Buffer, at: number, now: Date): void {
  const milliseconds = now.getTime();
  counter =
    milliseconds === lastMilliseconds
      ? (counter + 1) % 2 ** COUNTER_BITS
      : manyRandomBytes(4).readUInt32BE(0) >>> (32 - START_BITS);
  lastMilliseconds = milliseconds;
  target.writeUIntBE(milliseconds, at, 6);
  target.writeUInt16BE(0x7000 | (counter >>> 14), at + 6);
  target.writeUInt16BE(0x8000 | (counter & 0x3fff), at + 8);
  fillWithRandom(target, at + 10, 6);
}

/** The same as text. */
export function uuidv7(now: Date): string {
  return uuidText(uuidv7Bytes(now));
}

export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function uuidBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}
