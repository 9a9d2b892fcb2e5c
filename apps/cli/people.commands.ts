import type { Command } from 'commander';
import type { ImportOptions, RosterImportService, RosterResult, RosterSource } from '#libs/people/index.js';
import type { Actor } from '#libs/staff/index.js';
import type { Platform } from '../assembly.js';
import { readBytes, requireFile } from './breach.commands.js';
import { registerByHand } from './by-hand.commands.js';
import { answer, progress } from './output.js';
import { RowsProgress } from './rows-progress.js';
import { isJson } from './system.commands.js';

export function registerPeople(program: Command): void {
  const roster = program.command('roster').description('lists of affected people');
  importCommand(roster);
  readCommand(roster);
  listCommand(program);
}

/** People of a breach whose duplicates are looked for before the command ends: a few seconds. */
const MATCHED_AT_ONCE = 20_000;

async function peopleIn(platform: Platform, breach: string): Promise<number> {
  const { getBreach } = await import('#libs/breach/index.js');
  const { countPeople } = await import('#libs/people/index.js');
  const { manager } = platform.database;
  return (await countPeople(manager, (await getBreach(manager, breach)).id)).affected;
}

function importCommand(roster: Command): void {
  roster
    .command('import <breach> <file>')
    .description('import a CSV or a spreadsheet; known people are updated, none is doubled')
    .option(
      '--map <file>',
      'which column is which, as JSON: {"columns": {"Mail": "email"}, "everybody": {"category": "staff"}}; the page of an import gives one. Without it the column names alone decide, never what was set on a page',
    )
    .option('--columns-are-right', 'go on though the columns seem to have slid, after having looked at them')
    .option('--dry-run', 'say what would happen and change nothing')
    .option('--keep-good', 'leave faulty rows out and import the others')
    .option('--as <email>', 'staff account that imports')
    .action(
      async (
        breach: string,
        file: string,
        options: { map?: string; columnsAreRight?: boolean; dryRun?: boolean; keepGood?: boolean; as?: string },
        command: Command,
      ) => {
        const { withContext } = await import('./context.js');
        const { DuplicatesService, RosterImportService, mappingFrom, remarkInWords, sourceOfFile } =
          await import('#libs/people/index.js');
        await requireFile(file);
        const source = sourceOfFile(file);
        const map = options.map === undefined ? null : (await readBytes(options.map)).toString('utf8');
        const how: Omit<ImportOptions, 'keepGood'> = {
          ...(map === null ? {} : { mappingOf: ({ header }) => mappingFrom(map, header) }),
          columnsAreRight: options.columnsAreRight === true,
        };
        await withContext(async ({ platform, get, actor }) => {
          const started = performance.now();
          const rowsProgress = new RowsProgress();
          how.onProgress = (rows) => rowsProgress.tell(rows);
          const duplicatesService = get(DuplicatesService);
          const service = get(RosterImportService);
          const by = await actor(options.as);
          const asked = options.dryRun
            ? null
            : await importOrFaults(service, by, breach, source, { ...how, keepGood: options.keepGood === true });
          const result = asked?.result ?? (await service.check(by, breach, source, how));
          rowsProgress.end();
          // A large breach is left to the worker, or to `people duplicates`: everybody is compared, not only the new rows.
          const isSmall = (asked?.result ?? null) !== null && (await peopleIn(platform, breach)) <= MATCHED_AT_ONCE;
          const matching = isSmall ? await duplicatesService.run(by, breach) : null;
          const seconds = Math.round((performance.now() - started) / 10) / 100;
          const duplicates = matching?.merged ?? 0;
          const { rows, imported, updated, rejected, rejectedRows } = asked?.refused
            ? { ...result, imported: 0, updated: 0 }
            : result;
          const verb = options.dryRun ? 'Would import' : 'Imported';
          answer(
            isJson(command),
            { breach: result.breach, file, rows, imported, updated, duplicates, rejected, seconds },
            `${verb} ${imported} people, ${updated} known already, ${rejectedRows} rows left out, ${duplicates} merged (${seconds} s).`,
          );
          for (const remark of result.remarks) progress(remarkInWords(remark));
          if (result.erased > 0)
            progress(
              `${result.erased} rows name people who were erased; they stay so, and nothing of these rows was kept.`,
            );
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
      let number = 0;
      for await (const batch of rows) {
        let text = '';
        for (const row of batch) {
          // Empty rows of a sheet are written too, so that each row keeps its number.
          while (++number < row.number) text += csvLine([]);
          text += csvLine(row.cells);
        }
        process.stdout.write(text);
      }
      for (const remark of remarks) progress(remarkInWords(remark));
    });
}

function listCommand(program: Command): void {
  const people = program.command('people').description('affected people');
  duplicatesCommand(people);
  untoldCommand(people);
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

function untoldCommand(people: Command): void {
  people
    .command('untold <breach>')
    .description('who did not get it, why, and what to do next; without --as nothing of protected persons')
    .option('--as <email>', 'staff account that reads')
    .action(async (breach: string, options: { as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { listEverybodyUntold } = await import('./people-untold.js');
      await withContext(async (context) => {
        const { items, hidden } = await listEverybodyUntold(context, breach, options.as);
        answer(
          isJson(command),
          { items, next: null },
          items.map((item) => `${item.reference}  ${item.reason}  →  ${item.nextStep}`).join('\n') || 'Nobody.',
        );
        if (hidden > 0) progress(`${hidden} protected persons are not shown: the security officer sees them.`);
      });
    });
}

function duplicatesCommand(people: Command): void {
  people
    .command('duplicates <breach>')
    .description('who stands more than once: merged, and waiting for somebody to look')
    .option('--as <email>', 'staff account that reads')
    .action(async (breach: string, options: { as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { listDuplicates } = await import('./people-duplicates.js');
      await withContext(async (context) => {
        const found = await listDuplicates(context, breach, options.as);
        const lines = [
          ...found.merged.map((references) => references.join(' = ')),
          ...found.review.map(({ references, why }) => `${references.join(' ? ')}  ${why}`),
        ];
        answer(isJson(command), found, lines.join('\n') || 'Nobody stands twice.');
      });
    });
}

/** Imports, or says what is wrong with the rows: a program that asks with --json wants the faults as data. */
async function importOrFaults(
  service: RosterImportService,
  by: Actor,
  breach: string,
  source: RosterSource,
  options: ImportOptions,
): Promise<{ result: RosterResult | null; refused: string | null }> {
  try {
    return { result: await service.import(by, breach, source, options), refused: null };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'roster.faulty-rows') throw error;
    return { result: null, refused: (error as Error).message };
  }
}
