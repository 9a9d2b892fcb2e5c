import type { EntityManager } from 'typeorm';
import { ASKED_BY, LETTER_FORMS, explainedExposures, type ContactPoint, type PersonRow } from '#libs/people/index.js';
import type { SealingKey } from '#libs/platform/index.js';
import type { ReplyView } from '#libs/replies/index.js';
import { accountNames } from '#libs/staff/index.js';

/** What is to be done next for a person: words by key `next.<name>`, and the act that does it. */
export interface NextAct {
  name:
    | 'nothing-due' | 'nothing' | 'say-what' | 'find-address' | 'write' | 'write-again' | 'new-address' | 'wait' | 'look-up' | 'print' | 'post'
    | 'hand'; // prettier-ignore
  act: 'correct' | 'exposure' | 'letters' | null;
}

export interface NextFacts {
  standing: PersonRow['standing'];
  /** Why they stand there: `no-letter`, `post-queued`, `no-way-left`, … */
  reason: string;
  isProtected: boolean;
  hasExposures: boolean;
  /** Whether an address is on record that may be used. */
  canBeReached: boolean;
  /** Whether their facts changed after their letter. */
  hasChanged: boolean;
}

const BY_REASON: Record<string, NextAct> = {
  'no-letter': { name: 'write', act: 'letters' },
  'email-unknown': { name: 'look-up', act: null },
  'email-refused': { name: 'find-address', act: 'correct' },
  'email-bounced': { name: 'find-address', act: 'correct' },
  'no-way-left': { name: 'find-address', act: 'correct' },
  'post-queued': { name: 'print', act: null },
  'post-printed': { name: 'post', act: null },
  'post-returned': { name: 'find-address', act: 'correct' },
  'hand-queued': { name: 'hand', act: null },
};

/** The one thing to do next for a person, the first that holds. */
export function nextAct(facts: NextFacts): NextAct {
  if (facts.hasChanged) return { name: 'write-again', act: 'letters' };
  if (facts.standing === 'told') return { name: 'nothing', act: null };
  if (facts.standing === 'exempt') return { name: 'nothing-due', act: null };
  if (!facts.hasExposures) return { name: 'say-what', act: 'exposure' };
  const isWaiting = facts.reason === 'no-letter' || facts.reason === 'no-way-left';
  if (isWaiting && !facts.canBeReached && !facts.isProtected) return { name: 'find-address', act: 'correct' };
  if (facts.reason === 'no-way-left' && facts.canBeReached) return { name: 'new-address', act: 'letters' };
  return BY_REASON[facts.reason] ?? { name: 'wait', act: null };
}

/** What a person's page says of corrections: exposures with their grounds, earlier corrections, what to do next. */
export async function personDetails(
  tx: EntityManager,
  key: SealingKey,
  of: { person: PersonRow; contacts: ContactPoint[]; reason: string; replies: ReplyView[] },
): Promise<Record<string, unknown>> {
  const { person, contacts, reason, replies } = of;
  const exposures = await explainedExposures(tx, key, person.id);
  const corrections = person.record?.corrections ?? [];
  const names = await accountNames(tx, [
    ...new Set([
      ...corrections.map(({ by }) => by),
      ...exposures.flatMap((one) => (one.source === 'by-hand' && one.recordedBy ? [one.recordedBy] : [])),
    ]),
  ]);
  const [row]: { changed: boolean }[] = await tx.query(
    `select coalesce(p.facts_changed_at > (select max(l.made_at) from letter l join notice n on n.id = l.notice_id
                                            where l.person_id = p.id and n.kind <> 'reminder'), false) as changed
       from person p where p.id = $1`,
    [person.id],
  );
  return {
    explained: exposures.map((one) => ({
      ...one,
      byName: one.recordedBy ? (names.get(one.recordedBy) ?? '') : '',
      renewedOn: replies.find((reply) => reply.exposureId === one.id)?.renewedOn ?? '',
    })),
    letterForms: LETTER_FORMS,
    typedForm: { form: person.letterForm },
    askedBy: ASKED_BY,
    corrections: corrections.toReversed().map((one) => ({ ...one, byName: names.get(one.by) ?? '' })),
    next: nextAct({
      standing: person.standing,
      reason,
      isProtected: person.isProtected,
      hasExposures: exposures.length > 0,
      canBeReached: contacts.some(({ kind, state }) => kind !== 'phone' && ['untried', 'works'].includes(state)),
      hasChanged: person.standing === 'told' && row!.changed,
    }),
  };
}
