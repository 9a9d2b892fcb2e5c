import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { errorFields, log } from '#libs/platform/index.js';

/** Between two looks at whether the notice still goes; at most what leaves in that time leaves after a pause. */
const LOOK_MILLISECONDS = 200;
/** Letters of a notice that was sent may still leave: the next rung of one that came back. */
export const DELIVERED_STATES: readonly string[] = ['sending', 'sent'];

/**
 * Watches over a claimed batch while it is sent: renews its lease, and sees when the notice is paused. A worker that was
 * asleep for longer than its lease must not send: its letters were named in doubt, and may by now have been settled and
 * given to another.
 */
export class BatchWatch {
  private readonly ending = new AbortController();
  private readonly lost = new AbortController();
  private leaseEnds: number;
  private isPaused = false;
  private hasFailed = false;
  private readonly watching: Promise<void>;

  constructor(
    private readonly database: DataSource,
    private readonly noticeId: string,
    private readonly ids: string[],
    private readonly leaseSeconds: number,
    claimedAt: number,
  ) {
    this.leaseEnds = claimedAt + leaseSeconds * 1_000;
    this.watching = this.watch();
  }

  /** Aborts when the lease is over: whatever is under way then is in doubt. */
  get leaseEnded(): AbortSignal {
    return this.lost.signal;
  }

  /** Whether another letter of the batch may begin. */
  get mayGoOn(): boolean {
    return !this.isPaused && this.isLeased;
  }

  get isLeased(): boolean {
    if (performance.now() >= this.leaseEnds) this.lost.abort();
    return !this.lost.signal.aborted;
  }

  async end(): Promise<void> {
    this.ending.abort();
    await this.watching;
  }

  private async watch(): Promise<void> {
    const { signal } = this.ending;
    for (let renewed = performance.now(); !signal.aborted;) {
      // Ended while it waits: that is how it is told.
      await delay(LOOK_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || !this.isLeased) return;
      try {
        const isDue = performance.now() - renewed > (this.leaseSeconds * 1_000) / 3;
        if (isDue) renewed = performance.now();
        await this.look(isDue);
      } catch (error) {
        // The lease runs on; what is not settled by its end is in doubt, and is named so.
        if (!this.hasFailed) log.warn('a batch could not be watched', errorFields(error));
        this.hasFailed = true;
      }
    }
  }

  private async look(renew: boolean): Promise<void> {
    const asked = performance.now();
    const [notice]: { state: string }[] = await this.database.query(`select state from notice where id = $1`, [
      this.noticeId,
    ]);
    if (!DELIVERED_STATES.includes(notice!.state)) this.isPaused = true;
    if (!renew || !this.isLeased) return;
    const [kept]: [unknown[]] = await this.database.query(
      `update dispatch set lease_ends_at = clock_timestamp() + make_interval(secs => $2) where id = any ($1) and state = 'sending' and lease_ends_at > clock_timestamp() returning id`,
      [this.ids, this.leaseSeconds],
    );
    // None is settled before all are: one that is missing was taken away.
    if (kept.length === this.ids.length) this.leaseEnds = asked + this.leaseSeconds * 1_000;
  }
}
