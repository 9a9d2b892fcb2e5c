import * as library from 'canonicalize';
import { Problem } from '#libs/platform/pure.js';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The library is CommonJS whose types claim a default export of a module. */
const canonicalize = (library as unknown as { default: (value: unknown) => string | undefined }).default;

/** Entries of more bytes do not fit the length field of a log's entry bundle (16 bits). */
export const LARGEST_ENTRY = 65_535;

/**
 * The canonical bytes of a JSON value (RFC 8785). What has no exact JSON form is refused before: lone surrogates,
 * numbers that are no safe integers, anything that is no plain data.
 */
export function canonical(value: Json): Buffer {
  requireExact(value);
  return Buffer.from(canonicalize(value)!);
}

function requireExact(value: unknown): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') return requireWellFormed(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw inexact();
    return;
  }
  if (Array.isArray(value)) {
    // By place: forEach would skip the holes of a list, which have no JSON form.
    for (const part of value) requireExact(part);
    return;
  }
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) throw inexact();
  for (const [key, part] of Object.entries(value)) {
    requireWellFormed(key);
    requireExact(part);
  }
}

function requireWellFormed(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw inexact();
}

function inexact(): Problem {
  return new Problem(
    'bad-input',
    'ledger.not-exact',
    'A ledger entry holds plain text, whole numbers, true, false, null, lists and objects only.',
  );
}
