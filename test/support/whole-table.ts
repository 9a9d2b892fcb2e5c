import { openRoster, openTable, sourceOfBytes, type Remark, type RosterFile } from '#libs/people/index.js';

type Rows = { number: number; cells: string[] }[];

/** A table read whole, for tests that look at all of it. */
export async function wholeTable(bytes: Buffer): Promise<{ rows: Rows; remarks: Remark[] }> {
  const { rows, remarks } = await openTable(sourceOfBytes(bytes));
  return { rows: await all(rows), remarks };
}

/** A roster read whole. */
export async function wholeRoster(
  bytes: Buffer,
): Promise<{ columns: RosterFile['mapping']['columns']; rows: Rows; remarks: Remark[] }> {
  const { mapping, rows, remarks } = await openRoster(sourceOfBytes(bytes));
  return { columns: mapping.columns, rows: await all(rows), remarks };
}

async function all(batches: AsyncIterable<Rows>): Promise<Rows> {
  const rows: Rows = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}
