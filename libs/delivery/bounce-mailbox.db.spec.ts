import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Clock, type Config } from '#libs/platform/index.js';
import { aReply, aReport } from '#test/support/a-report.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { describeWhen } from '#test/support/describe-when.js';
import { hasDovecot, startDovecot, type Dovecot } from '#test/support/dovecot.js';
import { givenSent, type GivenSent } from '#test/support/given-sent.js';
import { startImapPeer } from '#test/support/imap-peer.js';
import { readUntil, type KilledReader } from '#test/support/killed-reader.js';
import { BounceMailboxService, checkBounceMailbox } from './bounce-mailbox.service.js';
import { DeliveryReportsService } from './delivery-reports.service.js';
import { KEPT_BYTES } from './delivery-reports.store.js';
import { SettlingService } from './settling.service.js';

const clock = new Clock();
let db: TestDatabase;
let dataFolder: string;
let sent: GivenSent;
let server: Server;
type Server = Pick<Dovecot, 'url' | 'port' | 'put' | 'count' | 'stop'>;

const SERVERS: { name: string; start: () => Promise<Server>; aside: string }[] = [
  { name: 'an IMAP peer', start: startImapPeer, aside: 'Tocsin' },
  ...(hasDovecot ? [{ name: 'Dovecot', start: startDovecot, aside: '.Tocsin' }] : []),
];

describe.each(SERVERS)('the bounce mailbox on $name', ({ start, aside }) => {
  beforeEach(async () => {
    db = await testDatabase();
    dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-mailbox-'));
    server = await start();
  });
  afterEach(end);

  it('given reports and a reply, when it is read, then each is taken out and applied, and it is known when it was read', async () => {
    sent = await givenSent(db, dataFolder, { people: 3 });
    const [one, other] = await sent.attempts();
    server.put(aReport({ messageId: one!.messageId! }));
    server.put(aReport({ messageId: other!.messageId!, action: 'delayed' }));
    server.put(aReply());
    const mailbox = mailboxOf();
    expect(await checkBounceMailbox({ BOUNCE_MAILBOX_URL: server.url })).toMatchObject({
      state: 'ok',
      found: 'can be read, 3 mails wait in it',
    });
    expect(await mailbox.poll()).toEqual({ read: 3, isWhole: true });
    expect(server.count()).toBe(0);
    expect(await outcomes()).toEqual(['applied', 'delayed', 'waits']);
    expect(await sent.sum()).toEqual({ told: 2, 'under-way': 1 });
    expect(await mailbox.state()).toMatchObject({ fault: null, readAt: expect.any(Date) as Date });
    expect(await mailbox.poll()).toEqual({ read: 0, isWhole: true });
  });

  it('given a mail that is larger than what is kept, when it is read, then its start is kept and the whole is put aside', async () => {
    sent = await givenSent(db, dataFolder);
    server.put(aReply({ text: 'A long story.\r\n'.repeat(KEPT_BYTES / 10) }));
    expect(await mailboxOf().poll()).toEqual({ read: 1, isWhole: true });
    expect([server.count(), server.count(aside)]).toEqual([0, 1]);
    expect(await outcomes()).toEqual(['waits']);
  });

  it('given two processes, when both look at once, then one reads and the other leaves it', async () => {
    sent = await givenSent(db, dataFolder, { people: 2 });
    const attempts = await sent.attempts();
    for (const { messageId } of attempts) server.put(aReport({ messageId: messageId! }));
    const looks = await Promise.all([mailboxOf().poll(), mailboxOf().poll()]);
    expect(looks.filter((look) => look !== null)).toEqual([{ read: 2, isWhole: true }]);
    expect(await outcomes()).toEqual(['applied', 'applied']);
  });

  it('given a wrong password, a folder that is not there, or no server, when it is read, then the fault is kept, the letters wait, and the doctor says what to do', async () => {
    sent = await givenSent(db, dataFolder, { settles: false });
    const places = {
      folder: server.url.replace('INBOX', 'Elsewhere'),
      refused: server.url.replace(String(server.port), '1'),
      'sign-in': server.url.replace('secret', 'wrong'),
    };
    for (const [fault, url] of Object.entries(places)) {
      const mailbox = mailboxOf({ BOUNCE_MAILBOX_URL: url });
      expect(await mailbox.poll()).toBeNull();
      expect(await mailbox.state()).toMatchObject({ fault, readAt: null });
      expect(await checkBounceMailbox({ BOUNCE_MAILBOX_URL: url })).toMatchObject({
        state: 'fault',
        mend: expect.stringContaining('BOUNCE_MAILBOX_URL') as string,
      });
    }
  });

  it('given a relay elsewhere, when the time of its letters has passed, then they arrive once the mailbox was read after it, and not before', async () => {
    sent = await givenSent(db, dataFolder, { people: 2, settles: false });
    const settling = new SettlingService(db.source, { ...sent.config, BOUNCE_MAILBOX_URL: server.url });
    const [one] = await sent.attempts();
    await db.source.query(`update dispatch set settled_at = clock_timestamp() - interval '73 hours'`);
    expect(await settling.settleArrivals()).toBe(0);
    expect(await settling.state()).toEqual({ hours: 72, needsMailbox: true, upTo: null });
    await db.source.query(`update mailbox_poll set read_at = clock_timestamp() - interval '2 hours'`);
    expect(await settling.settleArrivals()).toBe(0);
    expect(await sent.sum()).toEqual({ 'under-way': 2 });
    server.put(aReport({ messageId: one!.messageId! }));
    await mailboxOf().poll();
    expect(await settling.settleArrivals()).toBe(1);
    expect(await settling.settleArrivals()).toBe(0);
    expect(await sent.sum()).toEqual({ told: 1, 'under-way': 1 });
    expect(await sent.miscounted()).toEqual([]);
  });
});

