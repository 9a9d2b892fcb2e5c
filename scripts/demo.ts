import path from 'node:path';
import { readFileSync } from 'node:fs';
import { Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BreachesService } from '#libs/breach/index.js';
import { CaughtMailService, SendingService, progressOf } from '#libs/delivery/index.js';
import { migrateJobs } from '#libs/jobs/index.js';
import { checkLedger, Sequencer } from '#libs/ledger/index.js';
import { NoticesService, getNotice } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Problem, connect, makeDataSource, migrate, readConfig, resolveDatabaseUrl } from '#libs/platform/index.js';
import { ReportsService, type Report } from '#libs/reports/index.js';
import { AccountsService, type Actor, type Role } from '#libs/staff/index.js';
import { migrations } from '#migrations/index.js';
import { domainModules, openPlatform, type Platform } from '#apps/assembly.js';
import { endOfProcess } from '#apps/serve.js';
import { startWeb } from '#apps/web/main.js';
import { startWorker } from '#apps/worker/main.js';
import { replyByHttp } from './demo-replies.js';

/** Persons who acknowledge, and of them those who declare a document renewed. */
const ACKNOWLEDGE = 50;
const RENEW = 20;

/** Accounts of the demo; their password is printed, because nothing real is in here. */
const PASSWORD = 'a bell in the quiet harbour';
const ACCOUNTS: { email: string; name: string; roles: Role[] }[] = [
  { email: 'hr@bewaking.example', name: 'Hanne Reynders', roles: ['hr'] },
  { email: 'dpo@bewaking.example', name: 'Griet Verlinden', roles: ['dpo'] },
  { email: 'security@bewaking.example', name: 'Sam Kerkhofs', roles: ['security'] },
];

@Module({})
class DemoModule {
  static of(platform: Platform): DynamicModule {
    return {
      module: DemoModule,
      imports: domainModules(platform),
    };
  }
}

const say = (words: string): void => void process.stderr.write(`${words}\n`);

/**
 * Runs the main job on the sample: breach, people, letters over SMTP, replies over HTTP, report. With `--once` it ends
 * after printing the summary as its last line; else it goes on serving. Answers the exit code.
 */
export async function runDemo(args: string[]): Promise<number> {
  const once = args.includes('--once');
  try {
    const platform = await preparedPlatform(once);
    const web = await startWeb(platform);
    const worker = await startWorker(platform);
    const app = await NestFactory.createApplicationContext(DemoModule.of(platform), {
      logger: false,
      abortOnError: false,
    });
    const summary = await mainJob(platform, app, web.url);
    printFigures(summary.report);
    say(
      `\nPages: ${web.url}\nSign in as ${ACCOUNTS.map((account) => account.email).join(', ')} with the password: ${PASSWORD}\nWhat was sent: ${web.url}/breaches/${summary.report.breach}/outbox   A person's page: ${web.url}/n`,
    );
    if (!once) {
      say('Ctrl-C ends the demo.');
      await endOfProcess();
    }
    await app.close();
    await worker.stop();
    await web.close();
    await platform.close();
    process.stdout.write(`${JSON.stringify(summary.line)}\n`);
    return summary.line.sum.closes && summary.ledgerIsWhole ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
    for (const fault of error.faults.slice(0, 20)) say(`  ${fault.at}: ${fault.message}`);
    return 1;
  }
}

async function preparedPlatform(once: boolean): Promise<Platform> {
  const env = { ...process.env };
  // A run that ends by itself needs no known port, and must not fail for one that is taken.
  if (once && env['PORT'] === undefined) env['PORT'] = '0';
  const config = readConfig(env);
  if (config.isProduction)
    throw new Problem(
      'refused',
      'demo.in-production',
      'The demo invents people and does not run in production. Unset NODE_ENV.',
    );
  if (config.SMTP_URL)
    throw new Problem(
      'refused',
      'demo.with-relay',
      'The demo sends to the built-in mail catcher only. Unset SMTP_URL.',
    );
  say('Preparing the database …');
  const url = await resolveDatabaseUrl(config);
  const database = await connect(makeDataSource(url, migrations));
  await migrate(database);
  await database.destroy();
  await migrateJobs(url);
  return await openPlatform(env);
}

interface Summary {
  report: Report;
  ledgerIsWhole: boolean;
  line: {
    breach: string;
    people: number;
    letters: number;
    accepted: number;
    acknowledged: number;
    renewed: number;
    sum: Report['sum'];
    seconds: number;
  };
}

