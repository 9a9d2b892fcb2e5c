import type { EntityManager } from 'typeorm';

/** A letter that its person has not had after all, and when the newest of their others was made that they have had. */
export interface LetterBack {
  personId: string;
  /** As the database writes it, to the microsecond. */
  madeAt: string;
  formerMadeAt: string | null;
}

/**
 * Letters came back from these persons: one less each where the letter would have told them of the breach (`tells`), and
 * what it stated they do not know, unless they have acknowledged since it was made. As everywhere, what happens to a
 * merged person counts for the one that goes on too; in the order of their ids, so that two never lock each other out.
 */
export async function lettersCameBack(tx: EntityManager, back: LetterBack[], tells: boolean): Promise<void> {
  if (back.length === 0) return;
  await tx.query(
    `with one as (select * from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as t (id, made_at, former_made_at)),
     each as (select * from one union all select p.merged_into, made_at, former_made_at from one join person p using (id) where p.merged_into is not null),
     locked as (select id from person where id in (select id from each) order by id for update)
     update person p
        set letters_arrived = greatest(0, p.letters_arrived - case when $4 then t.times else 0 end),
            last_letter_at = case when p.last_letter_at = t.made_at and (p.acknowledged_at is null or p.acknowledged_at < t.made_at)
                                  then t.former_made_at else p.last_letter_at end
       from (select id, max(made_at) as made_at, max(former_made_at) as former_made_at, count(*)::int as times from each group by id) t, locked
      where p.id = t.id and locked.id = p.id`,
    [back.map((one) => one.personId), back.map((one) => one.madeAt), back.map((one) => one.formerMadeAt), tells],
  );
}
