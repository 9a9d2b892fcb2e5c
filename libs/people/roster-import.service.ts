import { createHash, type Hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach, getController, lockBreach, requireOpen, type Breach } from '#libs/breach/index.js';
import { record, recordMany } from '#libs/ledger/index.js';
import { Clock, KEYRING, collectGarbage, databaseNow, uuidv7, type Keyring } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { ahead } from './ahead.js';
import { erasedReferences } from './erasing.js';
import { foldCounts } from './people-count.js';
import { OpenRowsOfImport } from './open-rows-of-import.js';
import {
  copyPersons,
  hasPersons,
  knownReferences,
  type KnownReference,
  lockKnown,
  lookAtKnown,
  setStatedHashes,
  updatePersons,
  type StoreContext,
} from './persons.store.js';
import { restated, type KnownPerson } from './restating.js';
import { RosterTally, faultyRows, protectedRows, type RosterResult } from './roster-check.js';
import { INDEX_BYTES, type CheckedChunk, type SealedChunk } from './roster-chunks.js';
import { CrewOfNone, CrewOfOne, type RosterCrew } from './roster-crew.js';
import { matchingIsDue } from './matching-due.js';
import { openRoster, tooManyRows, type RosterFile } from './roster-file.js';
import type { ImportOptions, RosterOrigin } from './import-options.js';
import { layoutOf } from './roster-row.js';
import { SeenReferences } from './seen-references.js';
import { wholeFault } from './table-row.js';
import { shiftWatch, type ShiftWatch } from './column-shift.js';
import { Turns } from './turns.js';
import type { RosterSource } from './roster-source.js';

/** Imports from this size on leave the planner's statistics behind: it is told at once, not when a clock says so. */
const ANALYZED_FROM = 10_000;

/** Garbage is collected after so many chunks: memory stays the same at any number of rows. */
const CHUNKS_TO_COLLECT = 8;

/** Chunks that are checked, and sealed, ahead of the one that the database takes. */
const AHEAD = 2;

/** Everything that one import, or one check, stands on. */
interface Run {
  tx: EntityManager;
  /** The steps go on side by side, and the transaction's connection takes one statement at a time. */
  turns: Turns;
  actor: Actor;
  breach: Breach;
  context: StoreContext;
  file: RosterFile;
  crew: RosterCrew;
  tally: RosterTally;
  seen: SeenReferences;
  shift: ShiftWatch;
  openRows: OpenRowsOfImport;
  /** Over the ids of the persons added, in order: the ledger's entry of the import is bound to them. */
  personIds: Hash;
  hasPersons: boolean;
  /** Whether rows are written; a check, or a file that turned out faulty, only goes on reading. */
  isWriting: boolean;
  options: ImportOptions;
}

/** A row of a chunk that the breach knows, and states something else than before. */
interface ChangedRow {
  place: number;
  id: string;
  mergedInto: string | null;
}

interface SortedChunk {
  checked: CheckedChunk;
  added: number[];
  changed: ChangedRow[];
}

