import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenSent, type GivenSent } from '#test/support/given-sent.js';
import { SettlingService, settlingHours } from './settling.service.js';

let db: TestDatabase;
let dataFolder: string;
let sent: GivenSent;
beforeEach(async () => {
  db = await testDatabase();
  dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-settling-'));
});
afterEach(async () => {
  await sent.end();
  await db.drop();
  fs.rmSync(dataFolder, { recursive: true });
});

describe('settling who is told', () => {
  it('given no bounce mailbox, when the hours of a letter have passed, then it arrived, with a ledger entry, and the younger one waits', async () => {
    sent = await givenSent(db, dataFolder, { people: 3, settles: false });
    const settling = new SettlingService(db.source, sent.config);
    const [old] = await sent.attempts();
    await db.source.query(`update dispatch set settled_at = clock_timestamp() - interval '73 hours' where id = $1`, [
      old!.id,
    ]);
    expect(await settling.settleArrivals()).toBe(1);
    expect(await sent.sum()).toEqual({ told: 1, 'under-way': 2 });
    expect(await sent.miscounted()).toEqual([]);
    const entries: { facts: unknown }[] = await db.source.query(
      `select facts from ledger_outbox where kind = 'dispatch.arrived'`,
    );
    expect(entries.map(({ facts }) => facts)).toMatchObject([{ dispatch: old!.id, hours: 72 }]);
    const { upTo } = await settling.state();
    const [now]: { now: Date }[] = await db.source.query(`select clock_timestamp() as now`);
    expect(Math.round((now!.now.getTime() - upTo!.getTime()) / 3_600_000)).toBe(72);
  });

  it('given a reminder, when it arrives, then its person is not told once more', async () => {
    sent = await givenSent(db, dataFolder, { settles: false });
    const settling = new SettlingService(db.source, sent.config);
    const passTime = (): Promise<unknown> =>
      db.source.query(
        `update dispatch set settled_at = clock_timestamp() - interval '73 hours' where arrived_at is null`,
      );
    await passTime();
    expect(await settling.settleArrivals()).toBe(1);
    await sent.sendAnother('reminder');
    await passTime();
    expect(await settling.settleArrivals()).toBe(1);
    expect(await db.source.query(`select letters_arrived as arrived from person`)).toEqual([{ arrived: 1 }]);
  });

  it('given several workers, when they settle at once, then each letter arrives once', async () => {
    sent = await givenSent(db, dataFolder, { people: 12, settles: false });
    await db.source.query(`update dispatch set settled_at = clock_timestamp() - interval '100 hours'`);
    const counts = await Promise.all([1, 2, 3].map(() => new SettlingService(db.source, sent.config).settleArrivals()));
    expect(counts.reduce((a, b) => a + b, 0)).toBe(12);
    expect(await sent.sum()).toEqual({ told: 12 });
    expect(await sent.miscounted()).toEqual([]);
  });

  it('given a peer on loopback, or none, then a letter arrived when it was taken', async () => {
    sent = await givenSent(db, dataFolder);
    expect(await sent.sum()).toEqual({ told: 1 });
    expect(settlingHours({ SETTLING_HOURS: 72, SMTP_URL: 'smtp://127.0.0.1:25' })).toBe(0);
    expect(settlingHours({ SETTLING_HOURS: 72, SMTP_URL: undefined })).toBe(0);
    expect(settlingHours({ SETTLING_HOURS: 72, SMTP_URL: 'smtps://relay.example' })).toBe(72);
  });
});
