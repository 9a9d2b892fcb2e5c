import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { record } from '#libs/ledger/index.js';
import { readConfig } from '#libs/platform/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { LOTTE, givenSending, type Sent } from '#test/support/given-sending.js';
import { requireLive } from './go-live.js';
import { GoLiveService } from './go-live.service.js';

let db: TestDatabase;
let dataFolder: string;
let sent: Sent;
let service: GoLiveService;
let config: ReturnType<typeof readConfig>;
beforeEach(async () => {
  db = await testDatabase();
  dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-go-live-'));
  sent = await givenSending(db, dataFolder, {}, {}, [LOTTE]);
  config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: db.url,
    SMTP_URL: 'smtps://relay.agency.example:465',
    BOUNCE_MAILBOX_URL: 'imaps://reports:secret@mail.agency.example/INBOX',
    TOCSIN_DATA_DIR: dataFolder,
  });
  service = new GoLiveService(db.source, config, sent.given.breaches);
});
afterEach(async () => {
  await sent.end();
  await db.drop();
  fs.rmSync(dataFolder, { recursive: true });
});

const tested = async (outcome: string): Promise<void> => {
  await db.source.transaction((tx) =>
    record(tx, { kind: 'notice.tested', actor: 'x', breachId: sent.given.breach.id, facts: { outcome } }),
  );
};
const read = async (hoursAgo: number): Promise<void> => {
  await db.source.query(`update mailbox_poll set read_at = clock_timestamp() - make_interval(hours => $1)`, [hoursAgo]);
};
const goLive = (testArrived: boolean, withoutBounces: string | null = null): Promise<boolean> =>
  service.goLive(sent.given.dpo, sent.given.breach.reference, { testArrived, withoutBounces });
const live = (): Promise<string> => codeOf(requireLive(db.source.manager, config, sent.given.breach));

describe('given a relay beyond this machine', () => {
  it('when nobody let the breach live, then nothing is sent; with a test letter that arrived and a mailbox that was read, it may', async () => {
    expect(await live()).toBe('breach.not-live');
    await tested('accepted');
    await read(1);
    await goLive(true);
    expect(await live()).toBe('done');
    const rows: object[] = await db.source.query(
      `select test_arrived_at is not null as test, bounces_read_at is not null as bounces, without_bounces_reason as reason from breach_go_live`,
    );
    expect(rows).toEqual([{ test: true, bounces: true, reason: null }]);
  });

  it.each<[string, () => Promise<void>, boolean, RegExp]>([
    ['no test letter was sent', () => read(1), true, /notice test/],
    ['the relay did not take it', async () => (await tested('refused'), await read(1)), true, /notice test/],
    ['nobody says that it arrived', async () => (await tested('accepted'), await read(1)), false, /--test-arrived/],
    [
      'the mailbox was read too long ago',
      async () => (await tested('accepted'), await read(30)),
      true,
      /BOUNCE_MAILBOX_URL/,
    ],
  ])('when %s, then letters stay, and the sentence says what to do', async (_, prepare, arrived, says) => {
    await prepare();
    expect((await problemOf(goLive(arrived)))?.message).toMatch(says);
    expect(await live()).toBe('breach.not-live');
  });

  it('when the officer gives a reason, then it stands for both, and is kept', async () => {
    await goLive(false, ' The mailbox is being moved. ');
    expect(await live()).toBe('done');
    expect(await db.source.query(`select without_bounces_reason as reason from breach_go_live`)).toEqual([
      { reason: 'The mailbox is being moved.' },
    ]);
  });

  it('when HR tries, then only the data protection officer may', async () => {
    const { hr, breach } = sent.given;
    expect(await codeOf(service.goLive(hr, breach.reference, { testArrived: true, withoutBounces: 'x' }))).toBe(
      'permission.missing',
    );
  });
});
