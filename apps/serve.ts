import { settleErasures } from '#libs/backup/index.js';
import { requireSoundTemplates } from '#libs/letters/index.js';
import type { Platform } from './assembly.js';
import { startWeb } from './web/main.js';
import { startWorker } from './worker/main.js';

/** Serves the pages, and works the jobs in the same process unless told not to, until the process is asked to end. */
export async function serve(platform: Platform, withWork: boolean): Promise<void> {
  requireSoundTemplates();
  await settleErasures(platform.database, platform.config.keyFile);
  const web = await startWeb(platform);
  const worker = withWork ? await startWorker(platform) : null;
  process.stderr.write(
    `Tocsin is at ${web.url}${withWork ? '' : ' (jobs are left to `tocsin work`)'}. End it with Ctrl-C.\n`,
  );
  await endOfProcess();
  await web.close();
  await worker?.stop();
  await platform.close();
}

/** Works the jobs until the process is asked to end. */
export async function work(platform: Platform): Promise<void> {
  requireSoundTemplates();
  await settleErasures(platform.database, platform.config.keyFile);
  const worker = await startWorker(platform);
  process.stderr.write('The worker runs. End it with Ctrl-C.\n');
  await endOfProcess();
  await worker.stop();
  await platform.close();
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export async function endOfProcess(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
}
