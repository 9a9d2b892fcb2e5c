import type { EntityManager } from 'typeorm';

/**
 * The next spoken reference of a kind, `BR-2026-0001`, in the year of the database's clock (UTC). Locks the kind's
 * counter until the transaction ends, so that references are without gaps.
 */
export async function nextReference(tx: EntityManager, kind: 'BR' | 'N' | 'P'): Promise<string> {
  const [row]: { year: number; last: number }[] = await tx.query(
    `insert into spoken_reference (kind, year, last)
     values ($1, extract(year from now() at time zone 'UTC')::int, 1)
     on conflict (kind, year) do update set last = spoken_reference.last + 1
     returning year, last`,
    [kind],
  );
  return `${kind}-${row!.year}-${String(row!.last).padStart(4, '0')}`;
}
