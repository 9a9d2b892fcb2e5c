import { createHash } from 'node:crypto';
import * as canonicalizeModule from 'canonicalize';
import type { LetterView } from './letter-view.js';

// The package is CommonJS, its types say it is not.
const canonicalize = (canonicalizeModule as unknown as { default: (value: unknown) => string | undefined }).default;

/** SHA-256 (hex) over what one letter is made from, as JSON by RFC 8785 (sorted keys): the order of fields changes nothing. */
export function inputsHash(views: LetterView[], templateHashes: string[]): string {
  return createHash('sha256').update(canonicalize({ views, templateHashes })!).digest('hex');
}

/** SHA-256 (hex) over the text part of a letter. */
export function bodyHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
