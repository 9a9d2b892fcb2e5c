import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One person, once: who was merged into whom and why, what waits for a human, and who was found to be two. */
export class Duplicates1764000000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table person_merge (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        kept_id uuid not null references person (id),
        merged_id uuid not null references person (id),
        how text not null check (how in ('automatic', 'by-hand')),
        -- Names of the keys that agree, differ and conflict; never a value.
        why jsonb not null,
        -- What the kept person took over, so that a split gives back exactly this: names of fields, places of contacts,
        -- ids of exposures.
        taken jsonb not null,
        merged_by uuid not null references account (id),
        merged_at timestamptz not null default clock_timestamp(),
        split_by uuid references account (id),
        split_at timestamptz,
        constraint person_merge_of_two check (kept_id <> merged_id),
        constraint person_merge_split_whole check ((split_by is null) = (split_at is null))
      );
      create unique index person_merge_current on person_merge (merged_id) where split_at is null;
      create index person_merge_kept_id on person_merge (kept_id);
      create index person_merge_breach_id on person_merge (breach_id, merged_at);

      -- Whether persons came or changed since duplicates were last looked for, and on whose behalf to look.
      create table person_matching (
        breach_id uuid primary key references breach (id),
        due_since timestamptz,
        asked_by uuid not null references account (id),
        matched_at timestamptz
      );

      -- Two persons of whom somebody said that they are two: never asked, and never merged by itself, again.
      create table person_apart (
        one_id uuid not null references person (id),
        other_id uuid not null references person (id),
        breach_id uuid not null references breach (id),
        said_by uuid not null references account (id),
        said_at timestamptz not null default clock_timestamp(),
        primary key (one_id, other_id),
        constraint person_apart_in_order check (one_id < other_id)
      );
      create index person_apart_breach_id on person_apart (breach_id);

      -- What may be one person, for a human; made anew by each matching, what was settled stays.
      create table person_review (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        person_ids uuid[] not null check (cardinality(person_ids) > 1),
        why jsonb not null,
        found_at timestamptz not null default clock_timestamp()
      );
      create index person_review_breach_id on person_review (breach_id, id);
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
