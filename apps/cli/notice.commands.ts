import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { answer, progress } from './output.js';
import { registerDispatch } from './dispatch.commands.js';
import { printCommand } from './print.commands.js';
import { registerRemind } from './remind.commands.js';
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
  noticeTestCommand(notice);
  registerRemind(notice);
  printCommand(notice);
  registerDispatch(program);
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
    ['withdraw', 'take a notice back: what of it has not left yet stays here for good', 'is withdrawn'],
    ['pause', 'stop sending for now: at most the letters leave whose connection is open', 'is paused'],
    ['resume', 'go on sending where it stopped', 'is being sent again'],
  ] as const) {
    notice
      .command(`${verb} <notice>`)
      .description(description)
      .option('--as <email>', 'staff account that does it')
      .action(async (reference: string, options: ByOptions, command: Command) => {
        const { origin, withContext } = await import('./context.js');
        const { NoticesService } = await import('#libs/letters/index.js');
        const { CampaignService } = await import('#libs/delivery/index.js');
        await withContext(async ({ get, actor }) => {
          const campaign = get(CampaignService);
          const notices = get(NoticesService);
          const act = {
            submit: async () => await notices.submit(await actor(options.as), reference),
            approve: async () => await notices.approve(await actor(options.as), reference),
            withdraw: async () => await campaign.withdraw(await actor(options.as), reference),
            // Whoever may run commands here may stop letters, and let them go on.
            pause: async () => await campaign.pause(options.as ? await actor(options.as) : origin(), reference),
            resume: async () => await campaign.resume(options.as ? await actor(options.as) : origin(), reference),
          };
          const moved = await act[verb]();
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

function noticeTestCommand(notice: Command): void {
  notice
    .command('test <notice>')
    .description('send the letter of an invented person, marked TEST, to a staff account by the real relay')
    .requiredOption('--to <email>', 'address of a staff account')
    .option('--language <language>', 'nl, fr, de or en; without it that of the account')
    .option('--as <email>', 'staff account that sends')
    .action(async (reference: string, options: ByOptions & { to: string; language?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { TestLetterService } = await import('#libs/delivery/index.js');
      await withContext(async ({ get, actor }) => {
        const by = await actor(options.as);
        const { to, language, outcome } = await get(TestLetterService).send(
          by,
          reference,
          options.to,
          options.language,
        );
        const taken = outcome.kind === 'accepted';
        const words = taken
          ? `The relay took the test letter for ${to} (${language}).`
          : `The relay did not take the test letter: ${outcome.kind} (${outcome.stage}): ${outcome.answer}`;
        answer(isJson(command), { notice: reference, to, language, ...outcome }, words);
        if (!taken) process.exitCode = 1;
      });
    });
}
