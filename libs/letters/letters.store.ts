import type { EntityManager } from 'typeorm';
import { breachKey, textsOf } from '#libs/breach/index.js';
import { recordMany } from '#libs/ledger/index.js';
import { openPeople } from '#libs/people/index.js';
import {
  blindIndex,
  openJson,
  personKey,
  sealJson,
  uuidv7,
  type Keyring,
  type Language,
  type SealingKey,
} from '#libs/platform/index.js';
import { FORMER_LETTER, addresseeIds, type Addressed } from './addressees.js';
import { readCode, readWord } from './codes.js';
import { statedBy, type FormerLetter, type LetterInputs, type NoticeInputs } from './letter-inputs.js';
import type { LetterMaker, OpenedLetter } from './letter-maker.js';
import type { Notice, NoticeSources } from './notice.js';
import { refersBack } from './notice-kind.js';

export function codeIndex(keyring: Keyring, plainCode: string): Buffer {
  return blindIndex(keyring.code, 'code', plainCode);
}
export function tokenIndex(keyring: Keyring, token: string): Buffer {
  return blindIndex(keyring.code, 'token', token);
}
/** Bound to its letter: the same word of two letters has two indexes. */
export function wordIndex(keyring: Keyring, letterId: string, plainWord: string): Buffer {
  return blindIndex(keyring.code, `word|${letterId}`, plainWord);
}

/**
 * Makes and stores the letters of the next addressees of a notice, at most `limit`; answers their ids. Who has a
 * letter is no addressee any more, so calling it until fewer than `limit` come back reaches everybody once. Of a notice
 * about changes the unchanged are kept in this transaction already (`NoticesService.checkIn`).
 */
export async function addLetters(
  tx: EntityManager,
  keyring: Keyring,
  maker: LetterMaker,
  notice: Notice,
  actor: string,
  now: Date,
  limit: number,
): Promise<string[]> {
  const key = await breachKey(tx, keyring, notice.breachId);
  const ids = await addresseeIds(tx, notice, null, limit);
  if (ids.length === 0) return [];
  const people = await openPeople(tx, notice.breachId, key, ids);
  const former = refersBack(notice.kind) ? await formerLetters(tx, key, notice, ids) : null;
  const secrets = await secretsOf(tx, ids);
  const letters = ids.map((personId) => {
    const person = people.get(personId)!;
    const id = uuidv7(now);
    return { id, person, made: maker.make(person, former?.get(personId) ?? null, id) };
  });
  await tx.query(
    `insert into letter (id, breach_id, notice_id, person_id, languages, form, code_index, token_index, word_index, inputs_sealed, inputs_hash, body_hash)
     select id, $1, $2, person_id, string_to_array(languages, ','), form, code_index, token_index, word_index, inputs_sealed, inputs_hash, body_hash
       from unnest($3::uuid[], $4::uuid[], $5::text[], $12::text[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[])
         as t (id, person_id, languages, form, code_index, token_index, word_index, inputs_sealed, inputs_hash, body_hash)`,
    [
      notice.breachId,
      notice.id,
      letters.map(({ id }) => id),
      letters.map(({ person }) => person.id),
      letters.map(({ person }) => person.languages.join(',')),
      letters.map(({ made }) => codeIndex(keyring, readCode(made.code)!)),
      letters.map(({ made }) => tokenIndex(keyring, made.token)),
      letters.map(({ id, made }) => wordIndex(keyring, id, readWord(made.word))),
      letters.map(({ id, person, made }) =>
        sealJson(personKey(key, secrets.get(person.id)!, person.id), letterPlace(id), made.inputs),
      ),
      letters.map(({ made }) => made.inputsHash),
      letters.map(({ made }) => made.bodyHash),
      letters.map(({ made }) => made.inputs.form ?? 'standard'),
    ],
  );
  await recordMany(
    tx,
    letters.map(({ id, person, made }) => ({
      kind: 'letter.made' as const,
      actor,
      breachId: notice.breachId,
      personId: person.id,
      facts: {
        letter: id,
        notice: notice.reference,
        inputs: made.inputsHash.toString('hex'),
        body: made.bodyHash.toString('hex'),
      },
    })),
  );
  return letters.map(({ id }) => id);
}

function letterPlace(letterId: string): string {
  return `letter|${letterId}|1`;
}

async function secretsOf(tx: EntityManager, personIds: string[]): Promise<Map<string, Buffer>> {
  const rows: { id: string; secret: Buffer }[] = await tx.query(
    `select id, secret from person where id = any ($1) and secret is not null`,
    [personIds],
  );
  return new Map(rows.map((row) => [row.id, row.secret]));
}

