import type { EntityManager } from 'typeorm';
import { recordMany } from '#libs/ledger/index.js';
import { breachKey, domainIndexes, domainOf, isBanned, listBans, type ChannelBan } from '#libs/breach/index.js';
import { attemptsOpened, contactPointsOf, openPeople, setLadderSpent } from '#libs/people/index.js';
import { Problem, uuidv7, type Keyring, type Language } from '#libs/platform/index.js';
import { nextRung, type LadderContact, type LadderPerson, type Rung, type TriedRung } from './ladder.js';
import { messageIdOf } from './message-id.js';

export const DISPATCH_STATES = [
  'queued', 'sending', 'accepted', 'deferred', 'refused', 'unknown', 'bounced', 'printed', 'posted', 'returned', 'handed-over', 'cancelled',
] as const; // prettier-ignore
export type DispatchState = (typeof DISPATCH_STATES)[number];

/** A letter that waits for its next attempt, with what the ladder needs. */
export interface LetterToDispatch extends LadderPerson {
  letterId: string;
  personId: string;
  attempts: number;
  contacts: LadderContact[];
  /** In the order of the attempts. */
  tried: TriedRung[];
}

/** What the dispatches of one notice share. */
export interface DispatchContext {
  breachId: string;
  noticeId: string;
  senderAddress: string;
  keyring: Keyring;
  actor: string;
  now: Date;
}

/** Throws `channel.banned` when the sender's own domain may be read by the attacker. */
export async function requireSenderNotBanned(
  tx: EntityManager,
  breachId: string,
  senderAddress: string,
): Promise<ChannelBan[]> {
  const bans = await listBans(tx, breachId);
  if (isBanned(bans, domainOf(senderAddress), 'sender')) {
    throw new Problem(
      'refused',
      'channel.banned',
      'The sender address stands on a domain that the attacker may read. Record another sender address for the controller.',
    );
  }
  return bans;
}

/**
 * Opens the next attempt of each letter by the ladder: dispatch, counted fact and ledger entry together. Letters with
 * no rung left mark their person's ladder as spent.
 */
export async function openAttempts(
  tx: EntityManager,
  context: DispatchContext,
  letters: LetterToDispatch[],
): Promise<{ opened: number; spent: number }> {
  const opened: { id: string; letter: LetterToDispatch; rung: Rung }[] = [];
  const spent: string[] = [];
  for (const letter of letters) {
    const rung = nextRung(letter, letter.contacts, letter.tried);
    if (rung) opened.push({ id: uuidv7(context.now), letter, rung });
    else spent.push(letter.personId);
  }
  await insertDispatches(tx, context, opened);
  await attemptsOpened(
    tx,
    opened.map(({ letter }) => letter.personId),
  );
  if (spent.length > 0) await setLadderSpent(tx, spent, true);
  await recordMany(tx, [
    ...opened.map(({ id, letter, rung }) => ({
      kind: 'dispatch.queued' as const,
      actor: context.actor,
      breachId: context.breachId,
      personId: letter.personId,
      facts: { dispatch: id, letter: letter.letterId, attempt: letter.attempts + 1, channel: rung.channel },
    })),
    ...spent.map((personId) => ({
      kind: 'ladder.spent' as const,
      actor: context.actor,
      breachId: context.breachId,
      personId,
    })),
  ]);
  return { opened: opened.length, spent: spent.length };
}

async function insertDispatches(
  tx: EntityManager,
  context: DispatchContext,
  opened: { id: string; letter: LetterToDispatch; rung: Rung }[],
): Promise<void> {
  if (opened.length === 0) return;
  const domain = domainOf(context.senderAddress);
  await tx.query(
    `insert into dispatch (id, breach_id, notice_id, letter_id, person_id, attempt, channel, contact_place, is_plain, sender_domain_indexes, state, message_id)
     select id, $1, $2, letter_id, person_id, attempt, channel, contact_place, is_plain, case when channel = 'email' then $3::bytea[] else '{}' end, 'queued', message_id
       from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::int[], $8::text[], $9::int[], $10::text[], $11::boolean[]) as t (id, letter_id, person_id, attempt, channel, contact_place, message_id, is_plain)`,
    [
      context.breachId,
      context.noticeId,
      domainIndexes(context.keyring, domain),
      opened.map(({ id }) => id),
      opened.map(({ letter }) => letter.letterId),
      opened.map(({ letter }) => letter.personId),
      opened.map(({ letter }) => letter.attempts + 1),
      opened.map(({ rung }) => rung.channel),
      opened.map(({ rung }) => rung.contactPlace),
      opened.map(({ id, rung }) => (rung.channel === 'email' ? messageIdOf(context.keyring, id, domain) : null)),
      opened.map(({ rung }) => rung.isPlain),
    ],
  );
}

/** The letters of these ids with their persons, contacts and what was tried, ready for `openAttempts`. */
export async function lettersToDispatch(
  tx: EntityManager,
  keyring: Keyring,
  breachId: string,
  letterIds: string[],
): Promise<LetterToDispatch[]> {
  const letters: Pick<LetterToDispatch, 'letterId' | 'personId' | 'attempts' | 'tried'>[] = await tx.query(
    `select l.id as "letterId", l.person_id as "personId", (select count(*)::int from dispatch d where d.letter_id = l.id) as attempts,
            coalesce((select json_agg(json_build_object('channel', d.channel, 'contactPlace', d.contact_place, 'isPlain', d.is_plain, 'class', d.class) order by d.attempt) from dispatch d where d.letter_id = l.id), '[]') as tried
       from letter l where l.id = any ($1) and l.breach_id = $2 order by l.id`,
    [letterIds, breachId],
  );
  const ladders = await laddersOf(
    tx,
    keyring,
    breachId,
    letters.map(({ personId }) => personId),
  );
  return letters.map((letter) => ({ ...letter, ...ladders.get(letter.personId)! }));
}

/** What the ladder asks of each of these persons, with the contacts that they have; what became known last comes first. */
export async function laddersOf(
  tx: EntityManager,
  keyring: Keyring,
  breachId: string,
  personIds: string[],
): Promise<Map<string, LadderPerson & { contacts: LadderContact[]; languages: Language[] }>> {
  const key = await breachKey(tx, keyring, breachId);
  const people = await openPeople(tx, breachId, key, personIds);
  const points = await contactPointsOf(tx, [...people.values()]);
  const banned = await bannedPlaces(tx, breachId, personIds);
  return new Map(
    [...people.values()].map(({ id, languages, category, isProtected, isMinor, isDeceased }) => {
      const contacts = points
        .get(id)!
        .map(({ place, kind, state }) => ({ place, kind, state, isBanned: banned.has(`${id} ${place}`) }));
      return [id, { languages, category, isProtected, isMinor, isDeceased, contacts: contacts.toReversed() }];
    }),
  );
}

/** Contacts of these persons whose domain, or a parent of it, the attacker may read: `person place`. */
async function bannedPlaces(tx: EntityManager, breachId: string, personIds: string[]): Promise<Set<string>> {
  const rows: { personId: string; place: number }[] = await tx.query(
    `select c.person_id as "personId", c.place from contact_point c
      where c.person_id = any ($2) and exists (
        select from channel_ban b where b.breach_id = $1 and b.side in ('recipient', 'both') and b.domain_index = any (c.domain_indexes))`,
    [breachId, personIds],
  );
  return new Set(rows.map(({ personId, place }) => `${personId} ${place}`));
}
