import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NoticesService, getNoticeById } from '#libs/letters/index.js';
import { acknowledged } from '#libs/people/index.js';
import { Clock, databaseNow } from '#libs/platform/index.js';
import { AccountsService } from '#libs/staff/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenActor } from '#test/support/given-breach.js';
import { givenSending, type Answers, type Sent } from '#test/support/given-sending.js';
import { MISCOUNTED } from '#test/support/given-sent.js';
import { claimBatch } from './claiming.js';
import { PrintRunsService } from './print-runs.service.js';
import { RemindersService } from './reminders.service.js';
import { SilenceService } from './silence.service.js';

const HEADER =
  'reference,category,language,given_name,email,private_email,street,city,country,documents,protected,minor';
const person = (n: number, { street = `Kerkstraat ${n},Gent`, documents = 'BE:id-card:scan:confirmed' } = {}): string =>
  `P-${n},staff,nl,Lotte,p${n}@work.example,,${street},BE,${documents},,`;

let db: TestDatabase;
let dataFolder: string;
let sent: Sent;
let reminders: RemindersService;
let silence: SilenceService;
const answers: Answers = {};
beforeEach(async () => {
  db = await testDatabase();
  dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-reminders-'));
});
afterEach(async () => {
  await sent.end();
  await db.drop();
  fs.rmSync(dataFolder, { recursive: true });
});

/** Letters to these people that arrived by e-mail. */
async function given(...rows: string[]): Promise<void> {
  for (const address of Object.keys(answers)) delete answers[address];
  sent = await givenSending(db, dataFolder, answers, {}, rows, HEADER);
  const accounts = new AccountsService(db.source, new Clock());
  reminders = new RemindersService(db.source, notices(), accounts);
  silence = new SilenceService(db.source, sent.given.keyring);
  await sent.deliver();
}
const notices = (): NoticesService => new NoticesService(db.source, sent.given.keyring, sent.config, new Clock());

/** What was sent lies so many days further back. */
async function daysPass(days: number): Promise<void> {
  await db.source.query(`update notice set sent_at = sent_at - $1 * interval '1 day', withdrawn_at = withdrawn_at - $1 * interval '1 day'`, [days]); // prettier-ignore
  await db.source.query(`update dispatch set arrived_at = arrived_at - $1 * interval '1 day'`, [days]);
}

async function replies(reference: string): Promise<void> {
  await db.source.transaction(async (tx) => {
    const [found]: { id: string }[] = await tx.query(`select id from person order by id offset $1 limit 1`, [
      Number(reference.slice(2)) - 1,
    ]);
    await acknowledged(tx, found!.id, await databaseNow(tx));
  });
}

async function allowed(reference: string): Promise<void> {
  await notices().approve(await givenActor(db.source, 'dpo'), reference);
}

async function idOf(reference: string): Promise<string> {
  const [row]: { id: string }[] = await db.source.query(`select id from notice where reference = $1`, [reference]);
  return row!.id;
}

/** Allows a reminder and has it queued; answers its id. */
async function queued(reference: string): Promise<string> {
  await allowed(reference);
  await sent.sending.send(sent.given.hr, reference);
  return await idOf(reference);
}

async function attemptsOf(noticeId: string): Promise<string[]> {
  const rows: { line: string }[] = await db.source.query(
    `select concat_ws(' ', attempt, channel, state, class) as line from dispatch where notice_id = $1 order by letter_id, attempt`,
    [noticeId],
  );
  return rows.map(({ line }) => line);
}

const remindAfter = (days: number, times: number): Promise<unknown> =>
  reminders.set(sent.given.hr, sent.reference, { days: String(days), times: String(times) });

