import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { erasePersons } from '#libs/people/index.js';
import { Clock, uuidv7 } from '#libs/platform/index.js';
import { aReply, aReport } from '#test/support/a-report.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenSent, type GivenSent } from '#test/support/given-sent.js';
import { DeliveryReportsService, type TakenReport } from './delivery-reports.service.js';
import { KeptReportsService } from './kept-reports.service.js';
import { messageIdOf } from './message-id.js';
import { verpKey } from './envelope.js';
import { verpAddress } from './verp.js';

const clock = new Clock();
let db: TestDatabase;
let dataFolder: string;
let sent: GivenSent;
beforeEach(async () => {
  db = await testDatabase();
  dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-reports-'));
});
afterEach(async () => {
  await sent.end();
  await db.drop();
  fs.rmSync(dataFolder, { recursive: true });
});

async function given(options: { people?: number; settles?: boolean } = {}): Promise<DeliveryReportsService> {
  sent = await givenSent(db, dataFolder, options);
  return new DeliveryReportsService(db.source, sent.keyring, clock);
}

const take = (reports: DeliveryReportsService, raw: Uint8Array): Promise<TakenReport> =>
  reports.take(raw, { source: 'file', actor: 'worker' });

async function firstMessageId(): Promise<string> {
  return (await sent.attempts())[0]!.messageId!;
}

