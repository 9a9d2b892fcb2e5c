import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Persons, how to reach them, what of theirs is out, and the rows that an import left out. */
export class People1764000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table person (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        reference_index bytea not null,
        category text not null check (category in ('staff', 'former-staff', 'applicant', 'past-applicant', 'family', 'third-party')),
        -- As imported; empty where the roster said nothing.
        language text check (language in ('nl', 'fr', 'de', 'en')),
        -- The languages of their letters, in order, by the rule of the controller's kind.
        languages text[] not null check (cardinality(languages) > 0 and languages <@ array['nl', 'fr', 'de', 'en']),
        country text check (country ~ '^[A-Z]{2}$'),
        protected boolean not null default false,
        minor boolean not null default false,
        deceased boolean not null default false,
        -- Reference, names, contact points, birth date, address: one value under this person's key.
        sealed bytea not null,
        exposures_known int not null default 0 check (exposures_known >= 0),
        exposures_open int not null default 0 check (exposures_open between 0 and exposures_known),
        exempted_by text check (exempted_by in ('not-high-risk', 'a', 'b', 'c')),
        letters_arrived int not null default 0 check (letters_arrived >= 0),
        acknowledged_at timestamptz,
        attempts_open int not null default 0 check (attempts_open >= 0),
        ladder_spent boolean not null default false,
        merged_into uuid references person (id),
        -- The four parts of the sum, first line that holds. Generated: it cannot disagree with the facts beside it.
        standing text not null generated always as (
          case
            when letters_arrived > 0 or acknowledged_at is not null then 'told'
            when (exposures_known > 0 and exposures_open = 0) or exempted_by is not null then 'exempt'
            when ladder_spent and attempts_open = 0 then 'not-reached'
            else 'under-way'
          end) stored,
        created_at timestamptz not null default clock_timestamp(),
        facts_changed_at timestamptz not null default clock_timestamp(),
        constraint person_reference_key unique (breach_id, reference_index)
      );
      create index person_breach_id_standing on person (breach_id, standing, id) where merged_into is null;

      create table person_secret (
        person_id uuid primary key references person (id),
        secret bytea not null check (length(secret) = 32)
      );

      create table contact_point (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        person_id uuid not null references person (id),
        kind text not null check (kind in ('email', 'private-email', 'post', 'phone')),
        email_index bytea,
        -- Keyed hashes of the domain and of each parent domain, to compare with channel_ban.
        domain_indexes bytea[] not null default '{}',
        source text not null check (source in ('roster', 'scan', 'by-hand', 'reply')),
        state text not null default 'untried' check (state in ('untried', 'works', 'bounced', 'returned', 'revoked')),
        recorded_at timestamptz not null default clock_timestamp(),
        constraint contact_point_kind_key unique (person_id, kind)
      );
      create index contact_point_email_index on contact_point (breach_id, email_index) where email_index is not null;

      create table exposure (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        person_id uuid not null references person (id),
        data_kind text not null check (data_kind in ('id-card', 'kids-id', 'passport', 'residence-card', 'driving-licence',
          'national-number', 'cv', 'iban', 'payment-card', 'home-address', 'pay', 'family', 'photo', 'health', 'criminal-record',
          'diploma', 'password', 'other')),
        -- Issuing country, for identity documents only.
        country text check (country ~ '^[A-Z]{2}$'),
        extent text not null check (extent in ('number', 'scan', 'scan-both-sides', 'mentioned', 'copy')),
        confidence text not null check (confidence in ('confirmed', 'presumed', 'not-excluded', 'excluded')),
        source text not null check (source in ('roster', 'scan', 'by-hand')),
        reason text check (length(reason) <= 1000),
        recorded_by uuid references account (id),
        recorded_at timestamptz not null default clock_timestamp(),
        -- A change is a new row; the old one names it.
        superseded_by uuid references exposure (id) deferrable initially deferred,
        check ((data_kind in ('id-card', 'kids-id', 'passport', 'residence-card', 'driving-licence')) = (country is not null))
      );
      create unique index exposure_current on exposure (person_id, data_kind, coalesce(country, '')) where superseded_by is null;
      create index exposure_breach_id on exposure (breach_id, data_kind, country) where superseded_by is null;

      create table identity_key (
        breach_id uuid not null references breach (id),
        kind text not null check (kind in ('reference', 'email', 'national-number')),
        key_hash bytea not null,
        person_id uuid not null references person (id),
        primary key (breach_id, kind, key_hash, person_id)
      );

      -- A roster file between its check and its import: sealed under the breach's key, gone after a day or the import.
      create table roster_upload (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        sealed bytea not null,
        uploaded_by uuid not null references account (id),
        uploaded_at timestamptz not null default clock_timestamp()
      );

      create table roster_import (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        file_hash bytea not null,
        rows int not null,
        imported int not null,
        updated int not null,
        left_out int not null,
        imported_by uuid references account (id),
        imported_at timestamptz not null default clock_timestamp()
      );

      -- A row that an import left out: counted beside the sum until it is mended or dismissed with a reason.
      create table open_row (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        import_id uuid not null references roster_import (id),
        row_number int not null check (row_number > 0),
        reference_index bytea,
        -- The cells and what is wrong with each, under the breach's key.
        sealed bytea not null,
        state text not null default 'open' check (state in ('open', 'mended', 'dismissed')),
        reason text check (length(reason) <= 1000),
        settled_by uuid references account (id),
        settled_at timestamptz,
        check (state <> 'dismissed' or reason is not null)
      );
      create index open_row_breach_id on open_row (breach_id) where state = 'open';
      create index open_row_reference_index on open_row (breach_id, reference_index) where state = 'open';
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
