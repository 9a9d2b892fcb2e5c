import type { EntityManager } from 'typeorm';
import type { Channel } from './ladder.js';
import type { DispatchState } from './dispatch.js';

export interface DeliveryProgress {
  letters: number;
  /** Letters whose newest attempt stands in each state, by channel. */
  states: { channel: Channel; state: DispatchState; count: number }[];
  /** E-mails that a peer took in the last minute. */
  perMinute: number;
  firstAt: Date | null;
  lastAt: Date | null;
}

/** How far one notice is: counts over the newest attempt of each letter. */
export async function progressOf(tx: EntityManager, noticeId: string): Promise<DeliveryProgress> {
  const states: DeliveryProgress['states'] = await tx.query(
    `select channel, state, count(*)::int as count from (
       select distinct on (letter_id) channel, state from dispatch where notice_id = $1 order by letter_id, attempt desc) newest
      group by channel, state order by channel, state`,
    [noticeId],
  );
  const [times]: { letters: number; perMinute: number; firstAt: Date | null; lastAt: Date | null }[] = await tx.query(
    `select (select count(*)::int from letter where notice_id = $1) as letters,
            (count(*) filter (where state = 'accepted' and settled_at > clock_timestamp() - interval '1 minute'))::int as "perMinute",
            min(sending_at) as "firstAt", max(settled_at) as "lastAt"
       from dispatch where notice_id = $1`,
    [noticeId],
  );
  return { states, ...times! };
}

/** E-mails of a breach that wait to be sent. */
export async function countQueued(tx: EntityManager, breachId: string): Promise<number> {
  const [row]: { count: number }[] = await tx.query(
    `select count(*)::int as count from dispatch where breach_id = $1 and channel = 'email' and state in ('queued', 'deferred')`,
    [breachId],
  );
  return row!.count;
}

export interface DispatchRow {
  id: string;
  personId: string;
  channel: Channel;
  state: DispatchState;
  class: string | null;
  messageId: string | null;
  at: Date;
  attempt: number;
}

/** Attempts of a breach, newest last, a page at a time; protected persons' attempts are left out unless told. */
export async function listDispatches(
  tx: EntityManager,
  breachId: string,
  filter: { state?: string; personId?: string; withProtected: boolean; after?: string; limit: number },
): Promise<{ dispatches: DispatchRow[]; next: string | null }> {
  const rows: DispatchRow[] = await tx.query(
    `select d.id, d.person_id as "personId", d.channel, d.state, d.class, d.message_id as "messageId", d.attempt,
            coalesce(d.settled_at, d.sending_at, d.queued_at) as at
       from dispatch d join person p on p.id = d.person_id
      where d.breach_id = $1 and ($2::text is null or d.state = $2) and ($3::uuid is null or d.person_id = $3)
        and ($4::bool or not p.protected) and ($5::uuid is null or d.id > $5)
      order by d.id limit $6`,
    [
      breachId,
      filter.state ?? null,
      filter.personId ?? null,
      filter.withProtected,
      filter.after ?? null,
      filter.limit + 1,
    ],
  );
  const page = rows.slice(0, filter.limit);
  return { dispatches: page, next: rows.length > filter.limit ? page.at(-1)!.id : null };
}

/**
 * Why each of these persons is not told yet, as a code that pages and the CLI put into words: `no-letter`, the state
 * of their newest attempt as `post-queued`, or `no-way-left`.
 */
export async function reasonsFor(tx: EntityManager, personIds: string[]): Promise<Map<string, string>> {
  const rows: { id: string; reason: string }[] = await tx.query(
    `select p.id, case
              when p.standing = 'told' then case when p.acknowledged_at is not null then 'acknowledged' else 'arrived' end
              when p.standing = 'exempt' then coalesce(p.exempted_by, 'nothing-exposed')
              when newest.state is null and p.ladder_spent then 'no-way-left'
              when newest.state is null then 'no-letter'
              when p.standing = 'not-reached' then 'no-way-left'
              else newest.channel || '-' || newest.state end as reason
       from person p
       left join lateral (select channel, state from dispatch d where d.person_id = p.id order by d.queued_at desc, d.attempt desc limit 1) newest on true
      where p.id = any ($1)`,
    [personIds],
  );
  return new Map(rows.map((row) => [row.id, row.reason]));
}

export interface Clocks {
  firstLetterAt: Date | null;
  lastLetterAt: Date | null;
}

/** When the first and the last letter of the breach was taken by a peer. */
export async function letterClocks(tx: EntityManager, breachId: string): Promise<Clocks> {
  const [row]: Clocks[] = await tx.query(
    `select min(settled_at) as "firstLetterAt", max(settled_at) as "lastLetterAt" from dispatch where breach_id = $1 and state = 'accepted'`,
    [breachId],
  );
  return row!;
}
