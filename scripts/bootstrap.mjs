// What `npm test` and `npm run demo` do first. Plain JavaScript without packages: it runs before any is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];
/** Long enough for a slow line; a registry that does not answer ends the command instead of hanging it. */
const INSTALL_SECONDS = 900;
const BUILD_SECONDS = 300;

/** Ends the process with one sentence where Node is too old to run what follows. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  process.stderr.write(
    `Tocsin needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}. Install a newer Node, then try again.\n`,
  );
  process.exit(1);
}

/**
 * Runs a program in the repository. `show` gets its output as it comes, stdout and stderr alike. Resolves to its exit
 * code, or to 1 with a line that says so when it could not be started or took longer than `seconds`. Never rejects.
 */
export function run(program, args, { seconds, show, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const limit = setTimeout(() => {
      show(`This took longer than ${seconds} s and was ended.\n`);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 5000).unref();
    }, seconds * 1000);
    const passOn = (signal) => child.kill(signal);
    process.on('SIGTERM', passOn);
    const end = (code) => {
      clearTimeout(limit);
      process.off('SIGTERM', passOn);
      resolve(code);
    };
    child.stdout.on('data', show);
    child.stderr.on('data', show);
    child.on('error', (error) => {
      show(`${program} could not be started (${error.code}).\n`);
      end(1);
    });
    // 'close', not 'exit': the last words may still be on their way at the exit. A child that was killed has no code.
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Runs npm, the one that started us where there is one. */
export function npm(args, options) {
  const started = process.env['npm_execpath'];
  return started && /npm-cli\.c?js$/.test(started)
    ? run(process.execPath, [started, ...args], options)
    : run('npm', args, options);
}

/** Installs exactly what the lock names unless it is there already. Answers the exit code. */
export async function install(show) {
  if (isInstalled()) return 0;
  // Whatever the machine is set to (NODE_ENV=production leaves them out), the build needs the development packages.
  return await npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], {
    seconds: INSTALL_SECONDS,
    show,
  });
}

/** Compiles into dist, which also checks the types. Answers the exit code. */
export async function build(show) {
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  return await run(process.execPath, [compiler, '-p', 'tsconfig.json'], { seconds: BUILD_SECONDS, show });
}

/**
 * Whether node_modules holds what package-lock.json names, by the record that npm leaves there at the end of every
 * install. Packages for other platforms are not in it.
 */
export function isInstalled() {
  const record = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const { packages: wanted } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const { packages: found } = JSON.parse(readFileSync(record, 'utf8'));
  const places = Object.keys(wanted).filter((place) => place !== '');
  const isSame = (place) => {
    const here = found[place];
    return here ? here.version === wanted[place].version : wanted[place].optional === true;
  };
  return places.every(isSame) && Object.keys(found).every((place) => place in wanted);
}
