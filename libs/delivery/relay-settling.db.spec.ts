import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NoticesService } from '#libs/letters/index.js';
import { Clock } from '#libs/platform/index.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { LOTTE, givenSending, type Sent } from '#test/support/given-sending.js';
import { DoubtsService } from './doubts.service.js';
import type { LoggedMail, RelayLog } from './relay-log.js';
import { SendingService } from './sending.service.js';

let db: TestDatabase;
let dataFolder: string;
let sent: Sent | null = null;
beforeEach(async () => {
  db = await testDatabase();
  dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-settling-'));
});
afterEach(async () => {
  await sent?.end();
  sent = null;
  await db.drop();
  fs.rmSync(dataFolder, { recursive: true });
});

const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const LATER = new Date('2999-01-01T00:00:00Z');
const logOf = (mails: LoggedMail[], from: Date | null = LONG_AGO): RelayLog => ({
  mails,
  from,
  to: LATER,
  lines: 1,
  otherLines: 0,
});
const mail = (messageId: string, state: LoggedMail['state'], reason: LoggedMail['class'] = null): LoggedMail => ({
  messageId,
  state,
  class: reason,
});

/** Lotte's letter is in doubt: the peer hung up after the final dot. */
async function inDoubt(): Promise<{
  messageId: string;
  settle: (log: RelayLog, until?: Date | null) => ReturnType<Sent['settling']['settle']>;
}> {
  sent = await givenSending(db, dataFolder, { 'lotte@work.example': null }, {}, [LOTTE]);
  await sent.deliver();
  expect(await sent.attempts()).toMatchObject([{ state: 'unknown' }]);
  const { settling, given } = sent;
  return {
    messageId: sent.peer.messageIds[0]!,
    settle: (log, until = null) => settling.settle(given.hr, given.breach.reference, log, until),
  };
}
const standing = async (): Promise<string> => {
  const [row]: { standing: string }[] = await db.source.query(`select standing from person`);
  return row!.standing;
};

describe('given a letter in doubt', () => {
  it('when the log has it, then it was taken, and its person is told; settling again changes nothing', async () => {
    const { messageId, settle } = await inDoubt();
    expect(await standing()).toBe('under-way');
    expect(await settle(logOf([mail(messageId, 'taken')]))).toMatchObject({
      doubtful: 1,
      accepted: 1,
      queued: 0,
      left: 0,
    });
    expect(await sent!.attempts()).toMatchObject([{ state: 'accepted' }]);
    expect(await standing()).toBe('told');
    expect(await settle(logOf([mail(messageId, 'sent')]))).toMatchObject({ doubtful: 0, accepted: 0, arrived: 0 });
    const [counts]: object[] = await db.source.query(
      `select letters_arrived as arrived, attempts_open as open from person`,
    );
    expect(counts).toEqual({ arrived: 1, open: 0 });
    await sent!.deliver();
    expect(sent!.peer.taken).toHaveLength(1);
  });

  it('when the log covers its time and has it not, then it goes out again, once', async () => {
    const { settle } = await inDoubt();
    expect(await settle(logOf([]))).toMatchObject({ doubtful: 1, queued: 1, left: 0 });
    expect(await sent!.attempts()).toMatchObject([{ attempt: 1, state: 'queued' }]);
    await sent!.deliver();
    expect(sent!.peer.taken).toHaveLength(2);
  });

  it.each([
    ['begins after it', () => logOf([], new Date('2998-01-01T00:00:00Z')), null],
    ['is empty', () => logOf([], null), null],
    ['is complete only until before it', () => logOf([]), LONG_AGO],
  ])('when the log %s, then it stays in doubt', async (_, log, until) => {
    const { settle } = await inDoubt();
    expect(await settle(log(), until)).toMatchObject({ doubtful: 1, queued: 0, left: 1 });
    expect(await sent!.attempts()).toMatchObject([{ state: 'unknown' }]);
  });

  it('when the log lacks a letter that the relay took for certain, then it is no proof for any other', async () => {
    sent = await givenSending(db, dataFolder, { 'lotte@work.example': null }, {}, [
      LOTTE,
      LOTTE.replace('P-1', 'P-2').replaceAll('lotte@', 'jan@'),
    ]);
    await sent.deliver();
    const { settling, given } = sent;
    expect(await settling.settle(given.hr, given.breach.reference, logOf([]), null)).toMatchObject({
      doubtful: 1,
      missing: 1,
      queued: 0,
      left: 1,
    });
  });

  it('when the log says that it came back, then the next rung is taken, and a dead address is marked', async () => {
    const { messageId, settle } = await inDoubt();
    expect(await settle(logOf([mail(messageId, 'bounced', 'no-such-mailbox')]))).toMatchObject({ bounced: 1 });
    expect(await sent!.attempts()).toMatchObject([
      { state: 'bounced', class: 'no-such-mailbox', address: 'email' },
      { state: 'queued', address: 'private-email' },
    ]);
    expect(await db.source.query(`select kind from contact_point where state = 'bounced'`)).toEqual([
      { kind: 'email' },
    ]);
    await sent!.deliver();
    expect(sent!.peer.taken.at(-1)).toBe('lotte@post.example');
    expect(await standing()).toBe('told');
  });

  it('when nobody can tell, then a person gives it up: the letter takes its next way, once, and the ledger says that it may arrive twice', async () => {
    await inDoubt();
    const { given, config } = sent!;
    const notices = new NoticesService(db.source, given.keyring, config, new Clock());
    const doubts = new DoubtsService(
      db.source,
      given.keyring,
      new SendingService(db.source, given.keyring, config, notices),
    );
    const [attempt]: { id: string }[] = await db.source.query(`select id from dispatch`);
    const giveUp = (id: string): Promise<boolean> => doubts.giveUp(given.hr, given.breach.reference, id);
    expect(await giveUp(attempt!.id)).toBe(true);
    expect(await sent!.attempts()).toMatchObject([
      { state: 'cancelled', class: 'possible-double', address: 'email' },
      { state: 'queued', address: 'private-email' },
    ]);
    expect(await codeOf(giveUp(attempt!.id))).toBe('dispatch.not-in-doubt');
    expect(await codeOf(giveUp(given.breach.id))).toBe('dispatch.unknown');
    const said: object[] = await db.source.query(
      `select facts ->> 'why' as why from ledger_outbox where kind = 'dispatch.cancelled'`,
    );
    expect(said).toEqual([{ why: 'possible-double' }]);
    await sent!.deliver();
    expect(sent!.peer.taken).toEqual(['lotte@work.example', 'lotte@post.example']);
    expect(await standing()).toBe('told');
  });

  it('when somebody else wrote a Message-ID into the log, then it counts for nothing', async () => {
    const { messageId, settle } = await inDoubt();
    const forged = messageId.replace(/\.[0-9a-f]{16}@/, '.0000000000000000@');
    expect(await settle(logOf([mail(forged, 'bounced', 'no-such-mailbox')], null))).toMatchObject({
      bounced: 0,
      left: 1,
    });
  });
});
