import type { Command } from 'commander';
import { answer, progress } from './output.js';
import { isJson } from './system.commands.js';

/** Commands for the key, the backup and the way back. */
export function registerKeeping(program: Command): void {
  const keys = program.command('keys').description('the root key');
  keysMakeCommand(keys);
  keysCheckCommand(keys);
  keysRotateCommand(keys);
  backupCommand(program);
  restoreCommand(program);
}

function keysMakeCommand(keys: Command): void {
  keys
    .command('make')
    .description('write a new root key')
    .requiredOption('--out <file>', 'file that does not exist yet')
    .action(async (options: { out: string }, command: Command) => {
      const { erasuresFile, keyFingerprint, makeKeyFile, readKeyFile } = await import('#libs/platform/index.js');
      makeKeyFile(options.out);
      const fingerprint = keyFingerprint(readKeyFile(options.out));
      const erasures = erasuresFile(options.out);
      answer(
        isJson(command),
        { file: options.out, fingerprint, erasures },
        `Wrote ${options.out} (${fingerprint}) and ${erasures}. Copy both to a safe place, apart from the data and its backups: without the key nothing sealed can be opened, by anybody. Then prove the copy: bin/tocsin keys check COPY.`,
      );
    });
}

function keysCheckCommand(keys: Command): void {
  keys
    .command('check <file>')
    .description('prove that a copy of the key opens this database')
    .action(async (file: string, _, command: Command) => {
      const { checkKeyCopy, readConfig, requireCurrentSchema } = await import('#libs/platform/index.js');
      const config = readConfig(process.env);
      // Not by the key in use: a copy is looked for most when that one is lost.
      await withDatabase(async (database) => {
        await requireCurrentSchema(database);
        const fingerprint = await checkKeyCopy(database, config.keyFile, file);
        answer(
          isJson(command),
          { file, fingerprint, opens: true },
          `${file} (${fingerprint}) is a copy of the key: it opens this database. Keep it, and the file of erasures with it, apart from the data.`,
        );
      });
    });
}

function keysRotateCommand(keys: Command): void {
  keys
    .command('rotate')
    .description('replace the root key by a new one')
    .action(async (_, command: Command) => {
      const { readConfig, requireCurrentSchema, requireKeyApart, rotateKey } = await import('#libs/platform/index.js');
      const { record } = await import('#libs/ledger/index.js');
      const { origin } = await import('./context.js');
      const config = readConfig(process.env);
      requireKeyApart(config);
      // Not by the key in use: a rotation that was cut off may have left the database under the next one.
      await withDatabase(async (database) => {
        await requireCurrentSchema(database);
        const rotation = await rotateKey(database, config.keyFile, async (tx, facts) => {
          await record(tx, { kind: 'keys.rotated', actor: origin(), facts });
        });
        answer(
          isJson(command),
          { file: config.keyFile, ...rotation },
          `${config.keyFile} holds a new key (${rotation.after}). The one before it (${rotation.before}) lies in ${rotation.keptAs}.`,
        );
        progress(
          `Copy the new key to every machine that runs Tocsin and to your safe places, and prove a copy with \`bin/tocsin keys check COPY\`. Backups made before open with the old key alone: keep it as long as you keep them, and make a backup now.`,
        );
      });
    });
}

function backupCommand(program: Command): void {
  program
    .command('backup <file>')
    .description('write the whole database into one file, without any key')
    .action(async (file: string, _, command: Command) => {
      const { withContext } = await import('./context.js');
      const { backUp } = await import('#libs/backup/index.js');
      const { Sequencer } = await import('#libs/ledger/index.js');
      const { erasuresFile, readKeyFile } = await import('#libs/platform/index.js');
      await withContext(async ({ platform, get }) => {
        const started = performance.now();
        // What waits for its place in the ledger gets it, so that the head speaks of everything in the file.
        await get(Sequencer).drain();
        const { keyFile } = platform.config;
        const made = await backUp(platform.database, readKeyFile(keyFile), file);
        const { ledger, sums, key, madeAt } = made.header;
        const seconds = Math.round((performance.now() - started) / 10) / 100;
        answer(
          isJson(command),
          { file, bytes: made.bytes, rows: made.rows, seconds, madeAt, key, ledger, sums },
          `Wrote ${file}: ${made.rows} rows, ${made.bytes} bytes, ${seconds} s. Head of the ledger: ${ledger ? `${ledger.size} entries, ${ledger.root}` : 'none yet'}.`,
        );
        progress(
          `It holds no key. To restore it you need the key ${key} (${keyFile}) and the file of erasures (${erasuresFile(keyFile)}): keep copies of both, apart from the backup.`,
        );
      });
    });
}

function restoreCommand(program: Command): void {
  program
    .command('restore <file>')
    .description('put a backup into an empty database')
    .option('--without-erasures <reason>', 'why the file of erasures is lost; erased persons may come back')
    .action(async (file: string, options: { withoutErasures?: string }, command: Command) => {
      const { origin } = await import('./context.js');
      const { restore } = await import('#libs/backup/index.js');
      const { migrateJobs } = await import('#libs/jobs/index.js');
      const { Clock, readConfig, requireKeyApart, resolveDatabaseUrl } = await import('#libs/platform/index.js');
      const { migrations } = await import('#migrations/index.js');
      const config = readConfig(process.env);
      requireKeyApart(config);
      const started = performance.now();
      const restored = await restore(file, {
        config,
        databaseUrl: () => resolveDatabaseUrl(config),
        migrations,
        by: origin(),
        withoutErasures: options.withoutErasures ?? null,
        now: new Clock().now(),
      });
      await migrateJobs(await resolveDatabaseUrl(config));
      const { header, rows, erasedAgain, fenced } = restored;
      const seconds = Math.round((performance.now() - started) / 10) / 100;
      answer(
        isJson(command),
        { file, madeAt: header.madeAt, rows, seconds, ledger: header.ledger, sums: header.sums, erasedAgain, fenced },
        `Restored the state of ${header.madeAt}: ${rows} rows, ${seconds} s. Sums and ledger are those of the backup${erasedAgain > 0 ? `, but for ${erasedAgain} persons erased since, who are erased again` : ''}.`,
      );
      progress(
        `Nothing is sent yet: letters of ${fenced === 1 ? 'one breach' : `${fenced} breaches`} wait for \`bin/tocsin breach go-live BREACH --as EMAIL\`. What happened after ${header.madeAt} is not in here: letters that left since are taken for unsent, accounts ended since are open again, tokens have to be made anew.`,
      );
    });
}

/** A connection without the keys, for what is needed when they are lost. */
async function withDatabase<T>(work: (database: import('typeorm').DataSource) => Promise<T>): Promise<T> {
  const { connect, makeDataSource, readConfig, resolveDatabaseUrl } = await import('#libs/platform/index.js');
  const { migrations } = await import('#migrations/index.js');
  const database = await connect(makeDataSource(await resolveDatabaseUrl(readConfig(process.env)), migrations, [], 2));
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}
