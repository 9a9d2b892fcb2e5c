import type { EntityManager } from 'typeorm';
import type { Category, Confidence, DataKind, Extent } from '#libs/breach/index.js';
import { Problem, openJson, type Language, type SealingKey } from '#libs/platform/index.js';
import type { LanguagesReason } from './letter-languages.js';
import type { ContactKind, PersonRecord } from './person-record.js';
import { openRecord } from './persons.store.js';
import type { ContactState } from './restating.js';
import { layoutOf, marksProtected } from './roster-row.js';
import type { RosterColumn } from './roster-columns.js';

export const STANDINGS = ['told', 'exempt', 'under-way', 'not-reached'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface CurrentExposure {
  id: string;
  dataKind: DataKind;
  country: string | null;
  extent: Extent;
  confidence: Confidence;
  source: 'roster' | 'scan' | 'by-hand';
}

export interface PersonRow {
  id: string;
  category: Category;
  languages: Language[];
  /** Why the letters have these languages. */
  languagesReason: LanguagesReason;
  standing: Standing;
  isProtected: boolean;
  isMinor: boolean;
  isDeceased: boolean;
  acknowledgedAt: Date | null;
  /** Null once the person was erased. */
  record: PersonRecord | null;
  exposures: CurrentExposure[];
}

/** Whether a text from outside can be an id; the database answers others with an error. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

export interface PeopleFilter {
  standing?: Standing;
  category?: Category;
  language?: Language;
  dataKind?: DataKind;
  confidence?: Confidence;
  /** Only the security officer's account opens protected persons; for all others they are a number in the sum. */
  withProtected: boolean;
  /** Id of the last person of the page before. */
  after?: string;
  limit: number;
}

const PERSON = `
  p.id, p.category, p.languages, p.standing, p.protected as "isProtected", p.minor as "isMinor", p.deceased as "isDeceased",
  p.acknowledged_at as "acknowledgedAt", p.languages_reason as "languagesReason", p.sealed, p.secret,
  coalesce((select json_agg(json_build_object('id', e.id, 'dataKind', e.data_kind, 'country', e.country, 'extent', e.extent,
                                              'confidence', e.confidence, 'source', e.source) order by e.id)
              from exposure e where e.person_id = p.id and e.superseded_by is null), '[]') as exposures`;

/** One page of the persons of a breach, in the order in which they were added, opened with the breach's key. */
export async function listPeople(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  filter: PeopleFilter,
): Promise<{ people: PersonRow[]; next: string | null }> {
  const rows: SealedRow[] = await tx.query(
    `with facet as (
       select distinct standing, category, string_to_array(languages, ',') as languages from people_count
        where breach_id = $1 and count > 0 and ($2::text is null or standing = $2) and ($3::text is null or category = $3)
          and ($4::text is null or $4 = any (string_to_array(languages, ','))) and ($5::bool or not protected)),
     page as (
       select found.id from facet cross join lateral (
         select p.id from person p
          where p.breach_id = $1 and p.merged_into is null
            and p.standing = facet.standing and p.category = facet.category and p.languages = facet.languages
            and ($5::bool or not p.protected)
            and p.id > coalesce($6::uuid, '00000000-0000-0000-0000-000000000000')
            and (($7::text is null and $8::text is null) or exists (
              select from exposure e where e.person_id = p.id and e.superseded_by is null
                 and ($7::text is null or e.data_kind = $7) and ($8::text is null or e.confidence = $8)))
          order by p.id limit $9) found
        order by found.id limit $9)
     select ${PERSON} from page join person p using (id) order by p.id`,
    [
      breachId,
      filter.standing ?? null,
      filter.category ?? null,
      filter.language ?? null,
      filter.withProtected,
      isId(filter.after ?? '') ? filter.after : null,
      filter.dataKind ?? null,
      filter.confidence ?? null,
      filter.limit + 1,
    ],
  );
  const page = rows.slice(0, filter.limit).map((row) => opened(key, row));
  return { people: page, next: rows.length > filter.limit ? page.at(-1)!.id : null };
}

interface SealedRow extends Omit<PersonRow, 'record'> {
  sealed: Buffer;
  secret: Buffer | null;
}

function opened(key: SealingKey, { sealed, secret, ...row }: SealedRow): PersonRow {
  return {
    ...row,
    record: secret ? openRecord(key, row.id, secret, sealed) : null,
  };
}

