import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, Clock, databaseNow, log, type Config, type HealthCheck } from '#libs/platform/index.js';
import { DeliveryReportsService } from './delivery-reports.service.js';
import { KEPT_BYTES } from './delivery-reports.store.js';
import { withMailbox, type ImapMailbox } from './imap-mailbox.js';
import { MAILBOX_FAULTS, MailboxError, faultOf, type MailboxFault } from './mailbox-faults.js';

/** One look at the mailbox takes no more mails and no more time than this; the rest waits for the next minute. */
const MOST_MAILS = 5_000;
const MOST_MILLISECONDS = 45_000;
/** Whoever runs the doctor waits for the answer. */
const DOCTOR_MILLISECONDS = 5_000;

/** What one look at the mailbox brought. */
export interface MailboxLook {
  read: number;
  /** Whether nothing was left that had come before the look began. */
  isWhole: boolean;
}

/** When the mailbox was last read to its end, and what was wrong with it last. */
export interface MailboxState {
  readAt: Date | null;
  triedAt: Date | null;
  fault: MailboxFault | null;
}

/** Reads the bounce mailbox. */
@Injectable()
export class BounceMailboxService implements OnModuleDestroy {
  private readonly ending = new AbortController();
  private looking: Promise<MailboxLook | null> | null = null;

  constructor(
    private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly reports: DeliveryReportsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Every minute: takes what lies in the bounce mailbox, and takes each mail out of it once its report is committed. One
   * process reads at a time; whoever comes second leaves it. A process that is killed leaves the mails that it had not
   * taken out: read again, each counts once. A mail too large
   * to be kept whole is put aside in the mailbox. What is wrong with the mailbox is kept and never thrown. Null where there
   * is no mailbox, or where somebody else reads it.
   */
  async poll(): Promise<MailboxLook | null> {
    const address = this.config.BOUNCE_MAILBOX_URL;
    if (!address || this.looking || this.ending.signal.aborted) return null;
    this.looking = this.lookAlone(address);
    try {
      return await this.looking;
    } finally {
      this.looking = null;
    }
  }

  /** Ends after the mail at hand. */
  async onModuleDestroy(): Promise<void> {
    this.ending.abort();
    await this.looking?.catch(() => undefined);
  }

  private async lookAlone(address: string): Promise<MailboxLook | null> {
    // The lock lasts as long as the connection: whoever dies lets go of it.
    const holder = this.database.createQueryRunner();
    try {
      await holder.connect();
      const [lock]: { mine: boolean }[] = await holder.query(`select pg_try_advisory_lock(${LOCK}) as mine`);
      if (!lock!.mine) return null;
      try {
        return await this.look(address);
      } finally {
        await holder.query(`select pg_advisory_unlock(${LOCK})`);
      }
    } finally {
      await holder.release();
    }
  }

  /** What is known of the mailbox. */
  async state(): Promise<MailboxState> {
    const [row]: MailboxState[] = await this.database.query(
      `select read_at as "readAt", tried_at as "triedAt", fault from mailbox_poll`,
    );
    return row!;
  }

  private async look(address: string): Promise<MailboxLook | null> {
    const beganAt = await databaseNow(this.database.manager);
    try {
      const look = await withMailbox(address, (mailbox) => this.empty(mailbox));
      await this.database.query(
        `update mailbox_poll set tried_at = $1, fault = null, read_at = case when $2 then $1 else read_at end`,
        [beganAt, look.isWhole],
      );
      if (look.read > 0) log.info('the bounce mailbox was read', { count: look.read });
      return look;
    } catch (error) {
      const fault = faultOf(error);
      log.warn('the bounce mailbox was not read', { code: fault });
      await this.database.query(`update mailbox_poll set tried_at = $1, fault = $2`, [beganAt, fault]);
      return null;
    }
  }

  private async empty(mailbox: ImapMailbox): Promise<MailboxLook> {
    const end = this.clock.now().getTime() + MOST_MILLISECONDS;
    const uids = await mailbox.list();
    let read = 0;
    for (const uid of uids) {
      if (read >= MOST_MAILS || this.ending.signal.aborted || this.clock.now().getTime() > end)
        return { read, isWhole: false };
      const raw = await mailbox.read(uid);
      // Its letter is just being sent: the mail stays where it is until the next look.
      if (raw && (await this.take(raw)) !== 'later')
        await (raw.length <= KEPT_BYTES ? mailbox.remove(uid) : mailbox.setAside(uid));
      read++;
    }
    return { read, isWhole: true };
  }

  private async take(raw: Buffer): Promise<string> {
    try {
      return await this.reports.take(raw, { source: 'mailbox', actor: 'worker' });
    } catch (error) {
      log.error('a delivery report was not kept', { errorName: error instanceof Error ? error.name : typeof error });
      throw new MailboxError('database');
    }
  }
}

const LOCK = `hashtext('tocsin.bounce-mailbox')`;

/** For the doctor: signs in to the mailbox and opens its folder, without reading or changing a mail. Never throws. */
export async function checkBounceMailbox(config: Pick<Config, 'BOUNCE_MAILBOX_URL'>): Promise<HealthCheck> {
  const name = 'bounce mailbox';
  if (!config.BOUNCE_MAILBOX_URL)
    return {
      name,
      state: 'skipped',
      found: 'none is set: letters count as arrived by time alone',
      mend: null,
    };
  try {
    const mails = await withMailbox(
      config.BOUNCE_MAILBOX_URL,
      async (mailbox) => (await mailbox.list()).length,
      DOCTOR_MILLISECONDS,
    );
    return { name, state: 'ok', found: `can be read, ${mails} mails wait in it`, mend: null };
  } catch (error) {
    const { found, mend } = MAILBOX_FAULTS[faultOf(error)];
    return { name, state: 'fault', found, mend };
  }
}
