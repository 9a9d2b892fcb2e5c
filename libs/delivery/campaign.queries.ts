import type { EntityManager } from 'typeorm';
import type { Notice, PauseWhy } from '#libs/letters/index.js';
import type { Config } from '#libs/platform/index.js';

/** How fast e-mails of a notice may go, and which of them wait. A limit of 0 is none. */
export interface Pace {
  perSecond: number;
  /** In a minute, to one domain. */
  perDomain: number;
  perDay: number;
  /** What is left of the limit of this day (UTC); null where there is none. */
  leftToday: number | null;
  /** E-mails that the peer asked to bring later. */
  waiting: number;
  /** When the first of them is tried again. */
  waitsUntil: Date | null;
}

export async function paceOf(tx: EntityManager, config: Config, noticeId: string): Promise<Pace> {
  const { SEND_PER_SECOND: perSecond, SEND_PER_DOMAIN: perDomain, SEND_PER_DAY: perDay } = config;
  const [row]: { waiting: number; waitsUntil: Date | null; takenToday: number }[] = await tx.query(
    `select count(*)::int as waiting, min(due_at) as "waitsUntil",
            coalesce((select taken from sending_budget where scope = 'all' and period = date_trunc('day', clock_timestamp(), 'UTC')), 0) as "takenToday"
       from dispatch where notice_id = $1 and state = 'deferred'`,
    [noticeId],
  );
  const { takenToday, ...waits } = row!;
  return { perSecond, perDomain, perDay, leftToday: perDay > 0 ? Math.max(0, perDay - takenToday) : null, ...waits };
}

/** Why a notice is paused, since when, and by whom, as the ledger names actors. */
export interface Pause {
  why: PauseWhy;
  at: Date;
  by: string;
}

/** Null unless the notice is paused. */
export async function pauseOf(tx: EntityManager, notice: Notice): Promise<Pause | null> {
  const rows: Pause[] = await tx.query(
    `select pause_why as why, paused_at as at, paused_by as by from notice where id = $1 and state = 'paused'`,
    [notice.id],
  );
  return rows[0] ?? null;
}

/** What stopping a notice for good would mean, in letters. */
export interface Stopping {
  /** Wait now, and would never leave. */
  never: number;
  left: number;
  doubtful: number;
  /** On paper already, not posted yet: they stay what they are. */
  printed: number;
}

export async function stoppingOf(tx: EntityManager, noticeId: string): Promise<Stopping> {
  const [row]: Stopping[] = await tx.query(
    `select (count(distinct letter_id) filter (where state in ('queued', 'deferred')))::int as never,
            (count(distinct letter_id) filter (where state in ('accepted', 'bounced', 'posted', 'returned', 'handed-over')))::int as left,
            (count(distinct letter_id) filter (where state in ('unknown', 'sending')))::int as doubtful,
            (count(distinct letter_id) filter (where state = 'printed'))::int as printed
       from dispatch where notice_id = $1`,
    [noticeId],
  );
  return row!;
}
