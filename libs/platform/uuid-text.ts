const DIGITS = Buffer.from('0123456789abcdef');
const HYPHEN = 45;

/** Writes the 36 characters of an id of 16 bytes into `target`, from `at` on. */
export function writeUuidText(target: Uint8Array, at: number, id: Uint8Array): void {
  let to = at;
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) target[to++] = HYPHEN;
    target[to++] = DIGITS[id[i]! >>> 4]!;
    target[to++] = DIGITS[id[i]! & 15]!;
  }
}
