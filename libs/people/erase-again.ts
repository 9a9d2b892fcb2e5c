import type { EntityManager } from 'typeorm';
import { recordMany } from '#libs/ledger/index.js';
import type { Erasure } from '#libs/platform/index.js';

/**
 * Erases those of these persons who are not erased here: a restored or older database still holds what was erased
 * since. Their erasure was decided, proved and recorded when it happened; here it is carried out again, in the caller's
 * transaction, with a ledger entry each. Ids that nobody here has are passed over. Answers who was erased.
 */
export async function eraseAgain(tx: EntityManager, personIds: string[], actor: string): Promise<string[]> {
  const [gone]: [{ personId: string; breachId: string }[]] = await tx.query(
    `update person set secret = null, sealed = '', national_number_index = null, stated_hash = null
      where id = any ($1) and secret is not null
     returning id as "personId", breach_id as "breachId"`,
    [personIds],
  );
  const ids = gone.map((one) => one.personId);
  await tx.query(`update contact_point set email_index = null, domain_indexes = '{}' where person_id = any ($1)`, [
    ids,
  ]);
  await recordMany(
    tx,
    gone.map((one) => ({ kind: 'person.erased-again' as const, actor, ...one })),
  );
  return ids;
}

/** Everybody who is erased in this database. The time is that of the look where the row does not know its own. */
export async function erasedPersons(tx: EntityManager): Promise<Erasure[]> {
  return await tx.query(
    `select p.id as "personId", clock_timestamp() as at from person p
      where p.secret is null order by p.id`,
  );
}
