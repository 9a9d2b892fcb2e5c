import { parentPort, workerData } from 'node:worker_threads';
import { matchPersons } from './matching.js';
import type { PersonToMatch } from './matching-keys.js';

/** A thread that matches once. Buffers arrive as plain bytes. */
const persons = (workerData as PersonToMatch[]).map((person) => ({
  ...person,
  numberTraces: person.numberTraces && Buffer.from(person.numberTraces),
}));
parentPort!.postMessage(matchPersons(persons), []);
