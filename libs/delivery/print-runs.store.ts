import type { EntityManager } from 'typeorm';
import { Problem } from '#libs/platform/index.js';
import type { DispatchState } from './dispatch.js';

/** Letters of a notice that were printed together. */
export interface PrintRun {
  id: string;
  reference: string;
  breachId: string;
  noticeId: string;
  state: 'open' | 'closed';
  letters: number;
  madeBy: string;
  madeAt: Date;
  /** Null while its files are not yet made. */
  filesMadeAt: Date | null;
  manifestHash: Buffer | null;
  closedAt: Date | null;
}

/**
 * What became of the sheets of a run; the five add up to its letters at every moment. `back` went back to the queue or
 * could not be printed: their class says why.
 */
export interface SheetCounts {
  letters: number;
  waiting: number;
  posted: number;
  returned: number;
  back: number;
  /** Letters of which the number of pages is known: how far the making of files has come. */
  set: number;
}

/** Why a sheet was not posted; each is a class of its cancelled dispatch. */
export const SHEET_FAULTS = ['sheet-damaged', 'sheet-missing', 'unprintable'] as const;

/** Why a letter came back. */
export const RETURN_REASONS = ['returned-moved', 'returned-unknown', 'returned-refused', 'unclaimed'] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

/** One letter of a run. */
export interface SheetRow {
  id: string;
  sheet: number;
  letterId: string;
  personId: string;
  contactPlace: number;
  state: DispatchState;
  class: string | null;
  pages: number | null;
}

const RUN = `
  r.id, r.reference, r.breach_id as "breachId", r.notice_id as "noticeId", r.state, r.letters, r.made_by as "madeBy", r.made_at as "madeAt",
  r.files_made_at as "filesMadeAt", r.manifest_hash as "manifestHash", r.closed_at as "closedAt"`;
const SHEET = `
  d.id, d.sheet, d.letter_id as "letterId", d.person_id as "personId", d.contact_place as "contactPlace", d.state, d.class, d.pages`;

/** Throws `print-run.unknown`. With `lock`, nobody else changes the run until the transaction ends. */
export async function getPrintRun(tx: EntityManager, reference: string, lock = false): Promise<PrintRun> {
  const rows: PrintRun[] = await tx.query(
    `select ${RUN} from print_run r where r.reference = $1 ${lock ? 'for update' : ''}`,
    [reference.trim().toUpperCase().slice(0, 40)],
  );
  if (!rows[0]) throw unknownRun();
  return rows[0];
}

/** A run of that notice: whoever names both means the notice that they see. Throws `print-run.unknown`. */
export async function getPrintRunOf(tx: EntityManager, noticeReference: string, reference: string): Promise<PrintRun> {
  const run = await getPrintRun(tx, reference);
  const rows: unknown[] = await tx.query(`select from notice where id = $1 and reference = $2`, [
    run.noticeId,
    noticeReference.slice(0, 40),
  ]);
  if (rows.length === 0) throw unknownRun();
  return run;
}

function unknownRun(): Problem {
  return new Problem(
    'not-found',
    'print-run.unknown',
    'No print run has that reference. Look it up on the page of its notice.',
  );
}

/** The runs of a notice, the newest first, with what became of their sheets. */
export async function listPrintRuns(tx: EntityManager, noticeId: string): Promise<(PrintRun & SheetCounts)[]> {
  const runs: PrintRun[] = await tx.query(
    `select ${RUN} from print_run r where r.notice_id = $1 order by r.id desc limit 500`,
    [noticeId],
  );
  const counts = await sheetCounts(
    tx,
    runs.map(({ id }) => id),
  );
  return runs.map((run) => ({ ...run, ...counts.get(run.id)! }));
}

/** What became of the sheets of these runs, by the run's id. */
export async function sheetCounts(tx: EntityManager, runIds: string[]): Promise<Map<string, SheetCounts>> {
  const rows: (SheetCounts & { id: string })[] = await tx.query(
    `select r.id, r.letters,
            (count(*) filter (where d.state = 'printed'))::int as waiting,
            (count(*) filter (where d.state = 'posted'))::int as posted,
            (count(*) filter (where d.state = 'returned'))::int as returned,
            (count(*) filter (where d.state = 'cancelled'))::int as back,
            count(d.pages)::int as set
       from print_run r left join dispatch d on d.print_run_id = r.id where r.id = any ($1) group by r.id`,
    [runIds],
  );
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

/** The letters of a run in the order of their sheets, a batch at a time. */
export async function sheetsOf(
  tx: EntityManager,
  runId: string,
  { after = 0, limit = 1_000_000 }: { after?: number; limit?: number } = {},
): Promise<SheetRow[]> {
  return await tx.query(
    `select ${SHEET} from dispatch d where d.print_run_id = $1 and d.sheet > $2 order by d.sheet limit $3`,
    [runId, after, limit],
  );
}

/** Sheets of a run that did not go out or came back, with the reason: those that a reader asks for by name. */
export async function namedSheets(tx: EntityManager, runId: string): Promise<SheetRow[]> {
  return await tx.query(
    `select ${SHEET} from dispatch d where d.print_run_id = $1 and d.state in ('cancelled', 'returned') order by d.sheet`,
    [runId],
  );
}

/** Letters of a notice that wait to be printed, or to be handed over. */
export async function countWaiting(tx: EntityManager, noticeId: string, channel: 'post' | 'hand'): Promise<number> {
  const [row]: { count: number }[] = await tx.query(
    `select count(*)::int as count from dispatch where notice_id = $1 and state = 'queued' and channel = $2`,
    [noticeId, channel],
  );
  return row!.count;
}
