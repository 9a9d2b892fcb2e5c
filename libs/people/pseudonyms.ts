import type { EntityManager } from 'typeorm';
import { blindIndex, crockford, type Keyring } from '#libs/platform/index.js';

/** Forty bits: a breach with a thousand protected persons has two of the same pseudonym once in two million times. */
const CHARACTERS = 8;
const PSEUDONYM = /^S-[0-9A-HJKMNP-TV-Z]{8}$/;
/** Pseudonyms that a page lists; who is protected is few. */
const MOST_LISTED = 100;

/**
 * `S-4F7K2M9Q`: what every account but the security officer's sees of a protected person, the same wherever they stand.
 * Says nothing of them, and only a holder of the key can tell whose it is.
 */
export function pseudonymOf(keyring: Pick<Keyring, 'index'>, personId: string): string {
  return `S-${crockford(blindIndex(keyring.index, 'pseudonym', personId), CHARACTERS)}`;
}

/** Pseudonyms of a breach's protected persons, in the order of the pseudonyms, which tells nothing; at most a hundred. */
export async function listPseudonyms(
  tx: EntityManager,
  keyring: Pick<Keyring, 'index'>,
  breachId: string,
): Promise<string[]> {
  const ids = await protectedIds(tx, breachId);
  return ids
    .map((id) => pseudonymOf(keyring, id))
    .toSorted()
    .slice(0, MOST_LISTED);
}

/** The protected person of a pseudonym, typed in any case; null where there is none. For the security officer only. */
export async function personIdByPseudonym(
  tx: EntityManager,
  keyring: Pick<Keyring, 'index'>,
  breachId: string,
  typed: string,
): Promise<string | null> {
  const text = typed.trim().toUpperCase();
  if (!PSEUDONYM.test(text)) return null;
  return (await protectedIds(tx, breachId)).find((id) => pseudonymOf(keyring, id) === text) ?? null;
}

async function protectedIds(tx: EntityManager, breachId: string): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select id from person where breach_id = $1 and protected and merged_into is null`,
    [breachId],
  );
  return rows.map((row) => row.id);
}
