import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach, lockBreach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { KEYRING, Problem, sealJson, type Keyring } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { referenceIndex } from './identity-indexes.js';
import { getOpenRow, listOpenRows, rowToMend, settledRow, type OpenRow } from './open-rows.queries.js';
import type { RowToMend } from './mendable-rows.js';
import { isId } from './people.queries.js';
import { knownReferences } from './persons.store.js';
import { ROSTER_COLUMNS, type RosterColumn } from './roster-columns.js';
import { RosterImportService } from './roster-import.service.js';
import { layoutOf, readRow } from './roster-row.js';
import { sourceOfBytes } from './roster-source.js';
import { csvLine } from './table-row.js';

/** Rows of one download: as many as an import on a page can leave out. */
const MOST_DOWNLOADED = 100_000;

/** Needed in every list, so they are stated of a mended row too, filled or not. */
const ALWAYS: readonly RosterColumn[] = ['reference', 'category', 'given_name', 'family_name', 'language'];

/** The rows that imports left out, until each is mended or dismissed with a reason. */
@Injectable()
export class OpenRowsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly roster: RosterImportService,
  ) {}

  /** The first rows that are open, as far as this account may see them, and how many are open in all. */
  async list(actor: Actor, reference: string): Promise<{ rows: OpenRow[]; count: number }> {
    return await this.read(actor, reference, (tx, breachId, key) =>
      listOpenRows(tx, breachId, key, may(actor.roles, 'people.protected')),
    );
  }

  /** All open rows that this account may see, for a file in which they are mended. */
  async listToMend(actor: Actor, reference: string): Promise<RowToMend[]> {
    const { rows } = await this.read(actor, reference, (tx, breachId, key) =>
      listOpenRows(tx, breachId, key, may(actor.roles, 'people.protected'), MOST_DOWNLOADED),
    );
    return rows.map(rowToMend);
  }

  /** Throws `open-row.settled` where the row is not open, or not this account's to see. */
  async get(actor: Actor, reference: string, openRowId: string): Promise<OpenRow> {
    return await this.read(actor, reference, (tx, breachId, key) =>
      getOpenRow(tx, breachId, key, openRowId, may(actor.roles, 'people.protected')),
    );
  }

  /**
   * Takes what a row left out says as somebody mended it: one import of one row, which adds the person or states a known
   * one anew, and settles the open row with it. Throws `open-row.faulty` with the faults at their columns,
   * `open-row.known-reference` where the breach knows the reference and nobody said that it is the same person, and
   * `open-row.settled`.
   */
  async mend(
    actor: Actor,
    reference: string,
    openRowId: string,
    mended: Partial<Record<RosterColumn, string>>,
    isSamePerson: boolean,
  ): Promise<void> {
    await this.get(actor, reference, openRowId);
    const columns = ROSTER_COLUMNS.filter((column) => ALWAYS.includes(column) || (mended[column] ?? '').trim() !== '');
    const cells = columns.map((column) => mended[column] ?? '');
    const read = readRow(layoutOf(columns), cells);
    if ('faults' in read)
      throw new Problem('bad-input', 'open-row.faulty', 'Mend the cells that are marked.', read.faults);
    if (!isSamePerson && (await this.isKnown(actor, reference, read.person.record.reference))) throw knownReference();
    await this.roster.import(actor, reference, sourceOfBytes(Buffer.from(csvLine(columns) + csvLine(cells))), {
      keepGood: false,
      columnsAreRight: true,
      mappingOf: () => ({ columns, everybody: {} }),
      onBegin: async (tx, breachId) => {
        await settle(tx, actor, breachId, openRowId, { state: 'mended', reasonSealed: null });
        await record(tx, { kind: 'open-row.mended', actor: actorName(actor), breachId, facts: { row: openRowId } });
      },
    });
  }

  /** Says of a row left out that it is nobody to be told, with a reason; it leaves the count beside the sum. */
  async dismiss(actor: Actor, reference: string, openRowId: string, reason: string): Promise<void> {
    requirePermission(actor, 'people.import');
    const why = reason.trim().slice(0, 1000);
    if (why === '')
      throw new Problem('bad-input', 'open-row.reason-missing', 'Say why this row is nobody to be told.', [
        { at: 'reason', message: 'Say why this row is nobody to be told.' },
      ]);
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const key = await breachKey(tx, this.keyring, breach.id);
      const reasonSealed = sealJson(key, `open_row|${openRowId}|reason`, why);
      await settle(tx, actor, breach.id, openRowId, { state: 'dismissed', reasonSealed });
      await record(tx, {
        kind: 'open-row.dismissed',
        actor: actorName(actor),
        breachId: breach.id,
        facts: { row: openRowId },
      });
    });
  }

  private async isKnown(actor: Actor, reference: string, personReference: string): Promise<boolean> {
    return await this.read(actor, reference, async (tx, breachId) => {
      const known = await knownReferences(tx, breachId, [referenceIndex(this.keyring, personReference)]);
      return known.size > 0;
    });
  }

  private async read<T>(
    actor: Actor,
    reference: string,
    work: (tx: EntityManager, breachId: string, key: Buffer) => Promise<T>,
  ): Promise<T> {
    requirePermission(actor, 'people.import');
    return await this.database.transaction('REPEATABLE READ', async (tx) => {
      const breach = await getBreach(tx, reference);
      return await work(tx, breach.id, await breachKey(tx, this.keyring, breach.id));
    });
  }
}

async function settle(
  tx: EntityManager,
  actor: Actor,
  breachId: string,
  openRowId: string,
  { state, reasonSealed }: { state: 'mended' | 'dismissed'; reasonSealed: Buffer | null },
): Promise<void> {
  const settled: unknown[] = !isId(openRowId)
    ? []
    : await tx.query(
        `with settled as (
           update open_row set state = $3, reason_sealed = $4, settled_by = $5, settled_at = clock_timestamp()
            where id = $1 and breach_id = $2 and state = 'open' returning id)
         select id from settled`,
        [openRowId, breachId, state, reasonSealed, actor.accountId],
      );
  if (settled.length === 0) throw settledRow();
}

function knownReference(): Problem {
  const message =
    'Somebody of this breach has that reference already. Write another one, or say below that it is the same person.';
  return new Problem('conflict', 'open-row.known-reference', message, [{ at: 'reference', message }]);
}
