import type { EntityManager } from 'typeorm';
import { recordMany } from '#libs/ledger/index.js';
import type { Notice } from '#libs/letters/index.js';
import { attemptsClosed } from '#libs/people/index.js';
import type { Channel } from './ladder.js';

/** Which letters are looked at, and who lets them go. */
export interface QueueOf {
  channel: Channel;
  actor: string;
  /** Only these attempts; all that are queued where it is left out. */
  ids?: string[];
}
export const MAILS: QueueOf = { channel: 'email', actor: 'worker' };

/**
 * A letter whose person became exempt or was merged after it was queued does not leave any more; nor does what would only
 * ask for a reply, once there is one.
 */
export async function cancelNoLongerDue(tx: EntityManager, notice: Notice, of: QueueOf = MAILS): Promise<void> {
  await takeFromQueue(
    tx,
    notice,
    of,
    { state: 'cancelled', why: 'no-longer-due' },
    `exists (select from person p where p.id = d.person_id and (p.standing = 'exempt' or p.merged_into is not null))`,
  );
  await takeFromQueue(tx, notice, of, { state: 'cancelled', why: 'replied' }, isAnswered(notice));
}

/**
 * SQL over dispatch d of a notice: its person replied, and it only asks for that: a reminder, or the copy on paper of a
 * letter that had arrived by e-mail.
 */
export function isAnswered({ kind }: Pick<Notice, 'kind'>): string {
  const asks =
    kind === 'reminder'
      ? 'true'
      : `exists (select from dispatch o where o.letter_id = d.letter_id and o.state = 'accepted' and o.arrived_at is not null)`;
  return `exists (select from person p where p.id = d.person_id and p.acknowledged_at is not null) and ${asks}`;
}

/**
 * An address that was replaced or is known not to work, or whose domain was banned, after its letter was queued is not used. Answers the ids of
 * those letters: their next rung is due.
 */
export async function refuseUnusable(tx: EntityManager, notice: Notice, of: QueueOf = MAILS): Promise<string[]> {
  const replaced = await takeFromQueue(
    tx,
    notice,
    of,
    { state: 'refused', why: 'address-replaced' },
    `exists (select from contact_point c where c.person_id = d.person_id and c.place = d.contact_place and c.state in ('revoked', 'bounced', 'returned'))`,
  );
  const banned = await takeFromQueue(
    tx,
    notice,
    of,
    { state: 'refused', why: 'channel-banned' },
    `exists (select from contact_point c join channel_ban b on b.domain_index = any (c.domain_indexes)
              where c.person_id = d.person_id and c.place = d.contact_place and b.breach_id = d.breach_id and b.side in ('recipient', 'both'))`,
  );
  return [...replaced, ...banned];
}

/** Settles what is queued before it leaves; `condition` is our own SQL over dispatch d, never input. */
export async function takeFromQueue(
  tx: EntityManager,
  notice: Notice,
  { channel, actor, ids }: QueueOf,
  to: { state: 'cancelled' | 'refused'; why: string },
  condition: string,
): Promise<string[]> {
  const [taken]: [{ id: string; letterId: string; personId: string }[]] = await tx.query(
    `update dispatch d set state = $2, class = $3, settled_at = clock_timestamp()
      where d.notice_id = $1 and d.state = 'queued' and d.channel = $4 and ($5::uuid[] is null or d.id = any ($5)) and ${condition}
      returning d.id, d.letter_id as "letterId", d.person_id as "personId"`,
    [notice.id, to.state, to.why, channel, ids ?? null],
  );
  if (taken.length === 0) return [];
  await attemptsClosed(
    tx,
    taken.map((one) => one.personId),
  );
  await recordMany(
    tx,
    taken.map((one) => ({
      kind: `dispatch.${to.state}` as const,
      actor,
      breachId: notice.breachId,
      personId: one.personId,
      facts: { dispatch: one.id, why: to.why },
    })),
  );
  return taken.map((one) => one.letterId);
}
