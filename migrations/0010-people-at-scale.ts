import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Persons by the million: the secret on the person's row, contact points by their place in the sealed record, counters
 * of the sum, and no more indexes and checks for each row than the bulk path can carry (decision 6).
 */
export class PeopleAtScale1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PERSON);
    await runner.query(CONTACT_POINT);
    await runner.query(EXPOSURE);
    await runner.query(COUNTERS);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}

const PERSON = `
  alter table person
    -- The random part of this person's key: null once they were erased, and nothing of theirs opens any more.
    add column secret bytea check (length(secret) = 32),
    add column national_number_index bytea,
    -- Why the letters have these languages (laws on the use of languages in administrative matters, 18 July 1966).
    add column languages_reason text not null default 'recorded' check (languages_reason in
      ('recorded', 'official-first', 'place', 'place-unknown', 'seat', 'seat-then-translation', 'by-hand')),
    -- The import that brought this person; null where somebody entered them.
    add column import_id uuid,
    -- Keyed hash of the row that a roster stated last: the same row again changes nothing and is not opened.
    add column stated_hash bytea,
    -- A reason, its reviewer and the day of review keep a person from being erased.
    add column hold_reason text check (length(hold_reason) <= 1000),
    add column hold_by uuid references account (id),
    add column hold_review_on date,
    add constraint person_hold_whole check ((hold_reason is null) = (hold_by is null) and (hold_reason is null) = (hold_review_on is null));
  update person set secret = s.secret from person_secret s where s.person_id = person.id;
  update person set national_number_index = k.key_hash from identity_key k where k.person_id = person.id and k.kind = 'national-number';
  drop table person_secret;
  drop table identity_key;
  alter table person drop constraint person_breach_id_fkey;
  drop index person_breach_id_standing;
  -- One index for every list: the counters say which combinations there are, and each is read in the order of the ids.
  create index person_facets on person (breach_id, standing, category, languages, id) where merged_into is null;
  create index person_national_number on person (breach_id, national_number_index) where national_number_index is not null;
  -- Rows are left out while the import is read; its own row is written at its end.
  alter table open_row alter constraint open_row_import_id_fkey deferrable initially deferred;
  create index person_merged_into on person (merged_into) where merged_into is not null;
  create trigger person_is_never_deleted before delete on person for each row execute function refuse_change();
`;

const CONTACT_POINT = `
  alter table contact_point
    -- Which of the contacts in the person's sealed record this is, from 0.
    add column place smallint not null default 0 check (place >= 0),
    drop constraint contact_point_kind_key,
    drop constraint contact_point_breach_id_fkey,
    drop constraint contact_point_person_id_fkey;
  -- Records of before name one contact of a kind, in this order.
  update contact_point c set place = t.place from (
    select id, row_number() over (partition by person_id order by array_position(array['email', 'private-email', 'phone', 'post'], kind)) - 1 as place
      from contact_point) t where t.id = c.id;
  create unique index contact_point_place on contact_point (person_id, place);
  create index contact_point_state on contact_point (breach_id, state, person_id) where state <> 'untried';
`;

const EXPOSURE = `
  -- Corrections by hand and of many at once; undone as one.
  create table exposure_change (
    id uuid primary key,
    breach_id uuid not null references breach (id),
    kind text not null check (kind in ('add', 'set', 'exclude')),
    persons int not null check (persons > 0),
    reason text not null check (length(reason) between 1 and 1000),
    changed_by uuid not null references account (id),
    changed_at timestamptz not null default clock_timestamp(),
    undone_by uuid references account (id),
    undone_at timestamptz
  );
  create index exposure_change_breach_id on exposure_change (breach_id, changed_at);
  alter table exposure
    add column change_id uuid references exposure_change (id),
    drop constraint exposure_breach_id_fkey,
    drop constraint exposure_person_id_fkey,
    drop constraint exposure_recorded_by_fkey,
    drop constraint exposure_superseded_by_fkey;
  drop index exposure_breach_id;
  create index exposure_data_kind on exposure (breach_id, data_kind, confidence, person_id) where superseded_by is null;
  create index exposure_change_id on exposure (change_id) where change_id is not null;
`;

/** The sum at any size: counters that every statement on person keeps, locked in the order of their keys. */
const COUNTERS = `
  create table people_count (
    breach_id uuid not null references breach (id),
    standing text not null,
    category text not null,
    languages text not null,
    protected boolean not null,
    count int not null,
    primary key (breach_id, standing, category, languages, protected)
  );
  insert into people_count
  select breach_id, standing, category, array_to_string(languages, ','), protected, count(*) from person
   where merged_into is null group by 1, 2, 3, 4, 5;

  create function people_count_add() returns trigger language plpgsql as $$
  begin
    insert into people_count as c
    select breach_id, standing, category, array_to_string(languages, ','), protected, count(*)
      from added where merged_into is null group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
    on conflict (breach_id, standing, category, languages, protected) do update set count = c.count + excluded.count;
    return null;
  end $$;
  create function people_count_move() returns trigger language plpgsql as $$
  begin
    insert into people_count as c
    select breach_id, standing, category, array_to_string(languages, ','), protected, sum(step)
      from (select breach_id, standing, category, languages, protected, 1 as step from added where merged_into is null
            union all
            select breach_id, standing, category, languages, protected, -1 from removed where merged_into is null) both_sides
     group by 1, 2, 3, 4, 5 having sum(step) <> 0 order by 1, 2, 3, 4, 5
    on conflict (breach_id, standing, category, languages, protected) do update set count = c.count + excluded.count;
    return null;
  end $$;
  create trigger people_count_add after insert on person referencing new table as added
    for each statement execute function people_count_add();
  create trigger people_count_move after update on person referencing old table as removed new table as added
    for each statement execute function people_count_move();
`;
