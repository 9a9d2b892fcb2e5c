import { DataSource, type EntityManager, type MigrationInterface, type MixedList, type QueryRunner } from 'typeorm';
import { Problem } from './problem.js';

export type Migrations = (new () => MigrationInterface)[];
export type Entities = MixedList<new () => object>;

/** The oldest PostgreSQL server that Tocsin runs on, as `server_version_num`. */
const OLDEST_SERVER = 150_000;
/** The name of a step ends with its time in milliseconds. */
const TIMESTAMP_DIGITS = 13;

/**
 * The connection to PostgreSQL. No synchronize, no subscribers: the migrations alone make the schema.
 * Pool: twice the two cores that Tocsin is measured on; more connections raise the slowest answers, not the rate.
 */
export function makeDataSource(url: string, migrations: Migrations, entities: Entities = [], poolSize = 4): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities: entities as never,
    migrations,
    migrationsTableName: 'schema_migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    applicationName: 'tocsin',
    poolSize,
    connectTimeoutMS: 10_000,
    extra: { statement_timeout: 600_000, idle_in_transaction_session_timeout: 120_000 },
    logging: false,
  });
}

/** Connects. Throws `database.unreachable` or `database.too-old`, with one sentence and without the password. */
export async function connect(source: DataSource): Promise<DataSource> {
  try {
    await source.initialize();
  } catch (error) {
    throw new Problem(
      'unavailable',
      'database.unreachable',
      `The database does not answer (${failureWord(error)}). Check DATABASE_URL and that the server runs.`,
    );
  }
  const [row]: { version: string }[] = await source.query(`select current_setting('server_version_num') as version`);
  if (Number(row!.version) < OLDEST_SERVER) {
    await source.destroy();
    throw new Problem(
      'unavailable',
      'database.too-old',
      'The database server is older than PostgreSQL 15. Use a newer server.',
    );
  }
  return source;
}

function failureWord(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : 'no answer';
}

/** Names of the migrations that the database has not had yet, in order. */
export async function pendingMigrations(source: DataSource): Promise<string[]> {
  const known = source.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const [table]: { exists: boolean }[] = await source.query(
    `select to_regclass('schema_migration') is not null as exists`,
  );
  if (!table!.exists) return known;
  const rows: { name: string }[] = await source.query(`select name from schema_migration`);
  const done = new Set(rows.map((row) => row.name));
  return known.filter((name) => !done.has(name));
}

/** Refuses to go on with a schema that is behind the program. */
export async function requireCurrentSchema(source: DataSource): Promise<void> {
  const pending = await pendingMigrations(source);
  if (pending.length > 0) {
    throw new Problem(
      'unavailable',
      'schema.behind',
      `The database schema is ${pending.length} steps behind this version. Run \`bin/tocsin migrate\`, then start again.`,
    );
  }
}

/**
 * Brings the schema forward, one transaction a step. Two that start at once wait for each other, and the second finds
 * nothing left to do. Answers the names of the steps taken.
 */
export async function migrate(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  await runner.connect();
  try {
    await runner.query(`select pg_advisory_lock(hashtext('tocsin.migrate'))`);
    const done = await source.runMigrations({ transaction: 'each' });
    return done.map((migration) => migration.name);
  } finally {
    await runner.query(`select pg_advisory_unlock(hashtext('tocsin.migrate'))`);
    await runner.release();
  }
}

/**
 * Takes steps of the schema within the caller's transaction, for a restore: all of it is there in the end, or nothing.
 * Keeps the list of steps as `migrate` does.
 */
export async function migrateWithin(runner: QueryRunner, steps: Migrations): Promise<void> {
  await runner.query(
    `create table if not exists schema_migration (id serial primary key, "timestamp" bigint not null, name varchar not null)`,
  );
  for (const Step of steps) {
    await new Step().up(runner);
    await runner.query(`insert into schema_migration ("timestamp", name) values ($1, $2)`, [
      Number(Step.name.slice(-TIMESTAMP_DIGITS)),
      Step.name,
    ]);
  }
}

/** The database's own time: the only clock of legal times. */
export async function databaseNow(tx: EntityManager): Promise<Date> {
  const [row]: { now: Date }[] = await tx.query(`select clock_timestamp() as now`);
  return row!.now;
}
