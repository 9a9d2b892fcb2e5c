import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE_SECONDS = 15;

/**
 * Asks until the answer is something other than false, null or undefined, and gives it. Fails after fifteen seconds: the
 * machine may be busy, but what has not happened by then does not happen.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  seconds = DEADLINE_SECONDS,
): Promise<NonNullable<T>> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`in ${seconds} seconds it did not happen that ${what}`);
    await pause(20);
  }
}
