import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordMany } from '#libs/ledger/index.js';
import { NOTICE_KINDS, type NoticeKind } from '#libs/letters/index.js';
import { CONFIG, isLoopback, type Config } from '#libs/platform/index.js';
import { lettersArrived } from './arrivals.js';

/** Letters that one transaction settles: their persons stay locked until it ends. */
const BATCH = 1_000;

/** Hours after which a letter that the peer took has arrived: at once where the peer is on loopback and has it itself. */
export function settlingHours(config: Pick<Config, 'SETTLING_HOURS' | 'SMTP_URL'>): number {
  const isLocal = !config.SMTP_URL || isLoopback(new URL(config.SMTP_URL).hostname);
  return isLocal ? 0 : config.SETTLING_HOURS;
}

/** How far settling is, for pages and reports. */
export interface SettlingState {
  /** Hours that a letter waits for a report. */
  hours: number;
  /** Every letter that a relay took before this time is settled: it arrived, or a report says otherwise. Null: none yet. */
  upTo: Date | null;
  /** Whether letters wait for the bounce mailbox to be read, beside the time. */
  needsMailbox: boolean;
}

/** Settles *told*: an e-mail that a relay took counts as arrived once its time has passed and no report came. */
@Injectable()
export class SettlingService {
  constructor(
    private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Every minute: letters that a relay took long enough ago have arrived, where the bounce mailbox was read to its end
   * since. Without a bounce mailbox the time alone settles. Batch by batch, each in a transaction of its own; two
   * workers settle different letters. Answers how many arrived.
   */
  async settleArrivals(): Promise<number> {
    for (let settled = 0; ;) {
      const count = await this.database.transaction((tx) => this.settleBatch(tx));
      settled += count;
      if (count < BATCH) return settled;
    }
  }

  /** How far settling is at this moment. */
  async state(): Promise<SettlingState> {
    const { hours, needsMailbox } = this.rule();
    const [row]: { upTo: Date | null }[] = await this.database.query(
      `select case when oldest < cut then oldest else cut end as "upTo"
         from (select ${CUT} as cut, (select min(settled_at) from dispatch where state = 'accepted' and arrived_at is null) as oldest) times`,
      [hours, needsMailbox],
    );
    return { hours, needsMailbox, upTo: row!.upTo };
  }

  private rule(): { hours: number; needsMailbox: boolean } {
    const hours = settlingHours(this.config);
    return { hours, needsMailbox: hours > 0 && this.config.BOUNCE_MAILBOX_URL !== undefined };
  }

  private async settleBatch(tx: EntityManager): Promise<number> {
    const { hours, needsMailbox } = this.rule();
    const [arrived]: [{ id: string; letterId: string; personId: string; breachId: string; kind: NoticeKind }[]] =
      await tx.query(
        `update dispatch d set arrived_at = clock_timestamp() from notice n
          where n.id = d.notice_id and d.id = any (
            select id from dispatch where state = 'accepted' and arrived_at is null and settled_at <= ${CUT}
             order by settled_at limit $3 for update skip locked)
          returning d.id, d.letter_id as "letterId", d.person_id as "personId", d.breach_id as "breachId", n.kind`,
        [hours, needsMailbox, BATCH],
      );
    for (const kind of NOTICE_KINDS)
      await lettersArrived(
        tx,
        kind,
        arrived.filter((one) => one.kind === kind).map((one) => one.letterId),
      );
    await recordMany(
      tx,
      arrived.map(({ id, letterId, personId, breachId }) => ({
        kind: 'dispatch.arrived' as const,
        actor: 'worker',
        breachId,
        personId,
        facts: { dispatch: id, letter: letterId, hours },
      })),
    );
    return arrived.length;
  }
}

/**
 * SQL: letters that were taken before then have had their hours ($1) and, where a mailbox is read ($2), a look at it
 * after them. Null, and so nothing settles, while it was never read.
 */
const CUT = `(case when $2 then (select read_at from mailbox_poll) else clock_timestamp() end - make_interval(hours => $1))`;
