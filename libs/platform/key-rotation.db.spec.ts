import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { rotateKey } from './key-rotation.js';
import { keyFingerprint, makeKeyFile, openKeyring, readKeyFile } from './keyring.js';
import type { Keyring } from './sealing.js';

let db: TestDatabase;
let folder: string;
let file: string;
let ring: Keyring;
let recorded: string[];
beforeEach(async () => {
  db = await testDatabase();
  folder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-rotation-'));
  file = path.join(folder, 'tocsin.key');
  makeKeyFile(file);
  ring = await openKeyring(db.source, readKeyFile(file));
  recorded = [];
});
afterEach(async () => {
  fs.rmSync(folder, { recursive: true });
  await db.drop();
});

const rotate = (): ReturnType<typeof rotateKey> =>
  rotateKey(db.source, file, (_, { after }) => {
    recorded.push(after);
    return Promise.resolve();
  });

describe('given a database sealed under a root key', () => {
  it('when the key is rotated, then the new one opens the same keys, the old one nothing, and it is kept', async () => {
    const old = readKeyFile(file);
    const { before, after, keptAs } = await rotate();
    expect([before, after]).toEqual([keyFingerprint(old), keyFingerprint(readKeyFile(file))]);
    expect(before).not.toBe(after);
    expect(await openKeyring(db.source, readKeyFile(file))).toEqual(ring);
    expect(await codeOf(openKeyring(db.source, old))).toBe('key-file.foreign');
    expect(readKeyFile(keptAs)).toEqual(old);
    expect(fs.statSync(file).mode & 0o077).toBe(0);
    expect(recorded).toEqual([after]);
  });

  it('when it is rotated twice, then both old keys are kept', async () => {
    const kept = [(await rotate()).keptAs, (await rotate()).keptAs];
    expect(new Set(kept.map((one) => keyFingerprint(readKeyFile(one)))).size).toBe(2);
    expect(await openKeyring(db.source, readKeyFile(file))).toEqual(ring);
  });

  it('when it was cut off before the database changed, then the next call ends it with the key that was begun', async () => {
    makeKeyFile(`${file}.next`);
    const begun = keyFingerprint(readKeyFile(`${file}.next`));
    expect((await rotate()).after).toBe(begun);
    expect(await openKeyring(db.source, readKeyFile(file))).toEqual(ring);
  });

  it('when it was cut off after the database changed and before the files did, then the next call ends it, recorded once', async () => {
    const { keptAs, after } = await rotate();
    fs.renameSync(file, `${file}.next`);
    fs.renameSync(keptAs, file);
    expect(await codeOf(openKeyring(db.source, readKeyFile(file)))).toBe('key-file.foreign');
    expect((await rotate()).after).toBe(after);
    expect(await openKeyring(db.source, readKeyFile(file))).toEqual(ring);
    expect(recorded).toEqual([after]);
  });

  it('when what goes along with it fails, then the old key still opens', async () => {
    const failing = rotateKey(db.source, file, () => Promise.reject(new Error('no ledger')));
    await expect(failing).rejects.toThrow('no ledger');
    expect(await openKeyring(db.source, readKeyFile(file))).toEqual(ring);
  });

  it('when the key in place is of another database, then nothing changes and it is said', async () => {
    const own = readKeyFile(file);
    fs.rmSync(file);
    makeKeyFile(file);
    expect(await codeOf(rotate())).toBe('key-file.foreign');
    expect(await openKeyring(db.source, own)).toEqual(ring);
  });
});
