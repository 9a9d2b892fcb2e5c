import type { EntityManager } from 'typeorm';
import { factsOf, getController, textsOf } from '#libs/breach/index.js';
import { Problem, type Language } from '#libs/platform/index.js';
import type { NoticeKind } from './notice-kind.js';
import { sharedTemplates, sharedTemplatesHash } from './template-files.js';
import type { SubjectForm } from './template.js';

export type NoticeState = 'draft' | 'submitted' | 'approved' | 'sending' | 'paused' | 'sent' | 'withdrawn';

/** Which revisions a notice's letters are made from; with them they can be made again byte for byte. */
export interface NoticeSources {
  controller: number;
  facts: number;
  texts: Partial<Record<Language, number>>;
  bodies: Partial<Record<Language, number>>;
  /** Hash (hex) of the wrapper, words and advice; their copy stands in `letter_shared_template`. */
  shared: string;
  /** Left out where it is the neutral one. */
  subject?: SubjectForm;
}

export interface Notice {
  id: string;
  reference: string;
  breachId: string;
  kind: NoticeKind;
  state: NoticeState;
  subjectForm: SubjectForm;
  author: string;
  draftedAt: Date;
  submittedAt: Date | null;
  approver: string | null;
  approvedAt: Date | null;
  approvedHash: Buffer | null;
  sources: NoticeSources | null;
  /** ISO date on the letters. */
  dated: string | null;
  note: string | null;
  sendingAt: Date | null;
  sentAt: Date | null;
  pauseWhy: PauseWhy | null;
}

/** Why a notice waits: somebody asked, too many were refused, our side was, or an authority asked to wait. */
export type PauseWhy = 'asked' | 'failures' | 'our-side' | 'legal-delay';

const NOTICE = `
  id, reference, breach_id as "breachId", kind, state, subject_form as "subjectForm", author, drafted_at as "draftedAt", submitted_at as "submittedAt", approver,
  approved_at as "approvedAt", approved_hash as "approvedHash", sources, dated::text, note, sending_at as "sendingAt", sent_at as "sentAt", pause_why as "pauseWhy"`;

/** Throws `notice.unknown`. With `lock`, nobody else changes the notice until the transaction ends. */
export async function getNotice(tx: EntityManager, reference: string, lock = false): Promise<Notice> {
  const rows: Notice[] = await tx.query(
    `select ${NOTICE} from notice where reference = $1 ${lock ? 'for update' : ''}`,
    [reference.slice(0, 40)],
  );
  if (!rows[0]) throw unknownNotice();
  return rows[0];
}

/** With `share`, others read it as well, and nobody changes it until the transaction ends. */
export async function getNoticeById(tx: EntityManager, id: string, lock: boolean | 'share' = false): Promise<Notice> {
  const how = lock === 'share' ? 'for share' : lock ? 'for update' : '';
  const rows: Notice[] = await tx.query(`select ${NOTICE} from notice where id = $1 ${how}`, [id]);
  if (!rows[0]) throw unknownNotice();
  return rows[0];
}

/**
 * Throws `notice.unknown` unless the notice is one of that breach. An address names both, and whoever acts on it means
 * the breach that they see.
 */
export async function requireNoticeOf(tx: EntityManager, breachReference: string, reference: string): Promise<void> {
  const rows: unknown[] = await tx.query(
    `select from notice n join breach b on b.id = n.breach_id where n.reference = $1 and b.reference = $2`,
    [reference.slice(0, 40), breachReference.slice(0, 40)],
  );
  if (rows.length === 0) throw unknownNotice();
}

function unknownNotice(): Problem {
  return new Problem(
    'not-found',
    'notice.unknown',
    'No notice has that reference. Look it up on the page of its breach.',
  );
}

export async function listNotices(tx: EntityManager, breachId: string): Promise<Notice[]> {
  return await tx.query(`select ${NOTICE} from notice where breach_id = $1 order by id limit 500`, [breachId]);
}

/** Where a notice may go from each state; pages offer exactly these. */
export const MOVES: Record<NoticeState, NoticeState[]> = {
  draft: ['submitted', 'withdrawn'],
  submitted: ['approved', 'draft', 'withdrawn'],
  approved: ['sending', 'draft', 'withdrawn'],
  sending: ['sent', 'paused'],
  paused: ['sending', 'withdrawn'],
  sent: [],
  withdrawn: [],
};

const IN_WORDS: Record<NoticeState, string> = {
  draft: 'a draft',
  submitted: 'waiting for approval',
  approved: 'approved',
  sending: 'being sent',
  paused: 'paused',
  sent: 'sent',
  withdrawn: 'withdrawn',
};

/** Throws `notice.wrong-state` when the notice does not go from where it stands to `next`. */
export function requireMove(notice: Notice, next: NoticeState): void {
  if (!MOVES[notice.state].includes(next)) throw wrongState(notice);
}

/** Throws `notice.wrong-state` unless the notice stands there. */
export function requireState(notice: Notice, state: NoticeState): void {
  if (notice.state !== state) throw wrongState(notice);
}

export function wrongState(notice: Notice): Problem {
  return new Problem(
    'conflict',
    'notice.wrong-state',
    `${notice.reference} is ${IN_WORDS[notice.state]}, so this cannot be done with it now. Load its page again.`,
    [],
    { reference: notice.reference, noticeState: notice.state },
  );
}

/** The texts of a notice, in the versions named, else the newest of each language. */
export async function bodiesOf(
  tx: EntityManager,
  noticeId: string,
  versions?: NoticeSources['bodies'],
): Promise<Partial<Record<Language, { version: number; body: string }>>> {
  const rows: { language: Language; version: number; body: string }[] = await tx.query(
    `select distinct on (language) language, version, body from notice_text
      where notice_id = $1 and ($2::jsonb is null or version = ($2::jsonb ->> language)::int)
      order by language, version desc`,
    [noticeId, versions ? JSON.stringify(versions) : null],
  );
  return Object.fromEntries(rows.map(({ language, version, body }) => [language, { version, body }]));
}

/** The revisions that the letters of a notice would be made from if it were sent now. */
export async function currentSources(
  tx: EntityManager,
  notice: Pick<Notice, 'id' | 'breachId' | 'subjectForm'>,
): Promise<NoticeSources> {
  const bodies = await bodiesOf(tx, notice.id);
  const texts = await textsOf(tx, notice.breachId);
  return {
    controller: (await getController(tx)).revision,
    facts: (await factsOf(tx, notice.breachId)).revision,
    texts: Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, text.revision])),
    bodies: Object.fromEntries(Object.entries(bodies).map(([language, text]) => [language, text.version])),
    shared: sharedTemplatesHash(sharedTemplates()),
    ...(notice.subjectForm === 'plain' ? { subject: 'plain' as const } : {}),
  };
}

/** Whether letters of a notice were made, which then hold for what it says; before, what is current does. */
export function hasLetters(notice: Notice): boolean {
  return notice.sendingAt !== null;
}
