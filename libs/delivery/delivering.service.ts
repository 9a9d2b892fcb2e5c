import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getController, settleFenceToSend } from '#libs/breach/index.js';
import { record, recordMany } from '#libs/ledger/index.js';
import {
  LetterMaker,
  getNoticeById,
  letterMail,
  nameOnEnvelope,
  openLetters,
  type MadeLetter,
  type Notice,
} from '#libs/letters/index.js';
import { attemptsClosed, openPeople } from '#libs/people/index.js';
import {
  CONFIG,
  KEYRING,
  advanceSendingEpoch,
  databaseNow,
  errorFields,
  log,
  type Config,
  type Keyring,
  type Language,
  type SmtpOutcome,
} from '#libs/platform/index.js';
import { lettersArrived } from './arrivals.js';
import { BatchWatch, DELIVERED_STATES } from './batch-watch.js';
import { pauseByItself } from './campaign.js';
import { claimBatch, type Claimed } from './claiming.js';
import { lettersToDispatch, openAttempts, type DispatchState } from './dispatch.js';
import { markDead } from './failed-addresses.js';
import { envelopeOf } from './envelope.js';
import { MailRelay } from './mail-relay.js';
import { MAILS, cancelNoLongerDue, refuseUnusable } from './queue.js';
import { LANES, SendingService } from './sending.service.js';
import { forgetBudgets } from './sending-budget.js';
import { classOfAnswer } from './smtp-failure.js';
import { settlingHours } from './settling.service.js';

/** Connections of one lane. */
const CONNECTIONS = 5;
/** Four hundred answers are repeated until this many hours have passed. */
const DEFER_HOURS = 24;
/** Between two tries to keep the peer's answers while the database is away. */
const KEEP_MILLISECONDS = 500;

/** One attempt, ready to leave: everything is known before the connection opens. */
interface Ready extends Claimed {
  address: string;
  name: string;
  language: Language;
  made: MadeLetter;
  isTextAlone: boolean;
}

/** How an attempt ends, or goes on waiting. */
interface EndOfAttempt {
  state: 'accepted' | 'deferred' | 'refused' | 'unknown';
  dueAt: Date | null;
  failure: string | null;
  answer: string | null;
  code: number | null;
}

/** What became of one attempt; `not-begun` where the notice was paused before its connection opened. */
interface Settled {
  claimed: Claimed;
  outcome: SmtpOutcome | 'not-begun';
}

/** One claim, under a name of its own: what another claim of the same letter settles, this one never does. */
interface Batch {
  name: string;
  letters: Ready[];
  watch: BatchWatch;
}

