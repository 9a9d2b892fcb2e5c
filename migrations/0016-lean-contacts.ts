import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A contact is named by its person and its place in their sealed record, and has a row only where there is something to
 * find it by or to say of it (decision 9). A contact without a row is untried and came as its person came.
 */
export class LeanContacts1764000000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DISPATCH);
    await runner.query(CONTACT_POINT);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}

const DISPATCH = `
  drop trigger dispatch_not_on_banned_channel on dispatch;
  alter table dispatch
    -- Which of the contacts in the person's sealed record it goes to.
    add column contact_place smallint check (contact_place >= 0);
  update dispatch d set contact_place = c.place from contact_point c where c.id = d.contact_point_id;
  alter table dispatch
    drop column contact_point_id,
    add constraint dispatch_email_has_contact check (channel <> 'email' or contact_place is not null);

  -- An e-mail goes to a contact of its person that is known, and never on a channel that the attacker may read.
  create or replace function dispatch_not_on_banned_channel() returns trigger language plpgsql as $$
  declare domains bytea[];
  begin
    if new.channel <> 'email' or new.state not in ('queued', 'sending') then
      return new;
    end if;
    select domain_indexes into domains from contact_point where person_id = new.person_id and place = new.contact_place;
    if not found and new.contact_place is not null then
      raise exception 'dispatch to a contact that is not known' using errcode = 'integrity_constraint_violation', constraint = 'dispatch_contact';
    end if;
    if exists (
      select from channel_ban ban
       where ban.breach_id = new.breach_id
         and ((ban.side in ('sender', 'both') and ban.domain_index = any (new.sender_domain_indexes))
           or (ban.side in ('recipient', 'both') and ban.domain_index = any (domains)))) then
      raise exception 'dispatch on a banned channel' using errcode = 'integrity_constraint_violation', constraint = 'dispatch_channel_ban';
    end if;
    return new;
  end $$;
  create trigger dispatch_not_on_banned_channel before insert or update of contact_place, person_id, sender_domain_indexes, state on dispatch
    for each row execute function dispatch_not_on_banned_channel();
`;

const CONTACT_POINT = `
  alter table contact_point
    drop column id,
    -- Where it came from, if not from where its person came.
    alter column source drop not null,
    alter column place drop default;
  update contact_point c set source = null from person p
   where p.id = c.person_id and c.source = case when p.import_id is null then 'by-hand' else 'roster' end;
  delete from contact_point where kind in ('phone', 'post') and state = 'untried' and source is null;
  drop index contact_point_place;
  alter table contact_point add primary key (person_id, place);
`;
