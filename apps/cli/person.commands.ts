import type { Command } from 'commander';
import { Problem } from '#libs/platform/pure.js';
import { answer, progress } from './output.js';
import { isJson } from './system.commands.js';

/** Commands that take people out of the house or out of the database, and the audit of their number. */
export function registerPerson(program: Command): void {
  eraseCommand(program);
  const people = program.commands.find((command) => command.name() === 'people')!;
  exportCommand(people);
  checkCommand(people);
}

function eraseCommand(program: Command): void {
  program
    .command('person')
    .description('one affected person')
    .command('erase <breach> <reference>')
    .description('erase a person, and whoever was merged into them; what proves that they were told stays')
    .requiredOption('--reason <text>', 'why, without naming them; kept sealed with the breach')
    .option('--as <email>', "the data protection officer's account")
    .action(async (breach: string, reference: string, options: { reason: string; as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { ErasuresService } = await import('#libs/people/index.js');
      await withContext(async ({ get, actor }) => {
        const service = get(ErasuresService);
        const by = await actor(options.as);
        const persons = await service.erase(by, breach, await service.find(by, breach, reference), options.reason);
        const words = persons === 1 ? 'Erased one person.' : `Erased one person, who stood in ${persons} rows.`;
        answer(isJson(command), { breach, persons }, words);
      });
    });
}

function exportCommand(people: Command): void {
  people
    .command('export <breach>')
    .description('write the people of a breach as CSV or XLSX; kept in the ledger')
    .requiredOption('--out <file>', 'file that does not exist yet')
    .requiredOption('--reason <reason>', 'correct-data, reach-otherwise, check-completeness or authority-asks')
    .option('--format <format>', 'csv or xlsx', 'csv')
    .option('--as <email>', 'staff account that exports')
    .action(
      async (
        breach: string,
        options: { out: string; reason: string; format: string; as?: string },
        command: Command,
      ) => {
        const { createWriteStream } = await import('node:fs');
        const { pipeline } = await import('node:stream/promises');
        const { withContext } = await import('./context.js');
        const { EXPORT_FORMATS, EXPORT_REASONS, PeopleExportService } = await import('#libs/people/index.js');
        const format = oneOf('--format', EXPORT_FORMATS, options.format);
        const reason = oneOf('--reason', EXPORT_REASONS, options.reason);
        await withContext(async ({ get, actor }) => {
          const file = await get(PeopleExportService).export(await actor(options.as), breach, {}, format, reason);
          await pipeline(file.bytes, createWriteStream(options.out, { flags: 'wx', mode: 0o600 })).catch(unwritable);
          answer(
            isJson(command),
            { breach, persons: file.persons, file: options.out },
            `Exported ${file.persons} people.`,
          );
        });
      },
    );
}

function oneOf<T extends string>(option: string, choices: readonly T[], given: string): T {
  const found = choices.find((choice) => choice === given);
  if (!found) throw new Problem('bad-input', 'export.unknown-choice', `Choose ${option} among ${choices.join(', ')}.`);
  return found;
}

function unwritable(error: unknown): never {
  if (typeof (error as { code?: unknown }).code !== 'string') throw error;
  throw new Problem(
    'refused',
    'file.unwritable',
    'The file cannot be written, or is there already. Name a new file in a folder that you may write.',
  );
}

function checkCommand(people: Command): void {
  people
    .command('check')
    .description('count the people of every breach again, and compare with the counters of the sum')
    .action(async (_, command: Command) => {
      const { withContext } = await import('./context.js');
      const { auditCounts } = await import('#libs/people/index.js');
      await withContext(async ({ platform }) => {
        const differences = await auditCounts(platform.database.manager);
        const words = differences.map(
          (one) => `${one.breach}  ${one.group}: counted ${one.counted}, there are ${one.persons}`,
        );
        answer(isJson(command), { ok: words.length === 0, differences }, words.join('\n') || 'Every counter is right.');
        if (words.length === 0) return;
        progress('The counters of the sum are wrong. Keep the database as it is, and report this as a fault.');
        process.exitCode = 1;
      });
    });
}
