import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { matchPersons, type Matching } from './matching.js';
import type { PersonToMatch } from './matching-keys.js';

/** Below it matching is done before a thread has started. */
const FEW = 1_000;

/** Matches in a thread beside this one: half a minute of counting must not stop answers and leases here. */
export async function matchBeside(persons: PersonToMatch[]): Promise<Matching> {
  if (persons.length < FEW) return matchPersons(persons);
  const worker = new Worker(path.join(import.meta.dirname, 'matching-thread.js'), {
    workerData: persons,
    execArgv: [],
    env: {},
  });
  return await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that matches persons ended')));
  });
}
