import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The outbox that business transactions write, and the tree that the one sequencer grows from it. */
export class Ledger1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table ledger_outbox (
        id bigint generated always as identity primary key,
        kind text not null check (kind ~ '^[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*$'),
        at timestamptz not null default clock_timestamp(),
        actor text not null check (length(actor) between 1 and 300),
        breach_id uuid,
        person_id uuid,
        facts jsonb not null default '{}'
      );
      create index ledger_outbox_person_id on ledger_outbox (person_id);

      create table ledger_entry (
        seq bigint primary key check (seq >= 0),
        outbox_id bigint not null,
        kind text not null,
        at timestamptz not null,
        breach_id uuid,
        person_id uuid,
        leaf_hash bytea not null check (length(leaf_hash) = 32),
        -- The canonical bytes (RFC 8785) that were hashed; never serialised again.
        body bytea not null check (length(body) <= 65535),
        constraint ledger_entry_outbox_id_key unique (outbox_id)
      );
      create index ledger_entry_person_id on ledger_entry (person_id, seq) where person_id is not null;
      create index ledger_entry_breach_id on ledger_entry (breach_id, seq) where breach_id is not null;

      -- Hashes of the perfect subtrees (RFC 6962): level 0 are the leaves' own hashes.
      create table ledger_node (
        level smallint not null check (level between 0 and 62),
        index bigint not null check (index >= 0),
        hash bytea not null check (length(hash) = 32),
        primary key (level, index)
      );

      create table ledger_root (
        size bigint primary key check (size > 0),
        root bytea not null check (length(root) = 32),
        at timestamptz not null default clock_timestamp()
      );

      create trigger ledger_entry_is_append_only before update or delete on ledger_entry for each row execute function refuse_change();
      create trigger ledger_entry_is_never_emptied before truncate on ledger_entry execute function refuse_change();
      create trigger ledger_node_is_append_only before update or delete on ledger_node for each row execute function refuse_change();
      create trigger ledger_node_is_never_emptied before truncate on ledger_node execute function refuse_change();
      create trigger ledger_root_is_append_only before update or delete on ledger_root for each row execute function refuse_change();
      create trigger ledger_root_is_never_emptied before truncate on ledger_root execute function refuse_change();
      create trigger ledger_outbox_is_never_changed before update on ledger_outbox for each row execute function refuse_change();
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
