import type { EntityManager } from 'typeorm';
import { contactsFailed } from '#libs/people/index.js';
import { isDead } from './failure-class.js';

/** Marks the addresses that are dead for good, and no other: what a peer put off, it may take tomorrow. */
export async function markDead(
  tx: EntityManager,
  ended: { claimed: { personId: string; contactPlace: number }; state: string; failure: string | null }[],
): Promise<void> {
  const dead = ended.filter(({ state, failure }) => state === 'refused' && isDead(failure));
  await contactsFailed(
    tx,
    'bounced',
    dead.map(({ claimed }) => ({ personId: claimed.personId, place: claimed.contactPlace })),
  );
}
