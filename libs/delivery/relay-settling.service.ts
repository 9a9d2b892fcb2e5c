import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { getBreach, getController, type Breach } from '#libs/breach/index.js';
import { record, recordMany } from '#libs/ledger/index.js';
import { getNoticeById } from '#libs/letters/index.js';
import { attemptsClosed } from '#libs/people/index.js';
import { CONFIG, KEYRING, databaseNow, type Config, type Keyring } from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { lettersArrived } from './arrivals.js';
import type { BounceClass } from './bounce-classes.js';
import { failAttempts } from './failed-attempts.js';
import { isDead } from './failure-class.js';
import { dispatchOf } from './message-id.js';
import type { LoggedMail, RelayLog } from './relay-log.js';
import { SendingService } from './sending.service.js';
import { settlingHours } from './settling.service.js';

/** Attempts that are settled in one transaction. */
const BATCH = 500;

/** What became of the attempts that were in doubt. */
export interface Settlement {
  /** In doubt before. */
  doubtful: number;
  accepted: number;
  bounced: number;
  /** Proved absent: the log covers the time of the attempt, and it is not there. */
  queued: number;
  /** Still in doubt: the log does not cover their time. */
  left: number;
  /** Of those that were taken before: seen at the recipient's server, so arrived. */
  arrived: number;
  /**
   * Letters that the relay took by its own answer, in the time that the log covers, and that do not stand in it. Then it
   * is the log of another relay, or has gaps: what is not in it proves nothing, and nothing is queued again.
   */
  missing: number;
}

interface Attempt {
  id: string;
  noticeId: string;
  letterId: string;
  personId: string;
  state: 'unknown' | 'accepted';
  sendingAt: Date;
  settledAt: Date;
  arrivedAt: Date | null;
}

/** How an attempt ends by the log; `arrived` where it counts as such from now on. */
interface End {
  attempt: Attempt;
  to: 'accepted' | 'bounced' | 'queued';
  arrived: boolean;
  class: BounceClass | null;
}

/** The time of which the log tells everything; null where it proves no absence. */
type Covered = { from: Date; until: Date } | null;

/** Settles attempts in doubt from what the relay says it took. */
@Injectable()
export class RelaySettlingService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    private readonly sending: SendingService,
  ) {}

  /**
   * Compares the attempts of a breach with a relay's log. Found: accepted, or bounced where the relay gave it back; taken
   * by the recipient's own server: arrived. Not found: queued again only where the log covers the whole time of the
   * attempt, from its first line to `completeUntil`, which is the end of the log unless the caller knows better. May be
   * done as often as wanted.
   */
  async settle(actor: Actor | null, reference: string, log: RelayLog, completeUntil: Date | null): Promise<Settlement> {
    if (actor) requirePermission(actor, 'notice.send');
    const breach = await getBreach(this.database.manager, reference);
    const by = actor ? actorName(actor) : 'system';
    const logged = new Map<string, LoggedMail>();
    for (const mail of log.mails) {
      const id = dispatchOf(this.keyring, mail.messageId);
      if (id) logged.set(id, mail);
    }
    const until = completeUntil ?? log.to;
    const time: Covered = log.from && until ? { from: log.from, until } : null;
    const missing = time ? await countMissing(this.database.manager, breach.id, logged, time) : 0;
    const covered = missing === 0 ? time : null;
    const atOnce = settlingHours(this.config) === 0;
    const sum: Settlement = { doubtful: 0, accepted: 0, bounced: 0, queued: 0, left: 0, arrived: 0, missing };
    for (let after: string | null = null; ;) {
      const attempts = await this.database.transaction(async (tx) => {
        const found = await attemptsToSettle(tx, breach.id, after);
        const ends = found.map((attempt) => endOf(attempt, logged.get(attempt.id) ?? null, covered, atOnce));
        await this.keep(
          tx,
          breach,
          by,
          ends.filter((end) => end !== null),
        );
        for (const [i, end] of ends.entries()) {
          const isDoubtful = found[i]!.state === 'unknown';
          sum.doubtful += Number(isDoubtful);
          if (end && !isDoubtful && end.to === 'accepted') sum.arrived += 1;
          else if (end) sum[end.to] += 1;
          else sum.left += Number(isDoubtful);
        }
        return found;
      });
      if (attempts.length < BATCH) break;
      after = attempts.at(-1)!.id;
    }
    await this.database.transaction((tx) =>
      record(tx, {
        kind: 'dispatch.log-compared',
        actor: by,
        breachId: breach.id,
        facts: { lines: log.lines, accepted: sum.accepted, bounced: sum.bounced, queued: sum.queued, left: sum.left },
      }),
    );
    return sum;
  }

  private async keep(tx: EntityManager, breach: Breach, actor: string, ends: End[]): Promise<void> {
    if (ends.length === 0) return;
    const moved = ends.filter(({ to }) => to !== 'bounced');
    await tx.query(
      `update dispatch d set state = t.state, class = null, settled_at = clock_timestamp(),
              arrived_at = case when t.arrived then coalesce(d.arrived_at, clock_timestamp()) else d.arrived_at end
         from unnest($1::uuid[], $2::text[], $3::boolean[]) as t (id, state, arrived) where d.id = t.id`,
      [moved.map(({ attempt }) => attempt.id), moved.map(({ to }) => to), moved.map(({ arrived }) => arrived)],
    );
    const closed = moved.filter(({ attempt, to }) => to === 'accepted' && attempt.state === 'unknown');
    await attemptsClosed(
      tx,
      closed.map(({ attempt }) => attempt.personId),
    );
    await recordMany(
      tx,
      moved.map(({ attempt, to, arrived }) => ({
        kind: attempt.state === 'accepted' && arrived ? ('dispatch.arrived' as const) : (`dispatch.${to}` as const),
        actor,
        breachId: breach.id,
        personId: attempt.personId,
        facts: { dispatch: attempt.id, letter: attempt.letterId, why: 'relay-log' },
      })),
    );
    for (const noticeId of new Set(ends.map(({ attempt }) => attempt.noticeId)))
      await this.goOn(
        tx,
        noticeId,
        ends.filter(({ attempt }) => attempt.noticeId === noticeId),
        actor,
      );
  }

  /** What follows for the letters of one notice: arrivals count, and what came back takes its next rung. */
  private async goOn(tx: EntityManager, noticeId: string, ends: End[], actor: string): Promise<void> {
    const notice = await getNoticeById(tx, noticeId);
    const arrived = ends.filter((end) => end.arrived && !end.attempt.arrivedAt);
    await lettersArrived(
      tx,
      notice.kind,
      arrived.map(({ attempt }) => attempt.letterId),
    );
    const bounced = ends.filter(({ to }) => to === 'bounced');
    if (bounced.length > 0) {
      const { controller } = await getController(tx, notice.sources!.controller);
      const context = {
        breachId: notice.breachId,
        noticeId,
        senderAddress: controller.sender.address,
        keyring: this.keyring,
        actor,
        now: await databaseNow(tx),
      };
      const failures = bounced.map(({ attempt, class: found }) => ({
        dispatchId: attempt.id,
        class: found ?? 'unknown',
        hard: isDead(found),
      }));
      await failAttempts(tx, context, failures);
    }
    if (ends.some(({ to }) => to !== 'accepted')) await this.sending.enqueueLanes(tx, noticeId);
  }
}

