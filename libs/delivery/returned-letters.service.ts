import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { record, recordMany } from '#libs/ledger/index.js';
import { findLetterByCode, getNotice, type Notice } from '#libs/letters/index.js';
import { setContactStates } from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { lettersCameBack } from './arrivals.js';
import type { DispatchState } from './dispatch.js';
import { openNextAttempts } from './next-attempts.js';
import { linesOf } from './print-runs.service.js';
import { RETURN_REASONS, type ReturnReason } from './print-runs.store.js';
import { readSheetCode } from './sheet-code.js';

/** Codes that one form takes: a day's returns, scanned one after the other. */
export const MOST_CODES = 2_000;

/** What becomes of one line that was scanned or typed. */
export type ReturnVerdict =
  'returned' | 'again' | 'known' | 'mistyped' | 'no-code' | 'other-notice' | 'not-by-post' | 'not-posted' | 'replaced';

export interface ReadLine {
  /** Counted from one, among the lines that say something. */
  line: number;
  text: string;
  verdict: ReturnVerdict;
}

export interface ReturnedLetters {
  lines: ReadLine[];
  /** Letters that came back, or would. */
  returned: number;
  /** Of them those whose next attempt is open, and those for whom no way is left; 0 in a preview. */
  opened: number;
  spent: number;
}

interface Attempt {
  id: string;
  letterId: string;
  personId: string;
  noticeId: string;
  contactPlace: number;
  channel: string;
  state: DispatchState;
}

/** An address that is wrong is not used again; one where the person refused the letter, or did not fetch it, is right. */
const ADDRESS_IS_WRONG: ReturnReason[] = ['returned-moved', 'returned-unknown'];

@Injectable()
export class ReturnedLettersService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /** What `markReturned` would do with these lines, without doing it. */
  async preview(actor: Actor, noticeReference: string, codes: string, reason: string): Promise<ReturnedLetters> {
    requirePermission(actor, 'notice.send');
    requireReason(reason);
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, noticeReference);
      const { lines, attempts } = await this.read(tx, notice, codes);
      return { lines, returned: attempts.length, opened: 0, spent: 0 };
    });
  }

  /**
   * Letters of a notice that the post brought back: lines of sheet codes or of the codes in the letters themselves. Their
   * persons leave *told*, and the ladder takes its next rung; an address that is wrong is marked. A line that names no
   * letter to mark changes nothing and is answered with why; the same line twice counts once. Throws
   * `print-run.reason-missing`, `print-run.no-codes`, `print-run.too-many-codes`.
   */
  async markReturned(actor: Actor, noticeReference: string, codes: string, reason: string): Promise<ReturnedLetters> {
    requirePermission(actor, 'notice.send');
    const why = requireReason(reason);
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, noticeReference, true);
      const { lines, attempts } = await this.read(tx, notice, codes);
      const by = actorName(actor);
      await this.takeBack(tx, notice, by, attempts, why);
      const letterIds = attempts.map(({ letterId }) => letterId);
      const next = await openNextAttempts(tx, this.keyring, notice, by, letterIds);
      if (attempts.length > 0)
        await record(tx, {
          kind: 'letters.returned',
          actor: by,
          breachId: notice.breachId,
          facts: { notice: notice.reference, letters: attempts.length, why },
        });
      return { lines, returned: attempts.length, ...next };
    });
  }

  private async takeBack(
    tx: EntityManager,
    notice: Notice,
    actor: string,
    attempts: Attempt[],
    why: ReturnReason,
  ): Promise<void> {
    if (attempts.length === 0) return;
    await tx.query(
      `update dispatch set state = 'returned', class = $2, settled_at = clock_timestamp() where id = any ($1)`,
      [attempts.map(({ id }) => id), why],
    );
    await lettersCameBack(
      tx,
      notice.kind,
      attempts.map(({ letterId }) => letterId),
    );
    if (ADDRESS_IS_WRONG.includes(why))
      await setContactStates(
        tx,
        attempts.map(({ personId, contactPlace }) => ({
          personId,
          place: contactPlace,
          kind: 'post' as const,
          state: 'returned' as const,
        })),
      );
    await recordMany(
      tx,
      attempts.map(({ id, letterId, personId }) => ({
        kind: 'dispatch.returned' as const,
        actor,
        breachId: notice.breachId,
        personId,
        facts: { dispatch: id, letter: letterId, why },
      })),
    );
  }

  /** Each line with what becomes of it, and the attempts that come back, each once. */
  private async read(
    tx: EntityManager,
    notice: Notice,
    codes: string,
  ): Promise<{ lines: ReadLine[]; attempts: Attempt[] }> {
    const texts = linesOf(codes);
    if (texts.length === 0) throw noCodes();
    if (texts.length > MOST_CODES) throw tooMany(texts.length);
    const taken = new Map<string, Attempt>();
    const lines: ReadLine[] = [];
    for (const [at, text] of texts.entries()) {
      const found = await this.find(tx, text);
      const verdict = typeof found === 'string' ? found : verdictOf(notice, found, taken);
      if (verdict === 'returned') taken.set((found as Attempt).id, found as Attempt);
      lines.push({ line: at + 1, text: text.slice(0, 40), verdict });
    }
    return { lines, attempts: [...taken.values()] };
  }

  /** The attempt by post that a line names, or why it names none. */
  private async find(tx: EntityManager, text: string): Promise<Attempt | ReturnVerdict> {
    const sheet = readSheetCode(text);
    if (sheet === 'mistyped') return 'mistyped';
    if (sheet) return (await attemptOf(tx, `r.reference = $1 and d.sheet = $2`, [sheet.run, sheet.sheet])) ?? 'no-code';
    const letter = await findLetterByCode(tx, this.keyring, text);
    if (!letter) return 'no-code';
    return (await attemptOf(tx, `d.letter_id = $1`, [letter.id])) ?? 'not-by-post';
  }
}

/** The newest attempt by post of which this holds; `condition` is our own SQL, never input. */
async function attemptOf(tx: EntityManager, condition: string, values: unknown[]): Promise<Attempt | null> {
  const rows: Attempt[] = await tx.query(
    `select d.id, d.letter_id as "letterId", d.person_id as "personId", d.notice_id as "noticeId", d.contact_place as "contactPlace", d.channel, d.state
       from dispatch d join print_run r on r.id = d.print_run_id where ${condition} order by d.attempt desc limit 1`,
    values,
  );
  return rows[0] ?? null;
}

function verdictOf(notice: Notice, attempt: Attempt, taken: Map<string, Attempt>): ReturnVerdict {
  if (attempt.noticeId !== notice.id) return 'other-notice';
  if (taken.has(attempt.id)) return 'again';
  if (attempt.state === 'returned') return 'known';
  // It went out after all, or never did: either way another copy counts in its place.
  if (attempt.state === 'cancelled') return 'replaced';
  return attempt.state === 'posted' ? 'returned' : 'not-posted';
}

function requireReason(reason: string): ReturnReason {
  const known = RETURN_REASONS.find((one) => one === reason);
  if (known) return known;
  const message = 'Choose why these letters came back.';
  throw new Problem('bad-input', 'print-run.reason-missing', message, [{ at: 'reason', message }]);
}

function noCodes(): Problem {
  const message = 'Scan or type at least one code: that of the sheet, or that in the letter.';
  return new Problem('bad-input', 'print-run.no-codes', message, [{ at: 'codes', message }]);
}

function tooMany(count: number): Problem {
  const message = `These are ${count} codes. Enter at most ${MOST_CODES} at once.`;
  return new Problem('bad-input', 'print-run.too-many-codes', message, [{ at: 'codes', message }]);
}
