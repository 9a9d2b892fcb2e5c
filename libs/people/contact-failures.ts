import type { EntityManager } from 'typeorm';

/** One contact of one person, by its place in their record. */
export interface ContactPlace {
  personId: string;
  place: number;
}

/**
 * These contacts do not work: an address that is dead, or from which a letter came back. Only those that something was
 * sent to, which have a row; one that was replaced since stays so.
 */
export async function contactsFailed(
  tx: EntityManager,
  state: 'bounced' | 'returned',
  places: ContactPlace[],
): Promise<void> {
  if (places.length === 0) return;
  await tx.query(
    `update contact_point c set state = $1, recorded_at = clock_timestamp()
       from unnest($2::uuid[], $3::int[]) as t (person_id, place)
      where c.person_id = t.person_id and c.place = t.place and c.state in ('untried', 'works')`,
    [state, places.map((one) => one.personId), places.map((one) => one.place)],
  );
}
