import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions of a notice's texts, what was looked at in them, and what each approval was given for. */
export class Writing1764000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Whether the other languages have to follow a version: not where it says in its language what they say already.
      alter table notice_text add column follows boolean not null default false;
      -- The earlier version whose words were taken again.
      alter table notice_text add column taken_from int check (taken_from < version);

      -- Somebody looked at a text after another language changed, and found nothing to change in it.
      create table notice_text_check (
        notice_id uuid not null,
        language text not null,
        version int not null,
        checked_by uuid not null references account (id),
        checked_at timestamptz not null default clock_timestamp(),
        primary key (notice_id, language, checked_at),
        foreign key (notice_id, language, version) references notice_text (notice_id, language, version)
      );
      create trigger notice_text_check_is_append_only before update or delete on notice_text_check for each row execute function refuse_change();

      -- What was allowed, and by whom; the next approval shows what changed since.
      create table notice_approval (
        notice_id uuid not null references notice (id),
        number int not null check (number > 0),
        approved_at timestamptz not null default clock_timestamp(),
        approver uuid not null references account (id),
        hash bytea not null check (length(hash) = 32),
        sources jsonb not null,
        -- The addressees, and beside each the first bytes of a hash over what their letter states.
        person_ids uuid[] not null,
        person_hashes bytea[] not null,
        primary key (notice_id, number),
        constraint notice_approval_whole check (cardinality(person_ids) = cardinality(person_hashes))
      );
      create trigger notice_approval_is_append_only before update or delete on notice_approval for each row execute function refuse_change();
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
