import type { EntityManager } from 'typeorm';

/** When the worker drafts reminders of a notice, at most how many, and in whose name. */
export interface ReminderSchedule {
  afterDays: number;
  atMost: number;
  /** Account id. */
  setBy: string;
}

/** How far the reminders of a notice are. */
export interface ReminderState {
  schedule: ReminderSchedule | null;
  /** Reminders that were drafted by it, also those that were withdrawn. */
  drafted: number;
  /** When the next is drafted; null where none is: no schedule, all drafted, or the notice is not sent. */
  dueAt: Date | null;
}

/** SQL over notice n: days after it was sent, or after any reminder of its breach was sent or given up. */
const DUE_AT = `
  greatest(n.sent_at, (select max(coalesce(r.sent_at, r.withdrawn_at)) from notice r where r.breach_id = n.breach_id and r.kind = 'reminder'))
    + n.remind_after_days * interval '24 hours'`;
const DRAFTED = `(select count(*)::int from notice r where r.reminds = n.id)`;
const GOES_ON = `n.state = 'sent' and ${DRAFTED} < n.remind_at_most`;

/** SQL over notice n: its schedule, where it has one, has no reminder left, and none of its breach is on its way. */
export const REMINDERS_ARE_OVER = `
  (n.remind_at_most is null or ${DRAFTED} >= n.remind_at_most)
  and not exists (select from notice r where r.breach_id = n.breach_id and r.kind = 'reminder' and r.state not in ('sent', 'withdrawn'))`;

/** What of a notice's reminders is set and done. */
export async function reminderState(tx: EntityManager, noticeId: string): Promise<ReminderState> {
  const [row]: (Partial<ReminderSchedule> & { drafted: number; dueAt: Date | null })[] = await tx.query(
    `select n.remind_after_days as "afterDays", n.remind_at_most as "atMost", n.remind_set_by as "setBy", ${DRAFTED} as drafted,
            case when ${GOES_ON} then ${DUE_AT} end as "dueAt"
       from notice n where n.id = $1`,
    [noticeId],
  );
  const { afterDays, atMost, setBy, drafted, dueAt } = row!;
  return { schedule: setBy ? { afterDays: afterDays!, atMost: atMost!, setBy } : null, drafted, dueAt };
}

/** A notice of whose letters somebody is to be reminded now. */
export interface DueReminder {
  noticeId: string;
  reference: string;
  breachReference: string;
  setBy: string;
}

/**
 * Notices whose next reminder is due, at most one a breach: none while another reminder of the breach is being written or
 * sent, while its letters may not leave, or where nobody is left who has a letter and has not replied.
 */
export async function dueReminders(tx: EntityManager, limit: number): Promise<DueReminder[]> {
  return await tx.query(
    `select distinct on (b.reference) n.id as "noticeId", n.reference, b.reference as "breachReference", n.remind_set_by as "setBy"
       from notice n join breach b on b.id = n.breach_id
      where ${GOES_ON} and ${DUE_AT} <= clock_timestamp() and b.closed_at is null
        and breach_is_fenced(n.breach_id) is false and not breach_is_delayed(n.breach_id)
        and not exists (select from notice r where r.breach_id = n.breach_id and r.kind = 'reminder' and r.state not in ('sent', 'withdrawn'))
        and exists (select from person p where p.breach_id = n.breach_id and p.merged_into is null and p.secret is not null
                     and p.letters_arrived > 0 and p.acknowledged_at is null and p.exposures_open > 0)
      order by b.reference, n.id limit $1`,
    [limit],
  );
}