async function mainJob(platform: Platform, app: INestApplicationContext, webUrl: string): Promise<Summary> {
  const get = <T>(service: Type<T>): T => app.get(service);
  const { hr, dpo } = await accounts(get(AccountsService));
  const started = performance.now();

  const breach = (await get(BreachesService).open(dpo, JSON.parse(sample('breach.json').toString()))).reference;
  say(`Opened ${breach}.`);
  const imported = await get(RosterImportService).import(hr, breach, sourceOfBytes(sample('roster.csv')), {
    keepGood: false,
  });
  say(`Imported ${imported.imported} people.`);
  const drafted = await get(NoticesService).draft(hr, breach, 'initial');
  await get(NoticesService).submit(hr, drafted.reference);
  await get(NoticesService).approve(dpo, drafted.reference);
  say(`${drafted.reference} is written by HR and approved by the data protection officer.`);
  await get(SendingService).send(hr, drafted.reference);
  await sent(platform, drafted.reference);

  say(`${ACKNOWLEDGE} persons read their letter and type its code; ${RENEW} of them renewed a document …`);
  await replies(get(CaughtMailService), hr, breach, webUrl);
  await get(Sequencer).drain();
  const seconds = Math.round((performance.now() - started) / 10) / 100;
  const report = await get(ReportsService).report(breach);
  const check = await checkLedger(platform.database);
  say(check.ok ? `The ledger is whole: ${check.entries} entries.` : `The ledger has faults: ${check.faults[0]}`);
  const progress = await progressOf(
    platform.database.manager,
    (await getNotice(platform.database.manager, drafted.reference)).id,
  );
  const accepted = progress.states
    .filter((group) => group.state === 'accepted')
    .reduce((sum, group) => sum + group.count, 0);
  return {
    report,
    ledgerIsWhole: check.ok,
    line: {
      breach,
      people: report.sum.affected,
      letters: progress.letters,
      accepted,
      acknowledged: report.acknowledged,
      renewed: report.renewals.declared,
      sum: report.sum,
      seconds,
    },
  };
}

function sample(name: string): Buffer {
  return readFileSync(path.resolve(import.meta.dirname, '../../samples/gateway', name));
}

/** The demo's accounts: added by the first run, found again by the next. */
async function accounts(service: AccountsService): Promise<{ hr: Actor; dpo: Actor }> {
  for (const account of ACCOUNTS) {
    await service.add({ ...account, password: PASSWORD }, null).catch((error: unknown) => {
      if (!(error instanceof Problem && error.code === 'account.exists')) throw error;
    });
  }
  return {
    hr: await service.actorByEmail(ACCOUNTS[0]!.email, 'web'),
    dpo: await service.actorByEmail(ACCOUNTS[1]!.email, 'web'),
  };
}

async function sent(platform: Platform, reference: string): Promise<void> {
  for (let said = ''; ;) {
    const notice = await getNotice(platform.database.manager, reference);
    const progress = await progressOf(platform.database.manager, notice.id);
    const taken = progress.states
      .filter((group) => group.state === 'accepted')
      .reduce((sum, group) => sum + group.count, 0);
    const words = `  ${taken} of ${progress.letters} letters taken by the mail catcher`;
    if (words !== said) say(words);
    said = words;
    if (notice.state !== 'sending') return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Reads caught letters as their persons would, and does by HTTP what the letters ask for, five persons at a time. */
async function replies(mails: CaughtMailService, hr: Actor, breach: string, webUrl: string): Promise<void> {
  const letters: string[] = [];
  for (let before: string | undefined; letters.length < ACKNOWLEDGE;) {
    const page = await mails.list(hr, breach, before);
    letters.push(...page.mails.map((mail) => mail.text));
    if (!page.next) break;
    before = page.next;
  }
  const queue = letters.slice(0, ACKNOWLEDGE);
  let renewals = 0;
  const lane = async (): Promise<void> => {
    for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
      const renews = renewals < RENEW;
      if (renews) renewals++;
      const hasRenewed = await replyByHttp(webUrl, text, renews);
      if (renews && !hasRenewed) renewals--;
    }
  };
  await Promise.all(Array.from({ length: 5 }, lane));
}

function printFigures({ sum, acknowledged, renewals }: Report): void {
  say(
    `\n${sum.affected} affected = ${sum.told} told + ${sum.exempt} exempt + ${sum.underWay} under way + ${sum.notReached} not reached${sum.closes ? '' : '  THE SUM DOES NOT CLOSE'}`,
  );
  say(`${acknowledged} acknowledged, ${renewals.declared} documents renewed.`);
}
