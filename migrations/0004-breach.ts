import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The register: controller, breaches, their facts and texts by revision, and what the attacker may read. */
export class Breach1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The controller's own data, once for the installation; every save is a new revision.
      create table controller_revision (
        revision int primary key check (revision > 0),
        facts jsonb not null,
        recorded_by uuid references account (id),
        recorded_at timestamptz not null default clock_timestamp()
      );

      create table breach (
        id uuid primary key,
        reference text not null check (reference ~ '^BR-[0-9]{4}-[0-9]{4,}$'),
        is_drill boolean not null default false,
        key_wrapped bytea not null,
        opened_by uuid references account (id),
        opened_at timestamptz not null default clock_timestamp(),
        closed_at timestamptz,
        constraint breach_reference_key unique (reference)
      );

      create table breach_revision (
        breach_id uuid not null references breach (id),
        revision int not null check (revision > 0),
        facts jsonb not null,
        recorded_by uuid references account (id),
        recorded_at timestamptz not null default clock_timestamp(),
        primary key (breach_id, revision)
      );

      create table breach_text (
        breach_id uuid not null references breach (id),
        language text not null check (language in ('nl', 'fr', 'de', 'en')),
        revision int not null check (revision > 0),
        texts jsonb not null,
        recorded_by uuid references account (id),
        recorded_at timestamptz not null default clock_timestamp(),
        primary key (breach_id, language, revision)
      );

      create table channel_ban (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        domain text not null check (domain = lower(domain) and length(domain) between 1 and 253),
        -- The same keyed hash as in contact_point.domain_indexes.
        domain_index bytea not null,
        side text not null check (side in ('sender', 'recipient', 'both')),
        reason text not null check (length(reason) between 1 and 1000),
        recorded_by uuid references account (id),
        recorded_at timestamptz not null default clock_timestamp(),
        constraint channel_ban_domain_key unique (breach_id, domain, side)
      );

      create trigger controller_revision_is_append_only before update or delete on controller_revision for each row execute function refuse_change();
      create trigger breach_revision_is_append_only before update or delete on breach_revision for each row execute function refuse_change();
      create trigger breach_text_is_append_only before update or delete on breach_text for each row execute function refuse_change();
      create trigger channel_ban_is_append_only before update or delete on channel_ban for each row execute function refuse_change();
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
