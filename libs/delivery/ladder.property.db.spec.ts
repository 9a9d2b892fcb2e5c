import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { acknowledged, auditCounts, countByStanding } from '#libs/people/index.js';
import { Clock, Problem, databaseNow } from '#libs/platform/index.js';
import { AccountsService } from '#libs/staff/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenSending, type Answers, type Sent } from '#test/support/given-sending.js';
import { MISCOUNTED } from '#test/support/given-sent.js';
import { BOUNCE_CLASSES, type BounceClass } from './bounce-classes.js';
import { failAttempts } from './failed-attempts.js';
import { isDead } from './failure-class.js';
import { HandoversService } from './handovers.service.js';
import { PrintRunsService } from './print-runs.service.js';
import { RETURN_REASONS, listPrintRuns, type ReturnReason } from './print-runs.store.js';
import { sheetCode } from './sheet-code.js';
import { ReturnedLettersService } from './returned-letters.service.js';

/** What becomes of a mail to one address, each time that one is sent. */
interface MailFate {
  domain: 'new.example' | 'old.example';
  answer: string | null;
  /** What the relay's log says of a mail in doubt. */
  doubt: 'taken' | 'bounced' | 'absent';
  /** What a report says later; null where none comes. */
  report: BounceClass | null;
}

/** What becomes of a letter on paper. */
interface PostFate {
  damaged: number;
  returned: ReturnReason | null;
}

interface Person {
  category: 'staff' | 'past-applicant';
  work: MailFate | null;
  own: MailFate | null;
  post: PostFate | null;
  isProtected: boolean;
  isMinor: boolean;
  /** What they, or those who keep the file, do meanwhile, after so many rounds. */
  meanwhile: { does: 'acknowledge' | 'exclude'; after: number } | null;
}

const ANSWERS = [
  '250 2.1.5 ok', '550 5.1.1 no such user', '552 5.2.2 mailbox full', '554 5.7.1 spam', '552 5.3.4 too large',
  '550 5.7.23 spf', '451 4.7.1 greylisted', '421 4.3.2 closing', null,
]; // prettier-ignore

const mail = fc.record<MailFate>({
  domain: fc.oneof(
    { weight: 5, arbitrary: fc.constant('new.example' as const) },
    { weight: 1, arbitrary: fc.constant('old.example' as const) },
  ),
  answer: fc.oneof(
    { weight: 1, arbitrary: fc.constant(ANSWERS[0]!) },
    { weight: 1, arbitrary: fc.constantFrom(...ANSWERS) },
  ),
  doubt: fc.constantFrom('taken', 'bounced', 'absent'),
  report: fc.option(fc.constantFrom(...(Object.keys(BOUNCE_CLASSES) as BounceClass[])), { freq: 2 }),
});
const post = fc.record<PostFate>({
  damaged: fc.integer({ min: 0, max: 2 }),
  returned: fc.option(fc.constantFrom(...RETURN_REASONS), { freq: 2 }),
});
const person = fc.record<Person>({
  category: fc.constantFrom('staff', 'past-applicant'),
  work: fc.option(mail, { freq: 3 }),
  own: fc.option(mail, { freq: 3 }),
  post: fc.option(post, { freq: 3 }),
  isProtected: fc.nat(9).map((n) => n === 0),
  isMinor: fc.nat(9).map((n) => n === 0),
  meanwhile: fc.option(
    fc.record({ does: fc.constantFrom('acknowledge', 'exclude'), after: fc.integer({ min: 0, max: 3 }) }),
    { freq: 2 },
  ),
});

/** Somebody who ends in each part of the sum, whoever else is drawn. */
const NOBODY: Person = { category: 'staff', work: null, own: null, post: null, isProtected: false, isMinor: false, meanwhile: null }; // prettier-ignore
const GOOD: MailFate = { domain: 'new.example', answer: ANSWERS[0]!, doubt: 'taken', report: null };
const ONE_OF_EACH: Person[] = [
  NOBODY,
  { ...NOBODY, work: GOOD },
  { ...NOBODY, work: GOOD, meanwhile: { does: 'exclude', after: 0 } },
];

