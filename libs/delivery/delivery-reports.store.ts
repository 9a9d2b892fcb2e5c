import type { EntityManager } from 'typeorm';
import { breachKey } from '#libs/breach/index.js';
import {
  derivedKey,
  openBytes,
  openJson,
  personKey,
  sealBytes,
  sealJson,
  type Keyring,
  type SealingKey,
} from '#libs/platform/index.js';
import type { ReportKind } from './bounce-report.js';
import type { DispatchState } from './dispatch.js';
import type { ReportOutcome, ReportVerdict } from './report-verdict.js';

/** As much of a mail as is kept; a report gives a letter back once, and that is smaller. */
export const KEPT_BYTES = 1024 * 1024;
const LONGEST_ADDRESS = 500;
const LONGEST_WORDS = 2_000;

/** The attempt that a report is about. */
export interface NamedDispatch {
  id: string;
  breachId: string;
  noticeId: string;
  letterId: string;
  personId: string;
  channel: string;
  state: DispatchState;
  arrivedAt: Date | null;
  /** Null once the person was erased. */
  secret: Buffer | null;
}

/** The attempt with that id, locked until the transaction ends; null where there is none. */
export async function lockDispatch(tx: EntityManager, id: string): Promise<NamedDispatch | null> {
  const rows: NamedDispatch[] = await tx.query(
    `select d.id, d.breach_id as "breachId", d.notice_id as "noticeId", d.letter_id as "letterId", d.person_id as "personId", d.channel, d.state,
            d.arrived_at as "arrivedAt", p.secret
       from dispatch d join person p on p.id = d.person_id where d.id = $1 and d.channel = 'email' for update of d`,
    [id],
  );
  return rows[0] ?? null;
}

/** Whether an attempt went to one of the addresses with these indexes. */
export async function wasSentTo(tx: EntityManager, dispatchId: string, indexes: Buffer[]): Promise<boolean> {
  const [row]: { found: boolean }[] = await tx.query(
    `select exists (select from dispatch d join contact_point c on c.person_id = d.person_id and c.place = d.contact_place
                     where d.id = $1 and c.email_index = any ($2)) as found`,
    [dispatchId, indexes],
  );
  return row!.found;
}

export interface ReportToKeep {
  id: string;
  hash: Buffer;
  breachId: string | null;
  dispatch: NamedDispatch | null;
  source: 'mailbox' | 'file';
  verdict: ReportVerdict;
  outcome: ReportOutcome;
  raw: Uint8Array;
  addressIndexes: Buffer[];
}

/** Keeps a report, sealed. False where the same mail is kept already. */
export async function addReport(tx: EntityManager, keyring: Keyring, report: ReportToKeep): Promise<boolean> {
  const { id, verdict, dispatch, breachId } = report;
  const key = await keyOfReport(tx, keyring, breachId, dispatch);
  const added: { id: string }[] = await tx.query(
    `insert into delivery_report (id, mail_hash, breach_id, dispatch_id, source, kind, class, hard, status, outcome, mail_bytes, mail_sealed, words_sealed, address_indexes)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (mail_hash) do nothing returning id`,
    [
      id,
      report.hash,
      breachId,
      dispatch?.id ?? null,
      report.source,
      verdict.kind,
      verdict.class,
      verdict.hard,
      verdict.status?.slice(0, 20) ?? null,
      report.outcome,
      report.raw.byteLength,
      key && sealBytes(key, mailPlace(id), report.raw.subarray(0, KEPT_BYTES)),
      key && sealJson(key, wordsPlace(id), wordsOf(verdict)),
      key && !dispatch ? report.addressIndexes : [],
    ],
  );
  return added.length > 0;
}

/** What a report says in words of others. */
export interface ReportWords {
  recipient: string | null;
  diagnostic: string | null;
}

function wordsOf({ recipient, diagnostic }: ReportVerdict): ReportWords {
  return {
    recipient: recipient?.slice(0, LONGEST_ADDRESS) ?? null,
    diagnostic: diagnostic?.slice(0, LONGEST_WORDS) ?? null,
  };
}

/** Under whose key a report is sealed: its person's, its breach's, or the installation's. Null for an erased person. */
export async function keyOfReport(
  tx: EntityManager,
  keyring: Keyring,
  breachId: string | null,
  dispatch: Pick<NamedDispatch, 'personId' | 'secret'> | null,
): Promise<SealingKey | null> {
  if (breachId === null) return derivedKey(keyring.kek, 'delivery-report');
  const key = await breachKey(tx, keyring, breachId);
  if (!dispatch) return key;
  return dispatch.secret && personKey(key, dispatch.secret, dispatch.personId);
}

function mailPlace(reportId: string): string {
  return `delivery_report|${reportId}|mail|1`;
}
function wordsPlace(reportId: string): string {
  return `delivery_report|${reportId}|words|1`;
}

