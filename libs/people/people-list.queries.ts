import type { EntityManager } from 'typeorm';
import {
  CONFIDENCES,
  DATA_KINDS,
  DOCUMENT_KINDS,
  isDocumentKind,
  type Category,
  type Confidence,
  type DataKind,
} from '#libs/breach/index.js';
import type { Language, SealingKey } from '#libs/platform/index.js';
import { isId, openPeople, type PersonRow, type Standing } from './people.queries.js';

/** States of a contact point that people are looked for by; nearly everybody has one that is untried. */
export const FOUND_CONTACT_STATES = ['works', 'bounced', 'returned', 'revoked'] as const;
export type FoundContactState = (typeof FOUND_CONTACT_STATES)[number];

export interface PeopleChoice {
  standing?: Standing;
  category?: Category;
  language?: Language;
  dataKind?: DataKind;
  /** The issuing country of an identity document, in two letters. */
  country?: string;
  confidence?: Confidence;
  contactState?: FoundContactState;
  /** Only the security officer's account opens protected persons; for all others they are a number in the sum. */
  withProtected: boolean;
}

export interface PeopleFilter extends PeopleChoice {
  /** Id of the last person of the page before. */
  after?: string;
  limit: number;
}

/** What a filter looks at, most of it in one index; each reads ids in their order from a cursor on. */
type Side = 'facets' | 'exposures' | 'contacts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** Ids that one round reads ahead where a second filter takes some away. */
const LARGEST_ROUND = 20_000;
/** Counting goes no further: what has more is not rare. */
const MANY = 500;

/** One page of the persons of a breach, in the order in which they were added, opened with the breach's key. */
export async function listPeople(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  filter: PeopleFilter,
): Promise<{ people: PersonRow[]; next: string | null }> {
  const { ids, next } = await listPeopleIds(tx, breachId, filter);
  const opened = await openPeople(tx, breachId, key, ids);
  return { people: ids.map((id) => opened.get(id)!), next };
}

/**
 * The ids of one page. Whichever of the filters leaves fewest persons is read in its index from the cursor on, the
 * others look at what it finds: so a page costs about as much as it shows, wherever it stands. Only two filters that
 * each hold for many and together for few are read further.
 */
export async function listPeopleIds(
  tx: EntityManager,
  breachId: string,
  filter: PeopleFilter,
): Promise<{ ids: string[]; next: string | null }> {
  const sides = sidesOf(filter);
  const driving = sides.length === 1 ? sides[0]! : await smallestOf(tx, breachId, filter, sides);
  const found: string[] = [];
  let after = isId(filter.after ?? '') ? filter.after! : FIRST_ID;
  const isAlone = sides.length === 1 && driving === 'facets';
  for (let size = filter.limit + 1; ; size = Math.min(size * 4, LARGEST_ROUND)) {
    const ids = await READERS[driving](tx, breachId, filter, after, size);
    found.push(...(isAlone ? ids : await onlyThose(tx, breachId, filter, ids)));
    if (found.length > filter.limit || ids.length < size) break;
    after = ids.at(-1)!;
  }
  const page = found.slice(0, filter.limit);
  return { ids: page, next: found.length > filter.limit ? page.at(-1)! : null };
}

function sidesOf(choice: PeopleChoice): Side[] {
  const sides: Side[] = [];
  if (choice.dataKind ?? choice.country ?? choice.confidence) sides.push('exposures');
  if (choice.contactState) sides.push('contacts');
  if (sides.length === 0 || (choice.standing ?? choice.category ?? choice.language)) sides.push('facets');
  return sides;
}

async function smallestOf(tx: EntityManager, breachId: string, choice: PeopleChoice, sides: Side[]): Promise<Side> {
  let smallest = { side: sides[0]!, count: Infinity };
  for (const side of sides) {
    const count =
      side === 'facets'
        ? await countOfFacets(tx, breachId, choice)
        : (await READERS[side](tx, breachId, choice, FIRST_ID, MANY)).length;
    if (count < smallest.count) smallest = { side, count };
  }
  return smallest.side;
}

/** From one issuing country of a kind of document to the next, in the index: of the breach $1 and the kinds $2. */
const ISSUED = `
  issued as (
    select kind, (${nextCountry("''")}) as country from unnest($2::text[]) kind
    union all
    select kind, (${nextCountry('issued.country')}) from issued where issued.country is not null)`;

