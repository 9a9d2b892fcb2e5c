import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Letters of every kind: the form of a notice's subject, the form in which a person asked for their letters, and what
 * they had of what is known.
 */
export class KindsOfNotice1764000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table notice add column subject_form text not null default 'neutral' check (subject_form in ('plain', 'neutral'));

      alter table person add column letter_form text not null default 'standard'
        check (letter_form in ('standard', 'large-print', 'plain-text', 'easy-to-read'));
      -- The form in which this letter was made.
      alter table letter add column form text not null default 'standard'
        check (form in ('standard', 'large-print', 'plain-text', 'easy-to-read'));

      -- Large print may tell of somebody's health: it goes with the person's secret.
      create function letter_form_is_forgotten() returns trigger language plpgsql as $$
      begin
        update letter set form = 'standard' where person_id = new.id and form <> 'standard';
        return null;
      end $$;
      create trigger letter_form_is_forgotten after update of secret on person for each row
        when (old.secret is not null and new.secret is null) execute function letter_form_is_forgotten();

      -- A letter that was made is not one that somebody had: from now on last_letter_at is set when a letter that states
      -- facts arrives or is acknowledged, and a reminder never moves it. Whoever has not had the new letter stays counted.
      drop trigger person_had_letter on letter;
      drop function person_had_letter();
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
