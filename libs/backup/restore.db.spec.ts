import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { BreachesService } from '#libs/breach/index.js';
import { migrateJobs } from '#libs/jobs/index.js';
import { Sequencer, checkLedger, ledgerHead } from '#libs/ledger/index.js';
import { RosterUploadsService, eraseAgain, erasedPersons, sourceOfBytes } from '#libs/people/index.js';
import {
  Clock,
  appendErasures,
  connect,
  makeDataSource,
  makeKeyFile,
  migrate,
  pendingMigrations,
  readConfig,
  readErasures,
  readKeyFile,
  settleInstallation,
  type Config,
} from '#libs/platform/index.js';
import { sumOf } from '#libs/reports/index.js';
import { migrations } from '#migrations/index.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { emptyDatabase } from '#test/support/empty-database.js';
import { aBreachFile, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { JO, LOTTE, FAULTY, givenRoster, good, rosterBytes, rosterFile, whole } from '#test/support/given-roster.js';
import { until } from '#test/support/until.js';
import { LEFT_OUT } from './passing.js';
import { backUp, restore, type Restored, type RestoreOptions } from './index.js';

let db: TestDatabase;
let base: string;
let config: Config;
let file: string;
let given: GivenBreach;
let target: Awaited<ReturnType<typeof emptyDatabase>>;

beforeEach(async () => {
  db = await testDatabase();
  target = await emptyDatabase();
  base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-restore-'));
  file = path.join(base, 'one.backup');
  config = readConfig({
    DATABASE_URL: target.url,
    TOCSIN_DATA_DIR: path.join(base, 'data'),
    TOCSIN_KEY_FILE: path.join(base, 'tocsin.key'),
  });
  makeKeyFile(config.keyFile);
  given = await givenBreach(db.source, aBreachFile(), readKeyFile(config.keyFile));
  const { roster } = givenRoster(db.source, given);
  await roster.import(given.hr, given.breach.reference, rosterFile(LOTTE, JO), whole);
  await roster.import(
    given.hr,
    given.breach.reference,
    rosterFile(LOTTE.replace('confirmed', 'excluded'), FAULTY),
    good,
  );
  await new RosterUploadsService(db.source, given.keyring, new Clock()).receive(given.hr, given.breach.reference, {
    name: 'people.csv',
    stream: sourceOfBytes(rosterBytes(JO))(),
  });
  await db.source.transaction((tx) => settleInstallation(tx, config, new Clock().now()));
  await new Sequencer(db.source).drain();
});
afterEach(async () => {
  fs.rmSync(base, { recursive: true });
  await db.drop();
  await target.drop();
});

const keep = async (): Promise<void> => void (await backUp(db.source, readKeyFile(config.keyFile), file));
const bring = async (over: Partial<RestoreOptions> = {}): Promise<Restored> =>
  await restore(file, {
    config,
    databaseUrl: () => Promise.resolve(target.url),
    migrations,
    by: 'cli ops:host',
    withoutErasures: null,
    now: new Clock().now(),
    ...over,
  });

/** Works on the restored database. */
async function there<T>(work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = await connect(makeDataSource(target.url, migrations, [], 2));
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

const isEmpty = async (): Promise<boolean> =>
  await there(async (source) => {
    const rows: unknown[] = await source.query(`select from pg_class where relnamespace = 'public'::regnamespace`);
    return rows.length === 0;
  });

/** Everything that makes the schema what it is: columns, constraints, triggers and whether they fire, indexes. */
async function schemaOf(source: DataSource): Promise<unknown[]> {
  return await source.query(
    `select c.relname as of, 'column' as what, a.attname::text as name, format_type(a.atttypid, a.atttypmod) || a.attnotnull::text || a.attgenerated::text as says
       from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attnum > 0 and not a.attisdropped and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'schema_migration'
     union all select c.relname, 'constraint', k.conname, pg_get_constraintdef(k.oid) || k.convalidated::text
       from pg_constraint k join pg_class c on c.oid = k.conrelid where c.relnamespace = 'public'::regnamespace and c.relname <> 'schema_migration'
     union all select c.relname, 'trigger', t.tgname, pg_get_triggerdef(t.oid) || t.tgenabled::text
       from pg_trigger t join pg_class c on c.oid = t.tgrelid where not t.tgisinternal and c.relnamespace = 'public'::regnamespace
     union all select tablename, 'index', indexname, indexdef from pg_indexes where schemaname = 'public' and tablename <> 'schema_migration'
     order by 1, 2, 3`,
  );
}

/** Every row of every table that a backup holds, as text. */
async function rowsOf(source: DataSource): Promise<Record<string, string[]>> {
  const tables: { name: string }[] = await source.query(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  const own = new Set(['schema_migration', 'installation', 'restoration', 'ledger_outbox']);
  const found: Record<string, string[]> = {};
  for (const { name } of tables.filter((table) => !own.has(table.name) && !LEFT_OUT.has(table.name))) {
    const rows: { row: string }[] = await source.query(`select t::text as row from "${name}" t order by 1`);
    found[name] = rows.map(({ row }) => row);
  }
  return found;
}

describe('given a backup and its key', () => {
  it('when it is restored by a role that is no superuser, then every row, the sum, the ledger and the schema are the same', async () => {
    await keep();
    const before = { rows: await rowsOf(db.source), schema: await schemaOf(db.source) };
    const head = await ledgerHead(db.source.manager);
    const sum = await sumOf(db.source.manager, given.breach.id);
    expect(await bring()).toMatchObject({ erasedAgain: 0, fenced: 1, header: { ledger: head } });
    await there(async (source) => {
      expect(await rowsOf(source)).toEqual(before.rows);
      expect(await schemaOf(source)).toEqual(before.schema);
      expect(await sumOf(source.manager, given.breach.id)).toEqual(sum);
      expect(await ledgerHead(source.manager)).toEqual(head);
      expect(await checkLedger(source)).toMatchObject({ ok: true, pending: 1 });
      expect(await pendingMigrations(source)).toEqual([]);
      expect(await migrate(source)).toEqual([]);
      const people = givenRoster(source, given);
      expect((await people.person('P-1')).record!.familyName).toBe('Voorbeeld');
    });
  });

  it('when it is restored, then work goes on: new rows, new places in the ledger, and what is append-only stays so', async () => {
    await keep();
    await bring();
    await migrateJobs(target.url);
    await there(async (source) => {
      await new Sequencer(source).drain();
      const people = givenRoster(source, given);
      await people.roster.import(given.hr, given.breach.reference, rosterFile(LOTTE.replace('P-1', 'P-9')), whole);
      await new Sequencer(source).drain();
      expect(await checkLedger(source)).toMatchObject({ ok: true, pending: 0 });
      await expect(source.query(`delete from ledger_entry`)).rejects.toThrow('append-only');
      await expect(source.query(`update restoration set erased_again = 9`)).rejects.toThrow('append-only');
    });
  });

  it('when it is restored, then no session, token, upload or sign of life comes back, and each of those tables exists', async () => {
    await keep();
    await bring();
    await there(async (source) => {
      for (const name of LEFT_OUT) expect(await source.query(`select from "${name}"`)).toEqual([]);
    });
    const [row]: { count: number }[] = await db.source.query(`select count(*)::int as count from roster_upload`);
    expect(row!.count).toBe(1);
  });

  it('when the database is not empty, then nothing of it is touched', async () => {
    await keep();
    await there((source) => source.query(`create table mine (n int)`));
    expect(await codeOf(bring())).toBe('restore.not-empty');
    await there(async (source) => expect(await source.query(`select from mine`)).toEqual([]));
  });

  it('when the key is missing or another one, then nothing is written', async () => {
    await keep();
    fs.rmSync(config.keyFile);
    expect(await codeOf(bring())).toBe('key-file.missing');
    fs.rmSync(`${config.keyFile}.erasures`);
    makeKeyFile(config.keyFile);
    expect(await codeOf(bring())).toBe('backup.other-key');
    expect(await isEmpty()).toBe(true);
  });

  it('when this version lacks a step that the backup had, then a newer version is asked for', async () => {
    await keep();
    expect(await codeOf(bring({ migrations: migrations.slice(0, -1) }))).toBe('backup.newer');
    expect(await isEmpty()).toBe(true);
  });

  it('when this version has a step more, then it is taken after the rows are there', async () => {
    await keep();
    class Later1999999999999 {
      async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
        await runner.query(`alter table account add column shouted text generated always as (upper(name)) stored`);
      }
      down(): Promise<void> {
        return Promise.reject(new Error('forward only'));
      }
    }
    await bring({ migrations: [...migrations, Later1999999999999] });
    await there(async (source) => {
      const rows: { shouted: string }[] = await source.query(`select distinct shouted from account`);
      expect(rows).toEqual([{ shouted: 'MIRA CLAES' }]);
    });
  });

  it('when the ledger was changed before the backup, then the restore says so and keeps nothing', async () => {
    await db.source.query(`alter table ledger_entry disable trigger user`);
    await db.source.query(`update ledger_entry set body = body || '\\x20' where seq = 1`);
    await keep();
    expect(await codeOf(bring())).toBe('restore.differs');
    expect(await isEmpty()).toBe(true);
  });
});

describe('given somebody who was erased after the backup', () => {
  let lotte: string;
  beforeEach(async () => {
    await keep();
    lotte = (await givenRoster(db.source, given).person('P-1')).id;
    appendErasures(config.keyFile, [{ personId: lotte, at: new Clock().now() }]);
  });

  it('when the backup is restored, then they are erased again, and the ledger says so', async () => {
    expect(await bring()).toMatchObject({ erasedAgain: 1 });
    await there(async (source) => {
      expect((await erasedPersons(source.manager)).map((one) => one.personId)).toEqual([lotte]);
      const people = await givenRoster(source, given).people();
      expect(people.map(({ record }) => record?.familyName ?? null)).toEqual(expect.arrayContaining(['Dupont', null]));
      const events: { kind: string }[] = await source.query(`select kind from ledger_outbox order by id`);
      expect(events.map(({ kind }) => kind)).toEqual(['person.erased-again', 'installation.restored']);
    });
  });

  it('when the file of erasures is lost, then a reason is asked for, kept, and bound into the ledger', async () => {
    fs.rmSync(`${config.keyFile}.erasures`);
    expect(await codeOf(bring())).toBe('erasures.missing');
    expect(await codeOf(bring({ withoutErasures: '  ' }))).toBe('erasures.missing');
    expect(await isEmpty()).toBe(true);
    await bring({ withoutErasures: 'The medium with the copy burnt.' });
    await there(async (source) => {
      const rows: { reason: string; fact: string }[] = await source.query(
        `select r.without_erasures_reason as reason, o.facts ->> 'withoutErasures' as fact from restoration r, ledger_outbox o`,
      );
      expect(rows).toEqual([
        { reason: 'The medium with the copy burnt.', fact: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ]);
    });
    expect(readErasures(config.keyFile)).toEqual([]);
  });

  it('when the file of erasures is older than the backup, then it is refused', async () => {
    await db.source.transaction((tx) => eraseAgain(tx, [lotte], 'system'));
    await new Sequencer(db.source).drain();
    fs.rmSync(file);
    await keep();
    fs.writeFileSync(`${config.keyFile}.erasures`, 'tocsin-erasures-v1\n');
    expect(await codeOf(bring())).toBe('erasures.older');
    expect(await isEmpty()).toBe(true);
  });
});

describe('given the fence of a restored database', () => {
  it('when a breach was there before, then it waits for go-live; one opened afterwards does not', async () => {
    await keep();
    await bring();
    await there(async (source) => {
      const after = { ...given, breaches: givenBreachesOn(source) };
      const opened = await after.breaches.open(given.hr, { facts: someFacts() });
      const states: { reference: string; fenced: boolean }[] = await source.query(
        `select reference, breach_is_fenced(id) as fenced from breach order by reference`,
      );
      expect(states).toEqual([
        { reference: given.breach.reference, fenced: true },
        { reference: opened.reference, fenced: false },
      ]);
      expect(await codeOf(after.breaches.goLive(given.hr, given.breach.reference))).toBe('permission.missing');
      expect(await after.breaches.goLive(given.dpo, given.breach.reference)).toBe(true);
      expect(await after.breaches.goLive(given.dpo, given.breach.reference)).toBe(false);
      const events: unknown[] = await source.query(`select from ledger_outbox where kind = 'breach.went-live'`);
      expect(events).toHaveLength(1);
    });
  });

  it('when the restore is restored again, then an earlier go-live counts no more', async () => {
    await keep();
    await bring();
    await there(async (source) => {
      await givenBreachesOn(source).goLive(given.dpo, given.breach.reference);
      await new Sequencer(source).drain();
      fs.rmSync(file);
      await backUp(source, readKeyFile(config.keyFile), file);
    });
    const second = await emptyDatabase();
    try {
      expect(await bring({ databaseUrl: () => Promise.resolve(second.url) })).toMatchObject({ fenced: 1 });
    } finally {
      await second.drop();
    }
  });

  const givenBreachesOn = (source: DataSource): GivenBreach['breaches'] =>
    new BreachesService(source, given.keyring, new Clock());
});

describe('given a restore that is killed', () => {
  it('when it was in the middle of its rows, then the database is as empty as before, and the next restore is whole', async () => {
    await keep();
    // Held by somebody else, so that the restore stands still where it is.
    await there(async (source) => {
      const holder = source.createQueryRunner();
      await holder.startTransaction();
      await holder.query(`select pg_advisory_xact_lock(hashtext('tocsin.installation_key'))`);
      const child = spawn(process.execPath, [path.resolve('bin/tocsin'), 'restore', file], {
        env: {
          DATABASE_URL: target.url,
          TOCSIN_DATA_DIR: config.dataFolder,
          TOCSIN_KEY_FILE: config.keyFile,
        },
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await until('the restore waits at the end of its rows', async () => {
        const rows: unknown[] = await source.query(
          `select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
        );
        return rows.length > 0;
      });
      child.kill('SIGKILL');
      await ended;
      await holder.rollbackTransaction();
      await holder.release();
    });
    await until('the server has given up the transaction of the dead', isEmpty);
    expect(await bring()).toMatchObject({ fenced: 1 });
  });
});
