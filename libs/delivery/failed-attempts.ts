import type { EntityManager } from 'typeorm';
import { recordMany } from '#libs/ledger/index.js';
import { getNoticeById } from '#libs/letters/index.js';
import { attemptsClosed, contactsFailed, setLadderSpent } from '#libs/people/index.js';
import { lettersCameBack } from './arrivals.js';
import type { BounceClass } from './bounce-classes.js';
import { pauseNotice } from './campaign.js';
import { lettersToDispatch, openAttempts, type DispatchContext } from './dispatch.js';
import { afterFailure } from './failure-class.js';

/** An attempt whose letter came back. */
export interface Failure {
  dispatchId: string;
  class: BounceClass;
  /** The address is dead for good. */
  hard: boolean;
  /** The delivery report that says so, for the ledger. */
  reportId?: string;
}

interface FailedAttempt {
  id: string;
  letterId: string;
  personId: string;
  place: number | null;
  wasOpen: boolean;
  hadArrived: boolean;
  /** Erased since: nobody is left to write to. */
  isErased: boolean;
}

/**
 * Moves attempts of one notice whose letters came back, in the caller's transaction: accepted or in doubt becomes
 * bounced with its class, a dead address is marked, its person leaves *told* where that letter had told them, and the
 * letter takes the rung that its class asks for. Attempts that are neither accepted nor in doubt are passed over. Where
 * our own side is refused nobody is marked, the same rung waits once more, and the notice pauses until somebody has
 * mended our side. Answers the attempts that were moved.
 */
export async function failAttempts(
  tx: EntityManager,
  context: DispatchContext,
  failures: Failure[],
): Promise<{ failed: string[]; ourSide: number }> {
  const attempts = await moveToBounced(tx, failures);
  const byId = new Map(failures.map((one) => [one.dispatchId, one]));
  const notice = await getNoticeById(tx, context.noticeId);
  await attemptsClosed(tx, personsOf(attempts.filter((one) => one.wasOpen)));
  await lettersCameBack(tx, notice.kind, lettersOf(attempts.filter((one) => one.hadArrived)));
  await contactsFailed(
    tx,
    'bounced',
    attempts.flatMap(({ id, personId, place }) => (byId.get(id)!.hard && place !== null ? [{ personId, place }] : [])),
  );
  await recordMany(
    tx,
    attempts.map(({ id, letterId, personId }) => ({
      kind: 'dispatch.bounced' as const,
      actor: context.actor,
      breachId: context.breachId,
      personId,
      facts: { dispatch: id, letter: letterId, ...whyOf(byId.get(id)!) },
    })),
  );
  const due = await lettersStillDue(tx, lettersOf(attempts));
  await openAttempts(tx, context, await lettersToDispatch(tx, context.keyring, context.breachId, due));
  const ourSide = attempts.filter(({ id }) => afterFailure(byId.get(id)!.class) === 'ours').length;
  if (ourSide > 0) await pauseNotice(tx, notice, context.actor, 'our-side');
  const erased = personsOf(attempts.filter((one) => one.isErased));
  if (erased.length > 0) await setLadderSpent(tx, erased, true);
  return { failed: attempts.map(({ id }) => id), ourSide };
}

function whyOf({ class: why, hard, reportId }: Failure): Record<string, string | boolean> {
  return { class: why, hard, ...(reportId ? { report: reportId } : {}) };
}

/** In the order of their ids, so that two that move attempts never lock each other out. */
async function moveToBounced(tx: EntityManager, failures: Failure[]): Promise<FailedAttempt[]> {
  const [moved]: [FailedAttempt[]] = await tx.query(
    `with locked as (select id, state from dispatch where id = any ($1) and state in ('accepted', 'unknown') order by id for update)
     update dispatch d set state = 'bounced', class = t.class, settled_at = clock_timestamp()
       from unnest($1::uuid[], $2::text[]) as t (id, class) join locked using (id), person p
      where d.id = t.id and p.id = d.person_id
      returning d.id, d.letter_id as "letterId", d.person_id as "personId", d.contact_place as place,
                locked.state = 'unknown' as "wasOpen", d.arrived_at is not null as "hadArrived", p.secret is null as "isErased"`,
    [failures.map((one) => one.dispatchId), failures.map((one) => one.class)],
  );
  return moved;
}

/** Who acknowledged has had the letter; who is exempt or was merged or erased gets no further one. */
async function lettersStillDue(tx: EntityManager, letterIds: string[]): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select l.id from letter l join person p on p.id = l.person_id
      where l.id = any ($1) and p.acknowledged_at is null and p.standing <> 'exempt' and p.merged_into is null and p.secret is not null`,
    [letterIds],
  );
  return rows.map(({ id }) => id);
}

function personsOf(attempts: FailedAttempt[]): string[] {
  return attempts.map((one) => one.personId);
}

function lettersOf(attempts: FailedAttempt[]): string[] {
  return attempts.map((one) => one.letterId);
}
