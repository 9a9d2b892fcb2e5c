import type { EntityManager } from 'typeorm';
import { openJson, sealJson, type Language, type SealingKey } from '#libs/platform/index.js';

/** A finding that a data protection officer let pass, for the text as it was then. */
export interface Override {
  rule: string;
  language: Language;
  textHash: Buffer;
  reason: string;
  /** Account id. */
  overriddenBy: string;
  overriddenAt: Date;
}

function reasonPlace(noticeId: string, overrideId: string): string {
  return `notice_override|${noticeId}|${overrideId}|1`;
}

/** Overrides of a notice, the newest last; those of texts that changed since are among them. */
export async function overridesOf(tx: EntityManager, key: SealingKey, noticeId: string): Promise<Override[]> {
  const rows: (Omit<Override, 'reason'> & { id: string; sealed: Buffer })[] = await tx.query(
    `select id, rule, language, text_hash as "textHash", reason_sealed as sealed, overridden_by as "overriddenBy",
            overridden_at as "overriddenAt" from notice_override where notice_id = $1 order by overridden_at, id limit 1000`,
    [noticeId],
  );
  return rows.map(({ id, sealed, ...row }) => ({
    ...row,
    reason: openJson<string>(key, reasonPlace(noticeId, id), sealed),
  }));
}

/** In the caller's transaction. An override that is there already stays as it is. */
export async function addOverride(
  tx: EntityManager,
  key: SealingKey,
  noticeId: string,
  override: Omit<Override, 'overriddenAt'> & { id: string },
): Promise<void> {
  const { id, rule, language, textHash, reason, overriddenBy } = override;
  await tx.query(
    `insert into notice_override (id, notice_id, rule, language, text_hash, reason_sealed, overridden_by)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict on constraint notice_override_once do nothing`,
    [id, noticeId, rule, language, textHash, sealJson(key, reasonPlace(noticeId, id), reason), overriddenBy],
  );
}
