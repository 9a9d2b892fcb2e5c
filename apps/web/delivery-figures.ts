import type { EntityManager } from 'typeorm';
import { paceOf, pauseOf, progressOf, type Pace } from '#libs/delivery/index.js';
import type { Notice } from '#libs/letters/index.js';
import type { Config } from '#libs/platform/index.js';
import { accountNames } from '#libs/staff/index.js';

/** A time in the largest unit that says enough. */
export interface TimeLeft {
  unit: 'minutes' | 'hours' | 'days';
  count: number;
}

/**
 * How long e-mails that wait will take: by what was taken in the last minute, and no less than the limit of a day asks.
 * Null where nothing waits, or nothing was taken and no limit says.
 */
export function timeLeft(
  open: number,
  perMinute: number,
  { perDay, leftToday }: Pick<Pace, 'perDay' | 'leftToday'>,
): TimeLeft | null {
  if (open === 0) return null;
  if (leftToday !== null && open > leftToday) return { unit: 'days', count: Math.ceil((open - leftToday) / perDay) };
  if (perMinute === 0) return null;
  const minutes = Math.ceil(open / perMinute);
  if (minutes < 60) return { unit: 'minutes', count: minutes };
  const hours = Math.round(minutes / 60);
  return hours < 48 ? { unit: 'hours', count: hours } : { unit: 'days', count: Math.round(hours / 24) };
}

/** Progress as the page shows it: counts by what they mean, share, pace, time left. */
export async function progressFigures(
  tx: EntityManager,
  config: Config,
  notice: Notice,
): Promise<Record<string, unknown>> {
  const progress = await progressOf(tx, notice.id);
  const pace = await paceOf(tx, config, notice.id);
  const count = (channel: string, ...states: string[]): number =>
    progress.states
      .filter((group) => group.channel === channel && (states.length === 0 || states.includes(group.state)))
      .reduce((sum, group) => sum + group.count, 0);
  const open = count('email', 'queued', 'sending', 'deferred');
  const mails = count('email');
  return {
    letters: progress.letters,
    mails,
    accepted: count('email', 'accepted'),
    refused: count('email', 'refused', 'bounced'),
    later: count('email', 'deferred'),
    unknown: count('email', 'unknown'),
    open,
    post: count('post'),
    hand: count('hand'),
    percent: mails === 0 ? 0 : Math.floor(((mails - open) / mails) * 100),
    perMinute: progress.perMinute,
    pace: { ...pace, isLimited: pace.perSecond + pace.perDomain + pace.perDay > 0 },
    left: timeLeft(open, progress.perMinute, pace),
    firstAt: progress.firstAt,
    lastAt: progress.lastAt,
  };
}

/** Why a notice is paused, with the name of the account that paused it; null unless it is. */
export async function shownPause(tx: EntityManager, notice: Notice): Promise<Record<string, unknown> | null> {
  const pause = await pauseOf(tx, notice);
  if (!pause) return null;
  const account = /^account:([0-9a-f-]{36})/.exec(pause.by)?.[1];
  const name = account ? (await accountNames(tx, [account])).get(account) : undefined;
  return { ...pause, name: name ?? '', isOwn: pause.by === 'worker' };
}
