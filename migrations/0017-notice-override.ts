import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Findings of the linter that a data protection officer lets pass, each for one text and with a reason. */
export class NoticeOverride1764000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table notice_override (
        id uuid primary key,
        notice_id uuid not null references notice (id),
        rule text not null check (rule ~ '^[a-z]+(-[a-z]+)*$' and length(rule) <= 40),
        language text not null check (language in ('nl', 'fr', 'de', 'en')),
        -- SHA-256 of what the letters say in that language: with another text the override ends.
        text_hash bytea not null check (length(text_hash) = 32),
        -- Somebody's own words, under the breach's key.
        reason_sealed bytea not null,
        overridden_by uuid not null references account (id),
        overridden_at timestamptz not null default clock_timestamp(),
        constraint notice_override_once unique (notice_id, rule, language, text_hash)
      );
      create trigger notice_override_is_append_only before update or delete on notice_override for each row execute function refuse_change();
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
