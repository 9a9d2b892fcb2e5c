import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { answer, progress } from './output.js';
import { printCommand } from './print.commands.js';
import { isJson } from './system.commands.js';

interface ByOptions {
  as?: string;
}

export function registerNotice(program: Command): void {
  const notice = program.command('notice').description('notices to the affected people');
  noticeDraftCommand(notice);
  movesCommand(notice);
  noticeSendCommand(notice);
  noticePreviewCommand(notice);
  printCommand(notice);
  dispatchListCommand(program);
}

function noticeDraftCommand(notice: Command): void {
  notice
    .command('draft <breach>')
    .description('draft a notice with the shipped text')
    .option('--kind <kind>', 'initial, follow-up, reminder or correction', 'initial')
    .option('--subject <form>', 'plain or neutral subject line; without it the breach decides')
    .option('--as <email>', 'its author')
    .action(async (breach: string, options: ByOptions & { kind: string; subject?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { NoticesService } = await import('#libs/letters/index.js');
      await withContext(async ({ get, actor }) => {
        const by = await actor(options.as);
        const drafted = await get(NoticesService).draft(by, breach, options.kind, options.subject ?? '');
        answer(isJson(command), { notice: drafted.reference }, `Drafted ${drafted.reference}.`);
      });
    });
}

function movesCommand(notice: Command): void {
  for (const [verb, description, done] of [
    ['submit', 'hand a draft to the second person', 'waits for approval'],
    ['approve', 'allow the letters, by another account than the author', 'is approved'],
    ['withdraw', 'take a notice back before anything of it was sent', 'is withdrawn'],
  ] as const) {
    notice
      .command(`${verb} <notice>`)
      .description(description)
      .option('--as <email>', 'staff account that does it')
      .action(async (reference: string, options: ByOptions, command: Command) => {
        const { withContext } = await import('./context.js');
        const { NoticesService } = await import('#libs/letters/index.js');
        await withContext(async ({ get, actor }) => {
          const moved = await get(NoticesService)[verb](await actor(options.as), reference);
          answer(isJson(command), { notice: moved.reference, state: moved.state }, `${moved.reference} ${done}.`);
        });
      });
  }
}

function noticeSendCommand(notice: Command): void {
  notice
    .command('send <notice>')
    .description('send an approved notice')
    .option('--as <email>', 'staff account that sends')
    .option('--wait', 'work the jobs here until it is sent')
    .action(async (reference: string, options: ByOptions & { wait?: boolean }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { SendingService } = await import('#libs/delivery/index.js');
      await withContext(async (context) => {
        const sending = await context.get(SendingService).send(await context.actor(options.as), reference);
        const state = options.wait
          ? await (await import('../wait-until-sent.js')).waitUntilSent(context.platform, sending, progress)
          : sending.state;
        answer(
          isJson(command),
          { notice: reference, state },
          `${reference} is ${state === 'sent' ? 'sent' : 'being sent'}.`,
        );
      });
    });
}

function noticePreviewCommand(notice: Command): void {
  notice
    .command('preview <notice>')
    .description("a person's letter")
    .requiredOption('--person <reference>', 'the roster reference')
    .requiredOption('--format <format>', 'html, text, pdf, large (a PDF in large print) or eml')
    .requiredOption('--out <file>', 'file to write')
    .option('--as <email>', 'staff account that reads')
    .action(
      async (
        reference: string,
        options: ByOptions & { person: string; format: string; out: string },
        command: Command,
      ) => {
        const { withContext } = await import('./context.js');
        const { Problem } = await import('#libs/platform/index.js');
        const { PreviewsService, isPreviewForm } = await import('#libs/letters/index.js');
        const form = options.format;
        if (!isPreviewForm(form))
          throw new Problem('bad-input', 'preview.format-unknown', 'Choose the format html, text, pdf, large or eml.');
        await withContext(async ({ get, actor }) => {
          const by = await actor(options.as);
          const { bytes } = await get(PreviewsService).file(by, reference, options.person, form);
          writeFileSync(options.out, bytes);
          answer(
            isJson(command),
            { notice: reference, person: options.person, file: options.out },
            `Wrote ${options.out}.`,
          );
        });
      },
    );
}

function dispatchListCommand(program: Command): void {
  program
    .command('dispatch')
    .description('attempts to bring letters')
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
