import type { EntityManager } from 'typeorm';
import { addresseeIds, type Notice } from '#libs/letters/index.js';
import type { Keyring } from '#libs/platform/index.js';
import { laddersOf } from './dispatch.js';
import { nextRung, type Channel } from './ladder.js';

/** How many letters in these languages would first go this way; `null` where the ladder has no rung for their person. */
export interface ChannelCount {
  languages: string[];
  channel: Channel | null;
  count: number;
}

/** Persons that are opened at once: flat memory however many there are. */
const BATCH = 1_000;

/**
 * How the letters of a notice would leave if it were sent now, by languages and channel: the first rung of each
 * addressee's ladder. `gatherAddressees` comes before it, in the same transaction.
 */
export async function countFirstChannels(tx: EntityManager, keyring: Keyring, notice: Notice): Promise<ChannelCount[]> {
  const counts = new Map<string, ChannelCount>();
  for (let after: string | null = null; ;) {
    const ids: string[] = await addresseeIds(tx, notice, after, BATCH);
    for (const { languages, contacts, ...person } of (await laddersOf(tx, keyring, notice.breachId, ids)).values()) {
      const channel = nextRung(person, contacts, [])?.channel ?? null;
      const key = `${languages.join()}|${channel}`;
      const found = counts.get(key) ?? { languages, channel, count: 0 };
      counts.set(key, { ...found, count: found.count + 1 });
    }
    if (ids.length < BATCH) return [...counts.values()];
    after = ids.at(-1)!;
  }
}
