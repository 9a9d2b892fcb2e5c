import type { DataSource, EntityManager } from 'typeorm';
import { allBreaches } from '#libs/breach/index.js';
import { ledgerHead } from '#libs/ledger/index.js';
import {
  PRODUCT_VERSION,
  copyOut,
  databaseNow,
  keyFingerprint,
  type CopyClient,
  type SealingKey,
} from '#libs/platform/index.js';
import { sumOf } from '#libs/reports/index.js';
import { dataFrames, jsonFrame, requireFree, writeArchive, type Frame } from './archive.js';
import type { ArchiveHeader } from './archive-header.js';
import { copyStatement, listSequences, listTables } from './catalog.js';
import { LEFT_OUT } from './passing.js';

export interface BackedUp {
  file: string;
  bytes: number;
  rows: number;
  header: ArchiveHeader;
}

/**
 * Writes everything of the database that is not passing into one file, from one snapshot and with flat memory, while
 * others go on working. It holds no key. Throws `backup.exists`, `backup.unfinished`, `backup.unwritable`.
 */
export async function backUp(database: DataSource, root: SealingKey, file: string): Promise<BackedUp> {
  requireFree(file);
  const runner = database.createQueryRunner();
  const client = (await runner.connect()) as CopyClient;
  try {
    await runner.startTransaction('REPEATABLE READ');
    // As long as it takes: a table of a million rows and a slow disk are no fault.
    await runner.query(`set transaction read only`);
    await runner.query(`set local statement_timeout = 0`);
    await runner.query(`set local idle_in_transaction_session_timeout = 0`);
    const header = await headerOf(runner.manager, root);
    const counted = { rows: 0 };
    const bytes = await writeArchive(file, header, tableFrames(runner.manager, client, counted));
    return { file, bytes, rows: counted.rows, header };
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}

async function headerOf(tx: EntityManager, root: SealingKey): Promise<ArchiveHeader> {
  const steps: { name: string }[] = await tx.query(`select name from schema_migration order by id`);
  const [installation]: { id: string }[] = await tx.query(`select id from installation`);
  const sums: ArchiveHeader['sums'] = [];
  for (const { id, reference } of await allBreaches(tx)) sums.push(await sumForHeader(tx, id, reference));
  return {
    product: PRODUCT_VERSION,
    madeAt: (await databaseNow(tx)).toISOString(),
    steps: steps.map((step) => step.name),
    installation: installation!.id,
    key: keyFingerprint(root),
    ledger: await ledgerHead(tx),
    sums,
  };
}

/** The sum of a breach as a header holds it. */
export async function sumForHeader(
  tx: EntityManager,
  breachId: string,
  reference: string,
): Promise<ArchiveHeader['sums'][number]> {
  const { affected, told, exempt, underWay, notReached } = await sumOf(tx, breachId);
  return { breach: reference, affected, told, exempt, underWay, notReached };
}

async function* tableFrames(tx: EntityManager, client: CopyClient, counted: { rows: number }): AsyncGenerator<Frame> {
  const counts: Record<string, number> = {};
  for (const table of (await listTables(tx)).filter(({ name }) => !LEFT_OUT.has(name))) {
    yield jsonFrame('T', table);
    yield* dataFrames(
      counting(copyOut(client, copyStatement(table, 'to stdout')), (rows) => (counts[table.name] = rows)),
    );
  }
  counted.rows = Object.values(counts).reduce((sum, rows) => sum + rows, 0);
  yield jsonFrame('E', { counts, sequences: await listSequences(tx) });
}

/** The pieces of a COPY; its number of rows is told at its end. */
async function* counting(copy: AsyncGenerator<Buffer, number>, tell: (rows: number) => void): AsyncGenerator<Buffer> {
  tell(yield* copy);
}
