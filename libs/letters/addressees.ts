import type { EntityManager } from 'typeorm';
import type { Notice } from './notice.js';
import { LETTERS_OF_KIND, type NoticeKind } from './notice-kind.js';

/** The notice whose addressees are asked for. */
export type Addressed = Pick<Notice, 'id' | 'breachId' | 'kind'>;

/**
 * SQL over person p: the letters l of their notice n of which a new one, of notice $2, says what changed since. Where
 * every way to bring the newest failed, it is the last one that they have had.
 */
export const FORMER_LETTER = `
  l.person_id = p.id and n.kind <> 'reminder' and n.state <> 'withdrawn' and l.notice_id <> $2
  and (not (p.ladder_spent and p.attempts_open = 0) or p.last_letter_at is null or l.made_at <= p.last_letter_at)`;
const HAS_FORMER = `exists (select from letter l join notice n on n.id = l.notice_id where ${FORMER_LETTER})`;
const HAS_THIS = `exists (select from letter l where l.notice_id = $2 and l.person_id = p.id)`;

/** Why a person gets no letter, as SQL over person p of breach $1 and notice $2; the first that holds is the one said. */
type Reasons = [why: string, condition: string][];

const SINCE_A_LETTER: Reasons = [
  ['erased', `p.secret is null`],
  ['no-letter', `not ${HAS_FORMER}`],
  ['not-reached', `p.standing = 'not-reached'`],
  ['exempted', `p.exempted_by is not null`],
  ['nothing-exposed', `p.standing = 'exempt'`],
  ['unchanged', `exists (select from letter_unchanged u where u.person_id = p.id)`],
  ['has-letter', HAS_THIS],
];

/**
 * Who gets a letter of each kind: every person of the breach that counts for themselves and for whom no reason holds.
 * An initial letter is for those of whose data something is out and who had none; a follow-up or a correction for those
 * whose letter states something else than holds now, also when that is that nothing is out any more; a reminder for
 * those who had their letter, did not answer, and would be told nothing new.
 */
const LEFT_OUT: Record<NoticeKind, Reasons> = {
  initial: [
    [
      'has-letter',
      `(${HAS_THIS} or exists (select from letter l join notice n on n.id = l.notice_id
          where l.person_id = p.id and n.kind <> 'reminder' and n.state <> 'withdrawn'))`,
    ],
    ['exempted', `p.exempted_by is not null`],
    ['nothing-recorded', `p.exposures_known = 0`],
    ['nothing-exposed', `p.exposures_open = 0`],
    ['erased', `p.secret is null`],
  ],
  'follow-up': SINCE_A_LETTER,
  correction: SINCE_A_LETTER,
  reminder: [
    ['erased', `p.secret is null`],
    ['no-letter', `not ${HAS_FORMER}`],
    ['not-arrived', `p.letters_arrived = 0`],
    ['replied', `p.acknowledged_at is not null`],
    ['exempted', `p.exempted_by is not null`],
    ['nothing-exposed', `p.exposures_open = 0`],
    ['facts-changed', `coalesce(p.facts_changed_at > p.last_letter_at, false)`],
    ['has-letter', HAS_THIS],
  ],
};

const COUNTS = `p.breach_id = $1 and p.merged_into is null`;

/** Condition over person p of breach $1 and notice $2; after `keepUnchanged` where the kind compares letters. */
export function isAddressee(kind: NoticeKind): string {
  return `${COUNTS} and ${LEFT_OUT[kind].map(([, condition]) => `not (${condition})`).join(' and ')}`;
}

function whyLeftOut(kind: NoticeKind): string {
  return `case ${LEFT_OUT[kind].map(([why, condition]) => `when ${condition} then '${why}'`).join(' ')} end`;
}

/** Whether `keepUnchanged` has to be called before anything here is asked about such a notice. */
export function comparesLetters(kind: NoticeKind): boolean {
  return LETTERS_OF_KIND[kind].says === 'what-changed';
}

/**
 * Walks through everybody whose former letter may state something else than holds now, batch by batch, and keeps for
 * the rest of the transaction whom `unchangedOf` names: they get no letter.
 */
export async function keepUnchanged(
  tx: EntityManager,
  notice: Addressed,
  batch: number,
  unchangedOf: (personIds: string[]) => Promise<string[]>,
): Promise<void> {
  await tx.query(`create temporary table if not exists letter_unchanged (person_id uuid primary key) on commit drop`);
  await tx.query(`delete from letter_unchanged`);
  for (let after: string | null = null; ;) {
    const ids = await addresseeIds(tx, notice, after, batch);
    await tx.query(`insert into letter_unchanged select unnest($1::uuid[])`, [await unchangedOf(ids)]);
    if (ids.length < batch) return;
    after = ids.at(-1)!;
  }
}

