import { existsSync } from 'node:fs';
import path from 'node:path';
import { describeWhen } from './describe-when.js';
import { ROOT } from './root.js';

/** The folder of one outside test corpus, or null where this machine has none. */
export function corpus(name: string): string | null {
  const home = process.env['TOCSIN_CORPORA'] || path.resolve(ROOT, '../shared/corpora');
  const folder = path.join(home, name);
  return existsSync(folder) ? folder : null;
}

/**
 * Tests on a corpus; `tests` is called with its folder. Elsewhere they are reported as one skipped test that says why:
 * the project's own tests stand without any corpus.
 */
export function describeWithCorpus(name: string, tests: (folder: string) => void): void {
  const missing = `the corpus "${name}" is not on this machine: TOCSIN_CORPORA names the folder that holds it`;
  describeWhen(corpus(name), `corpus ${name}`, missing, tests);
}
