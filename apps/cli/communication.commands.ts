import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { answer } from './output.js';
import { isJson } from './system.commands.js';

/** Texts for others than the affected persons; nothing here publishes anything. */
export function registerCommunication(program: Command): void {
  program
    .command('communication')
    .description('public message, press text, telephone script, notice for the intranet')
    .command('show <breach>')
    .description('write one text: HTML fragment, Markdown or plain text, by the name of the file')
    .requiredOption('--kind <kind>', 'public, press, telephone or intranet')
    .requiredOption('--language <language>', 'nl, fr, de or en')
    .requiredOption('--out <file>', 'file to write: .html, .md or .txt')
    .option('--as <email>', 'staff account that reads')
    .action(
      async (
        breach: string,
        options: { kind: string; language: string; out: string; as?: string },
        command: Command,
      ) => {
        const { withContext } = await import('./context.js');
        const { Problem, isLanguage } = await import('#libs/platform/index.js');
        const { COMMUNICATION_KINDS, CommunicationsService } = await import('#libs/letters/index.js');
        const kind = COMMUNICATION_KINDS.find((one) => one === options.kind);
        const { language, out } = options;
        if (!kind || !isLanguage(language))
          throw new Problem(
            'bad-input',
            'communication.kind-unknown',
            'Choose the kind public, press, telephone or intranet, and the language nl, fr, de or en.',
          );
        await withContext(async ({ get, actor }) => {
          const shown = await get(CommunicationsService).show(await actor(options.as), breach, kind, language);
          const { rendered, faults, findings } = shown;
          if (!rendered)
            throw new Problem('refused', 'letter.incomplete', faults.map(({ message }) => message).join(' '), faults);
          const form = out.endsWith('.html') ? 'html' : out.endsWith('.md') ? 'markdown' : 'text';
          writeFileSync(out, rendered[form]);
          const said = findings.map(({ level, line, why }) => `\n${level} line ${line}: ${why}`).join('');
          answer(
            isJson(command),
            { breach, kind, language, file: out, findings: findings.map((one) => ({ ...one })) },
            `Wrote ${out}.${said}`,
          );
        });
      },
    );
}
