import type { EntityManager } from 'typeorm';
import { blindIndex, type Keyring } from '#libs/platform/pure.js';

export interface ChannelBan {
  domain: string;
  side: 'sender' | 'recipient' | 'both';
  reason: string;
}

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

export async function listBans(tx: EntityManager, breachId: string): Promise<ChannelBan[]> {
  return await tx.query(`select domain, side, reason from channel_ban where breach_id = $1 order by domain, side`, [
    breachId,
  ]);
}

/** Whether a domain, or a parent of it, may be read by the attacker on that side. */
export function isBanned(bans: ChannelBan[], domain: string, side: 'sender' | 'recipient'): boolean {
  return bans.some(
    (ban) => (ban.side === side || ban.side === 'both') && (domain === ban.domain || domain.endsWith(`.${ban.domain}`)),
  );
}
