import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { requireFile } from './breach.commands.js';
import { answer } from './output.js';
import { isJson } from './system.commands.js';

interface AddOptions {
  category: string;
  language?: string;
  documents?: string;
  otherData?: string;
  familyFirst?: boolean;
  as?: string;
}

/** Commands of `people` for what is entered or changed by hand: a few names, and taking back a change of many. */
export function registerByHand(people: Command): void {
  addCommand(people);
  changesCommand(people);
  undoCommand(people);
}

function addCommand(people: Command): void {
  people
    .command('add <breach> <file>')
    .description('add a few people from a text file, one person a line: "Lotte Voorbeeld, lotte@post.example"')
    .requiredOption('--category <category>', 'what kind of person they are')
    .option('--language <language>', 'language of their letters; without it the rule decides')
    .option('--documents <list>', 'identity documents that are out, as BE:id-card:scan:confirmed')
    .option('--other-data <list>', 'other data that are out, as cv:copy:presumed')
    .option('--family-first', 'family names stand first')
    .option('--as <email>', 'staff account that adds')
    .action(async (breach: string, file: string, options: AddOptions, command: Command) => {
      const { withContext } = await import('./context.js');
      const { PeopleByHandService } = await import('#libs/people/index.js');
      await requireFile(file);
      const names = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
      await withContext(async ({ get, actor }) => {
        const service = get(PeopleByHandService);
        const choices = {
          order: options.familyFirst ? ('family-first' as const) : ('given-first' as const),
          category: options.category,
          language: options.language ?? '',
          documents: options.documents ?? '',
          other_data: options.otherData ?? '',
        };
        const added = await service.addPasted(await actor(options.as), breach, names, choices, service.nextId());
        const references = added.map((one) => one.reference);
        answer(isJson(command), { breach, people: references }, `Added ${added.length}: ${references.join(', ')}.`);
      });
    });
}

function changesCommand(people: Command): void {
  people
    .command('changes <breach>')
    .description('changes of what many people had exposed, newest first')
    .option('--as <email>', 'staff account that reads')
    .action(async (breach: string, options: { as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { ExposureChangesService } = await import('#libs/people/index.js');
      await withContext(async ({ get, actor }) => {
        const made = await get(ExposureChangesService).list(await actor(options.as), breach);
        const items = made.map((change) => ({
          change: change.id,
          kind: change.kind,
          data: change.dataKind,
          country: change.country,
          extent: change.extent,
          confidence: change.confidence,
          people: change.persons,
          at: change.changedAt,
          undoneAt: change.undoneAt,
        }));
        answer(
          isJson(command),
          { items, next: null },
          items
            .map(
              (one) => `${one.change}  ${one.kind} ${one.data}  ${one.people} people${one.undoneAt ? '  undone' : ''}`,
            )
            .join('\n') || 'None.',
        );
      });
    });
}

function undoCommand(people: Command): void {
  people
    .command('undo <breach> <change>')
    .description('undo a change of many as one; what was changed since stays')
    .option('--as <email>', 'staff account that undoes')
    .action(async (breach: string, change: string, options: { as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { ExposureChangesService } = await import('#libs/people/index.js');
      await withContext(async ({ get, actor }) => {
        const service = get(ExposureChangesService);
        const by = await actor(options.as);
        const { token } = await service.previewUndo(by, breach, change);
        const { persons, changedSince, gone } = await service.undo(by, breach, change, token);
        answer(
          isJson(command),
          { change, people: persons, kept: changedSince + gone },
          `Undone for ${persons} people; ${changedSince + gone} stay as they were changed since.`,
        );
      });
    });
}
