import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getController, lockBreach } from '#libs/breach/index.js';
import { recordMany, record } from '#libs/ledger/index.js';
import {
  Clock,
  KEYRING,
  Problem,
  databaseNow,
  openJson,
  sealJson,
  uuidv7,
  type Keyring,
} from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import {
  addPersons,
  lockKnown,
  mergedRecord,
  newPerson,
  referenceIndex,
  updatePersons,
  type PersonToStore,
  type StoreContext,
} from './persons.store.js';
import {
  checkRows,
  faultyRows,
  protectedRows,
  refuseProtected,
  rosterResult,
  type CheckedRow,
  type RosterResult,
} from './roster-check.js';
import { readRoster, type RosterFile } from './roster-file.js';
import type { StatedPerson } from './roster-row.js';

export interface ImportOptions {
  /** Leave faulty rows out and import the others; without it a file with faulty rows imports nobody. */
  keepGood: boolean;
  /** The most rows that are taken: 100,000 on a page, none in the CLI. */
  mostRows?: number;
}

const BATCH = 2_000;

@Injectable()
export class RosterImportService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** Says what a file would do, and changes nothing. Throws the fault of the whole file, if it has one. */
  async check(actor: Actor, reference: string, bytes: Buffer, mostRows = Infinity): Promise<RosterResult> {
    requirePermission(actor, 'people.import');
    const { file, checked } = await this.readWhole(actor, bytes, mostRows);
    const good = checked.filter((row) => row.person);
    const indexes = good.map((row) => referenceIndex(this.keyring, row.person!.record.reference));
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const [known]: { count: number; protected: number }[] = await tx.query(
        `select count(*)::int as count, (count(*) filter (where protected))::int as protected from person where breach_id = $1 and reference_index = any ($2)`,
        [breach.id, indexes],
      );
      if (known!.protected > 0 && !may(actor.roles, 'people.protected')) throw protectedRows();
      return rosterResult(breach, file, checked, good.length - known!.count, known!.count);
    });
  }

  /**
   * Imports a roster in one transaction: persons, contact points, exposures, the rows left out, the ledger. Killed in
   * the middle it leaves nothing. A second import of the breach waits for the first. Throws `roster.faulty-rows` when
   * rows are faulty and not `keepGood`; then nobody is imported.
   */
  async import(actor: Actor, reference: string, bytes: Buffer, options: ImportOptions): Promise<RosterResult> {
    requirePermission(actor, 'people.import');
    const { file, checked } = await this.readWhole(actor, bytes, options.mostRows ?? Infinity);
    const faulty = checked.filter((row) => !row.person);
    if (faulty.length > 0 && !options.keepGood) throw faultyRows(faulty);
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const context: StoreContext = {
        breachId: breach.id,
        breachKey: await breachKey(tx, this.keyring, breach.id),
        keyring: this.keyring,
        controller: (await getController(tx)).controller,
        recordedBy: actor.accountId,
        now: await databaseNow(tx),
      };
      const importId = uuidv7(this.clock.now());
      const counts = { imported: 0, updated: 0 };
      const good = checked.filter((row) => row.person);
      for (let from = 0; from < good.length; from += BATCH) {
        const batch = await this.storeBatch(
          tx,
          actor,
          context,
          importId,
          good.slice(from, from + BATCH).map((row) => row.person!),
        );
        counts.imported += batch.imported;
        counts.updated += batch.updated;
      }
      await this.recordImport(tx, actor, context, importId, bytes, checked, counts, faulty.length);
      const stated = good.map((row) => referenceIndex(this.keyring, row.person!.record.reference));
      await this.settleOpenRows(tx, context, stated, false);
      await this.keepOpenRows(tx, context, importId, file, faulty, bytes);
      return rosterResult(breach, file, checked, counts.imported, counts.updated);
    });
  }

  /** Whole-file faults in the order in which they can be mended, then the rows. */
  private async readWhole(
    actor: Actor,
    bytes: Buffer,
    mostRows: number,
  ): Promise<{ file: RosterFile; checked: CheckedRow[] }> {
    const file = await readRoster(bytes);
    if (file.rows.length > mostRows) {
      throw new Problem(
        'bad-input',
        'roster.too-many-rows',
        `The file has more than ${mostRows} persons. Split it, or import it with \`bin/tocsin roster import\`.`,
      );
    }
    refuseProtected(actor, file);
    return { file, checked: checkRows(file) };
  }

  private async storeBatch(
    tx: EntityManager,
    actor: Actor,
    context: StoreContext,
    importId: string,
    people: StatedPerson[],
  ): Promise<{ imported: number; updated: number }> {
    const indexes = people.map((person) => referenceIndex(this.keyring, person.record.reference));
    const known = await lockKnown(tx, context.breachId, context.breachKey, indexes);
    const added: PersonToStore[] = [];
    const changed: PersonToStore[] = [];
    people.forEach((stated, i) => {
      const before = known.get(indexes[i]!.toString('hex'));
      if (!before) added.push(newPerson(context.now, stated));
      // A protected person stays so: only the security officer's own page takes the mark away.
      else if (before.isProtected && !may(actor.roles, 'people.protected')) throw protectedRows();
      else
        changed.push({
          id: before.id,
          secret: before.secret,
          stated,
          record: mergedRecord(before.record, stated.record),
        });
    });
    await addPersons(tx, context, added);
    await updatePersons(tx, context, changed);
    await recordMany(tx, [
      ...added.map(({ id, stated }) => ({
        kind: 'person.added' as const,
        actor: actorName(actor),
        breachId: context.breachId,
        personId: id,
        facts: { import: importId, exposures: stated.exposures.length },
      })),
      ...changed.map(({ id }) => ({
        kind: 'person.restated' as const,
        actor: actorName(actor),
        breachId: context.breachId,
        personId: id,
        facts: { import: importId },
      })),
    ]);
    return { imported: added.length, updated: changed.length };
  }

  private async recordImport(
    tx: EntityManager,
    actor: Actor,
    context: StoreContext,
    importId: string,
    bytes: Buffer,
    checked: CheckedRow[],
    counts: { imported: number; updated: number },
    leftOut: number,
  ): Promise<void> {
    const fileHash = hashOf(bytes);
    await tx.query(
      `insert into roster_import (id, breach_id, file_hash, rows, imported, updated, left_out, imported_by) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [importId, context.breachId, fileHash, checked.length, counts.imported, counts.updated, leftOut, actor.accountId],
    );
    await record(tx, {
      kind: 'roster.imported',
      actor: actorName(actor),
      breachId: context.breachId,
      facts: { import: importId, rows: checked.length, ...counts, leftOut, sha256: fileHash.toString('hex') },
    });
  }

  private async keepOpenRows(
    tx: EntityManager,
    context: StoreContext,
    importId: string,
    file: RosterFile,
    faulty: CheckedRow[],
    bytes: Buffer,
  ): Promise<void> {
    if (faulty.length === 0) return;
    const rows = faulty.map((row) => ({
      ...row,
      id: uuidv7(context.now),
      reference: (row.cells[file.columns.indexOf('reference')] ?? '').trim(),
    }));
    const indexes = rows.map(({ reference }) => (reference === '' ? null : referenceIndex(this.keyring, reference)));
    // A row that is still faulty in a second file stays one open row, not two; one without a reference is known again
    // only in the same file.
    for (const doubled of [true, false]) {
      const again = indexes.filter((index, i) => index !== null && hasDoubledReference(rows[i]!) === doubled);
      await this.settleOpenRows(tx, context, again, doubled);
    }
    await tx.query(
      `update open_row set state = 'mended', settled_by = $2, settled_at = clock_timestamp()
        where breach_id = $1 and state = 'open' and reference_index is null
          and import_id in (select id from roster_import where breach_id = $1 and file_hash = $3)`,
      [context.breachId, context.recordedBy, hashOf(bytes)],
    );
    await tx.query(
      `insert into open_row (id, breach_id, import_id, row_number, reference_index, sealed)
       select id, $1, $2, row_number, reference_index, sealed from unnest($3::uuid[], $4::int[], $5::bytea[], $6::bytea[]) as t (id, row_number, reference_index, sealed)`,
      [
        context.breachId,
        importId,
        rows.map(({ id }) => id),
        rows.map(({ number }) => number),
        indexes,
        rows.map(({ id, cells, faults }) =>
          sealJson(context.breachKey, `open_row|${id}|1`, { columns: file.columns, cells, faults }),
        ),
      ],
    );
  }

  /**
   * Settles the open rows that this file states anew. A row that was left out because its reference stands for another
   * row too may be another person: stating that reference again says nothing of them, so only its like settles it.
   */
  private async settleOpenRows(
    tx: EntityManager,
    context: StoreContext,
    indexes: (Buffer | null)[],
    doubled: boolean,
  ): Promise<void> {
    const rows: { id: string; sealed: Buffer }[] = await tx.query(
      `select id, sealed from open_row where breach_id = $1 and state = 'open' and reference_index = any ($2)`,
      [context.breachId, indexes],
    );
    const settled = rows.filter(
      ({ id, sealed }) =>
        hasDoubledReference(openJson<Pick<CheckedRow, 'faults'>>(context.breachKey, `open_row|${id}|1`, sealed)) ===
        doubled,
    );
    await tx.query(
      `update open_row set state = 'mended', settled_by = $2, settled_at = clock_timestamp() where id = any ($1)`,
      [settled.map(({ id }) => id), context.recordedBy],
    );
  }
}

function hasDoubledReference({ faults }: Pick<CheckedRow, 'faults'>): boolean {
  return faults.some((fault) => fault.at === 'reference');
}

function hashOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
