import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { getBreach, requireNotDelayed, requireNotFenced } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { getNoticeById } from '#libs/letters/index.js';
import { attemptsClosed } from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { openNextAttempts } from './next-attempts.js';
import { SendingService } from './sending.service.js';

/** What a person decides about an attempt in doubt that no log and no report settles. */
@Injectable()
export class DoubtsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly sending: SendingService,
  ) {}

  /**
   * Gives an attempt in doubt up: its letter takes the next way, and the ledger says that its person may get it twice.
   * Answers whether a way was left. Throws `dispatch.unknown`, `dispatch.not-in-doubt`.
   */
  async giveUp(actor: Actor, breachReference: string, dispatchId: string): Promise<boolean> {
    requirePermission(actor, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, breachReference);
      await requireNotFenced(tx, breach);
      await requireNotDelayed(tx, breach);
      const rows: { state: string; letterId: string; personId: string; noticeId: string }[] = await tx.query(
        `select state, letter_id as "letterId", person_id as "personId", notice_id as "noticeId" from dispatch
          where breach_id = $1 and id::text = $2 for update`,
        [breach.id, dispatchId.slice(0, 40)],
      );
      const attempt = rows[0];
      if (!attempt)
        throw new Problem(
          'not-found',
          'dispatch.unknown',
          'The breach has no such attempt. `bin/tocsin dispatch list` names them.',
        );
      if (attempt.state !== 'unknown')
        throw new Problem(
          'conflict',
          'dispatch.not-in-doubt',
          `This attempt is not in doubt: it is ${attempt.state}. There is nothing to decide.`,
        );
      await tx.query(
        `update dispatch set state = 'cancelled', class = 'possible-double', settled_at = clock_timestamp() where id = $1`,
        [dispatchId],
      );
      await attemptsClosed(tx, [attempt.personId]);
      await record(tx, {
        kind: 'dispatch.cancelled',
        actor: actorName(actor),
        breachId: breach.id,
        personId: attempt.personId,
        facts: { dispatch: dispatchId, letter: attempt.letterId, why: 'possible-double' },
      });
      const notice = await getNoticeById(tx, attempt.noticeId);
      const { opened } = await openNextAttempts(tx, this.keyring, notice, actorName(actor), [attempt.letterId]);
      if (opened > 0) await this.sending.enqueueLanes(tx, notice.id);
      return opened > 0;
    });
  }
}
