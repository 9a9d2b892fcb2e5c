import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A roster file on its way: in sealed pieces, with what was said of its columns, what its check found, how far its import is. */
export class RosterUpload1764000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Files are kept for a day at most: one that is on its way while the schema changes is chosen again.
      drop table roster_upload;
      create table roster_upload (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        uploaded_by uuid not null references account (id),
        uploaded_at timestamptz not null default clock_timestamp(),
        -- arriving: its pieces come in. kept: it is whole, and somebody looks at it. queued: its import waits for a worker.
        -- refused: it could not be imported; without a head, it could not even be read, and nothing of it is here.
        state text not null default 'arriving' check (state in ('arriving', 'kept', 'queued', 'importing', 'imported', 'refused')),
        pieces int not null default 0 check (pieces >= 0),
        header_key text,
        -- Under the breach's key: its name, its column names and first rows; which column is which; what the check found.
        head_sealed bytea,
        mapping_sealed bytea,
        check_sealed bytea,
        -- Counts the checks, so that an import is asked for by somebody who saw the last of them.
        checks int not null default 0,
        columns_are_right boolean not null default false,
        keep_good boolean not null default false,
        -- Told on a connection of its own while the import's transaction is open.
        taken_at timestamptz,
        began_at timestamptz,
        rows_done int not null default 0,
        told_at timestamptz,
        -- What the import came to, in numbers; or the problem, by its code and its sentence.
        result jsonb,
        problem jsonb,
        check (state in ('arriving', 'refused') or (head_sealed is not null and mapping_sealed is not null and header_key is not null)),
        check (head_sealed is not null or (mapping_sealed is null and check_sealed is null)),
        check (state <> 'refused' or problem is not null),
        check ((state = 'imported') = (result is not null))
      );
      create index roster_upload_breach_id on roster_upload (breach_id, uploaded_by);

      create table roster_upload_piece (
        upload_id uuid not null references roster_upload (id) on delete cascade,
        number int not null check (number >= 0),
        sealed bytea not null,
        primary key (upload_id, number)
      );

      -- Which column of a source's files is which of ours, as somebody set it; found again by the column names.
      create table roster_mapping (
        breach_id uuid not null references breach (id),
        header_key text not null,
        sealed bytea not null,
        set_by uuid not null references account (id),
        set_at timestamptz not null default clock_timestamp(),
        primary key (breach_id, header_key)
      );
      create index roster_mapping_header_key on roster_mapping (header_key, set_at);
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
