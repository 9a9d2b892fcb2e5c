import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stopEmbeddedPostgres } from '#libs/platform/index.js';
import { ROOT } from './repository.js';

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A machine of its own: a data folder with the embedded database, a folder for keys, one for temporary files. */
export interface Machine {
  base: string;
  dataFolder: string;
  keyFile: string;
  /** Everything that its commands printed. */
  printed: string[];
  /** Runs a command of `bin/tocsin` as it was built; `input` goes to its standard input. */
  run(args: string[], env?: Record<string, string>): Promise<Ran>;
  /** Runs a command that has to be done, and gives its answer. */
  done(args: string[], env?: Record<string, string>): Promise<Record<string, unknown>>;
  /** Runs a command and kills its process once `when` has come; answers the signal that ended it. */
  killed(args: string[], when: () => Promise<unknown>): Promise<string | null>;
  remove(): Promise<void>;
}

export function aMachine(): Machine {
  const base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-machine-'));
  // As root the database runs as another user, which must be able to enter.
  fs.chmodSync(base, 0o711);
  const [dataFolder, keys, temporary] = ['data', 'keys', 'tmp'].map((name) => path.join(base, name));
  for (const folder of [dataFolder, keys, temporary]) fs.mkdirSync(folder!, { mode: 0o711 });
  const keyFile = path.join(keys!, 'tocsin.key');
  const printed: string[] = [];
  const ownEnv = {
    TOCSIN_DATA_DIR: dataFolder!,
    TOCSIN_KEY_FILE: keyFile,
    TMPDIR: temporary!,
    PORT: '0',
    LOG_LEVEL: 'info',
  };
  const start = (args: string[], env: Record<string, string>) =>
    spawn(process.execPath, [path.join(ROOT, 'bin/tocsin'), ...args], {
      env: { PATH: process.env['PATH'], ...ownEnv, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const run: Machine['run'] = async (args, env = {}) => {
    const child = start(args, env);
    const ran: Ran = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (bytes: Buffer) => (ran.stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (ran.stderr += bytes.toString()));
    ran.code = await new Promise((resolve) => child.once('close', resolve));
    printed.push(ran.stdout, ran.stderr);
    return ran;
  };
  return {
    base,
    dataFolder: dataFolder!,
    keyFile,
    printed,
    run,
    async done(args, env) {
      const { code, stdout, stderr } = await run([...args, '--json'], env);
      if (code !== 0) throw new Error(`tocsin ${args.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as Record<string, unknown>;
    },
    async killed(args, when) {
      const child = start(args, {});
      const ended = new Promise<string | null>((resolve) => child.once('close', (_code, signal) => resolve(signal)));
      await when();
      child.kill('SIGKILL');
      return await ended;
    },
    async remove() {
      await stopEmbeddedPostgres(dataFolder!);
      const place = clusterOf(dataFolder!);
      if (place && !place.startsWith(dataFolder!)) fs.rmSync(path.dirname(place), { recursive: true, force: true });
      // The keeper of the database may write a last word meanwhile.
      fs.rmSync(base, { recursive: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Where the files of the embedded database lie. */
export function clusterOf(dataFolder: string): string | null {
  const record = path.join(dataFolder, 'database.json');
  if (!fs.existsSync(record)) return null;
  return (JSON.parse(fs.readFileSync(record, 'utf8')) as { folder: string }).folder;
}
