import { parentPort, workerData } from 'node:worker_threads';
import { RosterChunks, type ChunkContext } from './roster-chunks.js';
import type { CrewAnswer, CrewTask } from './roster-crew.js';

/** A thread that checks and seals the chunks of one import: it answers each task in the order in which it was asked. */
const chunks = new RosterChunks(workerData as ChunkContext);

parentPort!.on('message', ({ id, method, parts }: CrewTask) => {
  try {
    const answer: unknown = (chunks[method] as (...all: unknown[]) => unknown).apply(chunks, parts);
    parentPort!.postMessage({ id, answer } satisfies CrewAnswer, transferable(answer));
  } catch (error) {
    parentPort!.postMessage({ id, error: (error as Error).message } satisfies CrewAnswer, []);
  }
});

/** COPY files change hands without being copied; each stands alone in its memory. */
function transferable(answer: unknown): ArrayBuffer[] {
  if (answer === null || typeof answer !== 'object') return [];
  return ['persons', 'contacts', 'exposures'].flatMap((name) => {
    const bytes = (answer as Record<string, unknown>)[name];
    return bytes instanceof Uint8Array && bytes.buffer.byteLength > 65_536 ? [bytes.buffer as ArrayBuffer] : [];
  });
}
