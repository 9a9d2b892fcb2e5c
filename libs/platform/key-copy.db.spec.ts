import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { migrations } from '#migrations/index.js';
import { checkHealth, type HealthCheck } from './doctor.js';
import { checkKeyCopy } from './key-copy.js';
import { keyFingerprint, makeKeyFile, openKeyring, readKeyFile } from './keyring.js';

let db: TestDatabase;
let base: string;
let inUse: string;
let copy: string;
beforeEach(async () => {
  db = await testDatabase();
  base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-copy-'));
  inUse = path.join(base, 'tocsin.key');
  copy = path.join(base, 'copy.key');
  makeKeyFile(inUse);
});
afterEach(async () => {
  fs.rmSync(base, { recursive: true });
  await db.drop();
});

/** What the doctor says in production of the copy of the key. */
async function told(): Promise<HealthCheck> {
  const env = {
    NODE_ENV: 'production',
    SMTP_URL: 'smtp://127.0.0.1:1',
    DATABASE_URL: db.url,
    TOCSIN_DATA_DIR: path.join(base, 'data'),
    TOCSIN_KEY_FILE: inUse,
    PORT: '0',
  };
  return (await checkHealth(env, migrations)).checks.find(({ name }) => name === 'copy of the key')!;
}

describe('given a copy of the key', () => {
  it('when it is proved, then the doctor in production is content; and not any more with another key', async () => {
    fs.copyFileSync(inUse, copy);
    expect(await told()).toMatchObject({ state: 'fault', mend: expect.stringContaining('keys check COPY') });
    expect(await checkKeyCopy(db.source, inUse, copy)).toBe(keyFingerprint(readKeyFile(inUse)));
    expect(await told()).toMatchObject({ state: 'ok' });
    fs.rmSync(inUse);
    fs.rmSync(`${inUse}.erasures`);
    makeKeyFile(inUse);
    expect(await told()).toMatchObject({ state: 'fault' });
  });

  it('when the key in use is lost, then its copy still proves itself', async () => {
    await openKeyring(db.source, readKeyFile(inUse));
    fs.renameSync(inUse, copy);
    expect(await checkKeyCopy(db.source, inUse, copy)).toBe(keyFingerprint(readKeyFile(copy)));
  });

  it('when it is the file in use, or a link to it, then it proves nothing', async () => {
    fs.symlinkSync(inUse, copy);
    fs.linkSync(inUse, path.join(base, 'hard.key'));
    for (const file of [inUse, copy, path.join(base, 'hard.key')])
      expect(await codeOf(checkKeyCopy(db.source, inUse, file))).toBe('key-copy.same-file');
    expect(await told()).toMatchObject({ state: 'fault' });
  });

  it('when it is the key of another database, then it is no copy', async () => {
    makeKeyFile(copy);
    expect(await codeOf(checkKeyCopy(db.source, inUse, copy))).toBe('key-copy.foreign');
    expect(await told()).toMatchObject({ state: 'fault' });
  });

  it('when nothing is sealed and the key in use is not there, then no key is made of the copy', async () => {
    fs.renameSync(inUse, copy);
    expect(await codeOf(checkKeyCopy(db.source, inUse, copy))).toBe('key-copy.nothing-sealed');
    expect(await db.source.query(`select from installation_key`)).toEqual([]);
  });
});
