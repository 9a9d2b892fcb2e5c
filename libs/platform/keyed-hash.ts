import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
const MOST_VIEWS = 1_024;

/**
 * HMAC-SHA-256 (RFC 2104) of many short messages under one key. Twice as fast as `createHmac`, which makes an object
 * for each message: an import hashes some millions of them.
 */
export class KeyedHash {
  private inner = Buffer.alloc(4 * BLOCK_BYTES);
  private views: Buffer[] = [];
  private readonly outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);

  constructor(key: Uint8Array) {
    this.withKey(key);
  }

  /** Takes another key from here on. */
  withKey(key: Uint8Array): this {
    const short = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
    for (let i = 0; i < BLOCK_BYTES; i++) {
      this.inner[i] = (short[i] ?? 0) ^ 0x36;
      this.outer[i] = (short[i] ?? 0) ^ 0x5c;
    }
    return this;
  }

  /** The 32 bytes for a text, taken as UTF-8. */
  of(message: string): Buffer {
    const made = Buffer.allocUnsafe(HASH_BYTES);
    this.write(message, made, 0);
    return made;
  }

  ofBytes(message: Uint8Array): Buffer {
    const made = Buffer.allocUnsafe(HASH_BYTES);
    this.writeOfBytes(message, made, 0);
    return made;
  }

  /** The same into place: the first `length` bytes, from `at` on. */
  write(message: string, target: Buffer, at: number, length = HASH_BYTES): void {
    this.makeRoom(message.length * 3);
    this.finish(this.inner.write(message, BLOCK_BYTES), target, at, length);
  }

  writeOfBytes(message: Uint8Array, target: Buffer, at: number, length = HASH_BYTES): void {
    this.makeRoom(message.length);
    this.inner.set(message, BLOCK_BYTES);
    this.finish(message.length, target, at, length);
  }

  private finish(messageLength: number, target: Buffer, at: number, length: number): void {
    // As text of one byte a character: the only form in which `hash` answers without making an object.
    this.outer.write(hash('sha256', this.message(messageLength), 'binary'), BLOCK_BYTES, 'latin1');
    target.write(hash('sha256', this.outer, 'binary'), at, length, 'latin1');
  }

  /** The padded key with the message behind it. One view for each length is kept. */
  private message(length: number): Buffer {
    if (length >= MOST_VIEWS) return this.inner.subarray(0, BLOCK_BYTES + length);
    return (this.views[length] ??= this.inner.subarray(0, BLOCK_BYTES + length));
  }

  private makeRoom(length: number): void {
    if (BLOCK_BYTES + length <= this.inner.length) return;
    const larger = Buffer.alloc(2 * (BLOCK_BYTES + length));
    this.inner.copy(larger, 0, 0, BLOCK_BYTES);
    this.inner = larger;
    this.views = [];
  }
}
