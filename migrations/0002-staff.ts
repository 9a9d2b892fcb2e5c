import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Staff accounts, their sessions and tokens. */
export class Staff1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table account (
        id uuid primary key,
        email text not null check (email = lower(email) and length(email) <= 254),
        name text not null check (length(name) between 1 and 200),
        roles text[] not null check (cardinality(roles) > 0 and roles <@ array['hr', 'dpo', 'security', 'auditor', 'admin']),
        language text not null default 'en' check (language in ('nl', 'fr', 'de', 'en')),
        password_hash text not null,
        -- A one-time password opens only the page that asks for a new one.
        password_is_one_time boolean not null,
        created_at timestamptz not null default now(),
        disabled_at timestamptz,
        constraint account_email_key unique (email)
      );

      create table account_session (
        token_hash bytea primary key,
        account_id uuid not null references account (id),
        created_at timestamptz not null default now(),
        last_seen_at timestamptz not null default now(),
        ends_at timestamptz not null
      );
      create index account_session_account_id on account_session (account_id);

      create table api_token (
        id uuid primary key,
        account_id uuid not null references account (id),
        token_hash bytea not null,
        label text not null check (length(label) between 1 and 100),
        created_at timestamptz not null default now(),
        ends_at timestamptz not null,
        revoked_at timestamptz,
        constraint api_token_hash_key unique (token_hash)
      );

      create table sign_in_failure (
        account_id uuid not null references account (id),
        at timestamptz not null default now()
      );
      create index sign_in_failure_account_id_at on sign_in_failure (account_id, at);
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
