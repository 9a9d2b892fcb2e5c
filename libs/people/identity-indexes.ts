import { blindIndex, type Keyring } from '#libs/platform/pure.js';

type IndexKey = Pick<Keyring, 'index'>;

/** Keyed hashes by which persons are found again. Normal forms, version 1: changing one means new index columns. */
export function referenceIndex(keyring: IndexKey, reference: string): Buffer {
  return blindIndex(keyring.index, 'reference', reference.normalize('NFKC').trim());
}

export function emailIndex(keyring: IndexKey, email: string): Buffer {
  return blindIndex(keyring.index, 'email', email.normalize('NFKC').trim().toLowerCase());
}

export function nationalNumberIndex(keyring: IndexKey, number: string): Buffer {
  return blindIndex(keyring.index, 'national-number', number);
}
