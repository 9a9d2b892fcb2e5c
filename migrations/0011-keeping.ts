import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the installation knows of itself: which database it is, whether a copy of its key was proved, whether it was
 * restored; and the fence that keeps letters in the house until somebody says that they may leave again.
 */
export class Keeping1764000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Which database this is: a copy made by SQL, in another cluster or beside it, has another answer.
      create function database_home() returns text language sql stable as $$
        select (select system_identifier::text from pg_control_system()) || '.' || oid from pg_database where datname = current_database()
      $$;

      create table installation (
        is_only boolean primary key default true check (is_only),
        -- Both null until the database is opened for the first time: before that a copy of it is as good as it.
        id uuid,
        home text,
        -- Times that letters were stopped because the database is a copy or an older state of what it was.
        fence int not null default 0 check (fence >= 0),
        fenced_at timestamptz,
        fenced_because text check (fenced_because in ('restored', 'copied', 'rolled-back')),
        -- The key of which \`keys check\` has proved a copy.
        key_copy_fingerprint text,
        key_copy_checked_at timestamptz,
        check ((id is null) = (home is null)),
        check ((fence = 0) = (fenced_at is null)),
        check ((fenced_at is null) = (fenced_because is null))
      );
      insert into installation default values;

      -- Grows with each claim of letters. A file outside the database remembers how far it was: a database that knows
      -- less is an older state of itself.
      create sequence sending_epoch;

      create table restoration (
        id uuid primary key,
        restored_at timestamptz not null default clock_timestamp(),
        backup_at timestamptz not null,
        ledger_size bigint not null,
        ledger_root bytea,
        restored_by text not null check (length(restored_by) between 1 and 300),
        erased_again int not null,
        without_erasures_reason text check (length(without_erasures_reason) between 1 and 1000)
      );
      create trigger restoration_is_append_only before update or delete on restoration for each row execute function refuse_change();

      -- Somebody said that letters of this breach may leave, after that fence.
      create table breach_go_live (
        breach_id uuid not null references breach (id),
        fence int not null check (fence >= 0),
        recorded_by uuid not null references account (id),
        recorded_at timestamptz not null default clock_timestamp(),
        primary key (breach_id, fence)
      );
      create trigger breach_go_live_is_append_only before update or delete on breach_go_live for each row execute function refuse_change();

      -- Whether letters of a breach wait: it was there when the fence went up, and nobody has let it go live since; or
      -- this is a copy that nobody has opened yet.
      create function breach_is_fenced(breach_id uuid) returns boolean language sql stable as $$
        select (i.home is not null and i.home <> database_home())
               or (i.fence > 0 and b.opened_at <= i.fenced_at
                   and not exists (select from breach_go_live g where g.breach_id = b.id and g.fence = i.fence))
          from installation i, breach b where b.id = $1
      $$;
      create function fenced_breaches() returns int language sql stable as $$
        select count(*)::int from breach where closed_at is null and breach_is_fenced(id)
      $$;

      -- Like the channel ban: whoever asks, no letter of a fenced breach is taken up.
      create function dispatch_not_while_fenced() returns trigger language plpgsql as $$
      begin
        if breach_is_fenced(new.breach_id) is not false then
          raise exception 'letters of this breach wait for go-live' using errcode = 'integrity_constraint_violation', constraint = 'dispatch_fence';
        end if;
        return new;
      end $$;
      create trigger dispatch_not_while_fenced before update of state on dispatch
        for each row when (new.state = 'sending' and old.state <> 'sending') execute function dispatch_not_while_fenced();
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