describe('a bounce mailbox whose server breaks off', () => {
  it('given a connection that ends before or after any command, when it is read again, then no report is lost and none is applied twice', async () => {
    db = await testDatabase();
    dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-mailbox-'));
    const peer = await startImapPeer();
    server = peer;
    sent = await givenSent(db, dataFolder, { people: 6 });
    for (const { messageId } of await sent.attempts()) peer.put(aReport({ messageId: messageId! }));
    const mailbox = mailboxOf();
    for (const verb of ['LOGIN', 'SELECT', 'UID SEARCH', 'UID FETCH', 'UID STORE', 'UID EXPUNGE', 'LOGOUT'])
      for (const how of ['before', 'after'] as const) {
        const left = peer.count();
        peer.breakOff((command) => (command.startsWith(verb) ? how : null));
        await mailbox.poll();
        expect(left - peer.count()).toBeLessThanOrEqual(verb === 'LOGOUT' ? left : 1);
        expect(await sent.miscounted()).toEqual([]);
      }
    peer.breakOff(() => null);
    expect(await mailbox.poll()).toMatchObject({ isWhole: true });
    expect(peer.count()).toBe(0);
    expect(await outcomes()).toEqual(Array.from({ length: 6 }, () => 'applied'));
    expect(await sent.sum()).toEqual({ 'under-way': 6 });
    await end();
  }, 60_000);
});

describeWhen(
  hasDovecot ? true : null,
  'a reader of the bounce mailbox on Dovecot',
  'no Dovecot (Debian: apt-get install dovecot-imapd)',
  () => {
    beforeEach(async () => {
      db = await testDatabase();
      dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-mailbox-'));
      server = await startDovecot();
    });
    afterEach(end);

    it('given a reader that is killed before each of its commands, when the next one goes on, then no report is lost and none is applied twice', async () => {
      sent = await givenSent(db, dataFolder, { people: 4 });
      const attempts = await sent.attempts();
      for (const { messageId } of attempts) server.put(aReport({ messageId: messageId! }));
      const killed: string[] = [];
      for (let command = 1; command <= 4; command++) killed.push(await readUntil(command, reader()));
      expect(new Set(killed)).toEqual(new Set(['FETCH', 'STORE', 'EXPUNGE']));
      expect(await readUntil(Infinity, reader())).toBe('');
      expect(server.count()).toBe(0);
      expect(await outcomes()).toEqual(attempts.map(() => 'applied'));
      expect(await sent.miscounted()).toEqual([]);
      expect(await sent.sum()).toEqual({ 'under-way': 4 });
      const entries: unknown[] = await db.source.query(`select from ledger_outbox where kind = 'dispatch.bounced'`);
      expect(entries).toHaveLength(4);
    }, 120_000);
  },
);

const reader = (): KilledReader => ({ server, databaseUrl: db.url, dataFolder });

async function end(): Promise<void> {
  await server.stop();
  await sent.end();
  await db.drop();
  fs.rmSync(dataFolder, { recursive: true });
}

function mailboxOf(over: Partial<Config> = {}): BounceMailboxService {
  const config = { ...sent.config, BOUNCE_MAILBOX_URL: server.url, ...over };
  return new BounceMailboxService(db.source, config, new DeliveryReportsService(db.source, sent.keyring, clock), clock);
}

async function outcomes(): Promise<string[]> {
  const rows: { outcome: string }[] = await db.source.query(`select outcome from delivery_report order by id`);
  return rows.map(({ outcome }) => outcome);
}