/** Letters with their person's part opened, by id; those of erased persons are left out. */
export async function openLetters(
  tx: EntityManager,
  key: SealingKey,
  letterIds: string[],
): Promise<Map<string, OpenedLetter>> {
  const rows: { id: string; languages: Language[]; sealed: Buffer; personId: string; secret: Buffer }[] =
    await tx.query(
      `select l.id, l.languages, l.inputs_sealed as sealed, l.person_id as "personId", p.secret
       from letter l join person p on p.id = l.person_id where l.id = any ($1) and p.secret is not null`,
      [letterIds],
    );
  return new Map(
    rows.map(({ id, languages, sealed, personId, secret }) => [
      id,
      { id, languages, inputs: openJson<LetterInputs>(personKey(key, secret, personId), letterPlace(id), sealed) },
    ]),
  );
}

interface FormerRow {
  id: string;
  personId: string;
  notice: string;
  dated: string;
  sources: NoticeSources;
}

/** The letters to which those of this notice refer, by person, with what they state; persons without one are left out. */
export async function formerLetters(
  tx: EntityManager,
  key: SealingKey,
  notice: Addressed,
  personIds: string[],
): Promise<Map<string, FormerLetter>> {
  const rows: FormerRow[] = await tx.query(
    `select f.id, p.id as "personId", f.reference as notice, f.dated::text, f.sources
       from person p cross join lateral (
         select l.id, n.reference, n.dated, n.sources from letter l join notice n on n.id = l.notice_id
          where ${FORMER_LETTER} order by l.id desc limit 1) f
      where p.breach_id = $1 and p.id = any ($3)`,
    [notice.breachId, notice.id, personIds],
  );
  const opened = await openLetters(
    tx,
    key,
    rows.map((row) => row.id),
  );
  const textsByNotice = new Map<string, NoticeInputs['texts']>();
  const former = new Map<string, FormerLetter>();
  for (const row of rows) {
    const letter = opened.get(row.id);
    if (!letter) continue;
    let texts = textsByNotice.get(row.notice);
    if (!texts) textsByNotice.set(row.notice, (texts = await statedTexts(tx, notice.breachId, row.sources.texts)));
    former.set(row.personId, {
      since: { date: row.dated, notice: row.notice },
      stated: statedBy(letter.inputs, letter.languages, texts),
    });
  }
  return former;
}

/** The breach in words by language: in these revisions, else as it is told now. */
export async function statedTexts(
  tx: EntityManager,
  breachId: string,
  revisions?: Partial<Record<Language, number>>,
): Promise<NoticeInputs['texts']> {
  const texts = await textsOf(tx, breachId, revisions);
  return Object.fromEntries(Object.entries(texts).map(([language, { texts: text }]) => [language, text]));
}

/** What the person's page stands on: a letter found by what its holder typed. Names nobody. */
export interface FoundLetter {
  id: string;
  personId: string;
  breachId: string;
  noticeId: string;
  languages: Language[];
}

const FOUND = `l.id, l.person_id as "personId", l.breach_id as "breachId", l.notice_id as "noticeId", l.languages`;

/** The letter of a typed code; null when it is no code of ours. The index decides, so that all misses take the same time. */
export async function findLetterByCode(
  tx: EntityManager,
  keyring: Keyring,
  typed: string,
): Promise<FoundLetter | null> {
  const index = codeIndex(keyring, readCode(typed) ?? 'no code');
  const rows: FoundLetter[] = await tx.query(`select ${FOUND} from letter l where l.code_index = $1`, [index]);
  return rows[0] ?? null;
}

/** The letter of a link's token; null when it is none of ours. */
export async function findLetterByToken(
  tx: EntityManager,
  keyring: Keyring,
  token: string,
): Promise<FoundLetter | null> {
  const rows: FoundLetter[] = await tx.query(`select ${FOUND} from letter l where l.token_index = $1`, [
    tokenIndex(keyring, token.slice(0, 100)),
  ]);
  return rows[0] ?? null;
}

/** Whether the typed word is the one printed in that letter. */
export async function hasWord(tx: EntityManager, keyring: Keyring, letterId: string, typed: string): Promise<boolean> {
  const rows: unknown[] = await tx.query(`select from letter where id = $1 and word_index = $2`, [
    letterId,
    wordIndex(keyring, letterId, readWord(typed)),
  ]);
  return rows.length === 1;
}
