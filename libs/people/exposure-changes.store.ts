import type { EntityManager } from 'typeorm';
import type { ChangeOfMany, ChangeChoice } from './changing-many.js';
import { HAS_LETTER } from './person-facts.js';

/** What a change does to the persons that were chosen. Each of them is in one of the first five numbers. */
export interface ChangeFigures {
  /** Persons of whom something changes. */
  persons: number;
  /** Persons who have such a thing already, where one is to be added. */
  hasIt: number;
  /** Persons who have no such thing, where one is to be changed. */
  without: number;
  /** Persons of whom somebody corrected it by hand, one by one: that stays. */
  byHand: number;
  /** Persons of whom just that is on record. */
  same: number;
  /** Of those of whom something changes: persons who have a letter. */
  withLetter: number;
  /** Of those of whom something changes: persons of whom nothing is out any more, and persons of whom something is out again. */
  nothingLeft: number;
  comeBack: number;
}

/** Figures of a change, and what binds its preview to its persons. */
export interface PreparedChange {
  figures: ChangeFigures;
  /** SHA-256 over each row that changes and the row whose place it takes. */
  rowsHash: Buffer;
  /** SHA-256 over the ids of the persons, in order. */
  personsHash: Buffer;
  hasProtected: boolean;
}

const CHOSEN = `
  p.breach_id = $1 and p.merged_into is null and p.secret is not null and ($2::bool or not p.protected)
  and ($3::text is null or p.standing = $3) and ($4::text is null or p.category = $4)
  and ($5::text is null or $5 = any (p.languages))
  and (($6::text is null and $7::text is null) or exists (
    select from exposure f where f.person_id = p.id and f.superseded_by is null
       and ($6::text is null or f.data_kind = $6) and ($7::text is null or f.confidence = $7)))`;

/**
 * Writes down, for the rest of the transaction, what a change comes to for each person chosen: a row for each, or one
 * for each thing of theirs that the change is about. All that follows works on these rows, so that what was counted is
 * what is changed. Reads 100,000 persons in about a second.
 */
export async function prepareChange(
  tx: EntityManager,
  breachId: string,
  choice: ChangeChoice,
  change: ChangeOfMany,
  withProtected: boolean,
): Promise<PreparedChange> {
  await tx.query(
    `create temp table changing (
       person_id uuid not null, old_id uuid, new_id uuid not null, country text, extent text, confidence text,
       was_open int not null, is_open int, outcome text not null, is_protected boolean not null, has_letter boolean not null,
       exposures_open int not null, facts_changed_at timestamptz not null) on commit drop`,
  );
  await tx.query(
    `insert into changing
     select p.id, e.id, uuid_at(clock_timestamp()), coalesce(e.country, $10::text), coalesce($11::text, e.extent), coalesce($12::text, e.confidence),
            (e.id is not null and e.confidence <> 'excluded')::int, (coalesce($12::text, e.confidence) <> 'excluded')::int,
            case when $8::text = 'add' then case when e.id is null then 'changes' else 'has-it' end
                 when e.id is null then 'without'
                 when e.source = 'by-hand' and e.reason_sealed is not null then 'by-hand'
                 when e.extent = coalesce($11::text, e.extent) and e.confidence = coalesce($12::text, e.confidence) then 'same'
                 else 'changes' end,
            p.protected, ${HAS_LETTER}, p.exposures_open, p.facts_changed_at
       from person p
       left join exposure e on e.person_id = p.id and e.superseded_by is null and e.data_kind = $9
                           and ($10::text is null or e.country = $10::text)
      where ${CHOSEN}`,
    [
      breachId,
      withProtected,
      choice.standing ?? null,
      choice.category ?? null,
      choice.language ?? null,
      choice.dataKind ?? null,
      choice.confidence ?? null,
      change.kind,
      change.dataKind,
      change.country,
      change.extent,
      change.confidence,
    ],
  );
  await tx.query(`analyze changing`);
  return await figuresOf(tx);
}

async function figuresOf(tx: EntityManager): Promise<PreparedChange> {
  const [row]: [ChangeFigures & Omit<PreparedChange, 'figures'>] = await tx.query(
    `with person as (
       select person_id, min(array_position(array['changes', 'by-hand', 'same', 'has-it', 'without'], outcome)) as outcome,
              bool_or(has_letter) as has_letter, bool_or(is_protected) as is_protected, min(exposures_open) as before,
              min(exposures_open) + sum(case when outcome = 'changes' then is_open - was_open else 0 end) as after
         from changing group by person_id)
     select (count(*) filter (where outcome = 1))::int as persons, (count(*) filter (where outcome = 2))::int as "byHand",
            (count(*) filter (where outcome = 3))::int as same, (count(*) filter (where outcome = 4))::int as "hasIt",
            (count(*) filter (where outcome = 5))::int as without,
            (count(*) filter (where outcome = 1 and has_letter))::int as "withLetter",
            (count(*) filter (where outcome = 1 and before > 0 and after = 0))::int as "nothingLeft",
            (count(*) filter (where outcome = 1 and before = 0 and after > 0))::int as "comeBack",
            coalesce(bool_or(is_protected) filter (where outcome = 1), false) as "hasProtected",
            sha256(coalesce(string_agg(uuid_send(person_id), ''::bytea order by person_id) filter (where outcome = 1), '')) as "personsHash",
            (select sha256(coalesce(string_agg(uuid_send(person_id) || uuid_send(coalesce(old_id, person_id)), ''::bytea order by person_id, old_id), ''))
               from changing where outcome = 'changes') as "rowsHash"
       from person`,
  );
  const { rowsHash, personsHash, hasProtected, ...figures } = row;
  return { figures, rowsHash, personsHash, hasProtected };
}

