/** Crockford's base32: digits and capitals without I, L, O and U, which are mistaken for others. */
export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The first bits of `bytes` as so many characters of five bits each; `bytes` must hold as many. */
export function crockford(bytes: Uint8Array, characters: number): string {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5 && text.length < characters) {
      bits -= 5;
      text += CROCKFORD[(value >> bits) & 31];
    }
  }
  return text;
}