/** These persons, opened, by id; ids of another breach are left out. */
export async function openPeople(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  ids: string[],
): Promise<Map<string, PersonRow>> {
  const rows: SealedRow[] = await tx.query(
    `select ${PERSON} from person p where p.breach_id = $1 and p.id = any ($2)`,
    [breachId, ids],
  );
  return new Map(rows.map((row) => [row.id, opened(key, row)]));
}

export interface ContactPoint {
  id: string;
  kind: ContactKind;
  /** Which of the contacts in the person's record it is. */
  place: number;
  source: string;
  state: ContactState;
}

export async function contactPointsOf(tx: EntityManager, personId: string): Promise<ContactPoint[]> {
  return await tx.query(
    `select id, kind, place, source, state from contact_point where person_id = $1 order by kind, place`,
    [personId],
  );
}

/** One person of a breach by id. Throws `person.unknown`, also for a protected person when `withProtected` is false. */
export async function getPerson(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  id: string,
  withProtected: boolean,
): Promise<PersonRow> {
  const people = isId(id) ? await openPeople(tx, breachId, key, [id]) : new Map<string, PersonRow>();
  const person = people.get(id);
  if (!person || (person.isProtected && !withProtected)) throw unknownPerson();
  return person;
}

/** The id of the person with a roster's reference. Throws `person.unknown`, also for the protected unless told. */
export async function personIdByReference(
  tx: EntityManager,
  breachId: string,
  referenceIndex: Buffer,
  withProtected: boolean,
): Promise<string> {
  const rows: { id: string; isProtected: boolean }[] = await tx.query(
    `select id, protected as "isProtected" from person where breach_id = $1 and reference_index = $2`,
    [breachId, referenceIndex],
  );
  if (!rows[0] || (rows[0].isProtected && !withProtected)) throw unknownPerson();
  return rows[0].id;
}

export function unknownPerson(): Problem {
  return new Problem(
    'not-found',
    'person.unknown',
    'No person of this breach has that reference. Look it up in the list of people.',
  );
}

/** The four parts of the sum of one breach, from its counters; protected persons count like all others. */
export async function countByStanding(tx: EntityManager, breachId: string): Promise<Record<Standing, number>> {
  const rows: { standing: Standing; count: number }[] = await tx.query(
    `select standing, sum(count)::int as count from people_count where breach_id = $1 group by standing`,
    [breachId],
  );
  const counts: Record<Standing, number> = { told: 0, exempt: 0, 'under-way': 0, 'not-reached': 0 };
  for (const { standing, count } of rows) counts[standing] = count;
  return counts;
}

/**
 * How many persons a list narrowed so has, from the counters; null where it is narrowed by what is out, which no
 * counter knows.
 */
export async function countPeople(tx: EntityManager, breachId: string, filter: PeopleFilter): Promise<number | null> {
  if (filter.dataKind || filter.confidence) return null;
  const [row]: { count: number }[] = await tx.query(
    `select coalesce(sum(count), 0)::int as count from people_count
      where breach_id = $1 and ($2::text is null or standing = $2) and ($3::text is null or category = $3)
        and ($4::text is null or $4 = any (string_to_array(languages, ','))) and ($5::bool or not protected)`,
    [breachId, filter.standing ?? null, filter.category ?? null, filter.language ?? null, filter.withProtected],
  );
  return row!.count;
}

export interface OpenRow {
  id: string;
  rowNumber: number;
  columns: (RosterColumn | null)[];
  /** What the mapping of the file said of every row. */
  everybody?: Partial<Record<RosterColumn, string>>;
  cells: string[];
  faults: { at: string; message: string }[];
}

/**
 * Rows that imports left out and nobody has settled yet, oldest first, among the oldest 50. Rows that mark a protected
 * person are counted, but shown only to an account that may open such persons.
 */
export async function listOpenRows(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  withProtected = false,
): Promise<{ rows: OpenRow[]; count: number }> {
  const rows: { id: string; rowNumber: number; sealed: Buffer; count: number }[] = await tx.query(
    `select id, row_number as "rowNumber", sealed, (count(*) over ())::int as count from open_row
      where breach_id = $1 and state = 'open' order by id limit 50`,
    [breachId],
  );
  const open: OpenRow[] = rows.map(({ id, rowNumber, sealed }) => ({
    id,
    rowNumber,
    ...openJson<Omit<OpenRow, 'id' | 'rowNumber'>>(key, `open_row|${id}|1`, sealed),
  }));
  return {
    count: rows[0]?.count ?? 0,
    rows: open.filter((row) => withProtected || !marksProtected(layoutOf(row.columns, row.everybody), row.cells)),
  };
}