export function openMail(key: SealingKey, reportId: string, sealed: Buffer): Buffer {
  return openBytes(key, mailPlace(reportId), sealed);
}
export function openWords(key: SealingKey, reportId: string, sealed: Buffer): ReportWords {
  return openJson<ReportWords>(key, wordsPlace(reportId), sealed);
}

/** The breach that one of these addresses belongs to; the newest where there are several, null where there is none. */
export async function breachOfAddresses(tx: EntityManager, indexes: Buffer[]): Promise<string | null> {
  if (indexes.length === 0) return null;
  const rows: { id: string }[] = await tx.query(
    `select breach_id as id from contact_point where email_index = any ($1) order by breach_id desc limit 1`,
    [indexes],
  );
  return rows[0]?.id ?? null;
}

/** A report that waits for a person, or was settled by one. */
export interface ReportRow {
  id: string;
  breachId: string | null;
  dispatchId: string | null;
  kind: ReportKind;
  outcome: string;
  receivedAt: Date;
  mailBytes: number;
  mailSealed: Buffer | null;
  wordsSealed: Buffer | null;
  personId: string | null;
  secret: Buffer | null;
  isProtected: boolean;
}

const REPORT = `
  r.id, r.breach_id as "breachId", r.dispatch_id as "dispatchId", r.kind, r.outcome, r.received_at as "receivedAt", r.mail_bytes::int as "mailBytes",
  r.mail_sealed as "mailSealed", r.words_sealed as "wordsSealed", d.person_id as "personId", p.secret, coalesce(p.protected, false) as "isProtected"
  from delivery_report r left join dispatch d on d.id = r.dispatch_id left join person p on p.id = d.person_id`;

/**
 * SQL over delivery_report r and its person p: shown on the pages of breach $1, to who may see protected persons ($2). A
 * mail that names no attempt is a protected person's where one of their addresses is in it.
 */
const SHOWN = `(r.breach_id = $1 or r.breach_id is null) and ($2 or (p.protected is not true and not exists (
    select from contact_point c join person q on q.id = c.person_id where q.protected and c.email_index = any (r.address_indexes))))`;

/** The reports of a breach that wait for a person, oldest first, with those that no breach is known of. */
export async function listWaiting(
  tx: EntityManager,
  breachId: string,
  withProtected: boolean,
  limit: number,
): Promise<{ rows: Omit<ReportRow, 'mailSealed'>[]; count: number }> {
  const rows: ReportRow[] = await tx.query(
    `select ${REPORT.replace('r.mail_sealed', 'null::bytea')} where r.outcome = 'waits' and ${SHOWN} order by r.id limit $3`,
    [breachId, withProtected, limit],
  );
  return { rows, count: await countWaiting(tx, breachId, withProtected) };
}

export async function countWaiting(tx: EntityManager, breachId: string, withProtected: boolean): Promise<number> {
  const [row]: { count: number }[] = await tx.query(
    `select count(*)::int as count from delivery_report r left join dispatch d on d.id = r.dispatch_id left join person p on p.id = d.person_id
      where r.outcome = 'waits' and ${SHOWN}`,
    [breachId, withProtected],
  );
  return row!.count;
}

/** One report that a person may look at, locked; null where it is none of this breach. */
export async function lockReport(
  tx: EntityManager,
  breachId: string,
  withProtected: boolean,
  id: string,
): Promise<ReportRow | null> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return null;
  const rows: ReportRow[] = await tx.query(
    `select ${REPORT} where r.id = $3 and r.outcome in ('waits', 'seen') and ${SHOWN} for update of r`,
    [breachId, withProtected, id],
  );
  return rows[0] ?? null;
}

/** A report that waited was looked at: nothing to do. */
export async function markSeen(tx: EntityManager, reportId: string, accountId: string): Promise<void> {
  await tx.query(
    `update delivery_report set outcome = 'seen', settled_by = $2, settled_at = clock_timestamp() where id = $1 and outcome = 'waits'`,
    [reportId, accountId],
  );
}

/** A report that waited is about that attempt: sealed anew under its person's key, and applied. */
export async function markApplied(
  tx: EntityManager,
  keyring: Keyring,
  report: ReportRow,
  dispatch: NamedDispatch,
  mail: Buffer,
  words: ReportWords,
  accountId: string,
): Promise<void> {
  const key = await keyOfReport(tx, keyring, dispatch.breachId, dispatch);
  await tx.query(
    `update delivery_report set outcome = 'applied', breach_id = $2, dispatch_id = $3, mail_sealed = $4, words_sealed = $5, address_indexes = '{}',
            settled_by = $6, settled_at = clock_timestamp() where id = $1 and outcome = 'waits'`,
    [
      report.id,
      dispatch.breachId,
      dispatch.id,
      key && sealBytes(key, mailPlace(report.id), mail),
      key && sealJson(key, wordsPlace(report.id), words),
      accountId,
    ],
  );
}
