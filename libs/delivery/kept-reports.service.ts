import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { getBreach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { referenceIndex } from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import type { ReportKind } from './bounce-report.js';
import { DeliveryReportsService } from './delivery-reports.service.js';
import {
  keyOfReport,
  listWaiting,
  lockDispatch,
  lockReport,
  markApplied,
  markSeen,
  openMail,
  openWords,
  type NamedDispatch,
  type ReportRow,
} from './delivery-reports.store.js';
import { shownMail, type ShownMail } from './shown-mail.js';

/** A mail that waits for a person, as a list shows it: nothing of what it says. */
export interface KeptReport {
  id: string;
  kind: ReportKind;
  receivedAt: Date;
  /** It names a letter of ours with its proof. */
  isMatched: boolean;
  personId: string | null;
}

export interface OpenedReport extends KeptReport {
  mail: ShownMail;
  /** The mail was larger than what is kept of it; the whole lies in the folder `Tocsin` of the mailbox. */
  isCut: boolean;
}

/** Mails that one page lists. */
const PAGE = 100;

/** What came back and waits for a person: replies, absences, and whatever names no letter of ours. */
@Injectable()
export class KeptReportsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly reports: DeliveryReportsService,
  ) {}

  /** The mails of a breach that wait, oldest first, and those of which no breach is known; how many there are in all. */
  async list(actor: Actor, breachReference: string): Promise<{ reports: KeptReport[]; count: number }> {
    requirePermission(actor, 'returned-mail.settle');
    return await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, breachReference);
      const { rows, count } = await listWaiting(tx, breach.id, may(actor.roles, 'people.protected'), PAGE);
      return { reports: rows.map(keptReport), count };
    });
  }

  /** Opens one mail, which is recorded. Throws `returned-mail.unknown`. */
  async open(actor: Actor, breachReference: string, reportId: string): Promise<OpenedReport> {
    requirePermission(actor, 'returned-mail.settle');
    return await this.database.transaction(async (tx) => {
      const { report, breachId } = await this.lock(tx, actor, breachReference, reportId);
      const mail = await this.mailOf(tx, report);
      await record(tx, { kind: 'delivery-report.opened', ...about(actor, breachId, report) });
      return { ...keptReport(report), mail: shownMail(mail), isCut: report.mailBytes > mail.length };
    });
  }

  /** There is nothing to do about that mail; said twice it counts once. Throws `returned-mail.unknown`. */
  async markSeen(actor: Actor, breachReference: string, reportId: string): Promise<void> {
    requirePermission(actor, 'returned-mail.settle');
    await this.database.transaction(async (tx) => {
      const { report, breachId } = await this.lock(tx, actor, breachReference, reportId);
      if (report.outcome !== 'waits') return;
      await markSeen(tx, report.id, actor.accountId);
      await record(tx, { kind: 'delivery-report.seen', ...about(actor, breachId, report) });
    });
  }

  /**
   * The mail says that the letter of that person did not arrive: their newest e-mail comes back, as by a report that
   * gives no reason, and the letter takes its next way. Throws `returned-mail.unknown`, and `returned-mail.no-letter`
   * where nobody has the reference, or no e-mail to them was taken.
   */
  async isBounceOf(actor: Actor, breachReference: string, reportId: string, reference: string): Promise<void> {
    requirePermission(actor, 'returned-mail.settle');
    await this.database.transaction(async (tx) => {
      const { report, breachId } = await this.lock(tx, actor, breachReference, reportId);
      if (report.outcome !== 'waits') throw unknownMail();
      const dispatch = await this.newestTaken(tx, actor, breachId, reference);
      if (!dispatch) {
        const words =
          'No e-mail to a person with this reference can have come back. Check the reference, or say that there is nothing to do.';
        throw new Problem('bad-input', 'returned-mail.no-letter', words, [
          { at: `reference-${reportId}`, message: words },
        ]);
      }
      const mail = await this.mailOf(tx, report);
      const key = (await keyOfReport(tx, this.keyring, report.breachId, sealedFor(report)))!;
      const words = openWords(key, report.id, report.wordsSealed!);
      await markApplied(tx, this.keyring, report, dispatch, mail, words, actor.accountId);
      const failure = { class: 'unknown' as const, hard: false };
      await this.reports.applyFailure(tx, dispatch, failure, report.id, actorName(actor));
    });
  }

  /** The newest e-mail to the person of that reference that a server took or may have taken, locked; or null. */
  private async newestTaken(
    tx: EntityManager,
    actor: Actor,
    breachId: string,
    reference: string,
  ): Promise<NamedDispatch | null> {
    const rows: { id: string }[] = await tx.query(
      `select d.id from dispatch d join person p on p.id = d.person_id
        where p.breach_id = $1 and p.reference_index = $2 and ($3 or not p.protected) and d.channel = 'email' and d.state in ('accepted', 'unknown')
        order by d.id desc limit 1`,
      [breachId, referenceIndex(this.keyring, reference.trim()), may(actor.roles, 'people.protected')],
    );
    const found = rows[0] ? await lockDispatch(tx, rows[0].id) : null;
    return found?.state === 'accepted' || found?.state === 'unknown' ? found : null;
  }

  private async lock(
    tx: EntityManager,
    actor: Actor,
    breachReference: string,
    reportId: string,
  ): Promise<{ report: ReportRow; breachId: string }> {
    const breach = await getBreach(tx, breachReference);
    const report = await lockReport(tx, breach.id, may(actor.roles, 'people.protected'), reportId);
    if (!report) throw unknownMail();
    return { report, breachId: breach.id };
  }

  /** Throws `returned-mail.erased`. */
  private async mailOf(tx: EntityManager, report: ReportRow): Promise<Buffer> {
    const key = await keyOfReport(tx, this.keyring, report.breachId, sealedFor(report));
    if (!key || !report.mailSealed)
      throw new Problem(
        'refused',
        'returned-mail.erased',
        'This mail went with the person that it was about, who was erased. Say that there is nothing to do.',
      );
    return openMail(key, report.id, report.mailSealed);
  }
}

function sealedFor({ personId, secret }: ReportRow): { personId: string; secret: Buffer | null } | null {
  return personId === null ? null : { personId, secret };
}

function keptReport(row: Pick<ReportRow, 'id' | 'kind' | 'receivedAt' | 'dispatchId' | 'personId'>): KeptReport {
  return {
    id: row.id,
    kind: row.kind,
    receivedAt: row.receivedAt,
    isMatched: row.dispatchId !== null,
    personId: row.personId,
  };
}

function about(actor: Actor, breachId: string, { id, personId }: ReportRow) {
  return { actor: actorName(actor), breachId, ...(personId ? { personId } : {}), facts: { report: id } };
}

function unknownMail(): Problem {
  return new Problem(
    'not-found',
    'returned-mail.unknown',
    'No mail that came back has that address, or it is settled. Go back to the list.',
  );
}