@Injectable()
export class DeliveringService {
  private readonly workerName = `${hostname()}:${process.pid}`;
  private batches = 0;

  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    private readonly relay: MailRelay,
    private readonly sending: SendingService,
  ) {}

  /**
   * Delivers what of a notice is queued for e-mail until nothing is left, batch by batch. Three transactions never
   * overlap a connection: the claim is committed as `sending` first, then the letters leave, then the answers are kept.
   * Letters of a fenced breach stay where they are.
   */
  async deliver(noticeId: string, signal: AbortSignal): Promise<void> {
    await settleFenceToSend(this.database, this.config, await databaseNow(this.database.manager));
    while (!signal.aborted) {
      const claim = await this.claim(noticeId);
      if ('waitMilliseconds' in claim) {
        // A later minute or day: the sweep looks again every minute.
        if (claim.waitMilliseconds === null) break;
        await delay(claim.waitMilliseconds, undefined, { signal }).catch(() => undefined);
        continue;
      }
      try {
        await advanceSendingEpoch(this.database.manager, this.config);
        await this.keep(noticeId, claim, await this.sendAll(noticeId, claim));
      } finally {
        await claim.watch.end();
      }
    }
    await this.finish(noticeId);
  }

  /** Takes the next queued letters of persons who are still due, leased to this worker. */
  private async claim(noticeId: string): Promise<Batch | { waitMilliseconds: number | null }> {
    const asked = performance.now();
    const name = `${this.workerName}:${++this.batches}`;
    const taken = await this.database.transaction(async (tx) => {
      const notice = await getNoticeById(tx, noticeId, 'share');
      if (!DELIVERED_STATES.includes(notice.state)) return { letters: [], waitMilliseconds: null };
      const look = async (ids?: string[]): Promise<void> => {
        await cancelNoLongerDue(tx, notice, { ...MAILS, ids });
        const unusable = await refuseUnusable(tx, notice, { ...MAILS, ids });
        if (unusable.length > 0) await this.nextRungs(tx, notice, unusable, await databaseNow(tx));
      };
      const { claimed, waitMilliseconds } = await claimBatch(tx, this.config, notice, name, look);
      return { letters: await this.makeReady(tx, notice, claimed), waitMilliseconds };
    });
    if (taken.letters.length === 0) return { waitMilliseconds: taken.waitMilliseconds };
    const ids = taken.letters.map(({ id }) => id);
    const watch = new BatchWatch(this.database, noticeId, ids, this.config.LEASE_SECONDS, asked);
    return { name, letters: taken.letters, watch };
  }

  private async makeReady(tx: EntityManager, notice: Notice, claimed: Claimed[]): Promise<Ready[]> {
    if (claimed.length === 0) return [];
    const maker = await this.makerOf(tx, notice);
    const key = await breachKey(tx, this.keyring, notice.breachId);
    const people = await openPeople(
      tx,
      notice.breachId,
      key,
      claimed.map((one) => one.personId),
    );
    const letters = await openLetters(
      tx,
      key,
      claimed.map((one) => one.letterId),
    );
    return claimed.map((one) => {
      const record = people.get(one.personId)!.record!;
      const letter = letters.get(one.letterId)!;
      const address = record.contacts[one.contactPlace]!.value;
      return {
        ...one,
        address,
        name: nameOnEnvelope(letter.inputs),
        language: letter.languages[0]!,
        made: maker.remake(letter),
        isTextAlone: one.isPlain || letter.inputs.form === 'plain-text',
      };
    });
  }

  /** The maker of the notice that was made last: compiling its texts for each batch would cost more than the batch. */
  private lastMaker: { noticeId: string; maker: LetterMaker } | null = null;
  private async makerOf(tx: EntityManager, notice: Notice): Promise<LetterMaker> {
    if (this.lastMaker?.noticeId !== notice.id)
      this.lastMaker = { noticeId: notice.id, maker: await LetterMaker.of(tx, notice, this.keyring, this.config) };
    return this.lastMaker.maker;
  }

  private async sendAll(noticeId: string, { letters, watch }: Batch): Promise<Settled[]> {
    const { controller, notice } = await this.database.transaction(async (tx) => {
      const found = await getNoticeById(tx, noticeId);
      return { notice: found, controller: (await getController(tx, found.sources!.controller)).controller };
    });
    const client = await this.relay.client();
    const settled: Settled[] = [];
    const queue = [...letters];
    const lane = async (): Promise<void> => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        if (!watch.mayGoOn) {
          settled.push({ claimed: one, outcome: 'not-begun' });
          continue;
        }
        const to = { name: one.name, address: one.address };
        const letter = one.isTextAlone ? { ...one.made, html: null } : one.made;
        const mail = letterMail(letter, one.language, controller.sender, to, one.messageId);
        const enveloped = { ...mail, ...envelopeOf(this.keyring, this.config, one.id) };
        const outcome = await client.send(enveloped, watch.leaseEnded);
        settled.push({ claimed: one, outcome });
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    log.info('batch sent', { reference: notice.reference, count: settled.length });
    return settled;
  }

  /** Keeps the answers also when the database is away for a while: what is not kept by the end of the lease is in doubt. */
  private async keep(noticeId: string, batch: Batch, answers: Settled[]): Promise<void> {
    for (;;) {
      try {
        return await this.settle(noticeId, batch.name, answers);
      } catch (error) {
        if (!batch.watch.isLeased) throw error;
        log.warn('the answers of a batch could not be kept yet', errorFields(error));
        await delay(KEEP_MILLISECONDS);
      }
    }
  }

  /** Keeps the peer's answers: states, counted facts, ledger entries, the next rung of what was refused. */
  private async settle(noticeId: string, batch: string, answers: Settled[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      const notice = await getNoticeById(tx, noticeId);
      const now = await databaseNow(tx);
      const ends = new Map(answers.map((answer) => [answer.claimed.id, { ...answer, ...this.endOf(answer, now) }]));
      const all = [...ends.values()];
      const [kept]: [{ id: string }[]] = await tx.query(
        `update dispatch d
            set state = t.state, peer_answer = t.answer, class = t.class, leased_by = null, lease_ends_at = null,
                deferrals = d.deferrals + (t.state = 'deferred' and t.class <> 'paused')::int, due_at = t.due_at,
                settled_at = clock_timestamp(), arrived_at = case when t.state = 'accepted' and $6 then clock_timestamp() end
           from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as t (id, state, answer, class, due_at)
          where d.id = t.id and d.state = 'sending' and d.leased_by = $7
          returning d.id`,
        [
          all.map(({ claimed }) => claimed.id),
          all.map(({ state }) => state),
          all.map(({ answer }) => answer),
          all.map(({ failure }) => failure),
          all.map(({ dueAt }) => dueAt),
          settlingHours(this.config) === 0,
          batch,
        ],
      );
      // What was named in doubt meanwhile, because the lease had ended, is settled as such.
      const settled = kept.map(({ id }) => ends.get(id)!);
      const having = (state: DispatchState): Claimed[] =>
        settled.filter((one) => one.state === state).map(({ claimed }) => claimed);
      if (settlingHours(this.config) === 0)
        await lettersArrived(
          tx,
          notice.kind,
          having('accepted').map(({ letterId }) => letterId),
        );
      const closed = [...having('accepted'), ...having('refused')];
      await attemptsClosed(
        tx,
        closed.map(({ personId }) => personId),
      );
      await recordMany(
        tx,
        settled.map(({ claimed, state, code }) => ({
          kind: `dispatch.${state}` as const,
          actor: 'worker',
          breachId: notice.breachId,
          personId: claimed.personId,
          facts: { dispatch: claimed.id, letter: claimed.letterId, ...(code ? { code } : {}) },
        })),
      );
      const refused = having('refused');
      if (refused.length === 0) return;
      await markDead(tx, settled);
      await this.nextRungs(
        tx,
        notice,
        refused.map(({ letterId }) => letterId),
        now,
      );
      await pauseByItself(
        tx,
        this.config,
        notice,
        settled.map(({ failure }) => failure),
      );
    });
  }

  /** The state that an answer leads to; `failure` is its class. */
  private endOf({ claimed, outcome }: Settled, now: Date): EndOfAttempt {
    if (outcome === 'not-begun') return { state: 'deferred', dueAt: now, failure: 'paused', answer: null, code: null };
    const failure = classOfAnswer(outcome);
    const { kind, answer, code } = outcome;
    if (kind !== 'deferred') return { state: kind, dueAt: null, failure, answer, code };
    // A relay that is not there says nothing about the letter: it waits until there is one.
    const isSpent = now.getTime() - claimed.queuedAt.getTime() >= DEFER_HOURS * 3_600_000;
    if (isSpent && failure !== 'unreachable') return { state: 'refused', dueAt: null, failure, answer, code };
    const { retrySeconds } = this.config;
    const seconds = retrySeconds[Math.min(claimed.deferrals, retrySeconds.length - 1)]!;
    return { state: 'deferred', dueAt: new Date(now.getTime() + seconds * 1000), failure, answer, code };
  }

  private async nextRungs(tx: EntityManager, notice: Notice, letterIds: string[], now: Date): Promise<void> {
    if (letterIds.length === 0) return;
    const { controller } = await getController(tx, notice.sources!.controller);
    const context = {
      breachId: notice.breachId,
      noticeId: notice.id,
      senderAddress: controller.sender.address,
      keyring: this.keyring,
      actor: 'worker',
      now,
    };
    await openAttempts(tx, context, await lettersToDispatch(tx, this.keyring, notice.breachId, letterIds));
  }

  /** A notice is sent once no e-mail attempt of it is open; letters for post and hand go on by themselves. */
  private async finish(noticeId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const notice = await getNoticeById(tx, noticeId, true);
      if (notice.state !== 'sending') return;
      const [open]: { exists: boolean }[] = await tx.query(
        `select exists (select from dispatch where notice_id = $1 and channel = 'email' and state in ('queued', 'sending', 'deferred')) as exists`,
        [noticeId],
      );
      if (open!.exists) return;
      await tx.query(`update notice set state = 'sent', sent_at = clock_timestamp() where id = $1`, [noticeId]);
      await record(tx, {
        kind: 'notice.sent',
        actor: 'worker',
        breachId: notice.breachId,
        facts: { notice: notice.reference },
      });
    });
  }

  /**
   * Every few seconds: claims whose worker died are in doubt from now on (nobody knows whether their letter left), deferred
   * letters that are due are queued again, and notices with queued letters get their jobs.
   */
  async sweep(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [doubtful]: [{ id: string; personId: string; breachId: string; noticeId: string }[]] = await tx.query(
        `update dispatch set state = 'unknown', leased_by = null, lease_ends_at = null, settled_at = clock_timestamp()
          where id = any (select id from dispatch where state = 'sending' and lease_ends_at < clock_timestamp() order by id for update skip locked)
          returning id, person_id as "personId", breach_id as "breachId", notice_id as "noticeId"`,
      );
      await recordMany(
        tx,
        doubtful.map((one) => ({
          kind: 'dispatch.unknown' as const,
          actor: 'worker',
          breachId: one.breachId,
          personId: one.personId,
          facts: { dispatch: one.id, why: 'lease-ended' },
        })),
      );
      await tx.query(
        `update dispatch set state = 'queued', due_at = null
          where id = any (select id from dispatch where state = 'deferred' and due_at <= clock_timestamp() order by id for update skip locked)`,
      );
      const waiting: { id: string }[] = await tx.query(
        `select n.id from notice n where (n.state in ('sending', 'sent') and breach_is_fenced(n.breach_id) is false and breach_is_delayed(n.breach_id) is false
              and (select count(distinct s.leased_by) from dispatch s where s.notice_id = n.id and s.state = 'sending') < $1
              and exists (select from dispatch d where d.notice_id = n.id and d.state = 'queued' and d.channel = 'email'))
            or (n.state = 'sending' and not exists (select from dispatch d where d.notice_id = n.id and d.channel = 'email' and d.state in ('queued', 'sending', 'deferred')))`,
        [LANES],
      );
      for (const { id } of waiting) await this.sending.enqueueLanes(tx, id);
      await forgetBudgets(tx);
    });
  }
}
