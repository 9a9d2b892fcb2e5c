import type { EntityManager } from 'typeorm';
import { LETTERS_OF_KIND, type NoticeKind } from '#libs/letters/index.js';
import { letterArrived, lettersCameBack, lettersHad, type HadLetter, type LetterBack } from '#libs/people/index.js';

/**
 * Letters of a notice of that kind arrived. An initial letter or a correction tells its person of the breach; what
 * states facts is what they know from now on; a reminder does neither.
 */
export async function lettersArrived(tx: EntityManager, kind: NoticeKind, letterIds: string[]): Promise<void> {
  const { tells, states } = LETTERS_OF_KIND[kind];
  if (letterIds.length === 0 || !(tells || states)) return;
  const had: HadLetter[] = await tx.query(
    `select person_id as "personId", made_at::text as "madeAt" from letter where id = any ($1)`,
    [letterIds],
  );
  if (tells)
    await letterArrived(
      tx,
      had.map((one) => one.personId),
    );
  if (states) await lettersHad(tx, had);
}

/**
 * Letters of a notice of that kind came back after they had counted as arrived: what `lettersArrived` said is taken back.
 * Called once their dispatches stand as `returned`.
 */
export async function lettersReturned(tx: EntityManager, kind: NoticeKind, letterIds: string[]): Promise<void> {
  const { tells, states } = LETTERS_OF_KIND[kind];
  if (letterIds.length === 0 || !(tells || states)) return;
  const kinds = Object.entries(LETTERS_OF_KIND).filter(([, of]) => of.states).map(([name]) => name); // prettier-ignore
  const back: LetterBack[] = await tx.query(
    `select l.person_id as "personId", l.made_at::text as "madeAt", (
              select max(o.made_at)::text from letter o join notice n on n.id = o.notice_id join dispatch d on d.letter_id = o.id
               where o.person_id = l.person_id and o.id <> l.id and n.kind = any ($2)
                 and d.arrived_at is not null and d.state in ('accepted', 'posted', 'handed-over')) as "formerMadeAt"
       from letter l where l.id = any ($1) order by l.person_id`,
    [letterIds, kinds],
  );
  await lettersCameBack(tx, back, tells);
}
