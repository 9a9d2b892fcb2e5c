import type { EntityManager, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { Problem, copyIn, type CopyClient } from '#libs/platform/index.js';
import type { Archive, Frame } from './archive.js';
import { copyStatement, listForeignKeys, listTables, quoted, setSequence, type Table } from './catalog.js';
import { LEFT_OUT } from './passing.js';

const tableSchema = z.object({ name: z.string(), columns: z.array(z.string()) });
const endSchema = z.object({
  counts: z.record(z.string(), z.number()),
  sequences: z.array(z.object({ name: z.string(), last: z.string(), isCalled: z.boolean() })),
});

/**
 * Loads every table of a backup, in the caller's transaction, as the owner of the tables and without a superuser: the
 * references between tables are taken away and made again at the end, when all they speak of is there, and our own
 * triggers rest, because what they guard was guarded when it happened. Answers the number of rows.
 */
export async function loadTables(runner: QueryRunner, archive: Archive): Promise<number> {
  const tx = runner.manager;
  const client = (await runner.connect()) as CopyClient;
  const tables = (await listTables(tx)).filter(({ name }) => !LEFT_OUT.has(name));
  const foreignKeys = await listForeignKeys(tx);
  for (const { table, name } of foreignKeys)
    await tx.query(`alter table ${quoted(table)} drop constraint ${quoted(name)}`);
  for (const { name } of tables) {
    await tx.query(`alter table ${quoted(name)} disable trigger user`);
    // A step of the schema may bring rows along; those of the backup stand in their place.
    await tx.query(`truncate ${quoted(name)}`);
  }
  const rows = await loadFrames(tx, client, archive, tables);
  for (const { name } of tables) await tx.query(`alter table ${quoted(name)} enable trigger user`);
  for (const { table, name, definition } of foreignKeys)
    await tx.query(`alter table ${quoted(table)} add constraint ${quoted(name)} ${definition}`);
  // Whatever reads these tables next would else plan for empty ones.
  await tx.query(`analyze ${tables.map(({ name }) => quoted(name)).join(', ')}`);
  return rows;
}

async function loadFrames(tx: EntityManager, client: CopyClient, archive: Archive, tables: Table[]): Promise<number> {
  const frames = archive.frames();
  try {
    const counts: Record<string, number> = {};
    let frame = await nextOf(frames);
    while (frame.kind === 'T') {
      const table = knownTable(tables, frame);
      const data = new TableData(frames);
      counts[table.name] = await copyIn(client, copyStatement(table, 'from stdin'), data.pieces());
      frame = data.after();
    }
    if (frame.kind !== 'E') throw foreign();
    const end = endSchema.parse(JSON.parse(frame.bytes.toString()));
    if (tables.some(({ name }) => counts[name] !== end.counts[name])) throw foreign();
    for (const sequence of end.sequences) await setSequence(tx, sequence);
    return Object.values(counts).reduce((sum, rows) => sum + rows, 0);
  } finally {
    await frames.return(undefined);
  }
}

/** The data frames of one table, and the frame that stands behind them. */
class TableData {
  private next: Frame | null = null;

  constructor(private readonly frames: AsyncGenerator<Frame>) {}

  async *pieces(): AsyncGenerator<Buffer> {
    for (let frame = await nextOf(this.frames); ; frame = await nextOf(this.frames)) {
      this.next = frame;
      if (frame.kind !== 'D') return;
      yield frame.bytes;
    }
  }

  after(): Frame {
    return this.next!;
  }
}

async function nextOf(frames: AsyncGenerator<Frame>): Promise<Frame> {
  const { value, done } = await frames.next();
  if (done) throw foreign();
  return value;
}

/** Only tables that this schema has, with exactly its columns: a name from the file never reaches a statement otherwise. */
function knownTable(tables: Table[], { bytes }: Frame): Table {
  const told = tableSchema.parse(JSON.parse(bytes.toString()));
  const table = tables.find(({ name }) => name === told.name);
  if (!table || table.columns.join() !== told.columns.join()) throw foreign();
  return table;
}

function foreign(): Problem {
  return new Problem(
    'bad-input',
    'backup.foreign',
    'The tables in the file are not those that its header announces. Choose what `bin/tocsin backup` wrote.',
  );
}
