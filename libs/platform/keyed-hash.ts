import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/**
 * HMAC-SHA-256 (RFC 2104) of many short messages under one key. Twice as fast as `createHmac`, which makes an object
 * for each message: an import hashes some millions of them.
 */
export class KeyedHash {
  private inner = Buffer.alloc(4 * BLOCK_BYTES);
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
    this.makeRoom(message.length * 3);
    const length = this.inner.write(message, BLOCK_BYTES);
    return this.finish(length);
  }

  ofBytes(message: Uint8Array): Buffer {
    this.makeRoom(message.length);
    this.inner.set(message, BLOCK_BYTES);
    return this.finish(message.length);
  }

  private finish(length: number): Buffer {
    this.outer.write(hash('sha256', this.inner.subarray(0, BLOCK_BYTES + length), 'hex'), BLOCK_BYTES, 'hex');
    return Buffer.from(hash('sha256', this.outer, 'hex'), 'hex');
  }

  private makeRoom(length: number): void {
    if (BLOCK_BYTES + length <= this.inner.length) return;
    const larger = Buffer.alloc(2 * (BLOCK_BYTES + length));
    this.inner.copy(larger, 0, 0, BLOCK_BYTES);
    this.inner = larger;
  }
}
