import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What persons did: acknowledged, renewed a document. */
export class Replies1764000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table reply (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        letter_id uuid not null references letter (id),
        person_id uuid not null references person (id),
        kind text not null check (kind in ('acknowledged', 'renewed')),
        -- What it proves: somebody who held this letter did it.
        evidence text not null check (evidence in ('holder-of-letter', 'sighted')),
        channel text not null check (channel in ('web', 'telephone', 'desk', 'paper')),
        receipt text not null check (receipt ~ '^R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$'),
        exposure_id uuid references exposure (id),
        renewed_on date,
        replied_at timestamptz not null default clock_timestamp(),
        withdrawn_at timestamptz,
        constraint reply_receipt_key unique (receipt),
        constraint reply_renewed_names_document check ((kind = 'renewed') = (exposure_id is not null and renewed_on is not null))
      );
      create unique index reply_acknowledged_once on reply (letter_id) where kind = 'acknowledged' and withdrawn_at is null;
      create unique index reply_renewed_once on reply (exposure_id) where kind = 'renewed' and withdrawn_at is null;
      create index reply_breach_id on reply (breach_id, kind, replied_at);
      create index reply_person_id on reply (person_id);
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
