import type { Command } from 'commander';
import type { RosterImportService, RosterResult, RosterSource } from '#libs/people/index.js';
import type { Actor } from '#libs/staff/index.js';
import { requireFile } from './breach.commands.js';
import { registerByHand } from './by-hand.commands.js';
import { answer, progress } from './output.js';
import { isJson } from './system.commands.js';

export function registerPeople(program: Command): void {
  const roster = program.command('roster').description('lists of affected people');
  importCommand(roster);
  readCommand(roster);
  listCommand(program);
}

function importCommand(roster: Command): void {
  roster
    .command('import <breach> <file>')
    .description('import a CSV or a spreadsheet; known people are updated, none is doubled')
    .option('--dry-run', 'say what would happen and change nothing')
    .option('--keep-good', 'leave faulty rows out and import the others')
    .option('--as <email>', 'staff account that imports')
    .action(
      async (
        breach: string,
        file: string,
        options: { dryRun?: boolean; keepGood?: boolean; as?: string },
        command: Command,
      ) => {
        const { withContext } = await import('./context.js');
        const { RosterImportService, remarkInWords, sourceOfFile } = await import('#libs/people/index.js');
        await requireFile(file);
        const source = sourceOfFile(file);
        await withContext(async ({ get, actor }) => {
          const started = performance.now();
          const service = get(RosterImportService);
          const by = await actor(options.as);
          const asked = options.dryRun
            ? null
            : await importOrFaults(service, by, breach, source, options.keepGood === true);
          const result = asked?.result ?? (await service.check(by, breach, source));
          const seconds = Math.round((performance.now() - started) / 10) / 100;
          const { rows, imported, updated, duplicates, rejected, rejectedRows } = asked?.refused
            ? { ...result, imported: 0, updated: 0 }
            : result;
          const verb = options.dryRun ? 'Would import' : 'Imported';
          answer(
            isJson(command),
            { breach: result.breach, file, rows, imported, updated, duplicates, rejected, seconds },
            `${verb} ${imported} people, ${updated} known already, ${rejectedRows} rows left out (${seconds} s).`,
          );
          for (const remark of result.remarks) progress(remarkInWords(remark));
          for (const cell of rejected.slice(0, 50)) progress(`  row ${cell.row}, ${cell.column}: ${cell.message}`);
          if (!asked?.refused) return;
          progress(asked.refused);
          process.exitCode = 1;
        });
      },
    );
}

function readCommand(roster: Command): void {
  roster
    .command('read <file>')
    .description('what is read from a file, as CSV; needs no database')
    .action(async (file: string) => {
      const { csvLine, openTable, remarkInWords, sourceOfFile } = await import('#libs/people/pure.js');
      await requireFile(file);
      const { rows, remarks } = await openTable(sourceOfFile(file));
      for (const remark of remarks) progress(remarkInWords(remark));
      for await (const batch of rows) process.stdout.write(batch.map((row) => csvLine(row.cells)).join(''));
    });
}

function listCommand(program: Command): void {
  const people = program.command('people').description('affected people');
  registerByHand(people);
  people
    .command('list <breach>')
    .description('people of a breach; without --as nothing of protected persons')
    .option('--state <state>', 'told, exempt, under-way or not-reached')
    .option('--as <email>', 'staff account that reads')
    .action(async (breach: string, options: { state?: string; as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { listEverybody } = await import('./people-list.js');
      await withContext(async (context) => {
        const items = await listEverybody(context, breach, options.state, options.as);
        answer(
          isJson(command),
          { items, next: null },
          items.map((item) => `${item.reference}  ${item.state}  ${item.reason}`).join('\n') || 'Nobody.',
        );
      });
    });
}

/** Imports, or says what is wrong with the rows: a program that asks with --json wants the faults as data. */
async function importOrFaults(
  service: RosterImportService,
  by: Actor,
  breach: string,
  source: RosterSource,
  keepGood: boolean,
): Promise<{ result: RosterResult | null; refused: string | null }> {
  try {
    return { result: await service.import(by, breach, source, { keepGood }), refused: null };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'roster.faulty-rows') throw error;
    return { result: null, refused: (error as Error).message };
  }
}
