import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { record } from '#libs/ledger/index.js';
import { Problem, type Language } from '#libs/platform/index.js';
import { accountNames, actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { getNotice, requireState, type Notice } from './notice.js';
import { normalText, readText } from './notice-text.js';
import { findText, insertText, textHash, textStatesOf } from './notice-texts.store.js';
import { letterTemplates } from './template-files.js';

/** A text as somebody wants it kept. */
export interface WrittenText {
  source: string;
  /** The version that its writer had before them. */
  basedOn: number;
  /** Says in its language what the others say already. */
  follows: boolean;
}

/** Versions of one text; whoever saved that often works on another notice now. */
const MOST_VERSIONS = 1_000;

@Injectable()
export class NoticeTextsService {
  constructor(private readonly database: DataSource) {}

  /**
   * Keeps a text as the next version of its language and answers its number; a text that says what the newest version
   * says adds none. Throws `template.faulty` with line and mend, `notice.wrong-state` unless the notice is a draft, and
   * `notice.text-changed`, with who and when, where somebody saved since `basedOn`.
   */
  async save(actor: Actor, reference: string, language: Language, written: WrittenText): Promise<number> {
    const body = normalText(written.source);
    return await this.add(actor, reference, language, written.basedOn, (_, notice) => {
      readText(body, language, notice.kind);
      return Promise.resolve({ body, follows: written.follows });
    });
  }

  /** Makes a new version with the words of an earlier one. Throws `notice.text-version-unknown`, else as `save`. */
  async takeAgain(
    actor: Actor,
    reference: string,
    language: Language,
    version: number,
    basedOn: number,
  ): Promise<number> {
    return await this.add(actor, reference, language, basedOn, async (tx, notice) => {
      const { body } = await getText(tx, notice.id, language, version);
      return { body, takenFrom: version };
    });
  }

  /** Makes a new version with the words that the product has today. */
  async takeShipped(actor: Actor, reference: string, language: Language, basedOn: number): Promise<number> {
    return await this.add(actor, reference, language, basedOn, (_, notice) =>
      Promise.resolve({ body: letterTemplates(notice.kind)[language] }),
    );
  }

  /** Keeps that somebody looked at a text after another language changed, and found nothing to change in it. */
  async markChecked(actor: Actor, reference: string, language: Language, version: number): Promise<void> {
    requirePermission(actor, 'notice.write');
    await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference, true);
      requireState(notice, 'draft');
      await requireNewest(tx, notice.id, language, version);
      const state = (await textStatesOf(tx, notice)).find((one) => one.language === language);
      if (!state?.behind) return;
      await tx.query(
        `insert into notice_text_check (notice_id, language, version, checked_by) values ($1, $2, $3, $4)`,
        [notice.id, language, version, actor.accountId],
      );
      await record(tx, {
        kind: 'notice.text-checked',
        actor: actorName(actor),
        breachId: notice.breachId,
        facts: { notice: reference, language, version, after: `${state.behind.language} ${state.behind.version}` },
      });
    });
  }

  private async add(
    actor: Actor,
    reference: string,
    language: Language,
    basedOn: number,
    words: (tx: EntityManager, notice: Notice) => Promise<{ body: string; takenFrom?: number; follows?: boolean }>,
  ): Promise<number> {
    requirePermission(actor, 'notice.write');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference, true);
      requireState(notice, 'draft');
      const newest = await requireNewest(tx, notice.id, language, basedOn);
      const text = await words(tx, notice);
      if (text.body === newest.body) return newest.version;
      const version = newest.version + 1;
      if (version > MOST_VERSIONS)
        throw new Problem(
          'refused',
          'notice.text-full',
          `This text was saved ${MOST_VERSIONS} times, and no more are kept. Draft another letter and go on there.`,
          [],
          { most: MOST_VERSIONS },
        );
      await insertText(tx, { ...text, noticeId: notice.id, language, version, author: actor.accountId });
      await record(tx, {
        kind: 'notice.text-saved',
        actor: actorName(actor),
        breachId: notice.breachId,
        facts: { notice: reference, language, version, text: textHash(text.body).toString('hex') },
      });
      return version;
    });
  }
}

/** Throws `notice.text-version-unknown`. */
export async function getText(
  tx: EntityManager,
  noticeId: string,
  language: Language,
  version: number | null = null,
): Promise<{ version: number; body: string }> {
  const found = await findText(tx, noticeId, language, version);
  if (!found)
    throw new Problem(
      'not-found',
      'notice.text-version-unknown',
      'This text has no such version. Choose one from the list of its versions.',
    );
  return found;
}

/** Throws `notice.text-changed`, with who and when, where a text has a newer version than the one named. */
async function requireNewest(
  tx: EntityManager,
  noticeId: string,
  language: Language,
  version: number,
): Promise<{ version: number; body: string }> {
  const newest = await getText(tx, noticeId, language);
  if (newest.version === version) return newest;
  const [last]: { author: string }[] = await tx.query(
    `select recorded_by as author from notice_text where notice_id = $1 and language = $2 and version = $3`,
    [noticeId, language, newest.version],
  );
  const name = (await accountNames(tx, [last!.author])).get(last!.author) ?? 'Somebody';
  throw new Problem(
    'conflict',
    'notice.text-changed',
    `${name} saved version ${newest.version} of this text meanwhile. Yours is kept below: see what differs, then save again.`,
    [],
    { name, version: newest.version },
  );
}
