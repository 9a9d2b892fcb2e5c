import type { EntityManager } from 'typeorm';

/**
 * Who gets a letter of an initial notice: persons of the breach that count for themselves, of whose data something is
 * out, for whom no decision says that no own letter is due, and who have not had an initial letter yet.
 */
export const ADDRESSEE = `
  p.breach_id = $1 and p.merged_into is null and p.exposures_open > 0 and p.exempted_by is null
  and p.secret is not null
  and not exists (select from letter l join notice n on n.id = l.notice_id where l.person_id = p.id and n.kind = 'initial' and n.state <> 'withdrawn')`;

export interface AddresseeCount {
  languages: string[];
  count: number;
}

/** How many letters in which languages, in order of languages. */
export async function countAddressees(tx: EntityManager, breachId: string): Promise<AddresseeCount[]> {
  return await tx.query(
    `select p.languages, count(*)::int as count from person p where ${ADDRESSEE} group by p.languages order by count(*) desc, p.languages`,
    [breachId],
  );
}

export interface LeftOut {
  /** `nothing-exposed`, `nothing-recorded`, `exempted`, `erased` or `has-letter`. */
  why: string;
  count: number;
}

/** Persons of the breach who get no letter of this notice, and why. */
export async function countLeftOut(tx: EntityManager, breachId: string): Promise<LeftOut[]> {
  return await tx.query(
    `select why, count(*)::int as count from (
       select case when exists (select from letter l join notice n on n.id = l.notice_id where l.person_id = p.id and n.kind = 'initial' and n.state <> 'withdrawn') then 'has-letter'
                   when p.exempted_by is not null then 'exempted'
                   when p.exposures_known = 0 then 'nothing-recorded'
                   when p.exposures_open = 0 then 'nothing-exposed'
                   else 'erased' end as why
         from person p where p.breach_id = $1 and p.merged_into is null and not (${ADDRESSEE})) left_out
      group by why order by why`,
    [breachId],
  );
}

/** Ids of the addressees after `after`, in order, at most `limit`. */
export async function addresseeIds(
  tx: EntityManager,
  breachId: string,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select p.id from person p where ${ADDRESSEE} and ($2::uuid is null or p.id > $2) order by p.id limit $3`,
    [breachId, after, limit],
  );
  return rows.map((row) => row.id);
}

/** What the letter of person `p` would state: languages, sealed record, current exposures. */
export const STATED = `
  array_to_string(p.languages, ',') || encode(sha256(p.sealed), 'hex') || (
    select coalesce(string_agg(e.id::text, ',' order by e.id), '') from exposure e where e.person_id = p.id and e.superseded_by is null)`;

/**
 * One hash over every addressee and what their letter would state: id, languages, sealed record, current exposures.
 * Another person, another language or one changed exposure gives another hash.
 */
export async function addresseesHash(tx: EntityManager, breachId: string): Promise<string> {
  const [row]: { hash: string }[] = await tx.query(
    `select encode(sha256(convert_to(coalesce(string_agg(
              p.id || ${STATED}, ';' order by p.id), ''), 'UTF8')), 'hex') as hash
       from person p where ${ADDRESSEE}`,
    [breachId],
  );
  return row!.hash;
}

/**
 * Addressees to show as samples: of each combination of languages those with most to say first. Never a protected
 * person: their letters are looked at by the security officer only.
 */
export async function sampleAddressees(tx: EntityManager, breachId: string, count: number): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select id from (
       select p.id, row_number() over (partition by p.languages order by p.exposures_open desc, p.id) as place
         from person p where ${ADDRESSEE} and not p.protected) ranked
      order by place, id limit $2`,
    [breachId, count],
  );
  return rows.map((row) => row.id);
}

const MOST_BY = { 'most-things': 'p.exposures_open', 'most-languages': 'cardinality(p.languages)' };

/** The addressee with most things exposed, or with most languages; of equals the one with most things, entered first. */
export async function addresseeWithMost(
  tx: EntityManager,
  breachId: string,
  what: keyof typeof MOST_BY,
  withProtected: boolean,
): Promise<string | null> {
  const rows: { id: string }[] = await tx.query(
    `select p.id from person p where ${ADDRESSEE} and ($2 or not p.protected)
      order by ${MOST_BY[what]} desc, p.exposures_open desc, p.id limit 1`,
    [breachId, withProtected],
  );
  return rows[0]?.id ?? null;
}