function nextCountry(after: string): string {
  return `select coalesce(e.country, '') from exposure e
           where (e.breach_id, e.data_kind, coalesce(e.country, '')) > ($1, kind, ${after})
             and (e.breach_id, e.data_kind, coalesce(e.country, '')) <= ($1, kind, 'ZZ') and e.superseded_by is null
           order by e.breach_id, e.data_kind, coalesce(e.country, '') limit 1`;
}

const FACETS = `
  select standing, category, languages, protected, sum(count)::int as count from people_count
   where breach_id = $1 and ($2::text is null or standing = $2) and ($3::text is null or category = $3)
     and ($4::text is null or $4 = any (string_to_array(languages, ','))) and ($5::bool or not protected)
   group by 1, 2, 3, 4 having sum(count) > 0`;

function facetParameters(breachId: string, choice: PeopleChoice): unknown[] {
  const { standing = null, category = null, language = null, withProtected } = choice;
  return [breachId, standing, category, language, withProtected];
}

async function countOfFacets(tx: EntityManager, breachId: string, choice: PeopleChoice): Promise<number> {
  const [row]: { count: number }[] = await tx.query(
    `select coalesce(sum(count), 0)::int as count from (${FACETS}) facet`,
    facetParameters(breachId, choice),
  );
  return row!.count;
}

/** Reads ids after a cursor, in order, at most `size`: fewer means that there are no more. */
type ReadIds = (
  tx: EntityManager,
  breachId: string,
  choice: PeopleChoice,
  after: string,
  size: number,
) => Promise<string[]>;

/**
 * Rows are compared whole, and put in the order of whole rows, with the columns of the one index that each is read in.
 * Compared column by column, another index has the ids in their order too, and the planner, who thinks of average
 * values, may read a million rows in it to find the ten.
 */
const READERS: Record<Side, ReadIds> = {
  /** The counters say which combinations there are; each is read in `person_facets`. */
  async facets(tx, breachId, choice, after, size) {
    return idsOf(
      await tx.query(
        `with facet as (${FACETS})
         select found.id from facet cross join lateral (
           select p.id from person p
            where (p.breach_id, p.standing, p.category, p.languages, p.protected, p.id)
                  > ($1, facet.standing, facet.category, string_to_array(facet.languages, ','), facet.protected, $6)
              and (p.breach_id, p.standing, p.category, p.languages, p.protected, p.id)
                  <= ($1, facet.standing, facet.category, string_to_array(facet.languages, ','), facet.protected, '${LAST_ID}')
              and p.merged_into is null
            order by p.breach_id, p.standing, p.category, p.languages, p.protected, p.id limit $7) found
          order by found.id limit $7`,
        [...facetParameters(breachId, choice), after, size],
      ),
    );
  },

  /** Every kind, issuing country and confidence that is asked for, each read in `exposure_data_kind`. */
  async exposures(tx, breachId, { dataKind, country, confidence }, after, size) {
    const kinds = DATA_KINDS.filter((kind) => dataKind === undefined || kind === dataKind);
    const others = country === undefined ? kinds.filter((kind) => !isDocumentKind(kind)) : [];
    return idsOf(
      await tx.query(
        `with recursive ${ISSUED},
         thing as (
           select kind, country from issued where country is not null and ($3::text is null or country = $3)
           union all
           select kind, '' from unnest($4::text[]) kind)
         select distinct found.id from thing cross join unnest($5::text[]) sure cross join lateral (
           select e.person_id as id from exposure e
            where (e.breach_id, e.data_kind, coalesce(e.country, ''), e.confidence, e.person_id) > ($1, thing.kind, thing.country, sure, $6)
              and (e.breach_id, e.data_kind, coalesce(e.country, ''), e.confidence, e.person_id) <= ($1, thing.kind, thing.country, sure, '${LAST_ID}')
              and e.superseded_by is null
            order by e.breach_id, e.data_kind, coalesce(e.country, ''), e.confidence, e.person_id limit $7) found
          order by found.id limit $7`,
        [
          breachId,
          kinds.filter(isDocumentKind),
          country ?? null,
          others,
          confidence === undefined ? CONFIDENCES : [confidence],
          after,
          size,
        ],
      ),
    );
  },

  async contacts(tx, breachId, { contactState }, after, size) {
    return idsOf(
      await tx.query(
        `select distinct on (c.breach_id, c.state, c.person_id) c.person_id as id from contact_point c
          where (c.breach_id, c.state, c.person_id) > ($1, $2, $3) and (c.breach_id, c.state, c.person_id) <= ($1, $2, '${LAST_ID}')
            and c.state <> 'untried'
          order by c.breach_id, c.state, c.person_id limit $4`,
        [breachId, contactState, after, size],
      ),
    );
  },
};