const HEADER =
  'reference,category,language,given_name,email,private_email,street,city,country,documents,protected,minor,addressee_given_name,addressee_family_name';

function rowOf(one: Person, n: number, confidence: 'confirmed' | 'excluded'): string {
  const address = (kind: string, fate: MailFate | null): string => (fate ? `${kind}${n}@${fate.domain}` : '');
  const guardian = one.isMinor ? 'yes,Mia,Peeters' : ',,';
  return [
    `P-${n}`, one.category, 'nl', 'Lotte', address('work', one.work), address('own', one.own),
    one.post ? `Kerkstraat ${n},Gent,BE` : ',,', `BE:id-card:scan:${confidence}`, one.isProtected ? 'yes' : '', guardian,
  ].join(','); // prettier-ignore
}

/** More rounds than any ladder has rungs, with all its waiting: a campaign that is not at its end then never ends. */
const MOST_ROUNDS = 40;

interface Open {
  id: string;
  personId: string;
  channel: string;
  state: string;
  n: number;
  address: 'email' | 'private-email' | null;
  messageId: string;
  peerAnswer: string | null;
}

/** A campaign whose people and peers do as they were drawn. */
class Campaign {
  private readonly runs: PrintRunsService;
  private readonly returns: ReturnedLettersService;
  private readonly handovers: HandoversService;
  private readonly damagedOf = new Map<number, number>();

  constructor(
    private readonly db: TestDatabase,
    private readonly sent: Sent,
    private readonly people: Person[],
    private readonly answers: Answers,
  ) {
    const { keyring } = sent.given;
    const clock = new Clock();
    this.runs = new PrintRunsService(db.source, keyring);
    this.returns = new ReturnedLettersService(db.source, keyring);
    this.handovers = new HandoversService(db.source, keyring, new AccountsService(db.source, clock), clock);
  }

  /** Goes round by round until nothing is on its way; after each step the sum closes. */
  async drive(): Promise<void> {
    const steps = [
      () => this.meanwhile(),
      () => this.sent.deliver(),
      () => this.resume(),
      () => this.timePasses(),
      () => this.settleDoubt(),
      () => this.reportsCome(),
      () => this.print(),
      () => this.handOver(),
    ];
    for (this.round = 0; this.round < MOST_ROUNDS; this.round++) {
      for (const step of steps) {
        await step();
        await this.theSumCloses();
      }
      const goesOn = this.people.some((one) => (one.meanwhile?.after ?? -1) > this.round);
      if (!goesOn && !(await this.isUnderWay())) return;
    }
    throw new Error(`the campaign goes on: ${JSON.stringify(await this.left())}`);
  }
  private round = 0;

  /** What keeps the campaign going, for whoever reads why the test failed. */
  private async left(): Promise<unknown> {
    return await this.db.source.query(
      `select (select state || coalesce(' ' || pause_why, '') from notice) as notice, p.n::int, p.standing, p.attempts_open as open,
              array(select concat_ws(' ', channel, contact_place, state, class) from dispatch d where d.person_id = p.id order by attempt) as attempts
         from (select row_number() over (order by id) as n, * from person) p where p.attempts_open > 0 or p.standing = 'under-way'`,
    );
  }

  async theSumCloses(): Promise<void> {
    const { id } = this.sent.given.breach;
    const standings = await countByStanding(this.db.source.manager, id);
    assert.equal(
      Object.values(standings).reduce((sum, part) => sum + part, 0),
      this.people.length,
    );
    assert.deepEqual(await auditCounts(this.db.source.manager), []);
    assert.deepEqual(await this.db.source.query(MISCOUNTED), []);
  }

  async standings(): Promise<{ standing: string; open: number; twice: number }[]> {
    return await this.db.source.query(
      `select p.standing, p.attempts_open as open,
              (select count(*)::int from dispatch d join dispatch o on o.letter_id = d.letter_id and o.id > d.id
                where d.person_id = p.id and d.state in ('accepted', 'posted', 'handed-over') and o.state in ('accepted', 'posted', 'handed-over')) as twice
         from person p where p.breach_id = $1 order by p.id`,
      [this.sent.given.breach.id],
    );
  }

