import type { EntityManager } from 'typeorm';
import type { Category, Confidence, DataKind, Extent } from '#libs/breach/index.js';
import { Problem, type Language, type SealingKey } from '#libs/platform/index.js';
import type { LetterForm } from './letter-form.js';
import type { LanguagesReason } from './letter-languages.js';
import type { ContactKind, PersonRecord } from './person-record.js';
import { OWN_SOURCE, openRecord } from './persons.store.js';
import type { ContactState } from './restating.js';

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
  /** The form in which they asked for their letters. */
  letterForm: LetterForm;
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

const PERSON = `
  p.id, p.category, p.languages, p.standing, p.protected as "isProtected", p.minor as "isMinor", p.deceased as "isDeceased",
  p.acknowledged_at as "acknowledgedAt", p.languages_reason as "languagesReason", p.letter_form as "letterForm", p.sealed, p.secret,
  coalesce((select json_agg(json_build_object('id', e.id, 'dataKind', e.data_kind, 'country', e.country, 'extent', e.extent,
                                              'confidence', e.confidence, 'source', e.source) order by e.id)
              from exposure e where e.person_id = p.id and e.superseded_by is null), '[]') as exposures`;

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
  kind: ContactKind;
  /** Which of the contacts in the person's record it is. */
  place: number;
  source: 'roster' | 'scan' | 'by-hand' | 'reply';
  state: ContactState;
}

/**
 * The contacts of these persons, by id and in the order of their places. One of which nothing else was said is untried
 * and came as its person came; of an erased person those are left of which something was said.
 */
export async function contactPointsOf(
  tx: EntityManager,
  people: Pick<PersonRow, 'id' | 'record'>[],
): Promise<Map<string, ContactPoint[]>> {
  const rows: { id: string; source: ContactPoint['source']; points: ContactPoint[] }[] = await tx.query(
    `select p.id, ${OWN_SOURCE} as source, coalesce((
              select json_agg(json_build_object('kind', c.kind, 'place', c.place, 'source', coalesce(c.source, ${OWN_SOURCE}), 'state', c.state) order by c.place)
                from contact_point c where c.person_id = p.id), '[]') as points
       from person p where p.id = any ($1)`,
    [people.map(({ id }) => id)],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    people.map(({ id, record }) => {
      const { source, points } = found.get(id)!;
      const whole = record?.contacts.map(
        ({ kind }, place): ContactPoint =>
          points.find((point) => point.place === place) ?? { kind, place, source, state: 'untried' },
      );
      return [id, whole ?? points];
    }),
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

/** Said of persons that are not there and of those that this account may not see alike. */
export function unknownPerson(): Problem {
  return new Problem(
    'not-found',
    'person.unknown',
    'No person of this breach has that reference. Look it up in the list of people.',
  );
}
