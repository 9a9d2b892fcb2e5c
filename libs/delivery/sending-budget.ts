import type { EntityManager } from 'typeorm';
import type { Config } from '#libs/platform/index.js';

/** How long one share of a budget lasts. */
type Period = 'second' | 'minute' | 'day';

/** Letters that may leave now, and when the next may where that is none. */
export interface Grant {
  count: number;
  /** Milliseconds until another share begins; null where the share of the day is used up. */
  waitMilliseconds: number | null;
}

export function isLimited(config: Config): boolean {
  return config.SEND_PER_SECOND > 0 || config.SEND_PER_DAY > 0;
}

/**
 * Takes up to `want` letters from what may leave in this second and on this day (UTC), of all notices and workers
 * together. The rows stay locked until the transaction ends, so that two claims never share a letter's place; what is
 * rolled back was not taken.
 */
export async function takeFromBudget(tx: EntityManager, config: Config, want: number): Promise<Grant> {
  let count = want;
  if (config.SEND_PER_DAY > 0) {
    count = await take(tx, 'all', 'day', config.SEND_PER_DAY, count);
    if (count === 0) return { count, waitMilliseconds: null };
  }
  if (config.SEND_PER_SECOND > 0) {
    const granted = await take(tx, 'all', 'second', config.SEND_PER_SECOND, count);
    if (config.SEND_PER_DAY > 0 && granted < count) await give(tx, 'all', 'day', count - granted);
    count = granted;
  }
  return { count, waitMilliseconds: count > 0 ? 0 : 1_000 };
}

/** Takes one letter to this domain, named by its keyed hash, from what may leave in this minute. */
export async function takeForDomain(tx: EntityManager, config: Config, domain: string, want: number): Promise<number> {
  return await take(tx, `domain:${domain}`, 'minute', config.SEND_PER_DOMAIN, want);
}

async function take(tx: EntityManager, scope: string, period: Period, limit: number, want: number): Promise<number> {
  const [row]: { taken: number; period: Date }[] = await tx.query(
    `insert into sending_budget (scope, period, taken) values ($1, date_trunc($2, clock_timestamp(), 'UTC'), 0)
     on conflict (scope, period) do update set taken = sending_budget.taken returning taken, period`,
    [scope, period],
  );
  const granted = Math.max(0, Math.min(want, limit - row!.taken));
  if (granted > 0) await add(tx, scope, row!.period, granted);
  return granted;
}

async function give(tx: EntityManager, scope: string, period: Period, count: number): Promise<void> {
  await tx.query(
    `update sending_budget set taken = greatest(0, taken - $3) where scope = $1 and period = date_trunc($2, clock_timestamp(), 'UTC')`,
    [scope, period, count],
  );
}

async function add(tx: EntityManager, scope: string, period: Date, count: number): Promise<void> {
  await tx.query(`update sending_budget set taken = taken + $3 where scope = $1 and period = $2`, [
    scope,
    period,
    count,
  ]);
}

/** Shares that are over count no more. */
export async function forgetBudgets(tx: EntityManager): Promise<void> {
  await tx.query(`delete from sending_budget where period < clock_timestamp() - interval '2 days'`);
}