describe('a report that names its letter with a proof', () => {
  it('given an address that is dead, when it is taken, then the attempt bounced, the address is marked, the person is told no more, and the next address is tried', async () => {
    const reports = await given();
    expect(await sent.sum()).toEqual({ told: 1 });
    expect(await take(reports, aReport({ messageId: await firstMessageId() }))).toBe('applied');
    expect(await sent.attempts()).toMatchObject([
      { attempt: 1, address: 'email', state: 'bounced', class: 'no-such-mailbox' },
      { attempt: 2, address: 'private-email', state: 'queued' },
    ]);
    expect(await sent.sum()).toEqual({ 'under-way': 1 });
    expect(await contactStates()).toEqual({ email: 'bounced', 'private-email': 'untried' });
    expect(await sent.miscounted()).toEqual([]);
    const [entry]: { facts: Record<string, unknown> }[] = await db.source.query(
      `select facts from ledger_outbox where kind = 'dispatch.bounced'`,
    );
    expect(entry!.facts).toMatchObject({ class: 'no-such-mailbox', hard: true });
  });

  it('given a notice that is sent, when a report opens the next address, then the sweep has it delivered there, and the person is told again', async () => {
    const reports = await given();
    await take(reports, aReport({ messageId: await firstMessageId() }));
    await sent.delivering.sweep();
    const jobs: { key: string }[] = await db.source.query(
      `select key from graphile_worker.jobs where key like 'deliver-notice:%'`,
    );
    expect(jobs.map(({ key }) => key)).toContain(`deliver-notice:${sent.noticeId}:1`);
    await sent.delivering.deliver(sent.noticeId, new AbortController().signal);
    expect(await sent.attempts()).toMatchObject([
      { state: 'bounced' },
      { address: 'private-email', state: 'accepted' },
    ]);
    expect(await sent.sum()).toEqual({ told: 1 });
    expect(await sent.miscounted()).toEqual([]);
  });

  it('given a mailbox that is full, when it is taken, then no address is marked', async () => {
    const reports = await given();
    const full = { status: '5.2.2', says: '552 5.2.2 <p1@work.example>: mailbox full' };
    await take(reports, aReport({ messageId: await firstMessageId(), ...full }));
    expect(await sent.attempts()).toMatchObject([{ state: 'bounced', class: 'full' }, { state: 'queued' }]);
    expect(await contactStates()).toEqual({ email: 'untried', 'private-email': 'untried' });
  });

  it('given an address that leads to another one, when that other one is dead, then the letter goes on and the address stays', async () => {
    const reports = await given();
    const elsewhere = { to: 'old@elsewhere.example', says: '550 5.1.1 <old@elsewhere.example>: no such user' };
    expect(await take(reports, aReport({ messageId: await firstMessageId(), ...elsewhere }))).toBe('applied');
    expect(await sent.attempts()).toMatchObject([{ state: 'bounced', class: 'no-such-mailbox' }, { state: 'queued' }]);
    expect(await contactStates()).toEqual({ email: 'untried', 'private-email': 'untried' });
  });

  it('given a server that refuses our own, when it is taken, then nobody is marked, the same way waits once more, and the notice until our side is mended', async () => {
    const reports = await given();
    const refused = { status: '5.7.26', says: '550 5.7.26 unauthenticated mail is not accepted: SPF and DKIM failed' };
    expect(await take(reports, aReport({ messageId: await firstMessageId(), ...refused }))).toBe('applied');
    expect(await sent.attempts()).toMatchObject([
      { state: 'bounced', class: 'auth', address: 'email' },
      { state: 'queued', address: 'email' },
    ]);
    expect(await db.source.query(`select state, pause_why as why from notice`)).toEqual([
      { state: 'paused', why: 'our-side' },
    ]);
    expect(await contactStates()).toEqual({ email: 'untried', 'private-email': 'untried' });
    expect(await sent.sum()).toEqual({ 'under-way': 1 });
  });

  it('given a reminder that comes back, when it is taken, then its person stays told', async () => {
    const reports = await given();
    await sent.sendAnother('reminder');
    const reminder = (await sent.attempts())[1]!;
    expect(await take(reports, aReport({ messageId: reminder.messageId! }))).toBe('applied');
    expect(await sent.sum()).toEqual({ told: 1 });
    expect(await sent.miscounted()).toEqual([]);
  });

  it('given a letter in doubt, when a report says that it failed or that it was delivered, then it is in doubt no more', async () => {
    const reports = await given({ people: 2 });
    await db.source.query(`update person set letters_arrived = 0, attempts_open = 1`);
    await db.source.query(`alter table dispatch disable trigger dispatch_moves_as_known`);
    await db.source.query(`update dispatch set state = 'unknown', arrived_at = null`);
    await db.source.query(`alter table dispatch enable trigger dispatch_moves_as_known`);
    const [failed, arrived] = await sent.attempts();
    expect(await take(reports, aReport({ messageId: failed!.messageId! }))).toBe('applied');
    expect(await take(reports, aReport({ messageId: arrived!.messageId!, action: 'delivered' }))).toBe('success');
    expect(await sent.sum()).toEqual({ told: 1, 'under-way': 1 });
    expect(await sent.miscounted()).toEqual([]);
  });

  it('given a letter that a relay took, when one report says delivered and another that it was passed on, then only the delivered one arrived', async () => {
    const reports = await given({ people: 2, settles: false });
    expect(await sent.sum()).toEqual({ 'under-way': 2 });
    const [one, other] = await sent.attempts();
    expect(await take(reports, aReport({ messageId: one!.messageId!, action: 'delivered' }))).toBe('success');
    expect(await take(reports, aReport({ messageId: other!.messageId!, action: 'relayed' }))).toBe('success');
    expect(await sent.sum()).toEqual({ told: 1, 'under-way': 1 });
    expect(await sent.miscounted()).toEqual([]);
  });

  it('given a server that goes on trying, when it says so, then nothing changes', async () => {
    const reports = await given();
    expect(await take(reports, aReport({ messageId: await firstMessageId(), action: 'delayed' }))).toBe('delayed');
    expect(await sent.attempts()).toMatchObject([{ state: 'accepted' }]);
  });

  it('given a letter that bounced already, when a second report comes late, then it is kept and changes nothing', async () => {
    const reports = await given();
    const messageId = await firstMessageId();
    await take(reports, aReport({ messageId }));
    const before = await sent.attempts();
    expect(await take(reports, aReport({ messageId, says: '550 5.1.1 again' }))).toBe('no-change');
    expect(await sent.attempts()).toEqual(before);
  });

  it('given a letter that is just being sent, when its report is there before its answer, then nothing is kept, so that it is read again', async () => {
    const reports = await given();
    await db.source.query(`alter table dispatch disable trigger dispatch_moves_as_known`);
    await db.source.query(
      `update dispatch set state = 'sending', lease_ends_at = clock_timestamp() + interval '1 minute'`,
    );
    expect(await take(reports, aReport({ messageId: await firstMessageId() }))).toBe('later');
    expect(await db.source.query(`select from delivery_report`)).toHaveLength(0);
  });

  it('given a report without the letter, when the address that it was sent to is ours, then it is applied', async () => {
    const reports = await given();
    const [attempt] = await sent.attempts();
    const sentTo = verpAddress(verpKey(sent.keyring), attempt!.id, 'bounces@letters.example');
    expect(await take(reports, aReport({ messageId: '<elsewhere@work.example>', sentTo }))).toBe('applied');
  });
});

