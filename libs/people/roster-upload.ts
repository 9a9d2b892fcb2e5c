import type { EntityManager } from 'typeorm';
import { breachKey } from '#libs/breach/index.js';
import { Problem, openJson, sealJson, type Keyring, type SealingKey } from '#libs/platform/index.js';
import { may, type Actor } from '#libs/staff/index.js';
import type { ColumnGuess } from './mapping-guess.js';
import { isId } from './people.queries.js';
import type { RosterResult } from './roster-check.js';
import type { RosterMapping } from './roster-mapping.js';
import { piecesOf, uploadGone } from './roster-pieces.js';
import type { RosterOrigin } from './import-options.js';
import { layoutOf, marksProtected } from './roster-row.js';
import type { Remark } from './table.js';

/** The beginning of a file as it is kept with it: enough to say which column is which without reading it again. */
export interface UploadHead {
  /** As its owner called it, for them alone to know it again. */
  name: string;
  header: string[];
  rows: string[][];
  guesses: ColumnGuess[];
  remarks: Remark[];
}

/** Which column is which, and where that comes from. */
export interface UploadMapping extends RosterMapping {
  /** What the program took it for; what an account set for an earlier file; what was set on the page for this one. */
  by: 'guess' | 'saved' | 'set';
  savedBy: string | null;
  savedAt: string | null;
}

/** A sentence for whoever chose the file, as it was thrown. */
export interface KeptProblem {
  kind: Problem['kind'];
  code: string;
  message: string;
}

/** A problem as it is kept for a page; what is no problem, or may pass by itself, is thrown on. */
export function keptProblem(error: unknown): { problem: KeptProblem } {
  if (!(error instanceof Problem) || error.kind === 'unavailable') throw error;
  return { problem: { kind: error.kind, code: error.code, message: error.message } };
}

/** What the last check came to: the result with the beginning of its lists, or why there is none. */
export type UploadCheck = { result: CheckedResult } | { problem: KeptProblem };
export type CheckedResult = RosterResult & { differingRows: number };

/** What an import came to, in numbers. */
export interface ImportedNumbers {
  rows: number;
  imported: number;
  updated: number;
  leftOut: number;
  differences: number;
}

export const UPLOAD_STATES = ['arriving', 'kept', 'queued', 'importing', 'imported', 'refused'] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

export interface RosterUpload {
  id: string;
  breachId: string;
  breach: string;
  state: UploadState;
  uploadedBy: string;
  uploadedAt: Date;
  pieces: number;
  head: UploadHead;
  mapping: UploadMapping;
  check: UploadCheck | null;
  checks: number;
  columnsAreRight: boolean;
  keepGood: boolean;
  /** Whether a worker has it: it reads the file, waits for the breach, or imports. */
  isTaken: boolean;
  rowsDone: number;
  /** Seconds from the beginning of the import to its last sign of life, and from there to now, by the database's clock. */
  elapsedSeconds: number | null;
  silentSeconds: number | null;
  result: ImportedNumbers | null;
  problem: KeptProblem | null;
}

/** A file of which all is here, with the key under which it is sealed. */
export interface OpenedUpload {
  upload: RosterUpload;
  key: SealingKey;
}

type Part = 'head' | 'mapping' | 'check';

export function sealPart(key: SealingKey, id: string, part: Part, value: unknown): Buffer {
  return sealJson(key, `roster_upload|${id}|${part}|1`, value);
}

function openPart<T>(key: SealingKey, id: string, part: Part, sealed: Buffer): T {
  return openJson<T>(key, `roster_upload|${id}|${part}|1`, sealed);
}

type SealedUpload = Omit<RosterUpload, 'head' | 'mapping' | 'check'> & Record<`${Part}Sealed`, Buffer>;

const UPLOAD = `
  u.id, u.breach_id as "breachId", b.reference as breach, u.state, u.uploaded_by as "uploadedBy", u.uploaded_at as "uploadedAt", u.pieces,
  u.head_sealed as "headSealed", u.mapping_sealed as "mappingSealed", u.check_sealed as "checkSealed", u.checks,
  u.columns_are_right as "columnsAreRight", u.keep_good as "keepGood", u.taken_at is not null as "isTaken",
  u.rows_done as "rowsDone", extract(epoch from u.told_at - u.began_at)::float8 as "elapsedSeconds",
  extract(epoch from clock_timestamp() - u.told_at)::float8 as "silentSeconds", u.result, u.problem`;

