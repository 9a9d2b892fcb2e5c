import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Erasure and legal hold, the sum as counters that no two transactions wait for each other on, and indexes by which
 * every filter of the list of people reads a page and no more.
 */
export class Erasure1764000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LAST_LETTER);
    await runner.query(COUNTERS);
    await runner.query(LISTS);
    await runner.query(ERASURE);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}

/** Whose facts changed after their letter is counted with the sum, so it has to stand on the person's row. */
const LAST_LETTER = `
  alter table person add column last_letter_at timestamptz;
  update person p set last_letter_at = l.made_at
    from (select person_id, max(made_at) as made_at from letter group by person_id) l where l.person_id = p.id;

  create function person_had_letter() returns trigger language plpgsql as $$
  begin
    -- Locked in the order of the ids, as everywhere, so that two that write persons never lock each other out.
    with lettered as (select person_id, max(made_at) as made_at from added group by person_id),
         locked as (select p.id from person p join lettered on lettered.person_id = p.id order by p.id for update of p)
    update person p set last_letter_at = greatest(p.last_letter_at, lettered.made_at)
      from lettered join locked on locked.id = lettered.person_id where p.id = lettered.person_id;
    return null;
  end $$;
  create trigger person_had_letter after insert on letter referencing new table as added
    for each statement execute function person_had_letter();
`;

/**
 * Steps that are only ever added, and folded now and then: an import that runs for a minute, or two workers that
 * settle letters in different orders, would wait for each other on counters that are changed in place, or lock each
 * other out.
 */
const COUNTERS = `
  drop trigger people_count_add on person;
  drop trigger people_count_move on person;
  drop function people_count_add();
  drop function people_count_move();
  drop table people_count;

  create table people_step (
    breach_id uuid not null,
    standing text not null,
    category text not null,
    languages text not null,
    protected boolean not null,
    -- The ground of a decision; empty where there is none.
    exempted_by text not null,
    -- Told, and their facts changed since their last letter was made.
    changed boolean not null,
    count int not null
  );
  create index people_step_breach_id on people_step (breach_id);
  create view people_count as
    select breach_id, standing, category, languages, protected, exempted_by, changed, sum(count)::int as count
      from people_step group by 1, 2, 3, 4, 5, 6, 7;

  insert into people_step
  select breach_id, standing, category, array_to_string(languages, ','), protected, coalesce(exempted_by, ''),
         (standing = 'told' and facts_changed_at > last_letter_at) is true, count(*)
    from person where merged_into is null group by 1, 2, 3, 4, 5, 6, 7;

  create function people_step_add() returns trigger language plpgsql as $$
  begin
    insert into people_step
    select breach_id, standing, category, array_to_string(languages, ','), protected, coalesce(exempted_by, ''),
           (standing = 'told' and facts_changed_at > last_letter_at) is true, count(*)
      from added where merged_into is null group by 1, 2, 3, 4, 5, 6, 7;
    return null;
  end $$;
  create function people_step_move() returns trigger language plpgsql as $$
  begin
    insert into people_step
    select breach_id, standing, category, array_to_string(languages, ','), protected, coalesce(exempted_by, ''),
           (standing = 'told' and facts_changed_at > last_letter_at) is true, sum(step)
      from (select *, 1 as step from added where merged_into is null
            union all
            select *, -1 from removed where merged_into is null) both_sides
     group by 1, 2, 3, 4, 5, 6, 7 having sum(step) <> 0;
    return null;
  end $$;
  create trigger people_step_add after insert on person referencing new table as added
    for each statement execute function people_step_add();
  create trigger people_step_move after update on person referencing old table as removed new table as added
    for each statement execute function people_step_move();

  -- Steps that another transaction folds at the same time are left to it; nobody waits.
  create function people_step_fold(of_breach uuid) returns void language sql as $$
    with taken as (
      delete from people_step s
       using (select ctid from people_step where breach_id = of_breach for update skip locked) t
       where s.ctid = t.ctid returning s.*)
    insert into people_step
    select breach_id, standing, category, languages, protected, exempted_by, changed, sum(count)
      from taken group by 1, 2, 3, 4, 5, 6, 7 having sum(count) <> 0
  $$;
`;

const LISTS = `
  -- Whoever may not see protected persons reads past none of them.
  drop index person_facets;
  create index person_facets on person (breach_id, standing, category, languages, protected, id) where merged_into is null;
  -- Protected persons are few, and named by a pseudonym.
  create index person_protected on person (breach_id) where protected and merged_into is null;
  -- With the issuing country: a document of a country that ten persons have is found without reading the others.
  drop index exposure_data_kind;
  create index exposure_data_kind on exposure (breach_id, data_kind, coalesce(country, ''), confidence, person_id) where superseded_by is null;
  -- The import that added somebody is one entry for everybody in it.
  create index ledger_entry_roster_imported on ledger_entry (breach_id, seq) where kind = 'roster.imported';
`;

const ERASURE = `
  -- Why a person must not be erased is free text about them: sealed under their key.
  alter table person
    drop constraint person_hold_whole,
    drop column hold_reason,
    add column hold_sealed bytea,
    add constraint person_hold_whole check ((hold_sealed is null) = (hold_by is null) and (hold_sealed is null) = (hold_review_on is null)),
    add constraint person_erased_whole check (secret is not null or (sealed = '' and national_number_index is null and stated_hash is null and hold_sealed is null));

  -- Who erased whom, when; why, under the breach's key.
  create table erasure (
    person_id uuid primary key references person (id),
    breach_id uuid not null references breach (id),
    erased_by uuid not null references account (id),
    erased_at timestamptz not null default clock_timestamp(),
    reason_sealed bytea not null
  );
  create index erasure_breach_id on erasure (breach_id, erased_at);
  create trigger erasure_is_append_only before update or delete on erasure for each row execute function refuse_change();

  -- Keyed hashes of the references of erased persons, bound to no person: a roster that names one again brings nobody back.
  create table erased_reference (
    breach_id uuid not null references breach (id),
    reference_index bytea not null,
    primary key (breach_id, reference_index)
  );

  -- What else holds words of theirs goes with the person's secret, whoever destroys it: the peer's answers, caught letters.
  create function person_is_forgotten() returns trigger language plpgsql as $$
  begin
    delete from caught_mail where dispatch_id in (select id from dispatch where person_id = new.id);
    update dispatch set peer_answer = null where person_id = new.id and peer_answer is not null;
    return null;
  end $$;
  create trigger person_is_forgotten after update of secret on person for each row
    when (old.secret is not null and new.secret is null) execute function person_is_forgotten();
`;
