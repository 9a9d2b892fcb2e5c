import type { EntityManager } from 'typeorm';
import { Problem, openJson, type Fault, type SealingKey } from '#libs/platform/index.js';
import type { RowToMend } from './mendable-rows.js';
import { isId } from './people.queries.js';
import type { RosterColumn } from './roster-columns.js';
import { layoutOf, marksProtected } from './roster-row.js';

export interface OpenRow {
  id: string;
  rowNumber: number;
  columns: (RosterColumn | null)[];
  /** What the mapping of the file said of every row. */
  everybody?: Partial<Record<RosterColumn, string>>;
  cells: string[];
  faults: Fault[];
}

/** Open rows that a page shows; all of them can be downloaded. */
const SHOWN = 50;
const BATCH = 200;

/**
 * Rows that imports left out and nobody has settled yet, oldest first, the first `most`, and how many there are. Rows
 * that mark a protected person are counted, but shown only to an account that may open such persons.
 */
export async function listOpenRows(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  withProtected = false,
  most = SHOWN,
): Promise<{ rows: OpenRow[]; count: number }> {
  const [counted]: { count: number }[] = await tx.query(
    `select count(*)::int as count from open_row where breach_id = $1 and state = 'open'`,
    [breachId],
  );
  const rows: OpenRow[] = [];
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const batch: SealedRow[] = await tx.query(
      `select id, row_number as "rowNumber", sealed from open_row where breach_id = $1 and state = 'open' and id > $2 order by id limit ${BATCH}`,
      [breachId, after],
    );
    rows.push(...batch.map((row) => opened(key, row)).filter((row) => withProtected || !isProtected(row)));
    if (batch.length < BATCH || rows.length >= most) return { count: counted!.count, rows: rows.slice(0, most) };
    after = batch.at(-1)!.id;
  }
}

/** An open row, for who may see it. Throws `open-row.settled` where it is not open, or not theirs to see. */
export async function getOpenRow(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  id: string,
  withProtected: boolean,
): Promise<OpenRow> {
  const rows: SealedRow[] = isId(id)
    ? await tx.query(
        `select id, row_number as "rowNumber", sealed from open_row where breach_id = $1 and state = 'open' and id = $2`,
        [breachId, id],
      )
    : [];
  const row = rows[0] ? opened(key, rows[0]) : null;
  if (!row || (isProtected(row) && !withProtected)) throw settledRow();
  return row;
}

export function settledRow(): Problem {
  return new Problem('conflict', 'open-row.settled', 'This row was settled meanwhile. Load the page again.');
}

/** An open row as a line of the file in which it is mended. */
export function rowToMend({ rowNumber, columns, everybody = {}, cells, faults }: OpenRow): RowToMend {
  return { number: rowNumber, mapping: { columns, everybody }, cells, faults };
}

interface SealedRow {
  id: string;
  rowNumber: number;
  sealed: Buffer;
}

function opened(key: SealingKey, { id, rowNumber, sealed }: SealedRow): OpenRow {
  return { id, rowNumber, ...openJson<Omit<OpenRow, 'id' | 'rowNumber'>>(key, `open_row|${id}|1`, sealed) };
}

function isProtected({ columns, everybody, cells }: OpenRow): boolean {
  return marksProtected(layoutOf(columns, everybody), cells);
}