describe('given a schedule of reminders', () => {
  it('when its days have passed, then one reminder waits for approval by another person, and no second one beside it', async () => {
    await given(person(1), person(2));
    await remindAfter(7, 2);
    await daysPass(6);
    expect(await reminders.draftDue()).toEqual([]);
    await daysPass(1);
    const [first] = await Promise.all([reminders.draftDue(), reminders.draftDue()]).then((both) => both.flat());
    const rows: unknown[] = await db.source.query(
      `select r.reference, r.state, r.author, n.reference as reminds from notice r join notice n on n.id = r.reminds`,
    );
    expect(rows).toEqual([
      { reference: first, state: 'submitted', author: sent.given.hr.accountId, reminds: sent.reference },
    ]);
    expect(await reminders.draftDue()).toEqual([]);
    const setter = { ...sent.given.hr, roles: ['hr' as const, 'dpo' as const] };
    expect(await codeOf(notices().approve(setter, first!))).toBe('notice.own');
    expect(sent.peer.taken).toHaveLength(2);
  });

  it('when the most are drafted, also where one was withdrawn, then none follows', async () => {
    await given(person(1));
    await remindAfter(3, 2);
    await daysPass(3);
    const [first] = await reminders.draftDue();
    await notices().withdraw(sent.given.hr, first!);
    expect(await reminders.draftDue()).toEqual([]);
    await daysPass(3);
    const [second] = await reminders.draftDue();
    await sent.delivering.deliver(await queued(second!), new AbortController().signal);
    await daysPass(30);
    expect(await reminders.draftDue()).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['its notice is paused', () => db.source.query(`update notice set state = 'paused', pause_why = 'asked'`)],
    ['everybody replied', () => replies('P-1')],
    ['the breach is closed', () => db.source.query(`update breach set closed_at = now()`)],
    [
      'an authority asked to wait',
      () =>
        db.source.query(
          `insert into legal_delay (id, breach_id, asked_by, document, review_on, recorded_by) select gen_random_uuid(), id, 'The prosecutor', 'PV 1', current_date, $1 from breach`,
          [sent.given.dpo.accountId],
        ),
    ],
    ['the schedule was ended', () => reminders.end(sent.given.hr, sent.reference)],
    ['who set it has left', () => db.source.query(`update account set disabled_at = now() where id = $1`, [sent.given.hr.accountId])], // prettier-ignore
  ])('when %s, then nothing is drafted', async (_, happens) => {
    await given(person(1));
    await remindAfter(1, 1);
    await daysPass(1);
    await happens();
    expect(await reminders.draftDue()).toEqual([]);
    expect(await db.source.query(`select from notice where kind = 'reminder'`)).toEqual([]);
  });

  it('when it is set with faulty numbers or at a reminder, then nothing is changed and the fault stands at its field', async () => {
    await given(person(1));
    const problem = await problemOf(reminders.set(sent.given.hr, sent.reference, { days: '0', times: 'two' }));
    expect([problem?.code, problem?.faults.map(({ at }) => at)]).toEqual(['reminders.faulty', ['days', 'times']]);
    const { reference } = await notices().draft(sent.given.hr, sent.given.breach.reference, 'reminder');
    const auditor = await givenActor(db.source, 'auditor');
    expect(await codeOf(reminders.set(sent.given.hr, reference, { days: '1', times: '1' }))).toBe('reminders.of-reminder');
    expect(await codeOf(reminders.set(auditor, reference, { days: '1', times: '1' }))).toBe('permission.missing');
  }); // prettier-ignore
});

