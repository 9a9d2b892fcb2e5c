import type { EntityManager } from 'typeorm';
import { getController } from '#libs/breach/index.js';
import type { Notice } from '#libs/letters/index.js';
import { databaseNow, type Keyring } from '#libs/platform/index.js';
import { lettersToDispatch, openAttempts } from './dispatch.js';

/**
 * Opens the next attempt of letters of a notice by the ladder. With `again` the attempt that just ended never left the
 * house: its way counts as untried.
 */
export async function openNextAttempts(
  tx: EntityManager,
  keyring: Keyring,
  notice: Notice,
  actor: string,
  letterIds: string[],
  again = false,
): Promise<{ opened: number; spent: number }> {
  if (letterIds.length === 0) return { opened: 0, spent: 0 };
  const { controller } = await getController(tx, notice.sources!.controller);
  const context = {
    breachId: notice.breachId,
    noticeId: notice.id,
    senderAddress: controller.sender.address,
    keyring,
    actor,
    now: await databaseNow(tx),
  };
  const letters = await lettersToDispatch(tx, keyring, notice.breachId, letterIds);
  const last = again ? await lastRungs(tx, letterIds) : new Map<string, number | null>();
  return await openAttempts(
    tx,
    context,
    letters.map((letter) => {
      const untried = last.get(letter.letterId);
      if (untried === undefined) return letter;
      return { ...letter, tried: letter.tried.filter(({ contactPlace }) => contactPlace !== untried) };
    }),
  );
}

async function lastRungs(tx: EntityManager, letterIds: string[]): Promise<Map<string, number | null>> {
  const rows: { letterId: string; place: number | null }[] = await tx.query(
    `select distinct on (letter_id) letter_id as "letterId", contact_place as place from dispatch
      where letter_id = any ($1) order by letter_id, attempt desc`,
    [letterIds],
  );
  return new Map(rows.map(({ letterId, place }) => [letterId, place]));
}
