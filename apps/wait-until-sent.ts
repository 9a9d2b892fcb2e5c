import { progressOf } from '#libs/delivery/index.js';
import { getNotice, type Notice } from '#libs/letters/index.js';
import type { Platform } from './assembly.js';
import { startWorker } from './worker/main.js';

/** Between two looks at the progress. */
const LOOK_MILLISECONDS = 500;

/**
 * Works the jobs in this process until the notice is sent or paused, saying now and then how far it is. Workers that
 * run elsewhere share the work.
 */
export async function waitUntilSent(
  platform: Platform,
  notice: Notice,
  say: (words: string) => void,
): Promise<Notice['state']> {
  const worker = await startWorker(platform);
  try {
    for (let said = -1; ;) {
      const { state } = await getNotice(platform.database.manager, notice.reference);
      const { letters, states, perMinute } = await progressOf(platform.database.manager, notice.id);
      const accepted = states
        .filter((group) => group.state === 'accepted')
        .reduce((sum, group) => sum + group.count, 0);
      if (accepted !== said) say(`  ${accepted} of ${letters} letters taken (${perMinute} in the last minute)`);
      said = accepted;
      if (state !== 'sending') return state;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
  } finally {
    await worker.stop();
  }
}
