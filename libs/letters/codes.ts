import { createHmac } from 'node:crypto';
import { CROCKFORD, crockford, type SealingKey } from '#libs/platform/index.js';

/** 16 characters of 5 bits are 80 bits: together with limits on misses beyond guessing. */
const CODE_CHARACTERS = 16;

/** HMAC-SHA-256 over purpose and letter: code, token and word are derived, never stored. */
function derive(codeKey: SealingKey, purpose: string, letterId: string): Buffer {
  return createHmac('sha256', codeKey).update(`${purpose}|${letterId}`).digest();
}

/**
 * Two check characters over the 16: a weighted sum modulo 1021 (prime, below 32²). Finds every single wrong character
 * and every swap of two neighbours, because the weights 2..17 and their differences are not divisible by the prime.
 */
function checkCharacters(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum += (i + 2) * CROCKFORD.indexOf(body[i]!);
  sum %= 1021;
  return CROCKFORD[sum >> 5]! + CROCKFORD[sum & 31]!;
}

/** The code of a letter, as printed: `XXXX-XXXX-XXXX-XXXX-XX`. */
export function codeOf(breachCodeKey: SealingKey, letterId: string): string {
  const body = crockford(derive(breachCodeKey, 'code', letterId), CODE_CHARACTERS);
  return [...body.match(/.{4}/g)!, checkCharacters(body)].join('-');
}

/**
 * What a person typed, as 18 characters without dashes; null when it is no code (wrong length, foreign characters or
 * wrong check characters). Reads I and L as 1 and O as 0, as Crockford lays down.
 */
export function readCode(typed: string): string | null {
  const text = typed
    .slice(0, 200)
    .toUpperCase()
    .replace(/[\s\u2010-\u2015-]+/g, '')
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0');
  if (!/^[0-9A-HJKMNP-TV-Z]{18}$/.test(text)) return null;
  return checkCharacters(text.slice(0, CODE_CHARACTERS)) === text.slice(CODE_CHARACTERS) ? text : null;
}

/** The token of a letter for a link, `bn1_` and 32 characters (160 bits), lower case. */
export function tokenOf(breachCodeKey: SealingKey, letterId: string): string {
  return `bn1_${crockford(derive(breachCodeKey, 'token', letterId), 32).toLowerCase()}`;
}

const CONSONANTS = 'bdfklmnprstvz';
const VOWELS = 'aeiou';
/** Parts that hurt in one of the four languages; a word that holds one is derived anew. */
const UNWELCOME = ['kak', 'lul', 'pik', 'pis', 'kut', 'sul', 'dom', 'zak', 'tit', 'tet', 'pot', 'slet', 'fut', 'pute', 'puta', 'bite', 'pede', 'pedo', 'salop', 'sale', 'nazi', 'nasi', 'dik', 'fuk', 'fik', 'fuf', 'muf', 'sek', 'nik', 'kon', 'kul', 'kot', 'tod', 'tot', 'mort', 'dood', 'mof', 'bet', 'rat', 'sat', 'pop', 'pip', 'pupu', 'kaka', 'neuk', 'nano', 'deb', 'fol', 'raz', 'vid', 'kafir', 'porn']; // prettier-ignore

/**
 * The confirmation word of a letter: seven letters, consonant and vowel in turn, sayable in all four languages and on
 * the telephone. 13⁴ × 5³ words are 21.7 bits, above the 20 that ASVS 6.5.4 asks of a typed secret with limits.
 */
export function wordOf(breachCodeKey: SealingKey, letterId: string): string {
  for (let attempt = 0; ; attempt++) {
    const bytes = derive(breachCodeKey, `word|${attempt}`, letterId);
    let word = '';
    for (let i = 0; i < 7; i++) {
      const from = i % 2 === 0 ? CONSONANTS : VOWELS;
      word += from[bytes.readUInt32BE(i * 4) % from.length];
    }
    if (!UNWELCOME.some((part) => word.includes(part))) return word;
  }
}

/** The confirmation word as typed, for comparison: case, spaces and accents do not count. */
export function readWord(typed: string): string {
  return typed
    .slice(0, 100)
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase();
}
