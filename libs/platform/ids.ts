import { manyRandomBytes } from './sealing.js';

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
  const milliseconds = now.getTime();
  const random = manyRandomBytes(10);
  counter =
    milliseconds === lastMilliseconds
      ? (counter + 1) % 2 ** COUNTER_BITS
      : random.readUInt32BE(6) >>> (32 - START_BITS);
  lastMilliseconds = milliseconds;
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes.writeUInt16BE(0x7000 | (counter >>> 14), 6);
  bytes.writeUInt16BE(0x8000 | (counter & 0x3fff), 8);
  random.copy(bytes, 10, 0, 6);
  return bytes;
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
