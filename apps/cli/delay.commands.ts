import type { Command } from 'commander';
import { answer } from './output.js';
import { isJson } from './system.commands.js';

/** Requests of an authority to wait with telling the persons, and their ends. */
export function registerDelay(breach: Command): void {
  delayCommand(breach);
  delayEndCommand(breach);
}

interface DelayOptions {
  askedBy: string;
  document: string;
  review: string;
  until?: string;
  as?: string;
}

function delayCommand(breach: Command): void {
  breach
    .command('delay <breach>')
    .description('an authority asks in writing to wait: nothing is sent, published or answered meanwhile')
    .requiredOption('--asked-by <name>', 'the authority')
    .requiredOption('--document <reference>', 'its letter, by its own reference')
    .requiredOption('--review <date>', 'the day on which somebody asks whether it still holds, as 2026-12-01')
    .option('--until <time>', 'until when it asks to wait, as 2026-12-01T12:00:00+01:00')
    .option('--as <email>', 'data protection officer who records it')
    .action(async (reference: string, options: DelayOptions, command: Command) => {
      const { withContext } = await import('./context.js');
      const { LegalDelaysService } = await import('#libs/breach/index.js');
      const { CampaignService } = await import('#libs/delivery/index.js');
      await withContext(async ({ get, actor }) => {
        const by = await actor(options.as);
        const { askedBy, document, review: reviewOn, until = null } = options;
        await get(LegalDelaysService).begin(by, reference, { askedBy, document, reviewOn, until }, (tx, breachId) =>
          get(CampaignService).pauseForDelay(tx, by, breachId),
        );
        answer(isJson(command), { breach: reference, delayed: true }, `Nothing of ${reference} leaves any more.`);
      });
    });
}

function delayEndCommand(breach: Command): void {
  breach
    .command('delay-end <breach>')
    .description('the authority took it back; paused letters go on by `notice resume`')
    .requiredOption('--reason <text>', 'why it ends')
    .option('--nevertheless', 'it still asks to wait, and the controller decides to send nevertheless')
    .option('--as <email>', 'data protection officer who says so')
    .action(
      async (reference: string, options: { reason: string; nevertheless?: boolean; as?: string }, command: Command) => {
        const { withContext } = await import('./context.js');
        const { LegalDelaysService } = await import('#libs/breach/index.js');
        await withContext(async ({ get, actor }) => {
          const end = { reason: options.reason, isNevertheless: options.nevertheless === true };
          await get(LegalDelaysService).end(await actor(options.as), reference, end);
          answer(
            isJson(command),
            { breach: reference, delayed: false },
            `Letters of ${reference} may leave. Those that were paused go on by \`bin/tocsin notice resume\`.`,
          );
        });
      },
    );
}
