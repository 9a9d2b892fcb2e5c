import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CommandContext } from './context.js';
import { requireFile } from './breach.commands.js';
import { answer, progress } from './output.js';
import { isJson } from './system.commands.js';

interface PrintOptions {
  out: string;
  run?: string;
  as?: string;
}

/** The command of `notice` that prints. */
export function printCommand(notice: Command): void {
  notice
    .command('print <notice>')
    .description('take the letters that wait for the post as one print run, and write its PDFs and manifest')
    .requiredOption('--out <folder>', 'where the files are written, readable by you alone; they hold whole letters')
    .option('--run <reference>', 'write the files of a run that is open once more, instead of making another')
    .option('--as <email>', 'staff account that prints')
    .action(async (reference: string, options: PrintOptions, command: Command) => {
      const { withContext } = await import('./context.js');
      await withContext(async (context) => {
        const printed = await print(context, reference, options);
        const { run, letters, files, stillWaiting } = printed;
        const more = stillWaiting > 0 ? ` ${stillWaiting} letters wait for the next run.` : '';
        answer(
          isJson(command),
          { notice: reference, folder: options.out, ...printed },
          `${run}: ${letters} letters in ${files.length} files in ${options.out}.${more} Post them, then: print-run posted ${run}.`,
        );
      });
    });
}

async function print(
  { get, actor, platform }: CommandContext,
  reference: string,
  options: PrintOptions,
): Promise<{ run: string; letters: number; files: string[]; stillWaiting: number }> {
  const { PrintFilesService, PrintRunsService, countWaiting, writePrintFile } = await import('#libs/delivery/index.js');
  const by = await actor(options.as);
  const runs = get(PrintRunsService);
  const run = options.run ? await runs.openRunOf(by, reference, options.run) : await runs.make(by, reference);
  const printing = get(PrintFilesService);
  await printing.make(run.id, undefined, (done, of) => progress(`${done} of ${of} letters set`));
  const { files } = await printing.list(by, run.reference);
  for (const { name } of files) {
    writePrintFile(options.out, name, await printing.read(by, run.reference, name));
    progress(`wrote ${name}`);
  }
  return {
    run: run.reference,
    letters: run.letters,
    files: files.map(({ name }) => name),
    stillWaiting: await countWaiting(platform.database.manager, run.noticeId, 'post'),
  };
}

/** What becomes of print runs. */
export function registerPrintRuns(program: Command): void {
  const run = program.command('print-run').description('letters that were printed together, and what became of them');
  listCommand(run);
  postedCommand(run);
  returnedCommand(run);
}

function listCommand(run: Command): void {
  run
    .command('list <notice>')
    .description('the print runs of a notice, newest first')
    .action(async (reference: string, _options: unknown, command: Command) => {
      const { withContext } = await import('./context.js');
      const { listPrintRuns } = await import('#libs/delivery/index.js');
      const { getNotice } = await import('#libs/letters/index.js');
      await withContext(async ({ platform }) => {
        const tx = platform.database.manager;
        const runs = await listPrintRuns(tx, (await getNotice(tx, reference)).id);
        const items = runs.map((one) => ({
          run: one.reference,
          state: one.state,
          letters: one.letters,
          waiting: one.waiting,
          posted: one.posted,
          returned: one.returned,
          back: one.back,
          madeAt: one.madeAt,
          filesMadeAt: one.filesMadeAt,
          manifestSha256: one.manifestHash?.toString('hex') ?? null,
        }));
        const lines = items.map(
          (one) =>
            `${one.run}  ${one.letters} letters = ${one.waiting} wait + ${one.posted} posted + ${one.returned} came back + ${one.back} not posted`,
        );
        answer(isJson(command), { items, next: null }, lines.join('\n') || 'None.');
      });
    });
}

function postedCommand(run: Command): void {
  run
    .command('posted <run>')
    .description('every sheet of a run is on its way, but those that are named')
    .option('--damaged <sheets>', 'codes or numbers of spoilt sheets, with commas between', '')
    .option('--missing <sheets>', 'codes or numbers of sheets that are not there, with commas between', '')
    .option('--as <email>', 'staff account that confirms')
    .action(async (reference: string, options: { damaged: string; missing: string; as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { PrintRunsService } = await import('#libs/delivery/index.js');
      await withContext(async ({ get, actor }) => {
        const done = await get(PrintRunsService).confirmPosted(await actor(options.as), reference, options);
        const back = done.damaged.length + done.missing.length;
        answer(
          isJson(command),
          { run: reference, ...done },
          `${done.posted} letters of ${reference} count as posted; ${back} wait for the next run.`,
        );
      });
    });
}

function returnedCommand(run: Command): void {
  run
    .command('returned <notice> <file>')
    .description('letters that the post brought back: a file with a code a line, of the sheet or of the letter')
    .requiredOption('--reason <reason>', 'returned-moved, returned-unknown, returned-refused or unclaimed')
    .option('--as <email>', 'staff account that records it')
    .action(async (reference: string, file: string, options: { reason: string; as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { ReturnedLettersService } = await import('#libs/delivery/index.js');
      await requireFile(file);
      const codes = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
      await withContext(async ({ get, actor }) => {
        const by = await actor(options.as);
        const done = await get(ReturnedLettersService).markReturned(by, reference, codes, options.reason);
        const passed = done.lines.filter(({ verdict }) => verdict !== 'returned');
        for (const { line, verdict } of passed) progress(`line ${line}: ${verdict}`);
        answer(
          isJson(command),
          { notice: reference, returned: done.returned, next: done.opened, nowhere: done.spent, passedOver: passed },
          `${done.returned} letters came back; ${done.opened} go another way, for ${done.spent} no way is left. ${passed.length} lines were passed over.`,
        );
      });
    });
}
