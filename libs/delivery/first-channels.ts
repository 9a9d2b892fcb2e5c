import type { EntityManager } from 'typeorm';
import { addresseeIds, type Notice } from '#libs/letters/index.js';
import { nextRung, type Channel, type LadderContact, type LadderPerson } from './ladder.js';

/** How many letters in these languages would first go this way; `null` where the ladder has no rung for their person. */
export interface ChannelCount {
  languages: string[];
  channel: Channel | null;
  count: number;
}

interface Shape extends LadderPerson {
  languages: string[];
  contacts: Omit<LadderContact, 'id'>[];
  count: number;
}

const BATCH = 10_000;

/**
 * How the letters of a notice would leave if it were sent now, by languages and channel: the first rung of each
 * addressee's ladder. Persons with the same contact points in the same order stand on the same rung and are counted as one.
 */
export async function countFirstChannels(tx: EntityManager, notice: Notice): Promise<ChannelCount[]> {
  const counts = new Map<string, ChannelCount>();
  for (let after: string | null = null; ;) {
    const ids: string[] = await addresseeIds(tx, notice.breachId, after, BATCH);
    for (const { languages, count, ...person } of await shapesOf(tx, ids)) {
      const contacts = person.contacts.map((contact, place) => ({ ...contact, id: String(place) }));
      const channel = nextRung(person, contacts, [])?.channel ?? null;
      const key = `${languages.join()}|${channel}`;
      const found = counts.get(key) ?? { languages, channel, count: 0 };
      counts.set(key, { ...found, count: found.count + count });
    }
    if (ids.length < BATCH) return [...counts.values()];
    after = ids.at(-1)!;
  }
}

/** The contacts of each stand in the order in which `lettersToDispatch` hands them to the ladder. */
async function shapesOf(tx: EntityManager, personIds: string[]): Promise<Shape[]> {
  return await tx.query(
    `select languages, category, "isProtected", "isMinor", "isDeceased", contacts, count(*)::int as count from (
       select p.languages, p.category, p.protected as "isProtected", p.minor as "isMinor", p.deceased as "isDeceased",
              coalesce((select jsonb_agg(jsonb_build_object('kind', c.kind, 'state', c.state, 'isBanned', exists (
                          select from channel_ban b where b.breach_id = p.breach_id and b.side in ('recipient', 'both')
                             and b.domain_index = any (c.domain_indexes))) order by c.place desc)
                          from contact_point c where c.person_id = p.id), '[]') as contacts
         from person p where p.id = any ($1)) shape
      group by 1, 2, 3, 4, 5, 6`,
    [personIds],
  );
}
