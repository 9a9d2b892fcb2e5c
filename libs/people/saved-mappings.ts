import type { EntityManager } from 'typeorm';
import { breachKey } from '#libs/breach/index.js';
import { openJson, sealJson, type Keyring, type SealingKey } from '#libs/platform/index.js';
import { ROSTER_COLUMNS, plainHeader, type RosterColumn } from './roster-columns.js';
import { columnNames, headerKey, mayHoldForEverybody, type RosterMapping } from './roster-mapping.js';

/** A mapping by the names of the columns, whose order may be another in the next file of the source. */
interface NamedMapping {
  columns: [name: string, ours: RosterColumn | null][];
  everybody: RosterMapping['everybody'];
}

export interface SavedMapping {
  mapping: RosterMapping;
  setBy: string;
  setAt: Date;
}

/** Keeps which column is which for the next file of the same source; what was kept before gives way. */
export async function saveMapping(
  tx: EntityManager,
  key: SealingKey,
  of: { breachId: string; accountId: string },
  header: readonly string[],
  mapping: RosterMapping,
): Promise<void> {
  const names = columnNames(header).map(plainHeader);
  const named: NamedMapping = {
    columns: names.map((name, place) => [name, mapping.columns[place] ?? null]),
    everybody: lasting(mapping.everybody),
  };
  const id = headerKey(header);
  await tx.query(
    `insert into roster_mapping (breach_id, header_key, sealed, set_by) values ($1, $2, $3, $4)
     on conflict (breach_id, header_key) do update set sealed = excluded.sealed, set_by = excluded.set_by, set_at = clock_timestamp()`,
    [of.breachId, id, sealJson(key, placeOf(of.breachId, id), named), of.accountId],
  );
}

/**
 * How a file with these column names was read last: in this breach with what held for everybody, else in another one
 * without it, because what was true of everybody there is not of everybody here.
 */
export async function findSavedMapping(
  tx: EntityManager,
  keyring: Keyring,
  breachId: string,
  header: readonly string[],
): Promise<SavedMapping | null> {
  const id = headerKey(header);
  const rows: { breachId: string; sealed: Buffer; setBy: string; setAt: Date }[] = await tx.query(
    `select breach_id as "breachId", sealed, set_by as "setBy", set_at as "setAt" from roster_mapping
      where header_key = $1 order by breach_id = $2 desc, set_at desc limit 1`,
    [id, breachId],
  );
  const [row] = rows;
  if (!row) return null;
  const key = await breachKey(tx, keyring, row.breachId);
  const named = openJson<NamedMapping>(key, placeOf(row.breachId, id), row.sealed);
  const byName = new Map(named.columns);
  const columns = columnNames(header).map((name) => known(byName.get(plainHeader(name))));
  const everybody = row.breachId === breachId ? stillAllowed(named.everybody) : {};
  return { mapping: { columns, everybody }, setBy: row.setBy, setAt: row.setAt };
}

/** Columns whose value for everybody names nobody: others (a guardian, an address) are kept no longer than their file. */
const NAMING_NOBODY = new Set<RosterColumn>([
  'category', 'language', 'country', 'protected', 'minor', 'deceased', 'documents', 'other_data',
]); // prettier-ignore

function lasting(everybody: RosterMapping['everybody']): RosterMapping['everybody'] {
  return Object.fromEntries(Object.entries(everybody).filter(([column]) => NAMING_NOBODY.has(column as RosterColumn)));
}

/** A column of ours as of today: a later version may have taken one away. */
function known(column: RosterColumn | null | undefined): RosterColumn | null {
  return ROSTER_COLUMNS.find((one) => one === column) ?? null;
}

function stillAllowed(everybody: RosterMapping['everybody']): RosterMapping['everybody'] {
  return Object.fromEntries(
    Object.entries(everybody).filter(([column]) => {
      const ours = known(column as RosterColumn);
      return ours !== null && mayHoldForEverybody(ours);
    }),
  );
}

function placeOf(breachId: string, id: string): string {
  return `roster_mapping|${breachId}|${id}|1`;
}
