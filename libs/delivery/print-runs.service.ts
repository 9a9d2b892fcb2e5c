import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { getBreachById, requireNotDelayed, requireNotFenced } from '#libs/breach/index.js';
import { enqueue } from '#libs/jobs/index.js';
import { record, recordMany } from '#libs/ledger/index.js';
import { getNotice, getNoticeById, type Notice } from '#libs/letters/index.js';
import { attemptsClosed } from '#libs/people/index.js';
import {
  KEYRING,
  Problem,
  databaseNow,
  nextReference,
  uuidv7,
  type Fault,
  type Keyring,
} from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { lettersArrived } from './arrivals.js';
import { makePrintFiles } from './make-print-files.job.js';
import { openNextAttempts } from './next-attempts.js';
import { forgetPrintContents } from './print-files.store.js';
import { getPrintRun, getPrintRunOf, sheetsOf, type PrintRun, type SheetRow } from './print-runs.store.js';
import { cancelNoLongerDue, refuseUnusable, takeFromQueue, type QueueOf } from './queue.js';
import { readSheetCode, sheetCode } from './sheet-code.js';

/** Letters of one run: what one person prints, folds and confirms in a morning. The rest waits for the next run. */
export const MOST_LETTERS = 1_000;

/** What a person says of the sheets of a run that did not go out: codes or numbers, one a line. */
export interface SheetsLeftOut {
  damaged: string;
  missing: string;
}

/** What confirming a run does. */
export interface Posting {
  posted: number;
  /** Codes of the sheets, as printed. */
  damaged: string[];
  missing: string[];
}

