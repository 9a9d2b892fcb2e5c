import { accessSync, constants, existsSync, statSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { Clock } from './clock.js';
import { readConfig, type Config } from './config.js';
import { connect, databaseNow, makeDataSource, pendingMigrations, type Migrations } from './database.js';
import { KEY_MEND, checkErasures, checkFence, checkKeyCopyProved, checkKeyFile } from './doctor-keys.js';
import { resolveDatabaseUrl } from './embedded-postgres.js';
import { fault, ok, skipped, type HealthCheck } from './health.js';
import { errorFields } from './log.js';
import { Problem } from './problem.js';
import { SmtpClient } from './smtp-client.js';
import type { SmtpStage } from './smtp-outcome.js';

export interface Health {
  ok: boolean;
  checks: HealthCheck[];
}

/** What libs further right look at, once the database answers and its schema is current; never throws. */
export type FurtherChecks = (config: Config, database: DataSource) => Promise<HealthCheck[]>;

export type { HealthCheck } from './health.js';

const KEY_CHECKS = ['key file', 'copy of the key', 'erasures'];
const OLDEST_NODE = [20, 19] as const;
/** Deadlines and ledger entries would be told in another order than they happened. */
const LARGEST_SKEW_SECONDS = 5;
/** A person waits for the answer. */
const MAIL_MILLISECONDS = 5_000;

/**
 * Looks at everything that Tocsin needs from its surroundings and says of each fault how to mend it. Never throws,
 * prints no value of the environment, and changes nothing but that it starts the embedded database where that is used.
 */
export async function checkHealth(
  env: NodeJS.ProcessEnv,
  migrations: Migrations,
  further: FurtherChecks = () => Promise.resolve([]),
): Promise<Health> {
  const checks = [checkNode(process.versions.node)];
  const config = checkConfiguration(env, checks);
  if (config) {
    checks.push(await attempt('data folder', DATA_FOLDER_MEND, () => checkDataFolder(config)));
    checks.push(...(await checkDatabase(config, migrations, further)));
    checks.push(await attempt('mail', 'Check SMTP_URL and that the relay runs.', () => checkMail(config)));
    checks.push(
      await attempt('port', 'Set HOST to an address of this machine, and PORT to a free port.', () =>
        checkPort(config),
      ),
    );
  } else {
    for (const name of ['data folder', 'database', 'schema', 'clock', ...KEY_CHECKS, 'sending', 'mail', 'port']) {
      checks.push(skipped(name, 'looked at once the configuration is mended'));
    }
  }
  return { ok: checks.every((check) => check.state !== 'fault'), checks };
}

/** Runs one check; what it throws is its fault. The first sentence of a `Problem` says what is, the rest what to do. */
async function attempt(
  name: string,
  mend: string,
  check: () => HealthCheck | Promise<HealthCheck>,
): Promise<HealthCheck> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof Problem))
      return fault(name, `ended by ${errorFields(error).code ?? errorFields(error).errorName}`, mend);
    const [found, ...rest] = error.message.split(/(?<=\.) (?=[A-Z])/);
    return fault(name, found!, rest.join(' ') || mend);
  }
}

/** Exported for its test alone: the running version cannot be changed. */
export function checkNode(version: string): HealthCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (enough) return ok('Node', version);
  return fault('Node', version, `Install Node ${OLDEST_NODE.join('.')} or newer.`);
}

/** Adds one check for each faulty variable, or one that all is well. Null when there is a fault. */
function checkConfiguration(env: NodeJS.ProcessEnv, checks: HealthCheck[]): Config | null {
  try {
    const config = readConfig(env);
    checks.push(ok('configuration', 'every variable can be read'));
    return config;
  } catch (error) {
    const faults = error instanceof Problem ? error.faults : [];
    for (const { at, message } of faults) checks.push(fault('configuration', `${at} cannot be used as it is`, message));
    if (faults.length === 0) {
      checks.push(fault('configuration', 'cannot be read', 'Compare each variable with docs/configuration.md.'));
    }
    return null;
  }
}

const DATA_FOLDER_MEND = 'Set TOCSIN_DATA_DIR to a folder that this user may write.';

