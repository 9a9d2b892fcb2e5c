/**
 * Names and the words of e-mail addresses in the letters that both have in common: accents taken off, `ae oe ue` as
 * `ä ö ü` lose their second letter, a double s is one. So "Müller" agrees with `mueller@` and with `muller@`.
 */
const LETTER: string[] = [];
const OTHERS: Record<string, string> = { ß: 's', æ: 'a', œ: 'o', ø: 'o', đ: 'd', ð: 'd', ł: 'l', þ: 't', ı: 'i' };
for (let code = 0; code < 0x250; code++) {
  const lower = String.fromCharCode(code).toLowerCase();
  const base = lower.normalize('NFD')[0]!;
  LETTER[code] = /[a-z]/.test(base) ? base : (OTHERS[lower] ?? '');
}

/** The letters of a text, up to `end`; other scripts and signs are left out. */
export function lettersOfName(text: string, end = text.length): string {
  let letters = '';
  let last = '';
  for (let i = 0; i < end; i++) {
    const letter = LETTER[text.charCodeAt(i)] ?? '';
    if (letter === '' || (letter === 's' && last === 's')) continue;
    if (letter === 'e' && (last === 'a' || last === 'o' || last === 'u')) {
      last = '';
      continue;
    }
    letters += letter;
    last = letter;
  }
  return letters;
}

/** A well spread 32-bit number for each letter (the finaliser of MurmurHash3). */
const WEIGHTS = Array.from({ length: 26 }, (_, letter) => {
  let mixed = Math.imul(letter + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
});

/**
 * A key of letters in which their order does not count, so that keys of parts add up to the key of the whole: the key of
 * `voorbeeld.lotte` is that of "Lotte" plus that of "Voorbeeld". Two names of the same letters share it; that is rare
 * enough for counting.
 */
export function keyOfLetters(letters: string): number {
  let key = 0;
  for (let i = 0; i < letters.length; i++) key = (key + WEIGHTS[letters.charCodeAt(i) - 97]!) | 0;
  return key;
}

/** A set of keys in fixed memory: one bit each, so that it may hold one that was never put in (about 1 in 16 when full). */
export class KeySet {
  private readonly bits: Uint32Array;

  /** Room for about 2^(power-4) keys. */
  constructor(private readonly power: number) {
    this.bits = new Uint32Array(2 ** (power - 5));
  }

  add(key: number): void {
    const bit = this.place(key);
    this.bits[bit >>> 5]! |= 1 << (bit & 31);
  }

  has(key: number): boolean {
    const bit = this.place(key);
    return (this.bits[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  private place(key: number): number {
    return Math.imul(key ^ (key >>> 15), 0x2c1b3c6d) >>> (32 - this.power);
  }
}
