import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The public communication of Art. 34(3)(c): what was published, where, from when to when, by whom. */
export class Communications1764000000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table communication_publication (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        medium text not null check (medium in ('website', 'press', 'newspaper', 'notice-board', 'social-media', 'other')),
        -- The address of the page, the name of the paper, the place of the board: it names no person.
        place text not null check (length(place) between 1 and 500),
        published_from date not null,
        -- The words as they were published, by language, and SHA-256 over them as the ledger has it.
        words jsonb not null check (words <> '{}'::jsonb),
        words_hash bytea not null check (length(words_hash) = 32),
        recorded_by uuid not null references account (id),
        recorded_at timestamptz not null default clock_timestamp()
      );
      create index communication_publication_breach_id on communication_publication (breach_id, published_from);
      create trigger communication_publication_is_append_only before update or delete on communication_publication
        for each row execute function refuse_change();

      -- A publication that is over: written once, beside it.
      create table communication_publication_end (
        publication_id uuid primary key references communication_publication (id),
        published_until date not null,
        recorded_by uuid not null references account (id),
        recorded_at timestamptz not null default clock_timestamp()
      );
      create trigger communication_publication_end_is_append_only before update or delete on communication_publication_end
        for each row execute function refuse_change();

      -- Art. 34(3)(c) stands on the public communication: without it nobody is exempt by it.
      create function person_exempt_needs_publication() returns trigger language plpgsql as $$
      begin
        if not exists (select from communication_publication where breach_id = new.breach_id) then
          raise exception 'no public communication of this breach is recorded as published'
            using errcode = 'integrity_constraint_violation', constraint = 'person_exempt_needs_publication';
        end if;
        return new;
      end $$;
      create trigger person_exempt_needs_publication before update of exempted_by on person
        for each row when (new.exempted_by = 'c' and old.exempted_by is distinct from 'c') execute function person_exempt_needs_publication();
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
