import type { EntityManager } from 'typeorm';
import { recordMany } from '#libs/ledger/index.js';
import type { Erasure } from '#libs/platform/index.js';
import { erasePersons } from './erasing.js';

/**
 * Erases those of these persons who are not erased here: a restored or older database still holds what was erased
 * since. Their erasure was decided, proved and recorded when it happened; here it is carried out again, in the caller's
 * transaction, with a ledger entry each. Ids that nobody here has are passed over. Answers who was erased.
 */
export async function eraseAgain(tx: EntityManager, personIds: string[], actor: string): Promise<string[]> {
  const gone = await erasePersons(tx, personIds);
  await recordMany(
    tx,
    gone.map((one) => ({ kind: 'person.erased-again' as const, actor, ...one })),
  );
  return gone.map((one) => one.personId);
}

/** Everybody who is erased in this database. The time is that of the look where the row does not know its own. */
export async function erasedPersons(tx: EntityManager): Promise<Erasure[]> {
  return await tx.query(
    `select p.id as "personId", clock_timestamp() as at from person p
      where p.secret is null order by p.id`,
  );
}
