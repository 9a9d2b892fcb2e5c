import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { record } from '#libs/ledger/index.js';
import { NoticesService, getNotice, wrongState, type Notice } from '#libs/letters/index.js';
import { Problem, log, type Fault } from '#libs/platform/index.js';
import { AccountsService, actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { dueReminders, reminderState, type DueReminder, type ReminderState } from './reminders.store.js';

/** What a schedule may ask for, as the database holds it. */
export const REMIND_DAYS = { least: 1, most: 90 };
export const REMIND_TIMES = { least: 1, most: 5 };
/** Reminders that one minute drafts; making all letters of one takes a while. */
const MOST_AT_ONCE = 10;

/** Reminders by schedule: the worker drafts them and hands them in; a person allows and sends them, like any letter. */
@Injectable()
export class RemindersService {
  constructor(
    private readonly database: DataSource,
    private readonly notices: NoticesService,
    private readonly accounts: AccountsService,
  ) {}

  /**
   * Sets that persons who do not reply to letters of this notice are reminded `days` days after it is sent, `times` times
   * at most, as typed. Whoever sets it is the author of what is drafted. Throws `reminders.faulty`, `reminders.of-reminder`,
   * `notice.wrong-state` for one that was withdrawn.
   */
  async set(actor: Actor, reference: string, typed: { days: string; times: string }): Promise<ReminderState> {
    requirePermission(actor, 'notice.write');
    const [days, times] = readSchedule(typed);
    return await this.change(actor, reference, 'notice.reminders-set', { days, times }, [days, times, actor.accountId]);
  }

  /** Ends the schedule of a notice: no further reminder is drafted. One that is drafted already is withdrawn by hand. */
  async end(actor: Actor, reference: string): Promise<ReminderState> {
    requirePermission(actor, 'notice.write');
    return await this.change(actor, reference, 'notice.reminders-ended', {}, [null, null, null]);
  }

  private async change(
    actor: Actor,
    reference: string,
    kind: 'notice.reminders-set' | 'notice.reminders-ended',
    facts: Record<string, number>,
    values: (string | number | null)[],
  ): Promise<ReminderState> {
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference, true);
      requireRemindable(notice);
      await tx.query(
        `update notice set remind_after_days = $2, remind_at_most = $3, remind_set_by = $4 where id = $1`,
        [notice.id, ...values],
      );
      await record(tx, {
        kind,
        actor: actorName(actor),
        breachId: notice.breachId,
        facts: { notice: notice.reference, ...facts },
      });
      return await reminderState(tx, notice.id);
    });
  }

  /**
   * Every minute: drafts the reminders that are due and hands them in for approval, in the name of who set the schedule,
   * who therefore never approves them. One worker at a time; what cannot be drafted is logged and looked at again in a
   * minute, and one that cannot be handed in stays a draft, whose page says what is missing. Answers the references of
   * what was drafted.
   */
  async draftDue(): Promise<string[]> {
    return await this.database.transaction(async (lock) => {
      const [mine]: { mine: boolean }[] = await lock.query(`select pg_try_advisory_xact_lock(${LOCK}) as mine`);
      if (!mine!.mine) return [];
      const drafted: string[] = [];
      for (const due of await dueReminders(lock, MOST_AT_ONCE)) {
        const reference = await this.draft(due);
        if (reference) drafted.push(reference);
      }
      return drafted;
    });
  }

  private async draft({ noticeId, reference, breachReference, setBy }: DueReminder): Promise<string | null> {
    let drafted: string | null = null;
    try {
      const actor = await this.accounts.actorById(setBy, 'worker');
      ({ reference: drafted } = await this.notices.draft(actor, breachReference, 'reminder', '', noticeId));
      await this.notices.submit(actor, drafted);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // That nobody is left is no fault: most replied, and for the others something changed.
      if (error.code !== 'notice.nobody-due')
        log.warn('a reminder was not handed in', { reference: drafted ?? reference, code: error.code });
    }
    return drafted;
  }
}

const LOCK = `hashtext('tocsin.reminders')`;

/** The schedule of a notice of this breach. */
export async function remindersOf(
  tx: EntityManager,
  reference: string,
): Promise<{ notice: Notice; state: ReminderState }> {
  const notice = await getNotice(tx, reference);
  return { notice, state: await reminderState(tx, notice.id) };
}

function requireRemindable(notice: Notice): void {
  if (notice.kind === 'reminder')
    throw new Problem(
      'refused',
      'reminders.of-reminder',
      'This notice is a reminder itself. Set the schedule at the notice that it reminds of.',
    );
  if (notice.state === 'withdrawn') throw wrongState(notice);
}

function readSchedule({ days, times }: { days: string; times: string }): [number, number] {
  const faults: Fault[] = [];
  const read = (at: 'days' | 'times', text: string, { least, most }: { least: number; most: number }): number => {
    const value = /^\d{1,3}$/.test(text.trim()) ? Number(text) : NaN;
    if (!(value >= least && value <= most))
      faults.push({ at, message: `Enter a whole number of ${at} from ${least} to ${most}.` });
    return value;
  };
  const schedule: [number, number] = [read('days', days, REMIND_DAYS), read('times', times, REMIND_TIMES)];
  if (faults.length > 0)
    throw new Problem('bad-input', 'reminders.faulty', faults.map(({ message }) => message).join(' '), faults);
  return schedule;
}
