import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dispatches: one attempt to bring one letter to its person by one channel, and what the built-in catcher caught. */
export class Delivery1764000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table dispatch (
        id uuid primary key,
        breach_id uuid not null references breach (id),
        notice_id uuid not null references notice (id),
        letter_id uuid not null references letter (id),
        person_id uuid not null references person (id),
        attempt int not null check (attempt > 0),
        channel text not null check (channel in ('email', 'post', 'hand')),
        contact_point_id uuid references contact_point (id),
        -- Keyed hashes of the sender's domain and its parents, for the channel ban; e-mail only.
        sender_domain_indexes bytea[] not null default '{}',
        state text not null check (state in ('queued', 'sending', 'accepted', 'deferred', 'refused', 'unknown', 'bounced',
          'printed', 'posted', 'returned', 'handed-over', 'cancelled')),
        message_id text,
        -- Claim of a worker; past it the attempt is in doubt.
        leased_by text,
        lease_ends_at timestamptz,
        -- Connections that ended with a 4xx answer, and when the next one is due.
        deferrals int not null default 0,
        due_at timestamptz,
        -- The peer's last answer, its addresses taken out, and the class it falls into.
        peer_answer text check (length(peer_answer) <= 1000),
        class text,
        queued_at timestamptz not null default clock_timestamp(),
        sending_at timestamptz,
        settled_at timestamptz,
        arrived_at timestamptz,
        constraint dispatch_attempt_key unique (letter_id, attempt),
        constraint dispatch_message_id_key unique (message_id),
        constraint dispatch_email_has_contact check (channel <> 'email' or contact_point_id is not null),
        constraint dispatch_sending_is_leased check ((state = 'sending') = (lease_ends_at is not null))
      );
      create unique index dispatch_one_open on dispatch (letter_id) where state in ('queued', 'sending', 'deferred', 'unknown', 'printed');
      create index dispatch_queued on dispatch (notice_id, id) where state = 'queued';
      create index dispatch_leased on dispatch (lease_ends_at) where state = 'sending';
      create index dispatch_deferred on dispatch (due_at) where state = 'deferred';
      create index dispatch_notice_id_state on dispatch (notice_id, state);
      create index dispatch_person_id on dispatch (person_id);

      -- Only the moves of an attempt that are known; everything else is a fault of the program.
      create function dispatch_moves_as_known() returns trigger language plpgsql as $$
      begin
        if old.state <> new.state and (old.state, new.state) not in (
          ('queued', 'sending'), ('queued', 'refused'), ('queued', 'cancelled'), ('queued', 'printed'), ('queued', 'handed-over'),
          ('sending', 'accepted'), ('sending', 'deferred'), ('sending', 'refused'), ('sending', 'unknown'),
          ('deferred', 'queued'), ('deferred', 'cancelled'), ('deferred', 'refused'),
          ('unknown', 'accepted'), ('unknown', 'bounced'), ('unknown', 'queued'), ('unknown', 'cancelled'),
          ('accepted', 'bounced'), ('printed', 'posted'), ('printed', 'cancelled'), ('posted', 'returned')) then
          raise exception 'a dispatch does not go from % to %', old.state, new.state using errcode = 'integrity_constraint_violation';
        end if;
        return new;
      end $$;
      create trigger dispatch_moves_as_known before update of state on dispatch for each row execute function dispatch_moves_as_known();

      -- Channel ban: what the attacker may read is never used, whoever asks.
      create function dispatch_not_on_banned_channel() returns trigger language plpgsql as $$
      begin
        if new.channel = 'email' and new.state in ('queued', 'sending') and exists (
          select from channel_ban ban
          where ban.breach_id = new.breach_id
            and ((ban.side in ('sender', 'both') and ban.domain_index = any (new.sender_domain_indexes))
              or (ban.side in ('recipient', 'both') and ban.domain_index = any (
                select unnest(point.domain_indexes) from contact_point point where point.id = new.contact_point_id)))) then
          raise exception 'dispatch on a banned channel' using errcode = 'integrity_constraint_violation', constraint = 'dispatch_channel_ban';
        end if;
        return new;
      end $$;
      create trigger dispatch_not_on_banned_channel before insert or update of contact_point_id, sender_domain_indexes, state on dispatch
        for each row execute function dispatch_not_on_banned_channel();

      -- What the built-in mail catcher took, sealed: under the breach's key where it is a letter, else the installation's.
      create table caught_mail (
        id uuid primary key,
        breach_id uuid references breach (id),
        dispatch_id uuid references dispatch (id),
        sealed bytea not null,
        caught_at timestamptz not null default clock_timestamp()
      );
      create index caught_mail_breach_id on caught_mail (breach_id, id);
      create index caught_mail_dispatch_id on caught_mail (dispatch_id);
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
