import type { Command } from 'commander';
import { answer, progress } from './output.js';

/** Commands of the installation. What is heavy is loaded by the command that needs it: --help answers at once. */
export function registerSystem(program: Command): void {
  doctorCommand(program);
  migrateCommand(program);
  serveCommand(program);
  workCommand(program);
  stopCommand(program);
  staffAddCommand(program);
  ledgerCheckCommand(program);
}

function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check configuration, database, mail, keys and clock; name each fault and its mend')
    .action(async (_, command: Command) => {
      const { Clock, checkHealth, readConfig } = await import('#libs/platform/index.js');
      const { checkAdvice } = await import('#libs/letters/index.js');
      const { migrations } = await import('#migrations/index.js');
      const { checkBounceMailbox, checkSender } = await import('#libs/delivery/index.js');
      const { findController } = await import('#libs/breach/index.js');
      const health = await checkHealth(process.env, migrations, async (config, database) =>
        checkSender(config, (await findController(database.manager))?.controller.sender.address ?? null),
      );
      if (health.checks.some(({ name, state }) => name === 'configuration' && state === 'ok')) {
        const config = readConfig(process.env);
        health.checks.push(checkAdvice(config, new Clock().now()), await checkBounceMailbox(config));
        health.ok = health.checks.every((check) => check.state !== 'fault');
      }
      const lines = health.checks.map(
        (check) =>
          `${check.state.padEnd(8)}${check.name}: ${check.found}${check.mend ? `\n        ${check.mend}` : ''}`,
      );
      answer(isJson(command), health, lines.join('\n'));
      if (!health.ok) process.exitCode = 1;
    });
}

function migrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the database schema forward')
    .action(async (_, command: Command) => {
      const done = await migrateAll();
      answer(
        isJson(command),
        { migrations: done },
        done.length > 0 ? `Took ${done.length} steps: ${done.join(', ')}.` : 'The schema is current.',
      );
    });
}

function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('serve the pages, and work the jobs unless --no-work')
    .option('--port <port>', 'port of the pages')
    .option('--no-work', 'leave the jobs to `tocsin work`')
    .action(async (options: { port?: string; work: boolean }) => {
      const { openPlatform } = await import('../assembly.js');
      const platform = await openPlatform({ ...process.env, ...(options.port ? { PORT: options.port } : {}) });
      const { serve } = await import('../serve.js');
      await serve(platform, options.work);
    });
}

function workCommand(program: Command): void {
  program
    .command('work')
    .description('work the jobs until ended')
    .action(async () => {
      const { openPlatform } = await import('../assembly.js');
      const { work } = await import('../serve.js');
      await work(await openPlatform(process.env));
    });
}

function stopCommand(program: Command): void {
  program
    .command('stop')
    .description('stop the embedded database server')
    .action(async (_, command: Command) => {
      const { readConfig, stopEmbeddedPostgres } = await import('#libs/platform/index.js');
      const stopped = await stopEmbeddedPostgres(readConfig(process.env).dataFolder);
      answer(
        isJson(command),
        { stopped },
        stopped ? 'The embedded database has stopped.' : 'No embedded database was running.',
      );
    });
}

function staffAddCommand(program: Command): void {
  program
    .command('staff')
    .description('staff accounts')
    .command('add <email>')
    .description('add a staff account')
    .requiredOption('--name <name>', 'name of the person')
    .requiredOption('--role <role...>', 'hr, dpo, security, auditor, admin')
    .option('--language <language>', 'language of the pages', 'en')
    .option('--password-stdin', 'take the password from standard input')
    .action(
      async (
        email: string,
        options: { name: string; role: string[]; language: string; passwordStdin?: boolean },
        command: Command,
      ) => {
        const { firstLineOfStdin, withContext } = await import('./context.js');
        const { AccountsService } = await import('#libs/staff/index.js');
        const password = options.passwordStdin ? await firstLineOfStdin() : undefined;
        const roles = options.role.flatMap((role) => role.split(','));
        await withContext(async ({ get }) => {
          const { account, oneTimePassword } = await get(AccountsService).add(
            {
              email,
              name: options.name,
              roles,
              language: options.language,
              ...(password === undefined ? {} : { password }),
            },
            null,
          );
          const words = `Added ${account.email} (${account.roles.join(', ')}).${oneTimePassword ? ` One-time password: ${oneTimePassword}` : ''}`;
          answer(isJson(command), { account: account.email, roles: account.roles, oneTimePassword }, words);
        });
      },
    );
}

function ledgerCheckCommand(program: Command): void {
  program
    .command('ledger')
    .description('the tamper-evident log')
    .command('check')
    .description('compute the whole ledger again and compare')
    .action(async (_, command: Command) => {
      const { withContext } = await import('./context.js');
      const { checkLedger } = await import('#libs/ledger/index.js');
      await withContext(async ({ platform }) => {
        const check = await checkLedger(platform.database);
        const words = check.ok
          ? `${check.entries} entries, all as they were sealed. Root ${check.root ?? 'none yet'}.`
          : check.faults.join('\n');
        answer(isJson(command), check, words);
        if (!check.ok) {
          progress(
            `The ledger was changed: ${check.faults.length} faults. Keep the database as it is and tell the data protection officer.`,
          );
          process.exitCode = 1;
        }
      });
    });
}

/** Both schemas: ours and that of the jobs. */
export async function migrateAll(): Promise<string[]> {
  const { connect, makeDataSource, migrate, readConfig, resolveDatabaseUrl } = await import('#libs/platform/index.js');
  const { migrateJobs } = await import('#libs/jobs/index.js');
  const { migrations } = await import('#migrations/index.js');
  const url = await resolveDatabaseUrl(readConfig(process.env));
  const database = await connect(makeDataSource(url, migrations));
  try {
    const done = await migrate(database);
    await migrateJobs(url);
    return done;
  } finally {
    await database.destroy();
  }
}

/** Whether --json stands before or after the command. */
export function isJson(command: Command): boolean {
  return command.optsWithGlobals<{ json?: boolean }>().json === true;
}
