import { accessSync, constants, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { registerDelay } from './delay.commands.js';
import { answer } from './output.js';
import { isJson } from './system.commands.js';

export function registerBreach(program: Command): void {
  const breach = program.command('breach').description('the register of breaches');
  breachOpenCommand(breach);
  breachListCommand(breach);
  breachShowCommand(breach);
  breachDeadlineCommand(breach);
  breachGoLiveCommand(breach);
  registerDelay(breach);
  reportCommand(program);
}

function breachOpenCommand(breach: Command): void {
  breach
    .command('open <file>')
    .description('open a breach from a JSON file')
    .option('--as <email>', 'staff account that opens it')
    .action(async (file: string, options: { as?: string }, command: Command) => {
      const { withContext } = await import('./context.js');
      const { BreachesService } = await import('#libs/breach/index.js');
      const input = await readJson(file);
      await withContext(async ({ get, actor }) => {
        const opened = await get(BreachesService).open(await actor(options.as), input);
        answer(isJson(command), { breach: opened.reference }, `Opened ${opened.reference}.`);
      });
    });
}

function breachListCommand(breach: Command): void {
  breach
    .command('list')
    .description('all breaches, what is due next on top')
    .action(async (_, command: Command) => {
      const { withContext } = await import('./context.js');
      const { deadlinesOf, listBreaches } = await import('#libs/breach/index.js');
      await withContext(async ({ platform }) => {
        const cards = await listBreaches(platform.database.manager);
        const items = cards.map((card) => ({
          breach: card.reference,
          title: card.title,
          awareAt: card.awareAt,
          deadline: deadlinesOf(new Date(card.awareAt)).deadline,
          isDrill: card.isDrill,
          closedAt: card.closedAt,
        }));
        answer(
          isJson(command),
          { items, next: null },
          items.map((item) => `${item.breach}  ${item.title}`).join('\n') ||
            'No breach is open. Open one with `tocsin breach open FILE.json`.',
        );
      });
    });
}

function breachShowCommand(breach: Command): void {
  breach
    .command('show <breach>')
    .description('facts and sum of a breach')
    .action(async (reference: string, _, command: Command) => {
      const { withContext } = await import('./context.js');
      const { factsOf, getBreach, textsOf } = await import('#libs/breach/index.js');
      const { ReportsService } = await import('#libs/reports/index.js');
      await withContext(async ({ platform, get }) => {
        const found = await getBreach(platform.database.manager, reference);
        const { facts, revision } = await factsOf(platform.database.manager, found.id);
        const texts = Object.keys(await textsOf(platform.database.manager, found.id));
        const report = await get(ReportsService).report(reference);
        answer(
          isJson(command),
          { breach: reference, revision, facts, languages: texts, sum: report.sum, clocks: report.clocks },
          `${reference}  ${facts.title}\n${sumInWords(report.sum)}`,
        );
      });
    });
}

function breachDeadlineCommand(breach: Command): void {
  breach
    .command('deadline <time>')
    .description('the Art. 33 deadline of a time of awareness')
    .action(async (time: string, _, command: Command) => {
      const { deadlinesOf } = await import('#libs/breach/pure.js');
      const { Problem } = await import('#libs/platform/pure.js');
      const zone = /(Z|[+-]\d{2}:\d{2})$/.exec(time)?.[1];
      const aware = new Date(time);
      if (!zone || !/^\d{4}-\d{2}-\d{2}T/.test(time) || Number.isNaN(aware.getTime())) {
        throw new Problem('bad-input', 'time.faulty', 'Write the time with its zone, as 2026-11-24T09:30:00+01:00.');
      }
      const offset = zone === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
      const deadlines = deadlinesOf(aware, offset);
      answer(
        isJson(command),
        deadlines,
        `Notify the authority by ${deadlines.deadline.toISOString()} (by Regulation 1182/71: ${deadlines.periodEnd1182.toISOString()}).`,
      );
    });
}

interface GoLiveOptions {
  as?: string;
  testArrived?: boolean;
  withoutBounces?: string;
}

function breachGoLiveCommand(breach: Command): void {
  breach
    .command('go-live <breach>')
    .description('let letters of a breach really leave: over a real relay, and again after a restore')
    .option('--as <email>', 'data protection officer who says so')
    .option('--test-arrived', 'a test letter of this breach arrived and looks right')
    .option('--without-bounces <reason>', 'why letters may leave without a test letter and a readable bounce mailbox')
    .action(async (reference: string, options: GoLiveOptions, command: Command) => {
      const { withContext } = await import('./context.js');
      const { getBreach } = await import('#libs/breach/index.js');
      const { GoLiveService, countQueued } = await import('#libs/delivery/index.js');
      await withContext(async ({ platform, get, actor }) => {
        const waited = await get(GoLiveService).goLive(await actor(options.as), reference, {
          testArrived: options.testArrived ?? false,
          withoutBounces: options.withoutBounces ?? null,
        });
        const { id } = await getBreach(platform.database.manager, reference);
        const queued = await countQueued(platform.database.manager, id);
        const words = waited ? `Letters of ${reference} may leave now.` : `Letters of ${reference} were not held back.`;
        answer(
          isJson(command),
          { breach: reference, waited, queued },
          `${words} ${queued} wait in the queue for e-mail.`,
        );
      });
    });
}

function reportCommand(program: Command): void {
  program
    .command('report <breach>')
    .description('the figures of a breach')
    .requiredOption('--format <format>', 'json, csv or html')
    .option('--out <file>', 'file instead of stdout')
    .action(async (reference: string, options: { format: string; out?: string }) => {
      const { withContext } = await import('./context.js');
      const { Problem } = await import('#libs/platform/index.js');
      const { ReportsService, reportCsv, reportHtml } = await import('#libs/reports/index.js');
      const forms: Record<string, (report: Parameters<typeof reportCsv>[0]) => string> = {
        json: (report) => `${JSON.stringify(report)}\n`,
        csv: reportCsv,
        html: reportHtml,
      };
      const form = forms[options.format];
      if (!form) throw new Problem('bad-input', 'report.format-unknown', 'Choose the format json, csv or html.');
      await withContext(async ({ get }) => {
        const text = form(await get(ReportsService).report(reference));
        if (options.out) writeFileSync(options.out, text);
        else process.stdout.write(text);
      });
    });
}

/** Reads and parses a file. Throws `file.unreadable` and `file.not-json`. */
async function readJson(file: string): Promise<unknown> {
  const text = (await readBytes(file)).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const { Problem } = await import('#libs/platform/index.js');
    throw new Problem(
      'bad-input',
      'file.not-json',
      `${file} is no JSON document. Compare it with samples/gateway/breach.json.`,
    );
  }
}

/** A small file whole. */
export async function readBytes(file: string): Promise<Buffer> {
  await requireFile(file);
  return readFileSync(file);
}

/** Throws `file.unreadable` for what is no file or may not be read. */
export async function requireFile(file: string): Promise<void> {
  try {
    accessSync(file, constants.R_OK);
    if (statSync(file).isFile()) return;
  } catch {
    // Missing, or not to be read: said below like a folder.
  }
  const { Problem } = await import('#libs/platform/pure.js');
  throw new Problem('bad-input', 'file.unreadable', `${file} cannot be read. Check the name and the permissions.`);
}

export function sumInWords(sum: {
  affected: number;
  told: number;
  exempt: number;
  underWay: number;
  notReached: number;
  closes: boolean;
}): string {
  const parts = `${sum.affected} affected = ${sum.told} told + ${sum.exempt} exempt + ${sum.underWay} under way + ${sum.notReached} not reached`;
  return sum.closes ? parts : `${parts}: THE SUM DOES NOT CLOSE. This is a fault of the program; report it.`;
}
