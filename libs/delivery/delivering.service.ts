import { hostname } from 'node:os';
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
  log,
  type Config,
  type Keyring,
  type Language,
  type SmtpOutcome,
} from '#libs/platform/index.js';
import { lettersArrived } from './arrivals.js';
import { lettersToDispatch, openAttempts } from './dispatch.js';
import { MailRelay } from './mail-relay.js';
import { cancelNoLongerDue, refuseUnusable } from './queue.js';
import { SendingService } from './sending.service.js';
import { settlingHours } from './settling.service.js';

/** Letters that one claim takes; the most that a crash leaves in doubt, a lane. */
const CLAIM = 20;
/** Connections of one lane. */
const CONNECTIONS = 5;
/** Four hundred answers are repeated until this many hours have passed. */
const DEFER_HOURS = 24;

interface Claimed {
  id: string;
  letterId: string;
  personId: string;
  messageId: string;
  contactPlace: number;
  deferrals: number;
  queuedAt: Date;
}

/** One attempt, ready to leave: everything is known before the connection opens. */
interface Ready extends Claimed {
  address: string;
  name: string;
  language: Language;
  made: MadeLetter;
  isTextAlone: boolean;
}

interface Settled {
  claimed: Claimed;
  outcome: SmtpOutcome;
}

@Injectable()
export class DeliveringService {
  private readonly workerName = `${hostname()}:${process.pid}`;

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
      const batch = await this.claim(noticeId);
      if (batch.length === 0) break;
      await advanceSendingEpoch(this.database.manager, this.config);
      const answers = await this.sendAll(noticeId, batch);
      await this.settle(noticeId, answers);
    }
    await this.finish(noticeId);
  }

  /** Takes the next queued letters of persons who are still due, leased to this worker. */
  private async claim(noticeId: string): Promise<Ready[]> {
    return await this.database.transaction(async (tx) => {
      const notice = await getNoticeById(tx, noticeId);
      // A notice that is sent goes on where a report takes a letter to its next address.
      if (notice.state !== 'sending' && notice.state !== 'sent') return [];
      await cancelNoLongerDue(tx, notice);
      await this.nextRungs(tx, notice, await refuseUnusable(tx, notice), await databaseNow(tx));
      const [claimed]: [Claimed[]] = await tx.query(
        `update dispatch d set state = 'sending', sending_at = clock_timestamp(), leased_by = $2, lease_ends_at = clock_timestamp() + make_interval(secs => $3)
          where d.id = any (select id from dispatch where notice_id = $1 and state = 'queued' and channel = 'email' order by id limit $4 for update skip locked)
            and breach_is_fenced(d.breach_id) is false
          returning d.id, d.letter_id as "letterId", d.person_id as "personId", d.message_id as "messageId", d.contact_place as "contactPlace", d.deferrals, d.queued_at as "queuedAt"`,
        [noticeId, this.workerName, this.config.LEASE_SECONDS, CLAIM],
      );
      return await this.makeReady(tx, notice, claimed);
    });
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
        isTextAlone: letter.inputs.form === 'plain-text',
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

  private async sendAll(noticeId: string, batch: Ready[]): Promise<Settled[]> {
    const { controller, notice } = await this.database.transaction(async (tx) => {
      const found = await getNoticeById(tx, noticeId);
      return { notice: found, controller: (await getController(tx, found.sources!.controller)).controller };
    });
    const client = await this.relay.client();
    const settled: Settled[] = [];
    const queue = [...batch];
    const lane = async (): Promise<void> => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        const to = { name: one.name, address: one.address };
        const letter = one.isTextAlone ? { ...one.made, html: null } : one.made;
        const outcome = await client.send(letterMail(letter, one.language, controller.sender, to, one.messageId));
        settled.push({ claimed: one, outcome });
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    log.info('batch sent', { reference: notice.reference, count: settled.length });
    return settled;
  }

  /** Keeps the peer's answers: states, counted facts, ledger entries, the next rung of what was refused. */
  private async settle(noticeId: string, answers: Settled[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      const notice = await getNoticeById(tx, noticeId);
      const now = await databaseNow(tx);
      const states = answers.map((answer) => this.stateAfter(answer, now));
      await tx.query(
        `update dispatch d
            set state = t.state, peer_answer = t.answer, class = t.class, leased_by = null, lease_ends_at = null,
                deferrals = d.deferrals + (t.state = 'deferred')::int, due_at = t.due_at,
                settled_at = clock_timestamp(), arrived_at = case when t.state = 'accepted' and $6 then clock_timestamp() end
           from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as t (id, state, answer, class, due_at)
          where d.id = t.id and d.state = 'sending'`,
        [
          answers.map(({ claimed }) => claimed.id),
          states.map(({ state }) => state),
          answers.map(({ outcome }) => outcome.answer),
          answers.map(({ outcome }) => classOf(outcome)),
          states.map(({ dueAt }) => dueAt),
          this.settlesAtOnce(),
        ],
      );
      const personsIn = (state: string): string[] =>
        answers.filter((_, i) => states[i]!.state === state).map(({ claimed }) => claimed.personId);
      if (this.settlesAtOnce())
        await lettersArrived(
          tx,
          notice.kind,
          answers.filter((_, i) => states[i]!.state === 'accepted').map(({ claimed }) => claimed.letterId),
        );
      await attemptsClosed(tx, [...personsIn('accepted'), ...personsIn('refused')]);
      await recordMany(
        tx,
        answers.map(({ claimed, outcome }, i) => ({
          kind: `dispatch.${states[i]!.state}` as const,
          actor: 'worker',
          breachId: notice.breachId,
          personId: claimed.personId,
          facts: { dispatch: claimed.id, letter: claimed.letterId, ...(outcome.code ? { code: outcome.code } : {}) },
        })),
      );
      const refused = answers.filter((_, i) => states[i]!.state === 'refused').map(({ claimed }) => claimed.letterId);
      await this.nextRungs(tx, notice, refused, now);
    });
  }

  /** A peer on loopback has the letter itself: nothing can come back, so it arrived when it was taken. */
  private settlesAtOnce(): boolean {
    return settlingHours(this.config) === 0;
  }

  private stateAfter(
    { claimed, outcome }: Settled,
    now: Date,
  ): { state: 'accepted' | 'deferred' | 'refused' | 'unknown'; dueAt: Date | null } {
    if (outcome.kind !== 'deferred') return { state: outcome.kind, dueAt: null };
    const waited = now.getTime() - claimed.queuedAt.getTime();
    if (waited >= DEFER_HOURS * 3_600_000) return { state: 'refused', dueAt: null };
    const { retrySeconds } = this.config;
    const seconds = retrySeconds[Math.min(claimed.deferrals, retrySeconds.length - 1)]!;
    return { state: 'deferred', dueAt: new Date(now.getTime() + seconds * 1000) };
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
   * Every minute: claims whose worker died are in doubt from now on (nobody knows whether their letter left), deferred
   * letters that are due are queued again, and notices with queued letters get their jobs.
   */
  async sweep(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [doubtful]: [{ id: string; personId: string; breachId: string; noticeId: string }[]] = await tx.query(
        `update dispatch set state = 'unknown', leased_by = null, lease_ends_at = null, settled_at = clock_timestamp()
          where state = 'sending' and lease_ends_at < clock_timestamp()
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
        `update dispatch set state = 'queued', due_at = null where state = 'deferred' and due_at <= clock_timestamp()`,
      );
      const waiting: { id: string }[] = await tx.query(
        `select n.id from notice n where (n.state in ('sending', 'sent') and breach_is_fenced(n.breach_id) is false
              and exists (select from dispatch d where d.notice_id = n.id and d.state = 'queued' and d.channel = 'email'))
            or (n.state = 'sending' and not exists (select from dispatch d where d.notice_id = n.id and d.channel = 'email' and d.state in ('queued', 'sending', 'deferred')))`,
      );
      for (const { id } of waiting) await this.sending.enqueueLanes(tx, id);
    });
  }
}

/** The class of a failure, for the ladder and for the words on the page; null where there is none. */
export function classOf(outcome: SmtpOutcome): string | null {
  if (outcome.kind === 'accepted') return null;
  if (outcome.kind === 'unknown') return 'no-answer';
  if (outcome.code === null) return 'unreachable';
  return outcome.kind === 'deferred' ? 'later' : 'refused';
}