@Injectable()
export class RosterImportService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * Says what a file would do, and changes nothing; it waits for nobody, and sees the breach as it is at its beginning.
   * Throws the fault of the whole file, if it has one.
   */
  async check(
    actor: Actor,
    reference: string,
    source: RosterOrigin,
    options: Omit<ImportOptions, 'keepGood'> = {},
  ): Promise<RosterResult> {
    return await this.run(actor, reference, source, { ...options, keepGood: true }, false);
  }

  /**
   * Imports a roster in one transaction: persons, contact points, exposures, the rows left out, the ledger. Killed in
   * the middle it leaves nothing. A second import of the breach waits for the first. Throws `roster.faulty-rows` when
   * rows are faulty and not `keepGood`; then nobody is imported.
   */
  async import(actor: Actor, reference: string, source: RosterOrigin, options: ImportOptions): Promise<RosterResult> {
    return await this.run(actor, reference, source, options, true);
  }

  private async run(
    actor: Actor,
    reference: string,
    source: RosterOrigin,
    options: ImportOptions,
    isWriting: boolean,
  ): Promise<RosterResult> {
    requirePermission(actor, 'people.import');
    return await this.database.transaction(isWriting ? 'READ COMMITTED' : 'REPEATABLE READ', async (tx) => {
      const turns = new Turns();
      const file = await openRoster(within(tx, turns, source), options.mappingOf);
      try {
        return await this.take(tx, turns, actor, reference, file, options, isWriting);
      } finally {
        await file.close();
      }
    });
  }

  private async take(
    tx: EntityManager,
    turns: Turns,
    actor: Actor,
    reference: string,
    file: RosterFile,
    options: ImportOptions,
    isWriting: boolean,
  ): Promise<RosterResult> {
    const breach = isWriting ? await lockBreach(tx, reference) : requireOpen(await getBreach(tx, reference));
    await options.onBegin?.(tx, breach.id);
    const context = await this.contextOf(tx, actor, breach);
    // What was just copied has no statistics yet: a plan that reads the whole table for each chunk would take hours.
    await tx.query('set local enable_seqscan = off');
    const crewContext = {
      ...context,
      keyring: { index: context.keyring.index },
      controller: { kind: context.controller.kind, languages: context.controller.languages },
      layout: layoutOf(file.mapping.columns, file.mapping.everybody, file.isOurs),
      now: context.now.getTime(),
    };
    const crew = file.isShort ? new CrewOfNone(crewContext) : new CrewOfOne(crewContext);
    const run: Run = {
      tx,
      turns,
      actor,
      breach,
      context,
      file,
      crew,
      tally: new RosterTally(),
      seen: new SeenReferences(),
      shift: shiftWatch(file.mapping.columns),
      openRows: await OpenRowsOfImport.of(tx, context, file),
      personIds: createHash('sha256'),
      hasPersons: await hasPersons(tx, breach.id),
      isWriting,
      options,
    };
    try {
      await this.readAll(run);
    } finally {
      await crew.end();
    }
    const slid = options.columnsAreRight ? null : run.shift.end();
    if (slid) throw wholeFault('roster.columns-slid', slid.message);
    const result = run.tally.result(breach, file);
    if (result.rejectedRows > 0 && !options.keepGood) throw faultyRows(result);
    if (isWriting) {
      await foldCounts(tx);
      await recordImport(run);
      await matchingIsDue(tx, breach.id, actor.accountId);
      await options.alongWith?.(tx, result);
    }
    if (isWriting && result.imported > ANALYZED_FROM) await tx.query('analyze person, contact_point, exposure');
    return result;
  }

  private async contextOf(tx: EntityManager, actor: Actor, breach: Breach): Promise<StoreContext> {
    return {
      breachId: breach.id,
      breachKey: await breachKey(tx, this.keyring, breach.id),
      keyring: this.keyring,
      controller: (await getController(tx)).controller,
      recordedBy: actor.accountId,
      source: 'roster',
      importId: uuidv7(this.clock.now()),
      now: await databaseNow(tx),
    };
  }

  /** Reads, checks, sorts, seals and stores, each step some chunks ahead of the next. */
  private async readAll(run: Run): Promise<void> {
    const { crew, file } = run;
    let chunk = 0;
    const checked = ahead(file.rows, AHEAD, (rows) => {
      for (const { number, cells } of rows) run.shift.row(number, cells);
      return crew.check(chunk++, rows);
    });
    const sorted = this.sortAll(run, checked);
    const sealed = ahead(sorted, AHEAD, async (one) => {
      const { checked: of, added, changed } = one;
      const isAdding = run.isWriting && added.length > 0;
      const rows = isAdding ? crew.seal(of.chunk, added) : null;
      // In line behind its sealing: what nobody asks for any more is not held until it is stored.
      if (changed.length === 0) void crew.drop(of.chunk);
      return { ...one, sealed: await rows };
    });
    for await (const one of sealed) {
      await run.turns.take(async () => {
        await storeAdded(run, one.sealed);
        await this.storeChanged(run, one);
      });
      if (one.changed.length > 0) void crew.drop(one.checked.chunk);
      run.options.onProgress?.(run.tally.rows);
      if (one.checked.chunk % CHUNKS_TO_COLLECT === 0) collectGarbage();
    }
  }

  /** Tells new persons from known ones, and keeps each reference to one row. */
  private async *sortAll(run: Run, chunks: AsyncIterable<CheckedChunk>): AsyncIterable<SortedChunk> {
    for await (const checked of chunks) yield await this.sort(run, checked);
  }

  private async sort(run: Run, checked: CheckedChunk): Promise<SortedChunk> {
    const { tally, context, tx, actor, options } = run;
    if (checked.hasProtected && !may(actor.roles, 'people.protected')) throw protectedRows();
    tally.rows += checked.numbers.length;
    if (tally.rows > (options.mostRows ?? Infinity)) throw tooManyRows(options.mostRows!);
    const references = Buffer.from(checked.references);
    const indexAt = (place: number): Buffer => references.subarray(place * INDEX_BYTES, (place + 1) * INDEX_BYTES);
    const good = await this.goodPlaces(run, checked, indexAt);
    const indexes = good.map(indexAt);
    const [known, erased] = await run.turns.take(async () => {
      if (run.isWriting) await run.openRows.settle(indexes, false);
      if (!run.hasPersons) return [new Map<string, KnownReference>(), new Set<string>()];
      const found = await knownReferences(tx, context.breachId, indexes);
      return [found, new Set(await erasedReferences(tx, context.breachId, indexes))];
    });
    const hashes = Buffer.from(checked.hashes);
    const added: number[] = [];
    const changed: ChangedRow[] = [];
    for (const place of good) {
      const reference = indexAt(place).toString('hex');
      if (erased.has(reference)) {
        // Whoever was erased stays erased: no list brings them back.
        tally.updated += 1;
        tally.erased += 1;
        continue;
      }
      const before = known.get(reference);
      if (!before) {
        added.push(place);
        continue;
      }
      // A protected person stays so: only the security officer's own page takes the mark away.
      if (before.isProtected && !may(actor.roles, 'people.protected')) throw protectedRows();
      tally.updated += 1;
      // The same row again changes nothing, and neither does one of a person who is no longer there.
      const isSame = before.statedHash?.equals(hashes.subarray(place * INDEX_BYTES, (place + 1) * INDEX_BYTES));
      if (!isSame && !before.isErased) changed.push({ place, id: before.id, mergedInto: before.mergedInto });
    }
    tally.imported += added.length;
    return { checked, added, changed };
  }

  /** Places of the rows without a fault; the faulty ones are counted, and kept where that is asked. */
  private async goodPlaces(run: Run, checked: CheckedChunk, indexAt: (place: number) => Buffer): Promise<number[]> {
    const good: number[] = [];
    const doubled: { place: number; first: number }[] = [];
    checked.numbers.forEach((number, place) => {
      if (number === null) return;
      const first = run.seen.firstRow(indexAt(place), number);
      if (first === null) good.push(place);
      else doubled.push({ place, first });
    });
    const places = doubled.map(({ place }) => place);
    const rows = places.length > 0 ? await run.crew.cells(checked.chunk, places) : [];
    const faulty = [
      ...checked.faulty,
      ...rows.map((row, i) => ({
        ...row,
        faults: [
          {
            at: 'reference',
            message: `Row ${doubled[i]!.first} has the same reference. Keep one row for each person.`,
          },
        ],
      })),
    ];
    run.tally.reject(faulty);
    if (faulty.length > 0) run.options.onFaulty?.(faulty.toSorted((a, b) => a.number - b.number));
    if (faulty.length > 0 && !run.options.keepGood) run.isWriting = false;
    if (run.isWriting && faulty.length > 0) await run.turns.take(() => run.openRows.keep(faulty));
    return good;
  }

  /** Opens the known persons that a chunk states otherwise, and writes what they become. */
  private async storeChanged(run: Run, { checked, changed }: SortedChunk): Promise<void> {
    if (changed.length === 0) return;
    const { tx, context, tally } = run;
    const stated = await run.crew.stated(
      checked.chunk,
      changed.map((row) => row.place),
    );
    // Two rows may come to one person, where one was merged into the other: each round takes a person once.
    let left = changed.map((row, i) => ({ ...row, stated: stated[i]!, target: row.mergedInto ?? row.id }));
    while (left.length > 0) {
      const round = new Map(left.toReversed().map((row) => [row.target, row]));
      const known = await (run.isWriting ? lockKnown : lookAtKnown)(tx, context.breachKey, [...round.keys()]);
      const updates = [...round.values()].flatMap((row) => {
        const person = known.get(row.target);
        if (!person) return [];
        const whole: KnownPerson = { ...person, addsOnly: row.mergedInto !== null };
        return [{ row, known: whole, after: restated(whole, row.stated), stated: row.stated }];
      });
      for (const { row, after } of updates) tally.differ(checked.numbers[row.place]!, after.differences);
      if (run.isWriting) {
        await updatePersons(tx, context, updates);
        await recordRestated(run, updates);
      }
      left = left.filter((row) => round.get(row.target) !== row);
    }
    if (run.isWriting) await setStatedHashes(tx, changed, Buffer.from(checked.hashes));
  }
}

