import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import type { Notice } from './notice.js';
import { textStates, type TextCheck, type TextState, type TextVersion } from './notice-text.js';
import { letterTemplates } from './template-files.js';

export function textHash(body: string): Buffer {
  return createHash('sha256').update(body).digest();
}

/** The versions of a notice's texts, oldest first; of one language where it is named. */
export async function listTextVersions(
  tx: EntityManager,
  notice: Pick<Notice, 'id' | 'kind'>,
  language: Language | null = null,
): Promise<TextVersion[]> {
  const shipped = letterTemplates(notice.kind);
  const rows: (Omit<TextVersion, 'isShipped'> & { hash: Buffer })[] = await tx.query(
    `select language, version, recorded_by as author, recorded_at as at, taken_from as "takenFrom", follows, source_hash as hash
       from notice_text where notice_id = $1 and ($2::text is null or language = $2) order by language, version`,
    [notice.id, language],
  );
  const hashes = new Map(shipped ? LANGUAGES.map((one) => [one, textHash(shipped[one])]) : []);
  return rows.map(({ hash, ...row }) => ({ ...row, isShipped: hashes.get(row.language)?.equals(hash) ?? false }));
}

/** Where each language of a notice stands beside the others. */
export async function textStatesOf(tx: EntityManager, notice: Pick<Notice, 'id' | 'kind'>): Promise<TextState[]> {
  const checks: TextCheck[] = await tx.query(
    `select language, version, checked_by as by, checked_at as at from notice_text_check where notice_id = $1 order by checked_at`,
    [notice.id],
  );
  return textStates(await listTextVersions(tx, notice), checks);
}

/** The words of one version, or of the newest; null where there is none. */
export async function findText(
  tx: EntityManager,
  noticeId: string,
  language: Language,
  version: number | null = null,
): Promise<{ version: number; body: string } | null> {
  const rows: { version: number; body: string }[] = await tx.query(
    `select version, body from notice_text
      where notice_id = $1 and language = $2 and ($3::int is null or version = $3) order by version desc limit 1`,
    [noticeId, language, version],
  );
  return rows[0] ?? null;
}

export interface NewText {
  noticeId: string;
  language: Language;
  version: number;
  body: string;
  author: string;
  takenFrom?: number;
  follows?: boolean;
}

export async function insertText(tx: EntityManager, text: NewText): Promise<void> {
  await tx.query(
    `insert into notice_text (notice_id, language, version, body, source_hash, recorded_by, taken_from, follows)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      text.noticeId,
      text.language,
      text.version,
      text.body,
      textHash(text.body),
      text.author,
      text.takenFrom ?? null,
      text.follows ?? false,
    ],
  );
}
