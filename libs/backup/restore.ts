import { createHash } from 'node:crypto';
import type { EntityManager, QueryRunner } from 'typeorm';
import { allBreaches, countFenced, settleFence } from '#libs/breach/index.js';
import { checkLedgerIn, ledgerHead, record } from '#libs/ledger/index.js';
import { eraseAgain, erasedPersons } from '#libs/people/index.js';
import {
  Problem,
  connect,
  erasuresFile,
  keyFingerprint,
  makeDataSource,
  migrateWithin,
  openKeyringIn,
  raiseFence,
  readErasures,
  readKeyFile,
  readMemory,
  uuidv7,
  type Config,
  type Erasure,
  type Migrations,
} from '#libs/platform/index.js';
import { openArchive, type Archive } from './archive.js';
import type { ArchiveHeader } from './archive-header.js';
import { sumForHeader } from './back-up.js';
import { hasTables } from './catalog.js';
import { loadTables } from './load-tables.js';
import { settleErasures } from './settle-erasures.js';

export interface RestoreOptions {
  config: Config;
  /** Finds the database, starting the embedded server where that is used; called after the file and the key were checked. */
  databaseUrl: () => Promise<string>;
  migrations: Migrations;
  /** How the ledger names who restores. */
  by: string;
  /** Why there is no file of erasures, in words of the operator; null where it has to be there. */
  withoutErasures: string | null;
  now: Date;
}

export interface Restored {
  header: ArchiveHeader;
  rows: number;
  erasedAgain: number;
  /** Breaches whose letters wait for go-live. */
  fenced: number;
}

const LONGEST_REASON = 1000;

/**
 * Puts a backup into an empty database, in one transaction: the schema as it was, every row, the later steps of the
 * schema, the erasures since, the fence; then the sum of each breach, the ledger's head and the whole ledger are
 * compared with what the backup says. Whatever fails, the database is as empty as before. Throws the problems of the
 * file (`backup.…`), of the key (`key-file.…`, `backup.other-key`), of erasures, `restore.not-empty` and
 * `restore.differs`.
 */
export async function restore(file: string, options: RestoreOptions): Promise<Restored> {
  const archive = await openArchive(file);
  requireKnownSteps(archive.header, options.migrations);
  const key = readKeyFile(options.config.keyFile);
  requireKeyOf(archive.header, keyFingerprint(key));
  const erasures = requireErasures(options);
  const database = await connect(makeDataSource(await options.databaseUrl(), options.migrations, [], 2));
  try {
    const runner = database.createQueryRunner();
    try {
      await runner.startTransaction();
      const restored = await restoreIn(runner, archive, options, erasures);
      await openKeyringIn(runner.manager, key);
      await runner.commitTransaction();
      await settleFence(database, options.config, options.now);
      await settleErasures(database, options.config.keyFile);
      return restored;
    } finally {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      await runner.release();
    }
  } finally {
    await database.destroy();
  }
}

async function restoreIn(
  runner: QueryRunner,
  archive: Archive,
  options: RestoreOptions,
  erasures: Erasure[] | null,
): Promise<Restored> {
  const { header } = archive;
  const tx = runner.manager;
  await runner.query(`select pg_advisory_xact_lock(hashtext('tocsin.migrate'))`);
  await runner.query(`set local statement_timeout = 0`);
  await runner.query(`set local idle_in_transaction_session_timeout = 0`);
  if (await hasTables(tx))
    throw new Problem(
      'conflict',
      'restore.not-empty',
      'The database is not empty. Restore into an empty one: name a new database in DATABASE_URL or, for the embedded one, a new folder in TOCSIN_DATA_DIR.',
    );
  await migrateWithin(runner, options.migrations.slice(0, header.steps.length));
  const rows = await loadTables(runner, archive);
  await migrateWithin(runner, options.migrations.slice(header.steps.length));
  await requireSame(tx, header);
  const { erasedAgain, isIncomplete } = await carryOutErasures(tx, options, erasures);
  await raiseFence(tx, 'restored', readMemory(options.config, header.installation)?.fence ?? 0);
  await recordRestoration(tx, header, options, erasedAgain, isIncomplete);
  return { header, rows, erasedAgain, fenced: await countFenced(tx) };
}

