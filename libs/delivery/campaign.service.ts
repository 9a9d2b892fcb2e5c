import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { getBreachById, requireNotDelayed, requireNotFenced } from '#libs/breach/index.js';
import { record, recordMany } from '#libs/ledger/index.js';
import {
  NoticesService,
  getNotice,
  getNoticeById,
  listNotices,
  requireMove,
  requireState,
  type Notice,
} from '#libs/letters/index.js';
import { attemptsClosed } from '#libs/people/index.js';
import { CONFIG, type Config } from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor, type Permission } from '#libs/staff/index.js';
import { pauseNotice } from './campaign.js';
import { requireLive } from './go-live.js';
import { SendingService } from './sending.service.js';

/** Who does it: a staff account, or whoever may run commands on the machine. */
export type By = Actor | `cli ${string}`;

/** Control of letters that are on their way. */
@Injectable()
export class CampaignService {
  constructor(
    private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly notices: NoticesService,
    private readonly sending: SendingService,
  ) {}

  /**
   * Pauses a notice. It waits for claims that are being committed; after it, no letter begins, and at most those leave
   * whose connection is open.
   */
  async pause(by: By, reference: string): Promise<Notice> {
    requireBy(by, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference, true);
      requireMove(notice, 'paused');
      await pauseNotice(tx, notice, nameOf(by), 'asked');
      return await getNotice(tx, reference);
    });
  }

  /** Pauses what of a breach is being sent because an authority asked to wait. In the caller's transaction. */
  async pauseForDelay(tx: EntityManager, actor: Actor, breachId: string): Promise<void> {
    for (const notice of await listNotices(tx, breachId))
      if (notice.state === 'sending') await pauseNotice(tx, notice, actorName(actor), 'legal-delay');
  }

  /** Goes on with a paused notice where it stopped. Throws what keeps letters of its breach from leaving. */
  async resume(by: By, reference: string): Promise<Notice> {
    requireBy(by, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference, true);
      requireState(notice, 'paused');
      const breach = await getBreachById(tx, notice.breachId);
      await requireNotFenced(tx, breach);
      await requireNotDelayed(tx, breach);
      await requireLive(tx, this.config, breach);
      await tx.query(`update notice set state = 'sending', pause_why = null where id = $1`, [notice.id]);
      await record(tx, {
        kind: 'notice.resumed',
        actor: nameOf(by),
        breachId: notice.breachId,
        facts: { notice: reference },
      });
      await this.sending.enqueueLanes(tx, notice.id);
      return await getNoticeById(tx, notice.id);
    });
  }

  /**
   * Takes a notice back. Before anything of it was sent that is all; of one that is paused, what has not left is
   * cancelled for good, and what has left stays as it is.
   */
  async withdraw(by: Actor, reference: string): Promise<Notice> {
    const { state } = await getNotice(this.database.manager, reference);
    if (state !== 'paused') return await this.notices.withdraw(by, reference);
    requireBy(by, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference, true);
      requireState(notice, 'paused');
      const [stopped]: [{ id: string; personId: string }[]] = await tx.query(
        `update dispatch set state = 'cancelled', class = 'stopped', due_at = null, settled_at = clock_timestamp()
          where notice_id = $1 and state in ('queued', 'deferred') returning id, person_id as "personId"`,
        [notice.id],
      );
      await attemptsClosed(
        tx,
        stopped.map(({ personId }) => personId),
      );
      await tx.query(`update notice set state = 'withdrawn', withdrawn_at = clock_timestamp() where id = $1`, [
        notice.id,
      ]);
      await recordMany(
        tx,
        stopped.map(({ id, personId }) => ({
          kind: 'dispatch.cancelled' as const,
          actor: nameOf(by),
          breachId: notice.breachId,
          personId,
          facts: { dispatch: id, why: 'stopped' },
        })),
      );
      await record(tx, {
        kind: 'notice.withdrawn',
        actor: nameOf(by),
        breachId: notice.breachId,
        facts: { notice: reference, stopped: stopped.length },
      });
      return await getNotice(tx, reference);
    });
  }
}

function requireBy(by: By, permission: Permission): void {
  if (typeof by !== 'string') requirePermission(by, permission);
}

function nameOf(by: By): string {
  return typeof by === 'string' ? by : actorName(by);
}
