import type { Command } from 'commander';
import { answer } from './output.js';
import { isJson } from './system.commands.js';

/** `notice remind`: when whoever does not reply is reminded, or that nobody is any more. */
export function registerRemind(notice: Command): void {
  notice
    .command('remind <notice>')
    .description('draft reminders by schedule for those who do not reply; a second person allows each')
    .option('--after <days>', 'days after the notice, or the last reminder, was sent: 1 to 90', '')
    .option('--at-most <times>', 'reminders at most: 1 to 5', '')
    .option('--off', 'draft no further reminders')
    .option('--as <email>', 'staff account that sets it, and is their author')
    .action(
      async (
        reference: string,
        options: { after: string; atMost: string; off?: boolean; as?: string },
        command: Command,
      ) => {
        const { withContext } = await import('./context.js');
        const { RemindersService } = await import('#libs/delivery/index.js');
        await withContext(async ({ get, actor }) => {
          const by = await actor(options.as);
          const reminders = get(RemindersService);
          const { schedule, drafted, dueAt } = options.off
            ? await reminders.end(by, reference)
            : await reminders.set(by, reference, { days: options.after, times: options.atMost });
          const words = schedule
            ? `Reminders of ${reference}: after ${schedule.afterDays} days, at most ${schedule.atMost}; ${drafted} drafted so far.`
            : `No further reminder of ${reference} is drafted.`;
          answer(isJson(command), { notice: reference, schedule, drafted, dueAt }, words);
        });
      },
    );
}