/** The steps of the backup are the first ones of this version, or it was made by another or newer one. */
function requireKnownSteps({ steps }: ArchiveHeader, migrations: Migrations): void {
  const known = migrations.map((migration) => migration.name);
  if (steps.every((step, place) => known[place] === step)) return;
  throw new Problem(
    'bad-input',
    'backup.newer',
    'The backup was made by a newer version of Tocsin. Restore it with that version.',
  );
}

function requireKeyOf(header: ArchiveHeader, fingerprint: string): void {
  if (header.key === fingerprint) return;
  throw new Problem(
    'refused',
    'backup.other-key',
    `The key file (${fingerprint}) is not the one of this backup (${header.key}). Put the copy of that key in the place of TOCSIN_KEY_FILE, with its file of erasures.`,
  );
}

/** The file of erasures; null where it is lost and a reason was given. */
function requireErasures({ config, withoutErasures }: RestoreOptions): Erasure[] | null {
  const erasures = readErasures(config.keyFile);
  if (erasures) return erasures;
  const reason = withoutErasures?.trim() ?? '';
  if (reason.length > 0 && reason.length <= LONGEST_REASON) return null;
  throw new Problem(
    'refused',
    'erasures.missing',
    `${erasuresFile(config.keyFile)} is not there, so persons who were erased after the backup would come back. Put it back from the copy that lies with the copy of the key; if it is lost, say why in up to ${LONGEST_REASON} characters: --without-erasures REASON.`,
  );
}

/** What the backup says of itself must come out of the database again. */
async function requireSame(tx: EntityManager, header: ArchiveHeader): Promise<void> {
  const faults: string[] = [];
  const sums: ArchiveHeader['sums'] = [];
  for (const { id, reference } of await allBreaches(tx)) sums.push(await sumForHeader(tx, id, reference));
  if (JSON.stringify(sums) !== JSON.stringify(header.sums)) faults.push('the sum of a breach');
  if (JSON.stringify(await ledgerHead(tx)) !== JSON.stringify(header.ledger)) faults.push('the head of the ledger');
  const ledger = await checkLedgerIn(tx);
  if (!ledger.ok) faults.push(`the ledger (${ledger.faults[0]})`);
  if (faults.length === 0) return;
  throw new Problem(
    'refused',
    'restore.differs',
    `What was restored is not what the backup says: ${faults.join(', ')}. Nothing was kept. Take an older backup, and keep this one for whoever looks into it.`,
  );
}

async function carryOutErasures(
  tx: EntityManager,
  { withoutErasures, by }: RestoreOptions,
  erasures: Erasure[] | null,
): Promise<{ erasedAgain: number; isIncomplete: boolean }> {
  const known = new Set((erasures ?? []).map((one) => one.personId));
  const older = (await erasedPersons(tx)).filter((one) => !known.has(one.personId)).length;
  if (older > 0 && !withoutErasures?.trim())
    throw new Problem(
      'refused',
      'erasures.older',
      `The file of erasures does not know ${older} of the persons who are erased in the backup, so it is not the newest. Put the newest back; if it is lost, say why: --without-erasures REASON.`,
    );
  const again = await eraseAgain(tx, [...known], by);
  return { erasedAgain: again.length, isIncomplete: erasures === null || older > 0 };
}

/** The reason stands in the database; the ledger, which holds no prose, is bound to it by a hash. */
async function recordRestoration(
  tx: EntityManager,
  header: ArchiveHeader,
  { by, withoutErasures, now }: RestoreOptions,
  erasedAgain: number,
  isIncomplete: boolean,
): Promise<void> {
  const reason = isIncomplete ? (withoutErasures?.trim() ?? null) : null;
  const id = uuidv7(now);
  await tx.query(
    `insert into restoration (id, backup_at, ledger_size, ledger_root, restored_by, erased_again, without_erasures_reason)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      id,
      header.madeAt,
      header.ledger?.size ?? 0,
      header.ledger ? Buffer.from(header.ledger.root, 'hex') : null,
      by,
      erasedAgain,
      reason,
    ],
  );
  await record(tx, {
    kind: 'installation.restored',
    actor: by,
    facts: {
      restoration: id,
      backupAt: header.madeAt,
      ledgerSize: header.ledger?.size ?? 0,
      erasedAgain,
      ...(reason ? { withoutErasures: createHash('sha256').update(reason).digest('hex') } : {}),
    },
  });
}
