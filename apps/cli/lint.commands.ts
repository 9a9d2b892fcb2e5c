import { readFileSync, statSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import type { Finding } from '#libs/letters/pure.js';
import { answer } from './output.js';
import { isJson } from './system.commands.js';

/** Bytes; a letter of 1,000,000 characters in UTF-8 fits. */
const LARGEST_FILE = 4_000_000;

/** The checks of letters: of any text without a database, and of the letters of a notice. */
export function registerLint(program: Command): void {
  letterLintCommand(program);
  const notice = program.commands.find((command) => command.name() === 'notice')!;
  noticeCheckCommand(notice);
  noticeOverrideCommand(notice);
}

function letterLintCommand(program: Command): void {
  program
    .command('letter')
    .description("checks on a letter's text")
    .command('lint <file>')
    .description('what a breach letter lacks or should not say, as docs/linter.md lists it; no database')
    .requiredOption('--language <language>', 'nl, fr, de or en')
    .option(
      '--kind <kind>',
      'initial, follow-up, reminder or correction; a reminder need not say again what happened',
      'initial',
    )
    .action(async (file: string, options: { language: string; kind: string }, command: Command) => {
      // The linter's patterns are large: V8 would make each for one use in a quick form, and then again in the lasting one.
      setFlagsFromString('--no-regexp-tier-up');
      const { Problem, isLanguage } = await import('#libs/platform/pure.js');
      const { NOTICE_KINDS, isAskedOf, lintLetter } = await import('#libs/letters/pure.js');
      const kind = NOTICE_KINDS.find((one) => one === options.kind);
      if (!isLanguage(options.language))
        throw new Problem('bad-input', 'language.unknown', 'Choose the language nl, fr, de or en.');
      if (!kind) throw new Problem('bad-input', 'notice.kind-unknown', `Choose the kind ${NOTICE_KINDS.join(', ')}.`);
      const findings = lintLetter(await textOf(file), options.language).filter(({ rule }) => isAskedOf(kind, rule));
      report(isJson(command), { findings }, findings);
      if (findings.some(({ level }) => level === 'block')) process.exitCode = 1;
    });
}

function noticeCheckCommand(notice: Command): void {
  notice
    .command('check <notice>')
    .description('what keeps a notice from going on, and what the linter says of its letters')
    .action(async (reference: string, _: unknown, command: Command) => {
      const { withContext } = await import('./context.js');
      const { NoticesService } = await import('#libs/letters/index.js');
      await withContext(async ({ get }) => {
        const { faults, findings, blocking } = await get(NoticesService).check(reference);
        const shown = findings.map(({ override, ...finding }) => ({ ...finding, overridden: override !== null }));
        report(isJson(command), { notice: reference, faults, findings: shown }, shown, faults);
        if (faults.length + blocking.length > 0) process.exitCode = 1;
      });
    });
}

function noticeOverrideCommand(notice: Command): void {
  notice
    .command('override <notice>')
    .description('let a blocking finding pass, for the text as it is now')
    .requiredOption('--rule <rule>', 'the rule of the finding')
    .requiredOption('--language <language>', 'nl, fr, de or en')
    .requiredOption('--reason <text>', 'why it may pass')
    .option('--as <email>', 'a data protection officer account')
    .action(
      async (
        reference: string,
        options: { rule: string; language: string; reason: string; as?: string },
        command: Command,
      ) => {
        const { withContext } = await import('./context.js');
        const { OverridesService } = await import('#libs/letters/index.js');
        await withContext(async ({ get, actor }) => {
          const by = await actor(options.as);
          await get(OverridesService).override(by, reference, options.rule, options.language, options.reason);
          const { rule, language } = options;
          answer(isJson(command), { notice: reference, rule, language }, `${rule} passes in ${language}.`);
        });
      },
    );
}

async function textOf(file: string): Promise<string> {
  const { Problem } = await import('#libs/platform/pure.js');
  let size: number;
  try {
    size = statSync(file).isFile() ? statSync(file).size : -1;
  } catch {
    size = -1;
  }
  if (size < 0)
    throw new Problem('bad-input', 'file.unreadable', `Nothing can be read at ${file}. Check the name of the file.`);
  if (size > LARGEST_FILE)
    throw new Problem('bad-input', 'letter.too-long', 'Shorten the letter: it is longer than 1,000,000 characters.');
  return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
}

type Shown = Finding & { language?: string; overridden?: boolean };

function report(
  json: boolean,
  value: unknown,
  findings: Shown[],
  faults: { at: string; message: string }[] = [],
): void {
  const lines = [
    ...faults.map(({ at, message }) => `block  ${at}: ${message}`),
    ...findings.map(({ level, rule, line, why, mend, cites, language, overridden }) => {
      const place = language === undefined ? `line ${line}` : `${language}, line ${line}`;
      return `${overridden ? 'passed' : level.padEnd(5)}  ${place}  ${rule}: ${why} ${mend} (${cites})`;
    }),
  ];
  answer(json, value, lines.length > 0 ? lines.join('\n') : 'Nothing found.');
}
