import type { EntityManager } from 'typeorm';

export interface ChannelBan {
  domain: string;
  side: 'sender' | 'recipient' | 'both';
  reason: string;
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
