import { blindIndex, writeBlindIndex, type Keyring } from '#libs/platform/pure.js';

type IndexKey = Pick<Keyring, 'index'>;

/** Keyed hashes by which persons are found again. Normal forms, version 1: changing one means new index columns. */
export function referenceIndex(keyring: IndexKey, reference: string): Buffer {
  return blindIndex(keyring.index, 'reference', plain(reference));
}

/** The same into place, from `at` on. */
export function writeReferenceIndex(keyring: IndexKey, reference: string, target: Buffer, at: number): void {
  writeBlindIndex(keyring.index, 'reference', plain(reference), target, at);
}

export function emailIndex(keyring: IndexKey, email: string): Buffer {
  return blindIndex(keyring.index, 'email', plain(email).toLowerCase());
}

export function nationalNumberIndex(keyring: IndexKey, number: string): Buffer {
  return blindIndex(keyring.index, 'national-number', number);
}

/** Most texts are in this form already, and finding that out costs less than making it again. */
function plain(text: string): string {
  return /^[!-~]*$/.test(text) ? text : text.normalize('NFKC').trim();
}
