import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Print runs: which letters were printed together, on which sheet each, and what became of it; and letters handed over. */
export class PrintRuns1764000000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table spoken_reference drop constraint spoken_reference_kind_check,
        add constraint spoken_reference_kind_check check (kind in ('BR', 'N', 'P'));

      create table print_run (
        id uuid primary key,
        reference text not null check (reference ~ '^P-[0-9]{4}-[0-9]{4,}$'),
        breach_id uuid not null references breach (id),
        notice_id uuid not null references notice (id),
        -- Closed once no sheet of it waits to be posted.
        state text not null default 'open' check (state in ('open', 'closed')),
        letters int not null check (letters > 0),
        made_by uuid not null references account (id),
        made_at timestamptz not null default clock_timestamp(),
        -- When its files were made, and SHA-256 of their manifest; both null while they are not.
        files_made_at timestamptz,
        manifest_hash bytea check (length(manifest_hash) = 32),
        closed_at timestamptz,
        constraint print_run_reference_key unique (reference),
        constraint print_run_files_made check ((files_made_at is null) = (manifest_hash is null)),
        constraint print_run_closed check ((state = 'closed') = (closed_at is not null))
      );
      create index print_run_notice_id on print_run (notice_id, id);
      create index print_run_breach_id on print_run (breach_id);

      -- What was made of a run: names and hashes for ever, the sealed bytes until the run is closed.
      create table print_file (
        run_id uuid not null references print_run (id),
        name text not null check (length(name) <= 100),
        -- Of letters; null for the list of addresses and the manifest.
        languages text,
        pages int check (pages > 0),
        letters int not null check (letters >= 0),
        size int not null check (size > 0),
        hash bytea not null check (length(hash) = 32),
        primary key (run_id, name)
      );
      create table print_file_content (
        run_id uuid not null,
        name text not null,
        sealed bytea not null,
        primary key (run_id, name),
        foreign key (run_id, name) references print_file (run_id, name) on delete cascade
      );

      alter table dispatch
        add column print_run_id uuid references print_run (id),
        -- Its number in the run, and how many pages its letter has; known once it was set.
        add column sheet int check (sheet > 0),
        add column pages int check (pages > 0),
        add constraint dispatch_sheet check ((print_run_id is null) = (sheet is null));
      create unique index dispatch_print_run_id on dispatch (print_run_id, sheet) where print_run_id is not null;

      -- Who brought a letter by hand and who saw it: two accounts, or an account and a name.
      create table handover (
        dispatch_id uuid primary key references dispatch (id),
        handed_on date not null,
        handed_by uuid not null references account (id),
        witness_account uuid references account (id),
        witness_sealed bytea,
        recorded_at timestamptz not null default clock_timestamp(),
        constraint handover_two check (num_nonnulls(witness_account, witness_sealed) = 1 and witness_account is distinct from handed_by)
      );
      create index handover_handed_by on handover (handed_by);
      create index handover_witness_account on handover (witness_account);

      -- A letter leaves by post as well: nothing of a fenced breach is printed or handed over.
      create trigger dispatch_not_printed_while_fenced before update of state on dispatch
        for each row when (new.state in ('printed', 'handed-over') and old.state <> new.state) execute function dispatch_not_while_fenced();

      -- The files of a run hold whole letters: they go when one of its persons is forgotten, and can be made again without.
      create function print_runs_forget() returns trigger language plpgsql as $$
      begin
        delete from print_file_content where run_id in (select print_run_id from dispatch where person_id = new.id);
        return null;
      end $$;
      create trigger print_runs_forget after update of secret on person for each row
        when (old.secret is not null and new.secret is null) execute function print_runs_forget();
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
