import { blindIndex, type Keyring } from '#libs/platform/pure.js';

/** Keyed hashes of a domain and of each of its parents, most particular first: a ban on the parent bans the child. */
export function domainIndexes(keyring: Pick<Keyring, 'index'>, domain: string): Buffer[] {
  const labels = domain.toLowerCase().split('.');
  return labels.slice(0, -1).map((_, from) => domainIndex(keyring, labels.slice(from).join('.')));
}

export function domainIndex(keyring: Pick<Keyring, 'index'>, domain: string): Buffer {
  return blindIndex(keyring.index, 'domain', domain.toLowerCase());
}

/** The part of an address after its last @, lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