  private async isUnderWay(): Promise<boolean> {
    const [row]: { exists: boolean }[] = await this.db.source.query(
      `select exists (select from person where attempts_open > 0 or standing = 'under-way')
           or exists (select from notice where state <> 'sent') as exists`,
    );
    return row!.exists;
  }

  /** All attempts with the number of their person, which its place in the file gives. */
  private async attempts(): Promise<Open[]> {
    return await this.db.source.query(
      `select d.id, d.person_id as "personId", d.channel, d.state, p.n::int as n, c.kind as address, d.message_id as "messageId", d.peer_answer as "peerAnswer"
         from dispatch d join (select id, row_number() over (order by id) as n from person) p on p.id = d.person_id
         left join contact_point c on c.person_id = d.person_id and c.place = d.contact_place order by d.id`,
    );
  }

  private fateOf({ n, address }: Open): MailFate {
    const { work, own } = this.people[n - 1]!;
    return (address === 'email' ? work : own)!;
  }

  private async meanwhile(): Promise<void> {
    for (const [at, one] of this.people.entries()) {
      if (one.meanwhile?.after !== this.round) continue;
      if (one.meanwhile.does === 'exclude') await this.sent.import(rowOf(one, at + 1, 'excluded'));
      else
        await this.db.source.transaction(async (tx) => {
          const [found]: { id: string }[] = await tx.query(`select id from person order by id offset $1 limit 1`, [at]);
          await acknowledged(tx, found!.id, await databaseNow(tx));
        });
    }
  }

  /** Our side was mended, or somebody looked at the failures. */
  private async resume(): Promise<void> {
    if ((await this.sent.notice()) === 'paused')
      await this.sent.campaign.resume(this.sent.given.hr, this.sent.reference);
  }

  private async timePasses(): Promise<void> {
    await this.db.source.query(
      `update dispatch set due_at = clock_timestamp(), queued_at = queued_at - interval '13 hours' where state = 'deferred'`,
    );
    await this.sent.delivering.sweep();
  }

  /** The relay's log covers all of the time; what it does not have goes out again, and is taken then. */
  private async settleDoubt(): Promise<void> {
    const all = (await this.attempts()).filter(({ channel }) => channel === 'email');
    const mails = all.flatMap((one) => {
      if (one.state !== 'unknown') return one.peerAnswer?.startsWith('2') ? [{ messageId: one.messageId, state: 'taken' as const, class: null }] : [];
      const { doubt, report } = this.fateOf(one);
      if (doubt === 'absent') this.answers[this.addressOf(one)] = ANSWERS[0]!;
      return doubt === 'absent' ? [] : [{ messageId: one.messageId, state: doubt, class: doubt === 'bounced' ? (report ?? 'unknown') : null }];
    }); // prettier-ignore
    const now = await databaseNow(this.db.source.manager);
    const log = { mails, from: new Date(now.getTime() - 86_400_000), to: now, lines: mails.length, otherLines: 0 };
    await this.sent.settling.settle(this.sent.given.hr, this.sent.given.breach.reference, log, now);
  }

  private addressOf(one: Open): string {
    return `${one.address === 'email' ? 'work' : 'own'}${one.n}@${this.fateOf(one).domain}`;
  }

  private async reportsCome(): Promise<void> {
    const failures = (await this.attempts()).flatMap((one) => {
      const report = one.channel === 'email' && one.state === 'accepted' ? this.fateOf(one).report : null;
      return report ? [{ dispatchId: one.id, class: report, hard: isDead(report) }] : [];
    });
    const { given, noticeId, sending } = this.sent;
    await this.db.source.transaction(async (tx) => {
      const now = await databaseNow(tx);
      const senderAddress = 'notice@letters.example';
      const context = { breachId: given.breach.id, noticeId, senderAddress, keyring: given.keyring, actor: 'worker', now };
      await failAttempts(tx, context, failures);
      await sending.enqueueLanes(tx, noticeId);
    }); // prettier-ignore
  }

