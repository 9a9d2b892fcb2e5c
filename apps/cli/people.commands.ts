import type { Command } from 'commander';
import { readBytes } from './breach.commands.js';
import { answer, progress } from './output.js';
import { isJson } from './system.commands.js';

export function registerPeople(program: Command): void {
  const roster = program.command('roster').description('lists of affected people');
  roster
    .command('import <breach> <file>')
    .description('import a CSV; known people are updated, none is doubled')
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
        const { RosterImportService } = await import('#libs/people/index.js');
        const bytes = await readBytes(file);
        await withContext(async ({ get, actor }) => {
          const started = performance.now();
          const service = get(RosterImportService);
          const by = await actor(options.as);
          const result = options.dryRun
            ? await service.check(by, breach, bytes)
            : await service.import(by, breach, bytes, { keepGood: options.keepGood === true });
          const { rejectedRows, columns, ...answerFields } = result;
          void columns;
          const seconds = Math.round((performance.now() - started) / 10) / 100;
          const verb = options.dryRun ? 'Would import' : 'Imported';
          answer(
            isJson(command),
            { ...answerFields, file, seconds },
            `${verb} ${result.imported} people, ${result.updated} known already, ${rejectedRows} rows left out (${seconds} s).`,
          );
          for (const cell of result.rejected.slice(0, 50))
            progress(`  row ${cell.row}, ${cell.column}: ${cell.message}`);
        });
      },
    );

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