describe('laws of taking reports', () => {
  it('given a thousand forged reports, when they are taken, then not one is applied', async () => {
    const reports = await given({ people: 3 });
    const attempts = await sent.attempts();
    const before = await sent.sum();
    const forged = fc.record({
      attempt: fc.constantFrom(...attempts),
      mac: fc.stringMatching(/^[0-9a-f]{16}$/),
      how: fc.constantFrom('mac', 'other-id', 'domain', 'verp', 'none'),
      action: fc.constantFrom('failed' as const, 'delivered' as const, 'delayed' as const),
      salt: fc.uuid(),
    });
    const outcomes = new Set<string>();
    for (const { attempt, mac, how, action, salt } of fc.sample(forged, 1_000)) {
      const right = attempt.messageId!;
      const messageId = {
        mac: right.replace(/\.[0-9a-f]{16}@/, `.${mac}@`),
        // The proof of another attempt.
        'other-id': right.replace(/^<[^.]*/, `<${salt}`),
        domain: `<${attempt.id}@letters.example>`,
        verp: '<x@work.example>',
        none: '<>',
      }[how];
      const token =
        how === 'verp' ? verpAddress(randomBytes(32), attempt.id, 'b@letters.example') : `${salt}@x.example`;
      outcomes.add(await take(reports, aReport({ messageId, action, sentTo: token, says: salt })));
    }
    expect([...outcomes]).toEqual(['unmatched']);
    expect(await sent.attempts()).toEqual(attempts);
    expect(await sent.sum()).toEqual(before);
  }, 60_000);

  it('given reports in any order, each read any number of times, then the sum is the same, closes after each, and nothing is counted twice', async () => {
    const reports = await given({ people: 4, settles: false });
    const attempts = await sent.attempts();
    const about = (i: number, over: object): Buffer => aReport({ messageId: attempts[i]!.messageId!, ...over });
    // One that failed, one that was late and then failed, one that arrived, one of which nothing more is heard than a delay.
    const mails = [
      about(0, {}),
      about(1, { action: 'delayed' }),
      about(1, { status: '5.2.2', says: '552 5.2.2 mailbox full' }),
      about(2, { action: 'delivered' }),
      about(3, { action: 'delayed' }),
    ];
    await db.source.query(`create table kept_person as table person`);
    await db.source.query(`create table kept_dispatch as table dispatch`);
    const sums = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], { minLength: 10 }), async (order) => {
        await startAgain();
        const seen = new Set<number>();
        for (const place of order) {
          const taken = await take(reports, mails[place]!);
          expect(taken === 'already').toBe(seen.has(place));
          seen.add(place);
          expect(await sent.miscounted()).toEqual([]);
          expect(Object.values(await sent.sum()).reduce((a, b) => a + b, 0)).toBe(4);
        }
        sums.add(JSON.stringify(await sent.sum()));
      }),
      { numRuns: 12 },
    );
    expect([...sums]).toEqual(['{"told":1,"under-way":3}']);
  }, 60_000);

  it('given one mail read by several at once, with other line ends and out of an mbox, then it is applied once', async () => {
    const reports = await given();
    const mail = aReport({ messageId: await firstMessageId() });
    const unix = mail.toString('latin1').replaceAll('\r\n', '\n');
    const copies = [
      mail,
      mail,
      Buffer.from(unix, 'latin1'),
      Buffer.from(`From x@y.example Mon Nov 23 10:00:00 2026\n${unix}\n`, 'latin1'),
    ];
    const taken = await Promise.all(copies.map((copy) => take(reports, copy)));
    expect(taken.toSorted()).toEqual(['already', 'already', 'already', 'applied']);
    expect(await sent.miscounted()).toEqual([]);
  });
});

/** Every attempt and counted fact as it was, and no report read. */
async function startAgain(): Promise<void> {
  await db.source.query(`alter table delivery_report disable trigger user`);
  await db.source.query(`delete from delivery_report`);
  await db.source.query(`alter table delivery_report enable trigger user`);
  await db.source.query(`delete from dispatch d where not exists (select from kept_dispatch k where k.id = d.id)`);
  await db.source.query(`alter table dispatch disable trigger user`);
  await db.source.query(
    `update dispatch d set state = k.state, class = k.class, settled_at = k.settled_at, arrived_at = k.arrived_at from kept_dispatch k where k.id = d.id`,
  );
  await db.source.query(`alter table dispatch enable trigger user`);
  await db.source.query(
    `update person p set letters_arrived = k.letters_arrived, attempts_open = k.attempts_open, ladder_spent = k.ladder_spent, last_letter_at = k.last_letter_at
       from kept_person k where k.id = p.id`,
  );
  await db.source.query(`update contact_point set state = 'untried'`);
}