  /** A run of what waits; some sheets are spoiled, and of the rest some come back. */
  private async print(): Promise<void> {
    const { hr } = this.sent.given;
    const made = await this.runs.make(hr, this.sent.reference).catch((error: unknown) => {
      if (error instanceof Problem && ['print-run.nothing-waits', 'print-run.not-sent'].includes(error.code)) return null;
      throw error;
    }); // prettier-ignore
    if (!made) return;
    // The files themselves are another test's.
    await this.db.source.query(`update print_run set files_made_at = clock_timestamp(), manifest_hash = sha256('') where files_made_at is null`); // prettier-ignore
    const sheets: { sheet: number; n: number }[] = await this.db.source.query(
      `select d.sheet, p.n::int as n from dispatch d join (select id, row_number() over (order by id) as n from person) p on p.id = d.person_id
        where d.print_run_id = $1 order by d.sheet`,
      [made.id],
    );
    const spoiled = sheets.filter(({ n }) => {
      const before = this.damagedOf.get(n) ?? 0;
      this.damagedOf.set(n, before + 1);
      return before < this.people[n - 1]!.post!.damaged;
    });
    const half = Math.ceil(spoiled.length / 2);
    const named = (some: typeof spoiled): string => some.map(({ sheet }) => sheet).join('\n');
    await this.runs.confirmPosted(hr, made.reference, { damaged: named(spoiled.slice(0, half)), missing: named(spoiled.slice(half)) }); // prettier-ignore
    await this.theSumCloses();
    for (const { sheet, n } of sheets.filter((one) => !spoiled.includes(one))) {
      const why = this.people[n - 1]!.post!.returned;
      const code = sheetCode({ run: made.reference, sheet });
      if (why) await this.returns.markReturned(hr, this.sent.reference, code, why);
    }
    const [run] = await listPrintRuns(this.db.source.manager, this.sent.noticeId);
    assert.equal(run!.state, 'closed');
  }

  private async handOver(): Promise<void> {
    const { security } = this.sent.given;
    const waiting = await this.handovers.list(security, this.sent.reference);
    if (waiting.length === 0 || !['sending', 'sent'].includes(await this.sent.notice())) return;
    const [day]: { dated: string }[] = await this.db.source.query(`select dated::text from notice`);
    const dispatches = waiting.map(({ dispatch }) => dispatch);
    await this.handovers.record(security, this.sent.reference, { dispatches, witness: 'Nora', handedOn: day!.dated });
  }
}

describe('given any people, and any answers, reports, returns and replies', () => {
  it('when the campaign is driven to its end, then each person is told, exempt or not reached, nothing is open, and the sum closed at each step', async () => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 5, maxLength: 14 }), async (drawn) => {
        const people = [...ONE_OF_EACH, ...drawn];
        const db = await testDatabase();
        const dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-ladder-'));
        const answers: Answers = {};
        for (const [at, { work, own }] of people.entries()) {
          if (work) answers[`work${at + 1}@${work.domain}`] = work.answer;
          if (own) answers[`own${at + 1}@${own.domain}`] = own.answer;
        }
        const rows = people.map((one, at) => rowOf(one, at + 1, 'confirmed'));
        const sent = await givenSending(db, dataFolder, answers, {}, rows, HEADER);
        try {
          const campaign = new Campaign(db, sent, people, answers);
          await campaign.drive();
          for (const { standing, open, twice } of await campaign.standings()) {
            expect(['told', 'exempt', 'not-reached']).toContain(standing);
            expect([open, twice]).toEqual([0, 0]);
            reached.add(standing);
          }
          expect(sent.peer.taken.filter((address) => address.endsWith('@old.example'))).toEqual([]);
        } finally {
          await sent.end();
          await db.drop();
          fs.rmSync(dataFolder, { recursive: true });
        }
      }),
      { numRuns: 5, endOnFailure: true },
    );
    expect([...reached].toSorted()).toEqual(['exempt', 'not-reached', 'told']);
  }, 120_000);
});
