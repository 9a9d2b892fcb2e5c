import type { EntityManager } from 'typeorm';
import { openJson, sealJson, uuidv7, valueOfCell } from '#libs/platform/index.js';
import { referenceIndex } from './identity-indexes.js';
import type { StoreContext } from './persons.store.js';
import type { FaultyRow } from './roster-chunks.js';
import type { RosterFile } from './roster-file.js';

/** The rows that one import leaves out, and the ones of earlier imports that it settles. */
export class OpenRowsOfImport {
  private constructor(
    private readonly tx: EntityManager,
    private readonly context: StoreContext,
    private readonly file: RosterFile,
    private readonly hasOlder: boolean,
  ) {}

  static async of(tx: EntityManager, context: StoreContext, file: RosterFile): Promise<OpenRowsOfImport> {
    const [row]: { found: boolean }[] = await tx.query(
      `select exists (select from open_row where breach_id = $1 and state = 'open') as found`,
      [context.breachId],
    );
    return new OpenRowsOfImport(tx, context, file, row!.found);
  }

  /** Keeps faulty rows, sealed, until they are mended or dismissed. */
  async keep(faulty: FaultyRow[]): Promise<void> {
    if (faulty.length === 0) return;
    const { tx, context, file } = this;
    const { columns, everybody } = file.mapping;
    const place = columns.indexOf('reference');
    const rows = faulty.map((row) => ({ ...row, id: uuidv7(context.now), reference: (row.cells[place] ?? '').trim() }));
    const indexes = rows.map(({ reference }) => (reference === '' ? null : referenceIndex(context.keyring, reference)));
    await this.settleOlder(rows, indexes);
    await tx.query(
      `insert into open_row (id, breach_id, import_id, row_number, reference_index, sealed)
       select id, $1, $2, row_number, reference_index, sealed from unnest($3::uuid[], $4::int[], $5::bytea[], $6::bytea[]) as t (id, row_number, reference_index, sealed)`,
      [
        context.breachId,
        context.importId,
        rows.map(({ id }) => id),
        rows.map(({ number }) => number),
        indexes,
        rows.map(({ id, cells, faults }) =>
          sealJson(context.breachKey, `open_row|${id}|1`, {
            columns,
            everybody,
            cells: file.isOurs ? cells.map(valueOfCell) : cells,
            faults,
          }),
        ),
      ],
    );
  }

  /**
   * A row that is still faulty in a second file stays one open row, not two; one without a reference is known again
   * only in the same file.
   */
  private async settleOlder(rows: FaultyRow[], indexes: (Buffer | null)[]): Promise<void> {
    if (!this.hasOlder) return;
    for (const doubled of [true, false]) {
      const again = indexes.filter((index, i) => index !== null && hasDoubledReference(rows[i]!) === doubled);
      await this.settle(again as Buffer[], doubled);
    }
    await this.tx.query(
      `update open_row set state = 'mended', settled_by = $2, settled_at = clock_timestamp()
        where breach_id = $1 and state = 'open' and reference_index is null and import_id <> $4
          and import_id in (select id from roster_import where breach_id = $1 and file_hash = $3)`,
      [this.context.breachId, this.context.recordedBy, this.file.sha256, this.context.importId],
    );
  }

  /**
   * Settles the open rows of earlier imports that this file states anew. A row that was left out because its reference
   * stands for another row too may be another person: stating that reference again says nothing of them, so only its
   * like settles it.
   */
  async settle(indexes: Buffer[], doubled: boolean): Promise<void> {
    if (!this.hasOlder) return;
    const { tx, context } = this;
    const rows: { id: string; sealed: Buffer }[] = await tx.query(
      `select id, sealed from open_row where breach_id = $1 and state = 'open' and import_id <> $3 and reference_index = any ($2)`,
      [context.breachId, indexes, context.importId],
    );
    const settled = rows.filter(
      ({ id, sealed }) =>
        hasDoubledReference(openJson<Pick<FaultyRow, 'faults'>>(context.breachKey, `open_row|${id}|1`, sealed)) ===
        doubled,
    );
    if (settled.length === 0) return;
    await tx.query(
      `update open_row set state = 'mended', settled_by = $2, settled_at = clock_timestamp() where id = any ($1)`,
      [settled.map(({ id }) => id), context.recordedBy],
    );
  }
}

function hasDoubledReference({ faults }: Pick<FaultyRow, 'faults'>): boolean {
  return faults.some((fault) => fault.at === 'reference');
}