function idsOf(rows: { id: string }[]): string[] {
  return rows.map((row) => row.id);
}

/** Whether a person `p` is among those chosen: the breach is $1, then the values of `choiceParameters`. */
const CHOSEN = `
  p.breach_id = $1 and p.merged_into is null and ($2::bool or not p.protected)
  and ($3::text is null or p.standing = $3) and ($4::text is null or p.category = $4) and ($5::text is null or $5 = any (p.languages))
  and (($6::text is null and $7::text is null and $8::text is null) or exists (
    select from exposure e where e.person_id = p.id and e.superseded_by is null and ($6::text is null or e.data_kind = $6)
       and ($7::text is null or e.country = $7) and ($8::text is null or e.confidence = $8)))
  and ($9::text is null or exists (select from contact_point c where c.person_id = p.id and c.state = $9))`;

function choiceParameters(breachId: string, choice: PeopleChoice): unknown[] {
  const { standing, category, language, dataKind, country, confidence, contactState } = choice;
  const chosen = [standing, category, language, dataKind, country, confidence, contactState];
  return [breachId, choice.withProtected, ...chosen.map((value) => value ?? null)];
}

async function onlyThose(tx: EntityManager, breachId: string, choice: PeopleChoice, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  return idsOf(
    await tx.query(`select p.id from person p where p.id = any ($10) and ${CHOSEN} order by p.id`, [
      ...choiceParameters(breachId, choice),
      ids,
    ]),
  );
}

const ID_BYTES = 16;
const ID_TEXT = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

/** Everybody chosen who was not erased, as ids of 16 bytes each in their order: a million take 16 MB. For lists that are read whole. */
export class ChosenPeople {
  private constructor(private readonly ids: Buffer) {}

  static async of(tx: EntityManager, breachId: string, choice: PeopleChoice): Promise<ChosenPeople> {
    const [row]: { ids: Buffer | null }[] = await tx.query(
      `select string_agg(uuid_send(p.id), ''::bytea order by p.id) as ids from person p where ${CHOSEN} and p.secret is not null`,
      choiceParameters(breachId, choice),
    );
    return new ChosenPeople(row!.ids ?? Buffer.alloc(0));
  }

  get count(): number {
    return this.ids.length / ID_BYTES;
  }

  /** Ids as text, some at a time. */
  *batches(size: number): Iterable<string[]> {
    for (let from = 0; from < this.count; from += size) {
      const hex = this.ids.subarray(from * ID_BYTES, (from + size) * ID_BYTES).toString('hex');
      yield (hex.match(/.{32}/g) ?? []).map((id) => id.replace(ID_TEXT, '$1-$2-$3-$4-$5'));
    }
  }
}

/**
 * Issuing countries of the identity documents on record, in order. A country that only protected persons have would
 * say something of them: it stands there only for those who may see them.
 */
export async function issuingCountries(tx: EntityManager, breachId: string, withProtected: boolean): Promise<string[]> {
  const rows: { country: string }[] = await tx.query(
    `with recursive ${ISSUED}
     select distinct country from issued where country is not null and ($3::bool or exists (
       select from exposure e join person p on p.id = e.person_id
        where e.breach_id = $1 and e.data_kind = issued.kind and coalesce(e.country, '') = issued.country and e.superseded_by is null and not p.protected))
      order by country`,
    [breachId, DOCUMENT_KINDS, withProtected],
  );
  return rows.map((row) => row.country);
}

/**
 * How many persons a list narrowed so has, from the counters; null where it is narrowed by what is out or by how people
 * are reached, which no counter knows.
 */
export async function countListed(tx: EntityManager, breachId: string, choice: PeopleChoice): Promise<number | null> {
  if (choice.dataKind || choice.confidence || choice.country || choice.contactState) return null;
  const [row]: { count: number }[] = await tx.query(
    `select coalesce(sum(count), 0)::int as count from people_count
      where breach_id = $1 and ($2::text is null or standing = $2) and ($3::text is null or category = $3)
        and ($4::text is null or $4 = any (string_to_array(languages, ','))) and ($5::bool or not protected)`,
    [breachId, choice.standing ?? null, choice.category ?? null, choice.language ?? null, choice.withProtected],
  );
  return row!.count;
}
