import type { Command } from 'commander';
import type { RosterImportService, RosterResult } from '#libs/people/index.js';
import type { Actor } from '#libs/staff/index.js';
import { readBytes } from './breach.commands.js';
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
        const { RosterImportService, remarkInWords } = await import('#libs/people/index.js');
        const bytes = await readBytes(file);
        await withContext(async ({ get, actor }) => {
          const started = performance.now();
          const service = get(RosterImportService);
          const by = await actor(options.as);
          const asked = options.dryRun
            ? null
            : await importOrFaults(service, by, breach, bytes, options.keepGood === true);
          const result = asked?.result ?? (await service.check(by, breach, bytes));
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
      const { csvLine, readTable, remarkInWords } = await import('#libs/people/pure.js');
      const { rows, remarks } = await readTable(await readBytes(file));
      for (const remark of remarks) progress(remarkInWords(remark));
      let number = 0;
      for (const row of rows) {
        // Empty rows of a sheet are written too, so that each row keeps its number.
        while (++number < row.number) process.stdout.write(csvLine([]));
        process.stdout.write(csvLine(row.cells));
      }
    });
}

function listCommand(program: Command): void {
  const people = program.command('people').description('affected people');
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
  bytes: Buffer,
  keepGood: boolean,
): Promise<{ result: RosterResult | null; refused: string | null }> {
  try {
    return { result: await service.import(by, breach, bytes, { keepGood }), refused: null };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'roster.faulty-rows') throw error;
    return { result: null, refused: (error as Error).message };
  }
}
