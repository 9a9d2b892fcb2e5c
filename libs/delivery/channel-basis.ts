import type { EntityManager } from 'typeorm';

/**
 * Changes when anything changes on which the first channel of a letter of this breach depends beside the sealed records
 * of its people: who they are, the states and domains of their contacts, and the banned domains. Reads no sealed value.
 * A sum of the database's own hashes: to notice a change, not to withstand somebody who makes one up.
 */
export async function channelBasis(tx: EntityManager, breachId: string): Promise<string> {
  const sumOf = (row: string, table: string): string =>
    `(select concat(count(*), ' ', sum(hashtextextended(${row}, 0))) from ${table} t where breach_id = $1)`;
  const [found]: { basis: string }[] = await tx.query(
    `select concat_ws('/',
       ${sumOf(`concat_ws('|', id, category, protected, minor, deceased)`, 'person')},
       ${sumOf('t::text', 'contact_point')},
       ${sumOf('t::text', 'channel_ban')}) as basis`,
    [breachId],
  );
  return found!.basis;
}