function checkDataFolder({ dataFolder }: Config): HealthCheck {
  if (existsSync(dataFolder)) {
    const writable = statSync(dataFolder).isDirectory() && mayWrite(dataFolder);
    if (writable) return ok('data folder', `${dataFolder} can be written`);
    return fault('data folder', `${dataFolder} cannot be written`, DATA_FOLDER_MEND);
  }
  let above = path.dirname(dataFolder);
  while (!existsSync(above)) above = path.dirname(above);
  if (statSync(above).isDirectory() && mayWrite(above))
    return ok('data folder', `${dataFolder} is made on first start`);
  return fault('data folder', `${dataFolder} cannot be made in ${above}`, DATA_FOLDER_MEND);
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Database, schema, clock and keys; the last three need the first. */
async function checkDatabase(config: Config, migrations: Migrations, further: FurtherChecks): Promise<HealthCheck[]> {
  let database: DataSource | null = null;
  const reached = await attempt('database', 'Check DATABASE_URL and that the server runs.', async () => {
    database = await connect(makeDataSource(await resolveDatabaseUrl(config), migrations, [], 1));
    const [row]: { version: string }[] = await database.query(`select current_setting('server_version') as version`);
    return ok(
      'database',
      `PostgreSQL ${row!.version}, ${config.DATABASE_URL ? 'the server of DATABASE_URL' : 'the embedded server'}`,
    );
  });
  const open = database as DataSource | null;
  try {
    if (!open) {
      const key = await attempt('key file', KEY_MEND, () => checkKeyFile(config, null));
      const waiting = ['schema', 'clock', 'copy of the key', 'sending'];
      return [
        reached,
        ...waiting.map((name) => skipped(name, 'looked at once the database answers')),
        key,
        await attempt('erasures', KEY_MEND, () => checkErasures(config)),
      ];
    }
    return [
      reached,
      await attempt('schema', 'Run `bin/tocsin migrate`.', () => checkSchema(open)),
      await attempt('clock', CLOCK_MEND, () => checkClock(open)),
      await attempt('key file', KEY_MEND, () => checkKeyFile(config, open)),
      await attempt('copy of the key', KEY_MEND, () => checkKeyCopyProved(config, open)),
      await attempt('erasures', KEY_MEND, () => checkErasures(config)),
      await attempt('sending', 'Run `bin/tocsin migrate`.', () => checkFence(open)),
      ...((await pendingMigrations(open)).length === 0 ? await further(config, open) : []),
    ];
  } finally {
    await open?.destroy();
  }
}

async function checkSchema(database: DataSource): Promise<HealthCheck> {
  const pending = await pendingMigrations(database);
  if (pending.length === 0) return ok('schema', `current, ${database.migrations.length} steps`);
  return fault(
    'schema',
    `${pending.length} of ${database.migrations.length} steps behind`,
    'Run `bin/tocsin migrate`.',
  );
}

const CLOCK_MEND = 'Let this machine and that of the database take their time from the same time server (NTP).';

async function checkClock(database: DataSource): Promise<HealthCheck> {
  const clock = new Clock();
  const before = clock.now().getTime();
  const there = (await databaseNow(database.manager)).getTime();
  // The database read its clock somewhere between our two looks.
  const seconds = Math.max(0, before - there, there - clock.now().getTime()) / 1000;
  const found = `${seconds.toFixed(1)} s apart from the database's`;
  return seconds < LARGEST_SKEW_SECONDS ? ok('clock', found) : fault('clock', found, CLOCK_MEND);
}

/** What to do about a relay, by how far it came. */
const MAIL_MENDS: Partial<Record<SmtpStage, string>> = {
  greeting: 'The relay takes nobody now, or not this machine: ask whoever runs it.',
  tls: 'The relay needs a certificate that holds for its name in SMTP_URL (a house authority: NODE_EXTRA_CA_CERTS), and TLS 1.2 or newer.',
  auth: 'Check the user and the password in SMTP_URL, and that they may send from here.',
};

async function checkMail(config: Config): Promise<HealthCheck> {
  if (!config.SMTP_URL) return ok('mail', 'the built-in mail catcher takes the letters; nothing leaves this machine');
  const relay = new SmtpClient(config.SMTP_URL, {
    clock: new Clock(),
    connectTimeout: MAIL_MILLISECONDS,
    answerTimeout: MAIL_MILLISECONDS,
  });
  const wrong = await relay.check();
  await relay.close();
  if (wrong === null)
    return ok(
      'mail',
      `the relay of SMTP_URL greets${new URL(config.SMTP_URL).username ? ' and takes our password' : ''}`,
    );
  return fault(
    'mail',
    `the relay of SMTP_URL does not take us (${wrong.stage}): ${wrong.answer}`,
    MAIL_MENDS[wrong.stage] ?? 'Check SMTP_URL and that the relay runs.',
  );
}

async function checkPort({ HOST, PORT }: Config): Promise<HealthCheck> {
  if (PORT === 0) return ok('port', 'any free port is taken');
  const server = net.createServer();
  const code = await new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(PORT, HOST, () => server.close(() => resolve(null)));
  });
  if (code === null) return ok('port', `${PORT} is free`);
  if (code === 'EADDRINUSE')
    return fault(
      'port',
      `${PORT} is taken, by Tocsin or by another program`,
      'Stop what serves there, or set PORT to another number.',
    );
  if (code === 'EACCES')
    return fault('port', `this user may not listen on ${PORT}`, 'Set PORT to a number above 1023.');
  return fault(
    'port',
    `nobody can listen on ${HOST} port ${PORT} (${code})`,
    'Set HOST to an address of this machine.',
  );
}
