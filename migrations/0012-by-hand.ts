import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Persons and exposures corrected by hand: reasons are somebody's own words about people, so they are sealed (under the
 * person's key, or the breach's for a change of many); a change of many says what it was, so that it can be undone.
 */
export class ByHand1764000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table exposure
        drop column reason,
        add column reason_sealed bytea,
        -- One statement writes a hundred thousand of these rows, and the change is written first.
        drop constraint exposure_change_id_fkey,
        -- Of a change of many: the row whose place it took, null where it is new, and person.facts_changed_at as it was
        -- before. Undoing the change brings both back; the row then names itself as what superseded it.
        add column instead_of uuid,
        add column facts_changed_before timestamptz,
        add constraint exposure_change_whole check ((change_id is null) = (facts_changed_before is null) and (instead_of is null or change_id is not null));

      alter table exposure_change
        drop column reason,
        add column reason_sealed bytea not null,
        add column data_kind text not null,
        add column country text,
        add column extent text,
        add column confidence text,
        -- SHA-256 over the ids of the persons it changed, in order: the same as in its ledger entry.
        add column persons_hash bytea not null check (length(persons_hash) = 32),
        -- Only the security officer undoes what changed protected persons.
        add column with_protected boolean not null,
        add column undone_persons int check (undone_persons >= 0),
        add constraint exposure_change_undone_whole check ((undone_at is null) = (undone_by is null) and (undone_at is null) = (undone_persons is null));

      -- Spoken references of persons who were entered without one: H-0001 and on, for each breach.
      create table person_reference_count (
        breach_id uuid primary key references breach (id),
        last int not null check (last > 0)
      );

      -- A UUID of version 7 at a time, for rows that one statement makes by the hundred thousand.
      create function uuid_at(at timestamptz) returns uuid language sql volatile as $$
        select encode(
          set_bit(set_bit(
            substring(int8send((extract(epoch from at) * 1000)::bigint) from 3 for 6) || substring(uuid_send(gen_random_uuid()) from 7),
            52, 1), 53, 1), 'hex')::uuid
      $$;
    `);
    await runner.query(`
      alter table open_row
        drop constraint open_row_check,
        drop column reason,
        -- Why it is nobody to be told, under the breach's key.
        add column reason_sealed bytea,
        add constraint open_row_dismissed_with_reason check (state <> 'dismissed' or reason_sealed is not null)
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