/**
 * Of those whom `keepUnchanged` kept: whose facts changed after the letter that they have had and are again as it
 * states them, so that they are not waiting for another.
 */
export async function changedBackAgain(tx: EntityManager, notice: Addressed): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select p.id from person p join letter_unchanged u on u.person_id = p.id
      where p.breach_id = $1 and p.facts_changed_at > p.last_letter_at
        and p.last_letter_at >= (select max(l.made_at) from letter l join notice n on n.id = l.notice_id where ${FORMER_LETTER})`,
    [notice.breachId, notice.id],
  );
  return rows.map((row) => row.id);
}

export interface AddresseeCount {
  languages: string[];
  count: number;
}

/** How many letters in which languages, in order of languages. */
export async function countAddressees(tx: EntityManager, notice: Addressed): Promise<AddresseeCount[]> {
  return await tx.query(
    `select p.languages, count(*)::int as count from person p where ${isAddressee(notice.kind)} group by p.languages order by count(*) desc, p.languages`,
    [notice.breachId, notice.id],
  );
}

export interface LeftOut {
  /** `nothing-exposed`, `nothing-recorded`, `exempted`, `erased`, `has-letter`, `no-letter`, `unchanged`, … */
  why: string;
  count: number;
}

/** Persons of the breach who get no letter of this notice, and why. */
export async function countLeftOut(tx: EntityManager, notice: Addressed): Promise<LeftOut[]> {
  return await tx.query(
    `select why, count(*)::int as count from (select ${whyLeftOut(notice.kind)} as why from person p where ${COUNTS}) left_out
      where why is not null group by why order by why`,
    [notice.breachId, notice.id],
  );
}

/** Whether that is a reason for which such a notice leaves somebody out. */
export function isWhyLeftOut(kind: NoticeKind, why: string): boolean {
  return LEFT_OUT[kind].some(([known]) => known === why);
}

/** Ids of those whom `countLeftOut` counts for a reason, after `after`, in order, at most `limit`. */
export async function leftOutIds(
  tx: EntityManager,
  notice: Addressed,
  why: string,
  { after, limit, withProtected }: { after: string | null; limit: number; withProtected: boolean },
): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select p.id from person p where ${COUNTS} and ${whyLeftOut(notice.kind)} = $3
        and ($4::uuid is null or p.id > $4) and ($6 or not p.protected) order by p.id limit $5`,
    [notice.breachId, notice.id, why, after, limit, withProtected],
  );
  return rows.map((row) => row.id);
}

/** Ids of the addressees after `after`, in order, at most `limit`. */
export async function addresseeIds(
  tx: EntityManager,
  notice: Addressed,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select p.id from person p where ${isAddressee(notice.kind)} and ($3::uuid is null or p.id > $3) order by p.id limit $4`,
    [notice.breachId, notice.id, after, limit],
  );
  return rows.map((row) => row.id);
}

/** What the letter of person p of notice $2 would state: languages, form, the letter it refers to, sealed record, current exposures. */
export const STATED = `
  concat_ws('|', array_to_string(p.languages, ','), p.languages_reason, p.letter_form, p.minor, p.deceased,
    coalesce((select max(l.id::text) from letter l join notice n on n.id = l.notice_id where ${FORMER_LETTER}), ''),
    encode(sha256(p.sealed), 'hex'),
    (select coalesce(string_agg(e.id::text, ',' order by e.id), '') from exposure e where e.person_id = p.id and e.superseded_by is null))`;

/**
 * One hash over every addressee and what their letter would state: id, languages, form, sealed record, current
 * exposures, and the letter that it refers to. Another person, another language or one changed exposure gives another
 * hash.
 */
export async function addresseesHash(tx: EntityManager, notice: Addressed): Promise<string> {
  const [row]: { hash: string }[] = await tx.query(
    `select encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', p.id, ${STATED}), ';' order by p.id), ''), 'UTF8')), 'hex') as hash
       from person p where ${isAddressee(notice.kind)}`,
    [notice.breachId, notice.id],
  );
  return row!.hash;
}

const MOST_BY = { 'most-things': 'p.exposures_open', 'most-languages': 'cardinality(p.languages)' };

/** The addressee with most things exposed, or with most languages; of equals the one with most things, entered first. */
export async function addresseeWithMost(
  tx: EntityManager,
  notice: Addressed,
  what: keyof typeof MOST_BY,
  withProtected: boolean,
): Promise<string | null> {
  const rows: { id: string }[] = await tx.query(
    `select p.id from person p where ${isAddressee(notice.kind)} and ($3 or not p.protected)
      order by ${MOST_BY[what]} desc, p.exposures_open desc, p.id limit 1`,
    [notice.breachId, notice.id, withProtected],
  );
  return rows[0]?.id ?? null;
}