@Injectable()
export class PrintRunsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /**
   * Takes the letters of a notice that wait for the post, at most `MOST_LETTERS`, as one run: from now on they count as
   * printed. Letters that are not due any more, or whose address fell away, leave the queue first. With `inBackground` a
   * worker makes the files. Throws `print-run.nothing-waits`, `print-run.not-sent`, `breach.fenced`, `breach.delayed`.
   */
  async make(actor: Actor, noticeReference: string, { inBackground = false } = {}): Promise<PrintRun> {
    requirePermission(actor, 'notice.send');
    const made = await this.database.transaction(async (tx) => {
      // Whoever comes second waits here, and takes what is left.
      const notice = await getNotice(tx, noticeReference, true);
      requireLeaving(notice);
      const breach = await getBreachById(tx, notice.breachId);
      await requireNotFenced(tx, breach);
      await requireNotDelayed(tx, breach);
      await this.clearQueue(tx, notice, actorName(actor));
      const letters: { id: string; personId: string }[] = await tx.query(
        `select d.id, d.person_id as "personId" from dispatch d join letter l on l.id = d.letter_id
          where d.notice_id = $1 and d.state = 'queued' and d.channel = 'post'
          order by l.languages, d.id limit $2 for update of d`,
        [notice.id, MOST_LETTERS],
      );
      // What was taken from the queue stays taken, also where nothing is left to print.
      if (letters.length === 0) return null;
      const run = await this.insertRun(tx, actor, notice, letters);
      if (inBackground) await this.order(tx, run);
      return run;
    });
    if (!made) throw nothingWaits(noticeReference);
    return made;
  }

  /** Has the files of a run made by a worker: again where that was cut short, or where they are gone. */
  async makeFilesAgain(actor: Actor, reference: string): Promise<PrintRun> {
    requirePermission(actor, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const run = await getPrintRun(tx, reference, true);
      requireOpenRun(run);
      await this.order(tx, run);
      return run;
    });
  }

  /** A run of that notice whose files can be made once more. Throws `print-run.unknown`, `print-run.closed`. */
  async openRunOf(actor: Actor, noticeReference: string, reference: string): Promise<PrintRun> {
    requirePermission(actor, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const run = await getPrintRunOf(tx, noticeReference, reference);
      requireOpenRun(run);
      return run;
    });
  }

  private async order(tx: EntityManager, { id }: PrintRun): Promise<void> {
    await enqueue(tx, makePrintFiles, { runId: id }, { key: `make-print-files:${id}` });
  }

  private async clearQueue(tx: EntityManager, notice: Notice, actor: string): Promise<void> {
    const post: QueueOf = { channel: 'post', actor };
    await cancelNoLongerDue(tx, notice, post);
    const refused = await refuseUnusable(tx, notice, post);
    const nowProtected = await takeFromQueue(
      tx,
      notice,
      post,
      { state: 'refused', why: 'now-protected' },
      'exists (select from person p where p.id = d.person_id and p.protected)',
    );
    await openNextAttempts(tx, this.keyring, notice, actor, [...refused, ...nowProtected]);
  }

  private async insertRun(
    tx: EntityManager,
    actor: Actor,
    notice: Notice,
    letters: { id: string; personId: string }[],
  ): Promise<PrintRun> {
    const id = uuidv7(await databaseNow(tx));
    const reference = await nextReference(tx, 'P');
    await tx.query(
      `insert into print_run (id, reference, breach_id, notice_id, letters, made_by) values ($1, $2, $3, $4, $5, $6)`,
      [id, reference, notice.breachId, notice.id, letters.length, actor.accountId],
    );
    await tx.query(
      `update dispatch d set state = 'printed', print_run_id = $1, sheet = t.sheet
         from unnest($2::uuid[]) with ordinality as t (id, sheet) where d.id = t.id`,
      [id, letters.map((letter) => letter.id)],
    );
    const shared = { actor: actorName(actor), breachId: notice.breachId };
    await recordMany(tx, [
      {
        ...shared,
        kind: 'print-run.made',
        facts: { run: reference, notice: notice.reference, letters: letters.length },
      },
      ...letters.map((letter, at) => ({
        ...shared,
        kind: 'dispatch.printed' as const,
        personId: letter.personId,
        facts: { dispatch: letter.id, run: reference, sheet: at + 1 },
      })),
    ]);
    return await getPrintRun(tx, reference);
  }

  /** What `confirmPosted` would do, without doing it. Throws what it throws. */
  async previewPosted(actor: Actor, reference: string, leftOut: SheetsLeftOut): Promise<Posting> {
    requirePermission(actor, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const { posted, damaged, missing, codes } = await this.read(tx, await getPrintRun(tx, reference), leftOut);
      return { posted: posted.length, damaged: codes(damaged), missing: codes(missing) };
    });
  }

  /**
   * The sheets of a run that wait are on their way by post, all but those that are named: their letters go back to the
   * queue, for the next run. Posted counts as told. Throws `print-run.not-made`, `print-run.nothing-left` and
   * `print-run.sheets-faulty`.
   */
  async confirmPosted(actor: Actor, reference: string, leftOut: SheetsLeftOut): Promise<Posting> {
    requirePermission(actor, 'notice.send');
    return await this.database.transaction(async (tx) => {
      // In the order in which everybody locks: the notice, then its run.
      const { noticeId } = await getPrintRun(tx, reference);
      const notice = await getNoticeById(tx, noticeId, true);
      const run = await getPrintRun(tx, reference, true);
      const { posted, damaged, missing, codes } = await this.read(tx, run, leftOut);
      const by = actorName(actor);
      await this.post(tx, notice, by, posted);
      await this.putBack(tx, notice, by, damaged, 'sheet-damaged');
      await this.putBack(tx, notice, by, missing, 'sheet-missing');
      await openNextAttempts(tx, this.keyring, notice, by, [...damaged, ...missing].map((one) => one.letterId), true); // prettier-ignore
      await closeRun(tx, run);
      const said = { posted: posted.length, damaged: codes(damaged), missing: codes(missing) };
      await record(tx, {
        kind: 'print-run.posted',
        actor: by,
        breachId: notice.breachId,
        facts: { run: reference, posted: said.posted, damaged: damaged.length, missing: missing.length },
      });
      return said;
    });
  }

  private async post(tx: EntityManager, notice: Notice, actor: string, sheets: SheetRow[]): Promise<void> {
    await tx.query(
      `update dispatch set state = 'posted', settled_at = clock_timestamp(), arrived_at = clock_timestamp() where id = any ($1)`,
      [sheets.map(({ id }) => id)],
    );
    await attemptsClosed(
      tx,
      sheets.map(({ personId }) => personId),
    );
    await lettersArrived(
      tx,
      notice.kind,
      sheets.map(({ letterId }) => letterId),
    );
    await recordMany(
      tx,
      sheets.map(({ id, personId, letterId }) => ({
        kind: 'dispatch.posted' as const,
        actor,
        breachId: notice.breachId,
        personId,
        facts: { dispatch: id, letter: letterId },
      })),
    );
  }

  /** Ends the attempts of sheets that did not leave; what follows is up to the caller. */
  async putBack(tx: EntityManager, notice: Notice, actor: string, sheets: SheetRow[], why: string): Promise<void> {
    if (sheets.length === 0) return;
    await tx.query(
      `update dispatch set state = 'cancelled', class = $2, settled_at = clock_timestamp() where id = any ($1)`,
      [sheets.map(({ id }) => id), why],
    );
    await attemptsClosed(
      tx,
      sheets.map(({ personId }) => personId),
    );
    await recordMany(
      tx,
      sheets.map(({ id, personId }) => ({
        kind: 'dispatch.cancelled' as const,
        actor,
        breachId: notice.breachId,
        personId,
        facts: { dispatch: id, why },
      })),
    );
  }

  /** Which sheets wait, and which of them are named; every line that names no waiting sheet is a fault. */
  private async read(tx: EntityManager, run: PrintRun, leftOut: SheetsLeftOut) {
    if (!run.filesMadeAt)
      throw new Problem(
        'conflict',
        'print-run.not-made',
        `The files of ${run.reference} are not yet made, so nothing of it can be on its way. Make the files, print and post them, then confirm.`,
      );
    const sheets = await sheetsOf(tx, run.id);
    const waiting = new Map(sheets.filter(({ state }) => state === 'printed').map((one) => [one.sheet, one]));
    if (waiting.size === 0)
      throw new Problem(
        'conflict',
        'print-run.nothing-left',
        `Every sheet of ${run.reference} is accounted for already. There is nothing left to confirm.`,
      );
    const faults: Fault[] = [];
    const take = (field: keyof SheetsLeftOut): SheetRow[] =>
      linesOf(leftOut[field]).flatMap((line) => {
        const sheet = sheetOfLine(run, line);
        const found = sheet === null ? undefined : waiting.get(sheet);
        if (found) waiting.delete(found.sheet);
        else faults.push({ at: field, message: whyNot(run, sheets, line, sheet) });
        return found ?? [];
      });
    const [damaged, missing] = [take('damaged'), take('missing')];
    if (faults.length > 0)
      throw new Problem(
        'bad-input',
        'print-run.sheets-faulty',
        `Nothing was changed: ${faults.length} of the lines name no sheet that waits. ${faults[0]!.message}`,
        faults.slice(0, 20),
      );
    const codes = (named: SheetRow[]): string[] =>
      named.map(({ sheet }) => sheetCode({ run: run.reference, sheet })).toSorted();
    return { posted: [...waiting.values()], damaged, missing, codes };
  }
}

