import type { EntityManager } from 'typeorm';
import { record } from '#libs/ledger/index.js';
import type { Notice, PauseWhy } from '#libs/letters/index.js';
import type { Config } from '#libs/platform/index.js';
import { afterFailure } from './failure-class.js';

/** Answers that are looked at for whether too many were refusals. */
const LOOKED_AT = 200;
/** Fewer say nothing yet. */
const FEWEST = 20;

/**
 * Pauses a notice that is being sent, or of whose letters one goes on after it was; any other stays as it is. In the
 * caller's transaction.
 */
export async function pauseNotice(tx: EntityManager, notice: Notice, actor: string, why: PauseWhy): Promise<boolean> {
  const [paused]: [unknown[]] = await tx.query(
    `update notice set state = 'paused', paused_at = clock_timestamp(), paused_by = $2, pause_why = $3 where id = $1 and state in ('sending', 'sent') returning id`,
    [notice.id, actor, why],
  );
  if (paused.length === 0) return false;
  await record(tx, {
    kind: 'notice.paused',
    actor,
    breachId: notice.breachId,
    facts: { notice: notice.reference, why },
  });
  return true;
}

/**
 * Pauses a notice when our own side is refused, which no other letter will mend, or when too many of its last letters
 * were refused for good: AUTO_PAUSE of the last 200, once there are 20. `failures` are the classes of the batch that was
 * just settled. What was put off or is in doubt does not count.
 */
export async function pauseByItself(
  tx: EntityManager,
  config: Config,
  notice: Notice,
  failures: (string | null)[],
): Promise<void> {
  if (failures.some((failure) => afterFailure(failure) === 'ours')) {
    await pauseNotice(tx, notice, 'worker', 'our-side');
    return;
  }
  const [last]: { answers: number; refused: number }[] = await tx.query(
    `select count(*)::int as answers, (count(*) filter (where state = 'refused'))::int as refused
       from (select state from dispatch
              where notice_id = $1 and channel = 'email' and settled_at > coalesce((select paused_at from notice where id = $1), '-infinity')
                and (state = 'accepted' or (state = 'refused' and peer_answer ~ '^5'))
              order by settled_at desc limit $2) last`,
    [notice.id, LOOKED_AT],
  );
  const { answers, refused } = last!;
  if (answers >= FEWEST && refused / answers >= config.AUTO_PAUSE) await pauseNotice(tx, notice, 'worker', 'failures');
}
