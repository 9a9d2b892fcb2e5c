import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { getController } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { getNoticeById } from '#libs/letters/index.js';
import { attemptsClosed, emailIndex } from '#libs/people/index.js';
import { Clock, KEYRING, databaseNow, uuidv7, type Keyring } from '#libs/platform/index.js';
import { lettersArrived } from './arrivals.js';
import { readDeliveryReport } from './bounce-report.js';
import { addReport, breachOfAddresses, lockDispatch, wasSentTo, type NamedDispatch } from './delivery-reports.store.js';
import type { DispatchContext } from './dispatch.js';
import { failAttempts } from './failed-attempts.js';
import { addressesOf, dispatchNamedBy, headerOf, mailHash, recipientsOf } from './report-names.js';
import { outcomeOf, verdictOf, type ReportOutcome, type ReportVerdict } from './report-verdict.js';

/** Where a mail was read from, and who read it, as the ledger names them. */
export interface ReportSource {
  source: 'mailbox' | 'file';
  actor: string;
}

/**
 * What became of a mail that was read. `already`: this very mail was read before. `later`: its letter is just being
 * sent, nothing was kept, read it again. `unmatched`: it names no attempt with its proof, a person looks at it.
 */
export type TakenReport = ReportOutcome | 'already' | 'later' | 'unmatched';

/** What comes back: reports are read, kept and applied. */
@Injectable()
export class DeliveryReportsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes one mail of the bounce mailbox in one transaction: read, kept as read, applied. Only a mail that names an
   * attempt of ours by Message-ID or VERP address, each with its MAC, changes anything; everything else waits for a
   * person. The same mail counts once, from wherever it is read and by however many at once.
   */
  async take(raw: Uint8Array, from: ReportSource): Promise<TakenReport> {
    const reports = readDeliveryReport(raw);
    const header = headerOf(raw);
    const said = verdictOf(reports);
    const hash = mailHash(this.keyring, raw);
    const named = dispatchNamedBy(this.keyring, reports, header);
    const indexOf = (address: string): Buffer => emailIndex(this.keyring, address);
    const indexes = addressesOf(reports, header).map(indexOf);
    const recipients = recipientsOf(reports).map(indexOf);
    return await this.database.transaction(async (tx) => {
      const dispatch = named ? await lockDispatch(tx, named) : null;
      const outcome = outcomeOf(said.kind, dispatch?.state ?? null);
      if (outcome === 'later') return 'later';
      // What is dead may be where the letter's own address leads to: then that one lives.
      const hard = said.hard && dispatch !== null && (await wasSentTo(tx, dispatch.id, recipients));
      const verdict = { ...said, hard };
      const report = {
        id: uuidv7(this.clock.now()),
        hash,
        breachId: dispatch?.breachId ?? (await breachOfAddresses(tx, indexes)),
        dispatch,
        verdict,
        outcome,
        raw,
        addressIndexes: indexes,
        source: from.source,
      };
      if (!(await addReport(tx, this.keyring, report))) return 'already';
      if (dispatch && outcome === 'applied') await this.applyFailure(tx, dispatch, verdict, report.id, from.actor);
      else if (dispatch && outcome === 'success') await applySuccess(tx, dispatch, verdict, report.id, from.actor);
      if (outcome !== 'applied') await recordKept(tx, report, from.actor);
      return outcome === 'waits' && !dispatch ? 'unmatched' : outcome;
    });
  }

  /** A report says that the letter came back: the attempt fails by the class of the report. */
  async applyFailure(
    tx: EntityManager,
    dispatch: NamedDispatch,
    verdict: Pick<ReportVerdict, 'class' | 'hard'>,
    reportId: string,
    actor: string,
  ): Promise<void> {
    const notice = await getNoticeById(tx, dispatch.noticeId);
    const { controller } = await getController(tx, notice.sources!.controller);
    const context: DispatchContext = {
      breachId: dispatch.breachId,
      noticeId: dispatch.noticeId,
      senderAddress: controller.sender.address,
      keyring: this.keyring,
      actor,
      now: await databaseNow(tx),
    };
    const failure = { dispatchId: dispatch.id, class: verdict.class ?? 'unknown', hard: verdict.hard, reportId };
    await failAttempts(tx, context, [failure]);
  }
}

/** A server says that it took the letter: in doubt becomes accepted, and what was delivered has arrived. */
async function applySuccess(
  tx: EntityManager,
  dispatch: NamedDispatch,
  verdict: ReportVerdict,
  reportId: string,
  actor: string,
): Promise<void> {
  const facts = { dispatch: dispatch.id, letter: dispatch.letterId, report: reportId };
  const of = { actor, breachId: dispatch.breachId, personId: dispatch.personId, facts };
  const arrives = verdict.isDelivered && dispatch.arrivedAt === null;
  await tx.query(
    `update dispatch set state = 'accepted', class = null, settled_at = case when state = 'unknown' then clock_timestamp() else settled_at end,
            arrived_at = case when $2 then clock_timestamp() else arrived_at end
      where id = $1`,
    [dispatch.id, arrives],
  );
  if (dispatch.state === 'unknown') {
    await attemptsClosed(tx, [dispatch.personId]);
    await record(tx, { kind: 'dispatch.accepted', ...of });
  }
  if (!arrives) return;
  await lettersArrived(tx, (await getNoticeById(tx, dispatch.noticeId)).kind, [dispatch.letterId]);
  await record(tx, { kind: 'dispatch.arrived', ...of });
}

async function recordKept(
  tx: EntityManager,
  report: {
    id: string;
    breachId: string | null;
    dispatch: NamedDispatch | null;
    verdict: ReportVerdict;
    outcome: ReportOutcome;
  },
  actor: string,
): Promise<void> {
  const { dispatch, breachId, verdict, outcome, id } = report;
  await record(tx, {
    kind: 'delivery-report.kept',
    actor,
    ...(breachId ? { breachId } : {}),
    ...(dispatch ? { personId: dispatch.personId } : {}),
    facts: { report: id, of: verdict.kind, outcome, ...(dispatch ? { dispatch: dispatch.id } : {}) },
  });
}
