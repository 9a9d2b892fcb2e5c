import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { withFolderLock } from './embedded-postgres-lock.js';
import { birthOf, isAlive, isSameProcess } from './embedded-postgres-processes.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-lock-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

describe('the lock of a folder', () => {
  it('given ten that want in at once, then one is in at a time and nothing is left', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await pause(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => withFolderLock(folder, work)));
    expect(most).toBe(1);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('given the flag of a process that was killed, then it counts for nothing and is cleared', async () => {
    const child = spawn('sleep', ['60']);
    const [pid, birth] = [child.pid!, birthOf(child.pid!)];
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    fs.writeFileSync(path.join(folder, `postgres.lock-${pid}-${birth}-00000000`), '');
    expect(await withFolderLock(folder, () => Promise.resolve('in'))).toBe('in');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('given the flag of a living process, then it waits until the flag is down', async () => {
    const flag = path.join(folder, `postgres.lock-${process.ppid}-${birthOf(process.ppid)}-00000000`);
    fs.writeFileSync(flag, '');
    let entered = false;
    const waiting = withFolderLock(folder, () => Promise.resolve((entered = true)));
    await pause(200);
    expect(entered).toBe(false);
    fs.rmSync(flag);
    expect(await waiting).toBe(true);
  });

  it('given work that fails, then the lock is free again', async () => {
    await expect(withFolderLock(folder, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe('whether a process is the same', () => {
  it('given a number that was given out again, then it is another process', () => {
    expect(isSameProcess(process.pid, birthOf(process.pid))).toBe(true);
    expect(isSameProcess(process.pid, 'born at another time')).toBe(false);
  });

  it.each([0, -1, Number.NaN, 2 ** 30])('given %p, then no process is alive', (pid) =>
    expect(isAlive(pid)).toBe(false),
  );
});
