import type { EntityManager } from 'typeorm';
import { LETTERS_OF_KIND, type NoticeKind } from '#libs/letters/index.js';
import type { Config } from '#libs/platform/index.js';
import { letterArrived, lettersHad, type HadLetter } from '#libs/people/index.js';
import { isRealRelay } from './go-live.js';

/** A peer on loopback has the letter itself: nothing can come back, so it arrived when it was taken. */
export function arrivesWhenTaken(config: Config): boolean {
  return config.SETTLING_HOURS === 0 || !isRealRelay(config);
}

/**
 * Letters of a notice of that kind arrived. An initial letter or a correction tells its person of the breach; what
 * states facts is what they know from now on; a reminder does neither.
 */
export async function lettersArrived(tx: EntityManager, kind: NoticeKind, letterIds: string[]): Promise<void> {
  const { tells, states } = LETTERS_OF_KIND[kind];
  if (letterIds.length === 0 || !(tells || states)) return;
  const had: HadLetter[] = await tx.query(
    `select person_id as "personId", made_at::text as "madeAt" from letter where id = any ($1)`,
    [letterIds],
  );
  if (tells)
    await letterArrived(
      tx,
      had.map((one) => one.personId),
    );
  if (states) await lettersHad(tx, had);
}
