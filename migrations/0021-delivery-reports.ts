import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What came back: each mail of the bounce mailbox as it was read, what it did, and when the mailbox was read last. */
export class DeliveryReports1764000000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REPORTS);
    await runner.query(ERASURE);
    await runner.query(SETTLING);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}

const REPORTS = `
  create table delivery_report (
    id uuid primary key,
    -- Keyed hash of the mail: read twice, from wherever, it is applied once.
    mail_hash bytea not null check (length(mail_hash) = 32),
    -- Both null where the mail names no attempt of ours with its proof; the breach is then that of an address in it.
    breach_id uuid references breach (id),
    dispatch_id uuid references dispatch (id),
    source text not null check (source in ('mailbox', 'file')),
    kind text not null check (kind in ('bounce', 'delay', 'success', 'auto-reply', 'feedback', 'receipt', 'human')),
    class text check (length(class) <= 40),
    hard boolean not null,
    status text check (length(status) <= 20),
    outcome text not null check (outcome in ('applied', 'success', 'delayed', 'no-change', 'waits', 'seen')),
    mail_bytes bigint not null check (mail_bytes >= 0),
    -- The mail, or as much of it as is kept; recipient and the server's words. Under the person's key where an attempt is
    -- named, else under the breach's or the installation's; null once its person is erased.
    mail_sealed bytea check (length(mail_sealed) <= 1100000),
    words_sealed bytea check (length(words_sealed) <= 20000),
    -- Keyed hashes of the addresses in a mail that names no attempt, so that an erasure finds it.
    address_indexes bytea[] not null default '{}' check (cardinality(address_indexes) <= 50),
    received_at timestamptz not null default clock_timestamp(),
    settled_by uuid references account (id),
    settled_at timestamptz,
    constraint delivery_report_mail_hash_key unique (mail_hash),
    constraint delivery_report_names_breach check (dispatch_id is null or breach_id is not null),
    constraint delivery_report_settled_whole check ((settled_by is null) = (settled_at is null)),
    constraint delivery_report_hard_bounce check (not hard or kind = 'bounce')
  );
  create index delivery_report_waits on delivery_report (breach_id, id) where outcome = 'waits';
  create index delivery_report_dispatch_id on delivery_report (dispatch_id) where dispatch_id is not null;
  create index delivery_report_address_indexes on delivery_report using gin (address_indexes) where mail_sealed is not null;

  -- As read, for ever: only one that waits for a person is settled, once, and sealed values go.
  create function delivery_report_as_read() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' then
      raise exception 'a delivery report is kept' using errcode = 'integrity_constraint_violation';
    end if;
    if (new.id, new.mail_hash, new.source, new.kind, new.status, new.mail_bytes, new.received_at)
         is distinct from (old.id, old.mail_hash, old.source, old.kind, old.status, old.mail_bytes, old.received_at)
       or (old.outcome <> 'waits' and (
         (new.breach_id, new.dispatch_id, new.class, new.hard, new.outcome, new.settled_by, new.settled_at)
           is distinct from (old.breach_id, old.dispatch_id, old.class, old.hard, old.outcome, old.settled_by, old.settled_at)
         or new.mail_sealed is not null and new.mail_sealed is distinct from old.mail_sealed
         or new.words_sealed is not null and new.words_sealed is distinct from old.words_sealed)) then
      raise exception 'a delivery report stays as it was read' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end $$;
  create trigger delivery_report_as_read before update or delete on delivery_report
    for each row execute function delivery_report_as_read();

  -- When the bounce mailbox was last read to its end, and what was wrong with it last.
  create table mailbox_poll (
    is_only boolean primary key default true check (is_only),
    read_at timestamptz,
    tried_at timestamptz,
    fault text check (length(fault) <= 40)
  );
  insert into mailbox_poll default values;
`;

const ERASURE = `
  -- While the person's addresses still have their indexes: mails that name no attempt of theirs are found by them.
  create function reports_are_forgotten() returns trigger language plpgsql as $$
  begin
    update delivery_report set mail_sealed = null, words_sealed = null
     where dispatch_id in (select id from dispatch where person_id = new.id) and mail_sealed is not null;
    update delivery_report set mail_sealed = null, words_sealed = null, address_indexes = '{}'
     where mail_sealed is not null
       and address_indexes && (select coalesce(array_agg(email_index), '{}') from contact_point
                                where person_id = new.id and email_index is not null);
    return null;
  end $$;
  create trigger reports_are_forgotten after update of secret on person for each row
    when (old.secret is not null and new.secret is null) execute function reports_are_forgotten();
`;

const SETTLING = `
  -- Letters that a relay took and that nobody knows yet to have arrived, oldest first.
  create index dispatch_unsettled on dispatch (settled_at) where state = 'accepted' and arrived_at is null;
`;
