import type { EntityManager } from 'typeorm';
import { LETTERS_OF_KIND, NOTICE_KINDS, type NoticeKind } from '#libs/letters/index.js';
import { letterArrived, letterCameBack, lettersHad, lettersNotHad, type HadLetter } from '#libs/people/index.js';

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

/** SQL over dispatch d: its letter arrived, and is not known to have come back. */
const HAS_ARRIVED = `d.arrived_at is not null and d.state in ('accepted', 'posted', 'handed-over')`;

/**
 * Letters of a notice of that kind that had arrived came back: the opposite, once their attempts say so. What their
 * persons have had is the newest of the letters that did arrive; one human's letters are looked at together.
 */
export async function lettersCameBack(tx: EntityManager, kind: NoticeKind, letterIds: string[]): Promise<void> {
  const { tells, states } = LETTERS_OF_KIND[kind];
  if (letterIds.length === 0 || !(tells || states)) return;
  const left: { personId: string; madeAt: string | null }[] = await tx.query(
    `select p.id as "personId", (
        select max(o.made_at)::text from person same join letter o on o.person_id = same.id join notice n on n.id = o.notice_id
         where coalesce(same.merged_into, same.id) = coalesce(p.merged_into, p.id) and n.kind = any ($2)
           and (same.id = p.id or same.id = p.merged_into or same.merged_into in (p.id, p.merged_into))
           and exists (select from dispatch d where d.letter_id = o.id and ${HAS_ARRIVED})) as "madeAt"
       from letter l join person p on p.id = l.person_id where l.id = any ($1)`,
    [letterIds, NOTICE_KINDS.filter((one) => LETTERS_OF_KIND[one].states)],
  );
  if (tells)
    await letterCameBack(
      tx,
      left.map((one) => one.personId),
    );
  if (states) await lettersNotHad(tx, left);
}
