import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notices, their texts by version, and one letter for each person of a notice. */
export class Letters1764000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table notice (
        id uuid primary key,
        reference text not null check (reference ~ '^N-[0-9]{4}-[0-9]{4,}$'),
        breach_id uuid not null references breach (id),
        kind text not null check (kind in ('initial', 'follow-up', 'reminder', 'correction')),
        state text not null check (state in ('draft', 'submitted', 'approved', 'sending', 'paused', 'sent', 'withdrawn')),
        -- The revision of the breach's facts that the letters state.
        facts_revision int not null,
        author uuid not null references account (id),
        drafted_at timestamptz not null default clock_timestamp(),
        submitted_at timestamptz,
        approver uuid references account (id),
        approved_at timestamptz,
        -- SHA-256 over texts, facts and addressees: the approval holds for exactly these.
        approved_hash bytea check (length(approved_hash) = 32),
        -- Revisions that the letters are made from: of the controller, of the breach's texts, of this notice's texts.
        sources jsonb,
        -- The day printed on the letters, in the controller's zone.
        dated date,
        -- Why the second person sent it back; shown to the author.
        note text check (length(note) <= 2000),
        sending_at timestamptz,
        sent_at timestamptz,
        withdrawn_at timestamptz,
        constraint notice_reference_key unique (reference),
        -- An author never approves their own notice.
        constraint notice_second_person check (approver is null or approver <> author),
        constraint notice_approved_whole check ((approver is null) = (approved_hash is null)),
        constraint notice_sending_approved check (state not in ('approved', 'sending', 'paused', 'sent') or approver is not null),
        foreign key (breach_id, facts_revision) references breach_revision (breach_id, revision)
      );
      create index notice_breach_id on notice (breach_id);

      create table notice_text (
        notice_id uuid not null references notice (id),
        language text not null check (language in ('nl', 'fr', 'de', 'en')),
        version int not null check (version > 0),
        body text not null check (length(body) <= 100000),
        source_hash bytea not null check (length(source_hash) = 32),
        recorded_by uuid not null references account (id),
        recorded_at timestamptz not null default clock_timestamp(),
        primary key (notice_id, language, version)
      );
      create trigger notice_text_is_append_only before update or delete on notice_text for each row execute function refuse_change();

      -- Wrapper, words and advice of the letters as shipped when a notice was submitted, by their hash.
      create table letter_shared_template (
        hash bytea primary key check (length(hash) = 32),
        content jsonb not null
      );
      create trigger letter_shared_template_is_append_only before update or delete on letter_shared_template for each row execute function refuse_change();

      create table letter (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        notice_id uuid not null references notice (id),
        person_id uuid not null references person (id),
        languages text[] not null check (cardinality(languages) > 0 and languages <@ array['nl', 'fr', 'de', 'en']),
        -- Code, token and confirmation word are derived and never stored; only what finds them again is.
        code_index bytea not null,
        token_index bytea not null,
        word_index bytea not null,
        -- The person as the letter states them, under the person's key: with it the letter can be made again.
        inputs_sealed bytea not null,
        -- SHA-256 of what the letter is made from, and of its text part as made.
        inputs_hash bytea not null check (length(inputs_hash) = 32),
        body_hash bytea not null check (length(body_hash) = 32),
        made_at timestamptz not null default clock_timestamp(),
        constraint letter_one_of_a_notice unique (notice_id, person_id),
        constraint letter_code_key unique (code_index),
        constraint letter_token_key unique (token_index)
      );
      create index letter_person_id on letter (person_id);
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
