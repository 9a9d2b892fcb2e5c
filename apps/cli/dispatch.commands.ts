import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { answer, progress } from './output.js';
import { isJson } from './system.commands.js';

export function registerDispatch(program: Command): void {
  const dispatch = program.command('dispatch').description('attempts to bring letters');
  listCommand(dispatch);
  settleCommand(dispatch);
  cancelCommand(dispatch);
}

function listCommand(dispatch: Command): void {
  dispatch
    .command('list <breach>')
    .description('attempts of a breach, without names or addresses')
    .option('--state <state>', 'queued, sending, accepted, deferred, refused, unknown, …')
    .action(async (breach: string, options: { state?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { listAttempts } = await import('./dispatch-list.js');
      await withContext(async (context) => {
        const items = await listAttempts(context, breach, options.state);
        answer(
          isJson(command),
          { items, next: null },
          items.map((item) => `${item.dispatch}  ${item.reference}  ${item.channel}  ${item.state}`).join('\n') ||
            'None.',
        );
      });
    });
}

interface SettleOptions {
  relayLog: string;
  completeUntil?: string;
  as?: string;
}

function settleCommand(dispatch: Command): void {
  dispatch
    .command('settle <breach>')
    .description("settle attempts in doubt by the relay's log")
    .requiredOption('--relay-log <file>', 'syslog of Postfix, or lines EPOCH message-id=<ID> to=ADDRESS status=STATUS')
    .option('--complete-until <time>', 'the moment up to which the log tells everything; else that of its last line')
    .option('--as <email>', 'staff account that does it')
    .action(async (breach: string, options: SettleOptions, command: Command) => {
      const { withContext } = await import('./context.js');
      const { RelayLogReader, RelaySettlingService, isRealRelay } = await import('#libs/delivery/index.js');
      const { Problem } = await import('#libs/platform/index.js');
      const until = options.completeUntil === undefined ? null : new Date(options.completeUntil);
      if (until && Number.isNaN(until.getTime()))
        throw new Problem('bad-input', 'settle.time-faulty', 'Write --complete-until as 2026-11-24T10:00:00+01:00.');
      await withContext(async ({ platform, get, actor }) => {
        const by = options.as ? await actor(options.as) : null;
        const now = platform.clock.now();
        const reader = new RelayLogReader(now, -now.getTimezoneOffset());
        await readLines(options.relayLog, (line) => reader.take(line));
        const log = reader.finish();
        if (log.lines > 0 && log.otherLines === log.lines)
          throw new Problem(
            'bad-input',
            'settle.log-unreadable',
            'No line of this file begins with a time. Give the syslog of the relay, or lines `EPOCH message-id=<ID> to=ADDRESS status=sent|deferred|bounced`.',
          );
        // What a relay on this machine has taken stands in its log already.
        const complete = until ?? (isRealRelay(platform.config) ? null : platform.clock.now());
        const settled = await get(RelaySettlingService).settle(by, breach, log, complete);
        if (settled.missing > 0)
          progress(
            `${settled.missing} letters that the relay took do not stand in this log, so it proves nothing about the others: none was queued again.`,
          );
        const { doubtful, accepted, bounced, queued, left, arrived } = settled;
        const words = `${doubtful} were in doubt: ${accepted} taken, ${bounced} came back, ${queued} queued again, ${left} still in doubt. ${arrived} more seen to have arrived.`;
        answer(isJson(command), { breach, ...settled }, words);
      });
    });
}

async function readLines(file: string, take: (line: string) => void): Promise<void> {
  const { Problem } = await import('#libs/platform/index.js');
  try {
    for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity }))
      take(line);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR') throw error;
    throw new Problem(
      'bad-input',
      'settle.log-unreadable',
      'The log cannot be read. Name a file that this user may read.',
    );
  }
}

function cancelCommand(dispatch: Command): void {
  dispatch
    .command('cancel <breach> <dispatch>')
    .description('give up an attempt in doubt: its letter goes another way, and may arrive twice')
    .option('--as <email>', 'staff account that decides')
    .action(async (breach: string, id: string, options: { as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { DoubtsService } = await import('#libs/delivery/index.js');
      await withContext(async ({ get, actor }) => {
        const goesOn = await get(DoubtsService).giveUp(await actor(options.as), breach, id);
        const words = goesOn
          ? 'The letter goes another way, and may arrive twice.'
          : 'No other way is left: look for an address.';
        answer(isJson(command), { dispatch: id, goesOn }, words);
      });
    });
}
