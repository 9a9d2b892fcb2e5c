import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reminders by schedule: whose it is, and which notice a reminder was drafted for; letters that nobody answered. */
export class Reminders1764000000024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table notice
        -- In whose name the worker drafts: who set the schedule, and so never approves what comes of it.
        add column remind_set_by uuid references account (id),
        drop constraint notice_reminds_whole,
        add constraint notice_reminds_whole check (
          (remind_after_days is null) = (remind_at_most is null) and (remind_after_days is null) = (remind_set_by is null)),
        add constraint notice_reminds_of_letters check (remind_after_days is null or kind <> 'reminder'),
        -- The notice by whose schedule this reminder was drafted.
        add column reminds uuid references notice (id),
        add constraint notice_reminds_is_reminder check (reminds is null or kind = 'reminder');
      create index notice_reminds on notice (reminds) where reminds is not null;

      -- When it was found that nobody answered this letter, whatever reminded of it; looked at once.
      alter table letter add column silent_at timestamptz;
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