/** Throws `print-run.closed`: its files hold letters that nobody prints any more. */
export function requireOpenRun({ reference, state }: PrintRun): void {
  if (state === 'open') return;
  throw new Problem(
    'conflict',
    'print-run.closed',
    `Every sheet of ${reference} is accounted for, so its files are gone. A single letter is printed from the page of its person.`,
  );
}

/** A run of which no sheet waits is closed, and its letters need not lie here any longer. */
export async function closeRun(tx: EntityManager, { id }: PrintRun): Promise<void> {
  const [closed]: [unknown[]] = await tx.query(
    `update print_run set state = 'closed', closed_at = clock_timestamp()
      where id = $1 and state = 'open' and not exists (select from dispatch where print_run_id = $1 and state = 'printed') returning id`,
    [id],
  );
  if (closed.length > 0) await forgetPrintContents(tx, id);
}

/** Lines of a text area that say something; a comma parts them too. */
export function linesOf(text: string): string[] {
  return text.split(/[\n\r,;]+/).map((line) => line.trim()).filter((line) => line !== ''); // prettier-ignore
}

function sheetOfLine(run: PrintRun, line: string): number | null {
  if (/^\d{1,7}$/.test(line)) return Number(line);
  const read = readSheetCode(line);
  return read !== null && read !== 'mistyped' && read.run === run.reference ? read.sheet : null;
}

function whyNot(run: PrintRun, sheets: SheetRow[], line: string, sheet: number | null): string {
  const shown = line.slice(0, 40);
  const read = readSheetCode(line);
  if (read === 'mistyped') return `“${shown}” is mistyped: its check digits do not fit. Type it again.`;
  if (read !== null && read.run !== run.reference)
    return `“${shown}” is of the run ${read.run}. Confirm it on the page of that run.`;
  if (sheet === null) return `“${shown}” is no sheet. Type its code, as P-2026-0001-0042-58, or its number.`;
  if (sheets.some((one) => one.sheet === sheet))
    return `Sheet ${sheet} does not wait any more, or is named twice. Take that line out.`;
  return `There is no sheet ${sheet}: the run has the sheets 1 to ${sheets.length}.`;
}

/** Letters leave while a notice is being sent, and by post also when all its e-mails are gone. */
export function requireLeaving(notice: Notice): void {
  if (notice.state === 'sending' || notice.state === 'sent') return;
  throw new Problem(
    'conflict',
    'print-run.not-sent',
    `Letters of ${notice.reference} do not leave now: it is ${notice.state}. Send it first, or resume it.`,
  );
}

function nothingWaits(notice: string): Problem {
  return new Problem(
    'refused',
    'print-run.nothing-waits',
    `No letter of ${notice} waits to be printed. Runs that were made stand on its page “On paper”, where their files can be made again.`,
  );
}