/** Files of one breach, or one file, that are whole; newest first, at most ten. */
async function readUploads(
  tx: EntityManager,
  keyring: Keyring,
  where: string,
  values: unknown[],
): Promise<OpenedUpload[]> {
  const rows: SealedUpload[] = await tx.query(
    `select ${UPLOAD} from roster_upload u join breach b on b.id = u.breach_id
      where u.head_sealed is not null and ${where} order by u.id desc limit 10`,
    values,
  );
  const opened: OpenedUpload[] = [];
  for (const { headSealed, mappingSealed, checkSealed, ...upload } of rows) {
    const key = await breachKey(tx, keyring, upload.breachId);
    opened.push({
      key,
      upload: {
        ...upload,
        head: openPart<UploadHead>(key, upload.id, 'head', headSealed),
        mapping: openPart<UploadMapping>(key, upload.id, 'mapping', mappingSealed),
        check: checkSealed ? openPart<UploadCheck>(key, upload.id, 'check', checkSealed) : null,
      },
    });
  }
  return opened;
}

/** A file of this account. Throws `roster.upload-gone` where it is another's, or no longer there. */
export async function getUpload(
  tx: EntityManager,
  keyring: Keyring,
  actor: Actor,
  reference: string,
  id: string,
): Promise<OpenedUpload> {
  const found = isId(id)
    ? await readUploads(tx, keyring, 'u.id = $1 and u.uploaded_by = $2 and b.reference = $3', [
        id,
        actor.accountId,
        reference,
      ])
    : [];
  if (!found[0]) throw uploadGone();
  return found[0];
}

/** A file by its id alone, for the worker; null when it is no longer there. */
export async function findUpload(tx: EntityManager, keyring: Keyring, id: string): Promise<OpenedUpload | null> {
  const [found] = await readUploads(tx, keyring, 'u.id = $1', [id]);
  return found ?? null;
}

/** The files of this account in a breach, newest first. */
export async function listUploads(
  tx: EntityManager,
  keyring: Keyring,
  actor: Actor,
  reference: string,
): Promise<RosterUpload[]> {
  const found = await readUploads(tx, keyring, 'u.uploaded_by = $1 and b.reference = $2', [actor.accountId, reference]);
  return found.map(({ upload }) => upload);
}

/** The file as an import reads it. */
export function originOf({ upload, key }: OpenedUpload): RosterOrigin {
  return { within: (tx) => piecesOf(tx, key, upload.id, upload.pieces) };
}

/** Values that are shown of a column, and the longest that is shown whole. */
const SAMPLES = 3;
const LONGEST_SAMPLE = 60;

/**
 * The first values of each column, by which somebody knows what it holds. Rows that mark a protected person are left
 * out for everybody but the security officer.
 */
export function samplesOf({ head, mapping }: RosterUpload, actor: Actor): string[][] {
  const layout = layoutOf(mapping.columns, mapping.everybody);
  const rows = may(actor.roles, 'people.protected')
    ? head.rows
    : head.rows.filter((cells) => !marksProtected(layout, cells));
  return head.header.map((_, place) => {
    const values = new Set(rows.map((cells) => (cells[place] ?? '').trim()).filter((value) => value !== ''));
    return [...values]
      .slice(0, SAMPLES)
      .map((value) => (value.length > LONGEST_SAMPLE ? `${value.slice(0, LONGEST_SAMPLE)}…` : value));
  });
}

/** Whether a column is read by what the program took it for, and nobody has said so yet. */
export function isGuessed({ head, mapping }: RosterUpload, place: number): boolean {
  const guess = head.guesses[place];
  return mapping.by === 'guess' && guess !== undefined && guess.column !== null && guess.confidence < 1;
}

/** The column of the file that is read as one of ours, as it is called there. */
export function headerOf({ head, mapping }: RosterUpload, column: string): string {
  return head.header[mapping.columns.findIndex((ours) => ours === column)]?.trim() ?? '';
}
