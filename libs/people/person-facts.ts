import type { EntityManager } from 'typeorm';

/**
 * The counted facts on a person's row, changed only here, in the transaction of their cause. `person.standing` is
 * generated from them, so the sum cannot disagree with what happened.
 */

/**
 * SQL over person p: whether a letter of theirs was made. Each letter that is made opens an attempt or spends the
 * ladder, and each attempt ends in an arrival, another attempt or a spent ladder.
 */
export const HAS_LETTER = `(p.letters_arrived > 0 or p.attempts_open > 0 or p.ladder_spent or p.acknowledged_at is not null)`;

/** A letter of these persons arrived (delivery, once settled), one more each. */
export async function letterArrived(tx: EntityManager, personIds: string[]): Promise<void> {
  await addToEach(tx, 'letters_arrived', personIds, 1);
}

/** A letter of these persons that had arrived came back, one less each. */
export async function letterCameBack(tx: EntityManager, personIds: string[]): Promise<void> {
  await addToEach(tx, 'letters_arrived', personIds, -1);
}

/** A person, and when the letter was made that they have had. */
export interface HadLetter {
  personId: string;
  /** As the database writes it, to the microsecond. */
  madeAt: string;
}

/**
 * These persons have had a letter that states facts, because it arrived or they acknowledged it: what changed later
 * than it was made they do not know yet.
 */
export async function lettersHad(tx: EntityManager, had: HadLetter[]): Promise<void> {
  if (had.length === 0) return;
  await tx.query(
    `with one as (select id, max(made_at) as made_at from unnest($1::uuid[], $2::timestamptz[]) as t (id, made_at) group by id),
     each as (select id, made_at from one union all select p.merged_into, made_at from one join person p using (id) where p.merged_into is not null),
     locked as (select id from person where id in (select id from each) order by id for update)
     update person p set last_letter_at = greatest(p.last_letter_at, t.made_at)
       from (select id, max(made_at) as made_at from each group by id) t, locked
      where p.id = t.id and locked.id = p.id`,
    [had.map((one) => one.personId), had.map((one) => one.madeAt)],
  );
}

/**
 * A letter that states facts came back from these persons: what they know is what the newest other letter said that
 * they had, or nothing. Whoever acknowledged one has read it, whatever came back.
 */
export async function lettersNotHad(
  tx: EntityManager,
  left: { personId: string; madeAt: string | null }[],
): Promise<void> {
  if (left.length === 0) return;
  await tx.query(
    `with one as (select id, max(made_at) as made_at from unnest($1::uuid[], $2::timestamptz[]) as t (id, made_at) group by id),
     each as (select id, made_at from one union all select p.merged_into, made_at from one join person p using (id) where p.merged_into is not null),
     locked as (select id from person where id in (select id from each) order by id for update)
     update person p set last_letter_at = t.made_at
       from (select id, max(made_at) as made_at from each group by id) t, locked
      where p.id = t.id and locked.id = p.id and p.acknowledged_at is null and p.last_letter_at is distinct from t.made_at`,
    [left.map((one) => one.personId), left.map((one) => one.madeAt)],
  );
}

/** What is known of these persons is again just what the letter states that they have had: no new one is due to them. */
export async function factsAsTold(tx: EntityManager, personIds: string[]): Promise<void> {
  if (personIds.length === 0) return;
  await tx.query(
    `with locked as (select id from person where id = any ($1) order by id for update)
     update person p set facts_changed_at = p.last_letter_at from locked
      where p.id = locked.id and p.facts_changed_at > p.last_letter_at`,
    [personIds],
  );
}

/** An attempt for each of these persons was opened, or is open no longer. */
export async function attemptsOpened(tx: EntityManager, personIds: string[]): Promise<void> {
  await addToEach(tx, 'attempts_open', personIds, 1);
}
export async function attemptsClosed(tx: EntityManager, personIds: string[]): Promise<void> {
  await addToEach(tx, 'attempts_open', personIds, -1);
}

/**
 * In the order of their ids, so that two workers that settle batches never lock each other out. What happens to a
 * person who was merged counts for the one that goes on too: they are one human.
 */
async function addToEach(
  tx: EntityManager,
  fact: 'letters_arrived' | 'attempts_open',
  personIds: string[],
  step: 1 | -1,
): Promise<void> {
  await tx.query(
    `with one as (select id from unnest($1::uuid[]) as t (id)),
     each as (select id from one union all select p.merged_into from one join person p using (id) where p.merged_into is not null),
     locked as (select id from person where id in (select id from each) order by id for update)
     update person p set ${fact} = p.${fact} + $2 * t.times
       from (select id, count(*)::int as times from each group by id) t, locked
      where p.id = t.id and locked.id = p.id`,
    [personIds, step],
  );
}

/** Whether every rung of the ladder was tried for these persons. */
export async function setLadderSpent(tx: EntityManager, personIds: string[], spent: boolean): Promise<void> {
  await tx.query(
    `update person set ladder_spent = $2 where id = any ($1) or id in (select merged_into from person where id = any ($1))`,
    [personIds, spent],
  );
}

/** The person acknowledged; the first time counts. */
export async function acknowledged(tx: EntityManager, personId: string, at: Date): Promise<void> {
  await tx.query(
    `update person set acknowledged_at = coalesce(acknowledged_at, $2)
      where id = $1 or id = (select merged_into from person where id = $1)`,
    [personId, at],
  );
}
