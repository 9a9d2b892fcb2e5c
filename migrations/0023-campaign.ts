import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Control of a campaign: why it pauses, how fast it may go, in which form an attempt goes, and delays that an authority asked for. */
export class Campaign1764000000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table notice
        add column paused_at timestamptz,
        -- Who paused it, as the ledger names actors, and why.
        add column paused_by text,
        add column pause_why text check (pause_why in ('asked', 'failures', 'our-side', 'legal-delay')),
        add constraint notice_pause_has_why check ((state = 'paused') <= (pause_why is not null)),
        -- Days after which persons who have not replied are reminded, and how often at most; null where nobody asked for it.
        add column remind_after_days int check (remind_after_days between 1 and 90),
        add column remind_at_most int check (remind_at_most between 1 and 5),
        add constraint notice_reminds_whole check ((remind_after_days is null) = (remind_at_most is null));

      -- The plain form, text alone, that follows a refusal of the content.
      alter table dispatch add column is_plain boolean not null default false;
      create index dispatch_notice_id_settled on dispatch (notice_id, settled_at) where channel = 'email';

      -- How many letters were taken for sending in a second, a minute (of a domain) or a day; forgotten by the sweep.
      create table sending_budget (
        scope text not null,
        period timestamptz not null,
        taken int not null check (taken >= 0),
        primary key (scope, period)
      );

      -- Recital 88: an authority of law enforcement asked in writing to wait with telling the persons.
      create table legal_delay (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        asked_by text not null check (length(asked_by) between 1 and 200),
        document text not null check (length(document) between 1 and 200),
        until timestamptz,
        review_on date not null,
        recorded_by uuid not null references account (id),
        recorded_at timestamptz not null default clock_timestamp()
      );
      create index legal_delay_breach_id on legal_delay (breach_id);
      create trigger legal_delay_is_append_only before update or delete on legal_delay for each row execute function refuse_change();
      -- Its end: the authority took it back, or the controller sends nevertheless, which is a decision with a reason.
      create table legal_delay_end (
        delay_id uuid primary key references legal_delay (id),
        is_nevertheless boolean not null,
        reason text not null check (length(reason) between 1 and 2000),
        recorded_by uuid not null references account (id),
        recorded_at timestamptz not null default clock_timestamp()
      );
      create trigger legal_delay_end_is_append_only before update or delete on legal_delay_end for each row execute function refuse_change();

      -- What showed that a real relay may be used: a test letter that arrived and a mailbox of reports that could be read, or a reason.
      alter table breach_go_live
        add column test_arrived_at timestamptz,
        add column bounces_read_at timestamptz,
        add column without_bounces_reason text check (length(without_bounces_reason) between 1 and 2000);

      create function breach_is_delayed(breach_id uuid) returns boolean language sql stable as $$
        select exists (select from legal_delay d where d.breach_id = $1 and (d.until is null or d.until > clock_timestamp())
                        and not exists (select from legal_delay_end e where e.delay_id = d.id))
      $$;
      -- Like the fence: whoever asks, no letter of a breach leaves meanwhile, by no channel.
      create function dispatch_not_while_delayed() returns trigger language plpgsql as $$
      begin
        if breach_is_delayed(new.breach_id) then
          raise exception 'an authority asked to wait with the letters of this breach' using errcode = 'integrity_constraint_violation', constraint = 'dispatch_legal_delay';
        end if;
        return new;
      end $$;
      create trigger dispatch_not_while_delayed before update of state on dispatch
        for each row when (new.state in ('sending', 'printed', 'handed-over') and old.state <> new.state) execute function dispatch_not_while_delayed();
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
