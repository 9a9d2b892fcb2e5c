import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { getBreachById, getController, requireNotDelayed, requireNotFenced } from '#libs/breach/index.js';
import { enqueue } from '#libs/jobs/index.js';
import { record } from '#libs/ledger/index.js';
import {
  LetterMaker,
  NoticesService,
  addLetters,
  changed,
  getNotice,
  isWithinApproval,
  requireMove,
  requireReady,
  type Notice,
} from '#libs/letters/index.js';
import { CONFIG, KEYRING, databaseNow, type Config, type Keyring } from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { deliverNotice } from './deliver-notice.job.js';
import { requireLive } from './go-live.js';
import { lettersToDispatch, openAttempts, requireSenderNotBanned, type DispatchContext } from './dispatch.js';

/** Letters that are made and queued in one step of the transaction; flat memory however many there are. */
const BATCH = 1_000;
/** Jobs that deliver one notice side by side, so that two workers share it. */
export const LANES = 2;

@Injectable()
export class SendingService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    private readonly notices: NoticesService,
  ) {}

  /**
   * Sends an approved notice: makes each person's letter, queues its first attempt by the ladder and enqueues the jobs
   * that deliver, all in one transaction. Throws `notice.changed` when texts, facts or people are no longer those that
   * were approved, `channel.banned` when the sender's domain is, and `breach.fenced` after a restore.
   */
  async send(actor: Actor, reference: string): Promise<Notice> {
    requirePermission(actor, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference, true);
      requireMove(notice, 'sending');
      const breach = await getBreachById(tx, notice.breachId);
      await requireNotFenced(tx, breach);
      await requireNotDelayed(tx, breach);
      await requireLive(tx, this.config, breach);
      const check = await this.notices.checkIn(tx, notice);
      const isAsApproved = check.hash === notice.approvedHash?.toString('hex');
      // Of a reminder fewer may be left by now: whoever replied gets none.
      if (!isAsApproved && !(await isWithinApproval(tx, notice, check.sources))) throw changed();
      requireReady(check);
      const { controller } = await getController(tx, check.sources.controller);
      await requireSenderNotBanned(tx, notice.breachId, controller.sender.address);
      // Reports come back to it: who reads it learns whom we write to.
      if (this.config.BOUNCE_ADDRESS) await requireSenderNotBanned(tx, notice.breachId, this.config.BOUNCE_ADDRESS);
      const [dated]: { dated: string }[] = await tx
        .query(
          `update notice set state = 'sending', sending_at = clock_timestamp(), dated = $2 where id = $1 returning dated::text`,
          [notice.id, await this.notices.today(tx)],
        )
        .then(([rows]: [{ dated: string }[]]) => rows);
      const context: DispatchContext = {
        breachId: notice.breachId,
        noticeId: notice.id,
        senderAddress: controller.sender.address,
        keyring: this.keyring,
        actor: actorName(actor),
        now: await databaseNow(tx),
      };
      await record(tx, {
        kind: 'notice.released',
        actor: context.actor,
        breachId: notice.breachId,
        facts: { notice: reference, letters: check.letters },
      });
      await this.makeAndQueue(tx, { ...notice, sources: check.sources, dated: dated!.dated }, context);
      await this.enqueueLanes(tx, notice.id);
      return await getNotice(tx, reference);
    });
  }

  private async makeAndQueue(tx: EntityManager, notice: Notice, context: DispatchContext): Promise<void> {
    const maker = await LetterMaker.of(tx, notice, this.keyring, this.config);
    for (;;) {
      const letterIds = await addLetters(tx, this.keyring, maker, notice, context.actor, context.now, BATCH);
      await openAttempts(tx, context, await lettersToDispatch(tx, this.keyring, notice.breachId, letterIds));
      if (letterIds.length < BATCH) return;
    }
  }

  /** Enqueues the jobs that deliver a notice; a lane that waits already is not added twice. */
  async enqueueLanes(tx: EntityManager, noticeId: string): Promise<void> {
    for (let lane = 1; lane <= LANES; lane++)
      await enqueue(tx, deliverNotice, { noticeId }, { key: `deliver-notice:${noticeId}:${lane}` });
  }
}
