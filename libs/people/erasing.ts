import type { EntityManager } from 'typeorm';

/**
 * Erases persons in the caller's transaction: the secret, from which everything of theirs that is sealed can be opened,
 * and all by which they were found. What stays says that somebody of a kind was affected and what became of the letter.
 * Persons merged into one another are erased together by whoever names them all. Answers who was erased here and now;
 * those who were erased before, and ids that nobody has, are passed over.
 */
export async function erasePersons(
  tx: EntityManager,
  personIds: string[],
): Promise<{ personId: string; breachId: string }[]> {
  const known: { personId: string; breachId: string; reference: Buffer }[] = await tx.query(
    `select id as "personId", breach_id as "breachId", reference_index as reference from person
      where id = any ($1) and secret is not null order by id for update`,
    [personIds],
  );
  if (known.length === 0) return [];
  const ids = known.map((one) => one.personId);
  const places = [known.map((one) => one.breachId), known.map((one) => one.reference)];
  await tx.query(
    `insert into erased_reference (breach_id, reference_index)
     select distinct breach_id, reference_index from unnest($1::uuid[], $2::bytea[]) as t (breach_id, reference_index) on conflict do nothing`,
    places,
  );
  await tx.query(
    `delete from open_row o using unnest($1::uuid[], $2::bytea[]) as t (breach_id, reference_index)
      where o.breach_id = t.breach_id and o.reference_index = t.reference_index`,
    places,
  );
  // A list that was uploaded and not imported yet may name them; whoever uploaded it chooses it again.
  await tx.query(`delete from roster_upload where breach_id = any ($1)`, [places[0]]);
  await tx.query(
    `update person set secret = null, sealed = '', reference_index = uuid_send(gen_random_uuid()), national_number_index = null,
            stated_hash = null, language = null, country = null, letter_form = 'standard', hold_sealed = null, hold_by = null, hold_review_on = null
      where id = any ($1)`,
    [ids],
  );
  await tx.query(`update contact_point set email_index = null, domain_indexes = '{}' where person_id = any ($1)`, [
    ids,
  ]);
  return known.map(({ personId, breachId }) => ({ personId, breachId }));
}

/** Which of these references (indexes of 16 bytes) belonged to persons of the breach who were erased, in hex. */
export async function erasedReferences(tx: EntityManager, breachId: string, indexes: Uint8Array[]): Promise<string[]> {
  const rows: { index: Buffer }[] = await tx.query(
    `select reference_index as index from erased_reference where breach_id = $1 and reference_index = any ($2::bytea[])`,
    [breachId, indexes],
  );
  return rows.map(({ index }) => index.toString('hex'));
}
