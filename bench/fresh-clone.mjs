// Times the two commands of the README on a fresh clone of this repository, one after the other:
//   node bench/fresh-clone.mjs
// Needs git, and the npm registry. The clone goes into a temporary folder and is removed again.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-fresh-'));
chmodSync(folder, 0o711);

/** Runs a command, answers its last line of stdout and its seconds. */
function timed(command, args, cwd) {
  const since = performance.now();
  const { status, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const last = stdout.trim().split('\n').at(-1);
  return { status, last, seconds: Math.round((performance.now() - since) / 100) / 10 };
}

try {
  for (const name of ['demo', 'test']) {
    const clone = path.join(folder, name);
    timed('git', ['clone', '--quiet', root, clone], folder);
    const args = name === 'demo' ? ['run', '--silent', 'demo', '--', '--once'] : ['test', '--silent'];
    const { status, last, seconds } = timed('npm', args, clone);
    console.log(`npm ${args.filter((arg) => arg !== '--silent').join(' ')}: ${seconds} s, exit ${status}, ${last}`);
    timed('node', ['bin/tocsin', 'stop'], clone);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${cpus().length} cores, ${cpus()[0].model}, Node ${process.version}`);