/** Carries out what `prepareChange` wrote down: new rows, those whose place they take, the counted facts. */
export async function applyChange(tx: EntityManager, changeId: string): Promise<void> {
  await tx.query(
    `select count(*) from (select from person where id in (select person_id from changing where outcome = 'changes') order by id for update) locked`,
  );
  await tx.query(
    `update exposure e set superseded_by = t.new_id from changing t where e.id = t.old_id and t.outcome = 'changes'`,
  );
  await tx.query(
    `insert into exposure (id, breach_id, person_id, data_kind, country, extent, confidence, source, recorded_by, change_id, instead_of, facts_changed_before)
     select t.new_id, c.breach_id, t.person_id, c.data_kind, t.country, t.extent, t.confidence, 'by-hand', c.changed_by, c.id, t.old_id, t.facts_changed_at
       from changing t, exposure_change c where t.outcome = 'changes' and c.id = $1`,
    [changeId],
  );
  await recount(
    tx,
    `select person_id, c.changed_at from changing, exposure_change c where outcome = 'changes' and c.id = $1`,
    changeId,
  );
}

/** The facts of these persons from their current exposures; `persons` is our own SQL over $1, with the time for each. */
async function recount(tx: EntityManager, persons: string, changeId: string): Promise<void> {
  await tx.query(
    `with concerned (id, at) as materialized (select person_id, max(changed_at) from (${persons}) t group by 1)
     update person p set exposures_known = coalesce(n.known, 0), exposures_open = coalesce(n.open, 0), facts_changed_at = c.at
       from concerned c
       left join (select person_id, count(*)::int as known, (count(*) filter (where confidence <> 'excluded'))::int as open
                    from exposure where superseded_by is null and person_id in (select id from concerned) group by 1) n on n.person_id = c.id
      where p.id = c.id`,
    [changeId],
  );
}

export interface UndoFigures {
  /** Persons of whom what was before comes back. */
  persons: number;
  /** Persons of whom it was changed once more since, one by one or with others. */
  changedSince: number;
  /** Persons who were erased, or found to be somebody else's double, since. */
  gone: number;
}

/** Writes down what undoing a change comes to, as `prepareChange` does. */
export async function prepareUndo(
  tx: EntityManager,
  changeId: string,
): Promise<{ figures: UndoFigures; rowsHash: Buffer; personsHash: Buffer }> {
  await tx.query(
    `create temp table undoing (id uuid not null, person_id uuid not null, instead_of uuid, facts_changed_before timestamptz, outcome text not null) on commit drop`,
  );
  await tx.query(
    `insert into undoing
     select e.id, e.person_id, e.instead_of, e.facts_changed_before,
            case when p.secret is null or p.merged_into is not null then 'gone' when e.superseded_by is not null then 'changed-since' else 'comes-back' end
       from exposure e join person p on p.id = e.person_id where e.change_id = $1`,
    [changeId],
  );
  await tx.query(`analyze undoing`);
  const [row]: [UndoFigures & { rowsHash: Buffer; personsHash: Buffer }] = await tx.query(
    `with person as (
       select person_id, max(array_position(array['comes-back', 'changed-since', 'gone'], outcome)) as outcome from undoing group by person_id)
     select (count(*) filter (where outcome = 1))::int as persons, (count(*) filter (where outcome = 2))::int as "changedSince",
            (count(*) filter (where outcome = 3))::int as gone,
            sha256(coalesce(string_agg(uuid_send(person_id), ''::bytea order by person_id) filter (where outcome = 1), '')) as "personsHash",
            (select sha256(coalesce(string_agg(uuid_send(id), ''::bytea order by id), '')) from undoing where outcome = 'comes-back') as "rowsHash"
       from person`,
  );
  const { rowsHash, personsHash, ...figures } = row;
  return { figures, rowsHash, personsHash };
}

/**
 * Brings back what was before: the very rows, and the time at which the facts of a person had changed, unless they
 * changed otherwise since or a letter was made that states what is now taken back. (Letters stand further right; the
 * time of theirs is all that is read.)
 */
export async function applyUndo(tx: EntityManager, changeId: string): Promise<void> {
  await tx.query(
    `select count(*) from (select from person where id in (select person_id from undoing where outcome = 'comes-back') order by id for update) locked`,
  );
  await tx.query(
    `update exposure e set superseded_by = e.id from undoing u where e.id = u.id and u.outcome = 'comes-back'`,
  );
  await tx.query(
    `update exposure e set superseded_by = null from undoing u where e.id = u.instead_of and u.outcome = 'comes-back'`,
  );
  await recount(
    tx,
    `select u.person_id, case when p.facts_changed_at = c.changed_at
                               and not exists (select from letter l where l.person_id = p.id and l.made_at >= c.changed_at)
                              then u.facts_changed_before else clock_timestamp() end as changed_at
       from undoing u join person p on p.id = u.person_id, exposure_change c where u.outcome = 'comes-back' and c.id = $1`,
    changeId,
  );
}