describe('given a reminder that was allowed', () => {
  let reminder: string;
  beforeEach(async () => {
    await given(person(1), person(2), person(3));
    await remindAfter(1, 1);
    await daysPass(1);
    reminder = (await reminders.draftDue())[0]!;
  });

  it('when somebody replies before it is sent, then it leaves for the others under the same approval', async () => {
    await allowed(reminder);
    await replies('P-2');
    await sent.sending.send(sent.given.hr, reminder);
    await sent.delivering.deliver(await idOf(reminder), new AbortController().signal);
    expect(sent.peer.taken.slice(3)).toEqual(['p1@work.example', 'p3@work.example']);
  });

  it('when somebody is to be reminded who was not allowed, then it does not leave', async () => {
    await db.source.query(
      `update person set letters_arrived = 0 where id = (select id from person order by id limit 1)`,
    );
    await allowed(reminder);
    await db.source.query(`update person set letters_arrived = 1`);
    expect(await codeOf(sent.sending.send(sent.given.hr, reminder))).toBe('notice.changed');
  });

  it('when somebody replies after it was queued, then theirs is cancelled before it leaves', async () => {
    const id = await queued(reminder);
    await replies('P-2');
    await sent.delivering.deliver(id, new AbortController().signal);
    expect(sent.peer.taken.slice(3)).toEqual(['p1@work.example', 'p3@work.example']);
    expect((await attemptsOf(id)).toSorted()).toEqual(['1 email accepted', '1 email accepted', '1 email cancelled replied']);
    expect(await db.source.query(MISCOUNTED)).toEqual([]);
  }); // prettier-ignore

  it('when somebody replies between the clearing of the queue and the claim, then the claim passes theirs over', async () => {
    const id = await queued(reminder);
    await replies('P-2');
    const claimed = await db.source.transaction(async (tx) => {
      const notice = await getNoticeById(tx, id, 'share');
      return (await claimBatch(tx, sent.config, notice, 'a worker', () => Promise.resolve())).claimed;
    });
    expect(claimed).toHaveLength(2);
    expect((await attemptsOf(id)).toSorted()).toEqual(['1 email queued', '1 email sending', '1 email sending']);
  });

  it('when the peer asked to wait and somebody replies meanwhile, then theirs does not leave', async () => {
    answers['p2@work.example'] = '451 4.7.1 later';
    const id = await queued(reminder);
    await sent.delivering.deliver(id, new AbortController().signal);
    await replies('P-2');
    delete answers['p2@work.example'];
    await db.source.query(`update dispatch set due_at = clock_timestamp() where state = 'deferred'`);
    await sent.delivering.sweep();
    await sent.delivering.deliver(id, new AbortController().signal);
    expect(sent.peer.taken.slice(3)).not.toContain('p2@work.example');
    expect(await attemptsOf(id)).toContain('1 email cancelled replied');
  });
});

describe('given a last reminder that nobody answered', () => {
  const NO_ADDRESS = { street: ',' };
  const NO_DOCUMENT = { documents: 'BE:id-card:scan:not-excluded' };
  beforeEach(async () => {
    await given(person(1), person(2), person(3, NO_ADDRESS), person(4, NO_DOCUMENT), person(5));
    await db.source.query(`update person set protected = true where id = (select id from person order by id offset 4)`);
    await remindAfter(1, 1);
    await daysPass(1);
    const [reminder] = await reminders.draftDue();
    await sent.delivering.deliver(await queued(reminder!), new AbortController().signal);
    await replies('P-2');
  });
  const standings = (): Promise<unknown> =>
    db.source.query(`select standing, count(*)::int as count from person group by standing`);
  const byPost = (): Promise<string[]> => db.source.query(`select id from dispatch where channel = 'post'`);

  it('when fourteen days have passed, then the letter goes by post once where a document is out, and everybody stays told', async () => {
    const before = await standings();
    await daysPass(13);
    expect(await silence.escalate()).toEqual({ silent: 0, byPost: 0 });
    await daysPass(1);
    const both = await Promise.all([silence.escalate(), silence.escalate()]);
    const again = await silence.escalate();
    expect([...both, again].reduce((sum, one) => sum + one.byPost, 0)).toBe(1);
    expect([...both, again].reduce((sum, one) => sum + one.silent, 0)).toBe(2);
    const attempts = await attemptsOf(sent.noticeId);
    expect(attempts.filter((line) => line.includes('email accepted'))).toHaveLength(5);
    expect(attempts).toContain('2 post queued');
    expect(await byPost()).toHaveLength(1);
    expect(await standings()).toEqual(before);
    expect(await db.source.query(MISCOUNTED)).toEqual([]);
  });

  it('when a further reminder is to come, then nothing goes by post yet', async () => {
    await remindAfter(90, 2);
    await daysPass(20);
    expect(await silence.escalate()).toEqual({ silent: 0, byPost: 0 });
  });

  it('when the person replies before the letter is printed, then it stays here', async () => {
    await daysPass(14);
    await silence.escalate();
    await replies('P-1');
    const runs = new PrintRunsService(db.source, sent.given.keyring);
    expect(await codeOf(runs.make(sent.given.hr, sent.reference))).toBe('print-run.nothing-waits');
    expect(await attemptsOf(sent.noticeId)).toContain('2 post cancelled replied');
    expect(await db.source.query(MISCOUNTED)).toEqual([]);
  });
});
