import type { Command } from 'commander';
import type { DeliveryReport } from '#libs/delivery/pure.js';
import { requireFile } from './breach.commands.js';
import { answer, progress } from './output.js';
import { MOST_FILES, filesOf, isFolder, readStart, type MailFile } from './report-files.js';
import { isJson } from './system.commands.js';

export function registerBounce(program: Command): void {
  const bounce = program.command('bounce').description('delivery reports: what came back');
  readCommand(bounce);
  classifyCommand(bounce);
}

function readCommand(bounce: Command): void {
  bounce
    .command('read <file-or-folder>')
    .description('apply delivery reports from files: mails, an mbox, a Maildir; what was read before counts once')
    .action(async (place: string, _, command: Command) => {
      const files = await mailFiles(place);
      const { readReports } = await import('./bounce-read.js');
      const counts = await readReports(files);
      if (counts.read === 0) await sayOthers(files.length, 0);
      const { read, applied, kept, delayed, already, unmatched } = counts;
      answer(
        isJson(command),
        counts,
        `Read ${read}: ${applied} applied, ${delayed} late so far, ${already} read before, ${kept + unmatched} wait for a person or change nothing.`,
      );
    });
}

/** One recipient of one report, as the command answers it. */
interface Classified {
  file: string;
  recipient: string | null;
  isBounce: boolean;
  hard: boolean;
  /** Class of the ladder; of what is no bounce, what it is. */
  class: string;
  status: string | null;
}

function classifyCommand(bounce: Command): void {
  bounce
    .command('classify <file-or-folder>')
    .description('say who was not reached and why, from mails in files; changes nothing and needs no database')
    .action(async (place: string, _, command: Command) => {
      const { MAIL_LIMITS, isMail, readDeliveryReport } = await import('#libs/delivery/pure.js');
      const items: Classified[] = [];
      let others = 0;
      for (const file of await mailFiles(place)) {
        const bytes = readable(file, MAIL_LIMITS.bytes);
        if (bytes === null || !isMail(bytes)) others++;
        else for (const report of readDeliveryReport(bytes)) items.push(classified(file.name, report));
      }
      if (others > 0) await sayOthers(others, items.length);
      answer(isJson(command), { items, next: null }, items.map(inWords).join('\n') || 'There is no mail here.');
    });
}

async function mailFiles(place: string): Promise<MailFile[]> {
  if (!isFolder(place)) {
    await requireFile(place);
    return [{ name: place, path: place }];
  }
  const files = filesOf(place);
  if (files.length <= MOST_FILES) return files;
  const { Problem } = await import('#libs/platform/pure.js');
  throw new Problem(
    'bad-input',
    'folder.too-large',
    `The folder holds more than ${MOST_FILES} files. Name it in parts.`,
  );
}

/** The start of a file, or null where this user may not read it. */
function readable(file: MailFile, most: number): Uint8Array | null {
  try {
    return readStart(file.path, most);
  } catch (error) {
    progress(
      `${file.name} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}).`,
    );
    return null;
  }
}

/** A file alone that is no mail is refused; among others in a folder it is counted. */
async function sayOthers(others: number, items: number): Promise<void> {
  if (items > 0) return progress(`${others} files are no mails and were left out.`);
  const { Problem } = await import('#libs/platform/pure.js');
  throw new Problem(
    'bad-input',
    'report.no-mail',
    'There is no mail in it. Name a mail as its server keeps it (.eml), or a folder of them.',
  );
}

function classified(file: string, report: DeliveryReport): Classified {
  const { recipient, isBounce, hard, status } = report;
  return { file, recipient, isBounce, hard, class: report.class ?? report.kind, status };
}

function inWords(item: Classified): string {
  const dead = item.hard ? ', the address is dead' : '';
  const what = item.isBounce ? `${item.class}${dead}` : `no bounce (${item.class})`;
  return `${item.file}  ${item.recipient ?? 'nobody named'}  ${what}${item.status ? `  ${item.status}` : ''}`;
}