async function contactStates(): Promise<Record<string, string>> {
  const rows: { kind: string; state: string }[] = await db.source.query(
    `select kind, state from contact_point where kind in ('email', 'private-email')`,
  );
  return Object.fromEntries(rows.map(({ kind, state }) => [kind, state]));
}

describe('what waits for a person', () => {
  it('given a reply and an absence, when they are taken, then they change nothing and wait, are opened with a ledger entry, and are settled once', async () => {
    const reports = await given();
    const kept = new KeptReportsService(db.source, sent.keyring, reports);
    const messageId = await firstMessageId();
    expect(await take(reports, aReply({ inReplyTo: messageId }))).toBe('waits');
    expect(await take(reports, aReply({ from: 'else@where.example', subject: 'Automatic reply: away' }))).toBe(
      'unmatched',
    );
    const reference = sent.breach.reference;
    const { reports: waiting, count } = await kept.list(sent.hr, reference);
    expect(count).toBe(2);
    expect(waiting.map(({ isMatched }) => isMatched)).toEqual([true, false]);
    const opened = await kept.open(sent.hr, reference, waiting[0]!.id);
    expect(opened.mail).toMatchObject({
      subject: 'Re: a letter',
      text: expect.stringContaining('Whom may I call?') as string,
    });
    expect(await db.source.query(`select from ledger_outbox where kind = 'delivery-report.opened'`)).toHaveLength(1);
    await kept.markSeen(sent.hr, reference, waiting[0]!.id);
    await kept.markSeen(sent.hr, reference, waiting[0]!.id);
    expect((await kept.list(sent.hr, reference)).count).toBe(1);
    expect(await db.source.query(`select from ledger_outbox where kind = 'delivery-report.seen'`)).toHaveLength(1);
    expect(await sent.sum()).toEqual({ told: 1 });
  });

  it('given a report that names no letter, when somebody says whose it is, then that letter takes its next way, and a second time is refused', async () => {
    const reports = await given();
    const kept = new KeptReportsService(db.source, sent.keyring, reports);
    await take(reports, aReply({ from: 'postmaster@work.example', text: 'p1 has left us.' }));
    const [mail] = (await kept.list(sent.hr, sent.breach.reference)).reports;
    await kept.isBounceOf(sent.hr, sent.breach.reference, mail!.id, 'P-1');
    expect(await sent.attempts()).toMatchObject([{ state: 'bounced', class: 'unknown' }, { state: 'queued' }]);
    expect(await sent.miscounted()).toEqual([]);
    expect(await codeOf(kept.isBounceOf(sent.hr, sent.breach.reference, mail!.id, 'P-1'))).toBe(
      'returned-mail.unknown',
    );
  });

  it('given what was read, when somebody changes or deletes it, then the database refuses', async () => {
    const reports = await given();
    await take(reports, aReport({ messageId: await firstMessageId() }));
    await expect(db.source.query(`update delivery_report set class = 'full'`)).rejects.toThrow('stays as it was read');
    await expect(db.source.query(`update delivery_report set outcome = 'seen'`)).rejects.toThrow(
      'stays as it was read',
    );
    await expect(db.source.query(`delete from delivery_report`)).rejects.toThrow('is kept');
  });

  it('given a person who is erased, when mails of theirs were kept, matched or not, then their words are gone, and a late report is applied without them', async () => {
    const reports = await given({ people: 2 });
    const messageId = await firstMessageId();
    await take(reports, aReport({ messageId, action: 'delayed' }));
    await take(reports, aReply({ from: 'P1@Work.example' }));
    await take(reports, aReply({ from: 'p2@work.example' }));
    const [person]: { id: string }[] = await db.source.query(
      `select person_id as id from dispatch where message_id = $1`,
      [messageId],
    );
    await db.source.transaction((tx) => erasePersons(tx, [person!.id]));
    const left: { sealed: boolean }[] = await db.source.query(
      `select mail_sealed is not null or words_sealed is not null as sealed from delivery_report order by id`,
    );
    expect(left.map(({ sealed }) => sealed)).toEqual([false, false, true]);
    expect(await take(reports, aReport({ messageId }))).toBe('applied');
    expect(await db.source.query(`select from delivery_report where mail_sealed is not null`)).toHaveLength(1);
    expect(await sent.sum()).toEqual({ 'not-reached': 1, told: 1 });
  });

  it('given a Message-ID of ours for an attempt that nobody made, when a report names it, then it waits', async () => {
    const reports = await given();
    const messageId = messageIdOf(sent.keyring, uuidv7(clock.now()), 'letters.example');
    expect(await take(reports, aReport({ messageId }))).toBe('unmatched');
  });
});