/** A list that lies in the database is read on the transaction's own connection, in turn with everything else. */
function within(tx: EntityManager, turns: Turns, source: RosterOrigin): RosterSource {
  if (!('within' in source)) return source;
  const pieces = source.within(tx);
  return () => turns.each(pieces());
}

async function storeAdded(run: Run, sealed: SealedChunk | null): Promise<void> {
  if (!sealed || !run.isWriting) return;
  await copyPersons(run.tx, sealed);
  run.personIds.update(sealed.ids);
}

async function recordRestated(
  { tx, actor, context }: Run,
  updates: { known: KnownPerson; after: { differences: { column: string; outcome: string }[] } }[],
): Promise<void> {
  await recordMany(
    tx,
    updates.map(({ known, after }) => ({
      kind: 'person.restated' as const,
      actor: actorName(actor),
      breachId: context.breachId,
      personId: known.id,
      facts: {
        import: context.importId!,
        changed: after.differences.filter((one) => one.outcome === 'changed').map((one) => one.column),
        kept: after.differences.filter((one) => one.outcome === 'kept').map((one) => one.column),
      },
    })),
  );
}

/**
 * One row and one ledger entry for the whole import: an entry for each of a million persons would say a million times
 * the same. `persons` is the SHA-256 of the ids of those added, in the order of the ids, so that who was in it can be
 * proved later.
 */
async function recordImport({ tx, actor, context, file, tally, personIds }: Run): Promise<void> {
  const { rows, imported, updated, rejectedRows: leftOut } = tally;
  await tx.query(
    `insert into roster_import (id, breach_id, file_hash, rows, imported, updated, left_out, imported_by) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [context.importId, context.breachId, file.sha256, rows, imported, updated, leftOut, actor.accountId],
  );
  await record(tx, {
    kind: 'roster.imported',
    actor: actorName(actor),
    breachId: context.breachId,
    facts: {
      import: context.importId!,
      rows,
      imported,
      updated,
      leftOut,
      sha256: file.sha256.toString('hex'),
      persons: personIds.digest('hex'),
    },
  });
}
