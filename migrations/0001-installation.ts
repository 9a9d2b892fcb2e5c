import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The keys of the installation, wrapped by the root key that lies outside the database, and the counters of spoken references. */
export class Installation1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table installation_key (
        purpose text primary key check (purpose in ('kek', 'index', 'code', 'ticket')),
        wrapped bytea not null,
        created_at timestamptz not null default now()
      );

      -- The last number given out per kind and year: BR-2026-0001, N-2026-0001.
      create table spoken_reference (
        kind text not null check (kind in ('BR', 'N')),
        year int not null check (year between 2000 and 2999),
        last int not null check (last > 0),
        primary key (kind, year)
      );

      -- Tables that only ever grow: a later row replaces, never changes, an earlier one.
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
      end $$;
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
