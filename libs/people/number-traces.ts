import { createCipheriv, hkdfSync } from 'node:crypto';

/**
 * A national number is never kept, only its keyed hash; yet one typing slip between two numbers must be told from two
 * numbers. So a few keyed fingerprints go with it, inside the person's sealed value and nowhere else: of the whole
 * number, and of the number without its 1st, 2nd, 3rd … character. Two numbers one slip apart share some of these.
 *
 * Fingerprints are tabulation hashes: for each place and character a random word, derived from the key; a text is the
 * XOR of its words. Two texts of one length collide with probability 2⁻³², and all fingerprints of a number cost two
 * sums over it (what stands before the missing character, and what stands after, moved one place to the front).
 */
const LONGEST_NUMBER = 40;
const CHARACTERS = 128;
const FINGERPRINT_BYTES = 4;

const tables = new WeakMap<Buffer, Uint32Array>();

/** The random words of a key, made once for each key object: keep the key, rather than deriving it for each number. */
function tableOf(key: Buffer): Uint32Array {
  const known = tables.get(key);
  if (known) return known;
  const seed = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'tocsin number traces 1', 32));
  const stream = createCipheriv('aes-256-ctr', seed, Buffer.alloc(16));
  const bytes = stream.update(Buffer.alloc(LONGEST_NUMBER * CHARACTERS * FINGERPRINT_BYTES));
  const table = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  tables.set(key, table);
  return table;
}

/**
 * The fingerprints of a plain number (`plainNumber`), 4 bytes each: the whole, then without each character in turn.
 * Empty for the empty text and for more than 40 characters, which no national number has.
 */
export function numberTraces(key: Buffer, number: string): Buffer {
  const length = number.length;
  if (length === 0 || length > LONGEST_NUMBER) return Buffer.alloc(0);
  const table = tableOf(key);
  const word = (place: number, at: number): number => table[place * CHARACTERS + (number.charCodeAt(at) % CHARACTERS)]!;
  const traces = Buffer.allocUnsafe((length + 1) * FINGERPRINT_BYTES);
  let whole = 0;
  let after = 0;
  for (let at = 0; at < length; at++) {
    whole ^= word(at, at);
    if (at > 0) after ^= word(at - 1, at);
  }
  traces.writeInt32LE(whole, 0);
  let before = 0;
  for (let at = 0; at < length; at++) {
    traces.writeInt32LE(before ^ after, (at + 1) * FINGERPRINT_BYTES);
    before ^= word(at, at);
    if (at + 1 < length) after ^= word(at, at + 1);
  }
  return traces;
}

/**
 * Whether exactly one slip lies between the two numbers of these traces: one character changed, added or left out, or
 * two neighbours swapped. False for equal numbers, and where there are no traces. Wrong once in some 10⁸ pairs.
 */
export function isOneSlip(a: Buffer, b: Buffer): boolean {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a];
  const places = shorter.length / FINGERPRINT_BYTES - 1;
  const more = (longer.length - shorter.length) / FINGERPRINT_BYTES;
  if (places < 0 || more > 1) return false;
  const whole = shorter.readInt32LE(0);
  if (more === 1) {
    for (let at = 0; at <= places; at++) if (without(longer, at) === whole) return true;
    return false;
  }
  if (whole === longer.readInt32LE(0)) return false;
  for (let at = 0; at < places; at++) {
    if (without(a, at) === without(b, at)) return true;
    const swapped = at + 1 < places && without(a, at) === without(b, at + 1) && without(a, at + 1) === without(b, at);
    if (swapped) return true;
  }
  return false;
}

function without(traces: Buffer, at: number): number {
  return traces.readInt32LE((at + 1) * FINGERPRINT_BYTES);
}