/** In doubt, or taken but not yet known to have arrived; locked. */
async function attemptsToSettle(tx: EntityManager, breachId: string, after: string | null): Promise<Attempt[]> {
  return await tx.query(
    `select id, notice_id as "noticeId", letter_id as "letterId", person_id as "personId", state,
            sending_at as "sendingAt", settled_at as "settledAt", arrived_at as "arrivedAt"
       from dispatch where breach_id = $1 and channel = 'email' and (state = 'unknown' or (state = 'accepted' and arrived_at is null))
        and ($2::uuid is null or id > $2) order by id limit $3 for update`,
    [breachId, after, BATCH],
  );
}

/** What the log says of an attempt; null where it says nothing new, or does not cover its time. */
function endOf(attempt: Attempt, mail: LoggedMail | null, covered: Covered, atOnce: boolean): End | null {
  if (mail?.state === 'bounced') return { attempt, to: 'bounced', arrived: false, class: mail.class };
  if (mail?.state === 'sent') return { attempt, to: 'accepted', arrived: true, class: null };
  if (attempt.state !== 'unknown') return null;
  if (mail) return { attempt, to: 'accepted', arrived: atOnce, class: null };
  if (!covered || attempt.sendingAt < covered.from || attempt.settledAt > covered.until) return null;
  return { attempt, to: 'queued', arrived: false, class: null };
}

/** Letters that a relay's own answer says it took, in the time that the log covers, and that the log does not name. */
async function countMissing(
  tx: EntityManager,
  breachId: string,
  logged: ReadonlyMap<string, LoggedMail>,
  covered: { from: Date; until: Date },
): Promise<number> {
  let missing = 0;
  for (let after: string | null = null; ;) {
    const rows: { id: string }[] = await tx.query(
      `select id from dispatch where breach_id = $1 and channel = 'email' and state in ('accepted', 'bounced') and peer_answer ~ '^2'
          and sending_at >= $2 and settled_at <= $3 and ($4::uuid is null or id > $4) order by id limit 10000`,
      [breachId, covered.from, covered.until, after],
    );
    missing += rows.filter(({ id }) => !logged.has(id)).length;
    if (rows.length < 10_000) return missing;
    after = rows.at(-1)!.id;
  }
}
