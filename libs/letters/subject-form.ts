import type { EntityManager } from 'typeorm';
import type { BreachFacts } from '#libs/breach/index.js';
import type { SubjectForm } from './template.js';

/** Kinds of data of which already a mail about a leak says too much to whoever sees the mailbox. */
const TELLING: readonly string[] = ['health', 'criminal-record'];

/**
 * The subject that a breach calls for: one that says that data leaked, so that nobody leaves the letter unread, unless
 * the line itself can harm, because some of the people are protected or because of what is out.
 */
export async function subjectFormFor(tx: EntityManager, breachId: string, facts: BreachFacts): Promise<SubjectForm> {
  if (facts.dataKinds.some((kind) => TELLING.includes(kind))) return 'neutral';
  const [row]: { has: boolean }[] = await tx.query(
    `select exists (select from person where breach_id = $1 and protected) as has`,
    [breachId],
  );
  return row!.has ? 'neutral' : 'plain';
}
