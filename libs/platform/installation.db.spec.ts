import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { readConfig, type Config } from './config.js';
import { connect, makeDataSource } from './database.js';
import {
  advanceSendingEpoch,
  isBehind,
  rememberInstallation,
  settleInstallation,
  type FenceReason,
} from './installation.js';

const NOW = new Date('2026-11-24T09:30:00Z');

let db: TestDatabase;
let base: string;
let config: Config;
beforeEach(async () => {
  db = await testDatabase();
  base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-installation-'));
  config = readConfig({ DATABASE_URL: db.url, TOCSIN_DATA_DIR: path.join(base, 'data') });
});
afterEach(async () => {
  fs.rmSync(base, { recursive: true });
  await db.drop();
});

const settle = async (on: Config = config): Promise<FenceReason | null> =>
  await db.source.transaction((tx) => settleInstallation(tx, on, NOW));
const send = async (on: Config = config): Promise<void> => await advanceSendingEpoch(db.source.manager, on);
const state = async (): Promise<{ id: string; fence: number }> => {
  const [row]: { id: string; fence: number }[] = await db.source.query(`select id, fence from installation`);
  return row!;
};
/** The database as it is after somebody put a snapshot of it back. */
const setBack = async (epoch: number): Promise<void> => {
  await db.source.query(`select setval('sending_epoch', $1)`, [epoch]);
};

describe('given a database that was opened and sent', () => {
  beforeEach(async () => {
    await settle();
    for (let claims = 0; claims < 3; claims++) await send();
  });

  it('when it is opened again, here or on a machine that never sent for it, then nothing is stopped', async () => {
    expect(await settle()).toBeNull();
    expect(await settle({ ...config, dataFolder: path.join(base, 'other') })).toBeNull();
    expect((await state()).fence).toBe(0);
  });

  it('when it was set back to before the last claim, then letters are stopped, once', async () => {
    await setBack(2);
    expect(await settle()).toBe('rolled-back');
    expect(await settle()).toBeNull();
    await send();
    expect(await settle()).toBeNull();
    expect((await state()).fence).toBe(1);
  });

  it('when it was set back to before the first claim, then that is noticed too', async () => {
    await db.source.query(`alter sequence sending_epoch restart`);
    expect(await settle()).toBe('rolled-back');
  });

  it('when it was set back to before an earlier stop, then no number of claims since hides it', async () => {
    await setBack(2);
    await settle();
    await send();
    await db.source.query(`update installation set fence = 0, fenced_at = null, fenced_because = null`);
    await setBack(1_000);
    expect(await settle()).toBe('rolled-back');
    expect((await state()).fence).toBe(2);
  });

  it('when it is copied by SQL, then the copy is stopped and the first one is not', async () => {
    const name = `t_${randomBytes(8).toString('hex')}`;
    const url = new URL(db.url);
    const original = url.pathname.slice(1);
    await db.source.destroy();
    url.pathname = '/postgres';
    const server = await connect(makeDataSource(url.href, [], [], 1));
    await server.query(`create database ${name} template ${original}`);
    url.pathname = `/${name}`;
    const copy = await connect(makeDataSource(url.href, [], [], 1));
    try {
      expect(await copy.transaction((tx) => settleInstallation(tx, config, NOW))).toBe('copied');
      await db.source.initialize();
      expect(await settle()).toBeNull();
    } finally {
      await copy.destroy();
      await server.query(`drop database ${name} with (force)`);
      await server.destroy();
    }
  });
});

describe('given the embedded database in its folder', () => {
  it('when the folder is copied, then the copy is stopped and the first one is not', async () => {
    const here: Config = { ...config, DATABASE_URL: undefined };
    fs.mkdirSync(here.dataFolder);
    await settle(here);
    await rememberInstallation(db.source.manager, here);
    const there = { ...here, dataFolder: path.join(base, 'copy') };
    fs.cpSync(here.dataFolder, there.dataFolder, { recursive: true });
    expect(await settle(here)).toBeNull();
    expect(await settle(there)).toBe('copied');
  });
});

describe('given two marks of sending', () => {
  const mark = fc.record({ fence: fc.nat(3), epoch: fc.nat(5) });

  it('when neither is behind the other, then they are the same, and never is each behind the other', () => {
    fc.assert(
      fc.property(mark, mark, (a, b) => {
        expect(isBehind(a, b) && isBehind(b, a)).toBe(false);
        expect(!isBehind(a, b) && !isBehind(b, a)).toBe(a.fence === b.fence && a.epoch === b.epoch);
      }),
    );
  });
});
