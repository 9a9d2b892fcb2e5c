import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { KEYRING, Problem, errorFields, log, type Keyring } from '#libs/platform/index.js';
import { AccountsService } from '#libs/staff/index.js';
import type { RosterResult } from './roster-check.js';
import { RosterImportService } from './roster-import.service.js';
import { optionsOf } from './roster-steps.service.js';
import {
  findUpload,
  keptProblem,
  originOf,
  sealPart,
  type ImportedNumbers,
  type KeptProblem,
  type OpenedUpload,
} from './roster-upload.js';

/** How often, at most, an import says how far it is. */
const TELL_MILLISECONDS = 1_000;

/** The imports that were asked for on a page, as the worker does them. */
@Injectable()
export class RosterRunsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly roster: RosterImportService,
    private readonly accounts: AccountsService,
  ) {}

  /**
   * Imports a file in the name of whoever asked for it. It happens once: the file's state changes in the import's own
   * transaction, so a worker that died before its end left nothing, and one that died after it left nothing to do.
   * What refuses the import is kept with the file; what was only unavailable is thrown, to be tried again.
   */
  async run(uploadId: string, signal: AbortSignal): Promise<void> {
    const opened = await findUpload(this.database.manager, this.keyring, uploadId);
    if (!opened || !['queued', 'importing'].includes(opened.upload.state)) return;
    await this.database.query(
      `update roster_upload set state = 'queued', taken_at = clock_timestamp(), began_at = null, rows_done = 0, problem = null
        where id = $1 and state in ('queued', 'importing')`,
      [uploadId],
    );
    const progress = new ProgressOfImport(this.database, uploadId);
    try {
      await this.import(opened, progress, signal);
    } catch (error) {
      await progress.end();
      await this.keepFailure(uploadId, error);
    }
    await progress.end();
  }

  private async import(opened: OpenedUpload, progress: ProgressOfImport, signal: AbortSignal): Promise<void> {
    const { upload } = opened;
    // It was asked for on a page, whoever does the work.
    const actor = await this.accounts.actorById(upload.uploadedBy, 'web');
    await this.roster.import(actor, upload.breach, originOf(opened), {
      ...optionsOf(opened),
      keepGood: upload.keepGood,
      onBegin: () => progress.begin(),
      onProgress: (rows) => {
        if (signal.aborted) throw stopped();
        progress.tell(rows);
      },
      alongWith: async (tx, result) => await settle(tx, opened, result),
    });
  }

  private async keepFailure(uploadId: string, error: unknown): Promise<void> {
    if (error instanceof SettledAlready) return;
    const isFinal = error instanceof Problem && error.kind !== 'unavailable';
    await this.database.query(
      `update roster_upload set state = $2, problem = $3 where id = $1 and state in ('queued', 'importing')`,
      [uploadId, isFinal ? 'refused' : 'queued', JSON.stringify(isFinal ? keptProblem(error).problem : UNAVAILABLE)],
    );
    if (!isFinal) throw error;
  }
}

/** Another worker imported the file, or its owner forgot it, while this import ran: it is rolled back. */
class SettledAlready extends Error {}

/** In the import's own transaction: the file is imported, its bytes and first rows are forgotten. */
async function settle(tx: EntityManager, { upload, key }: OpenedUpload, result: RosterResult): Promise<void> {
  const numbers: ImportedNumbers = {
    rows: result.rows,
    imported: result.imported,
    updated: result.updated,
    leftOut: result.rejectedRows,
    differences: result.differenceCount,
  };
  const settled: unknown[] = await tx.query(
    `with settled as (
       update roster_upload set state = 'imported', result = $2, rows_done = $3, told_at = clock_timestamp(), problem = null,
              head_sealed = $4, check_sealed = null
        where id = $1 and state in ('queued', 'importing') returning id)
     select id from settled`,
    [upload.id, JSON.stringify(numbers), result.rows, sealPart(key, upload.id, 'head', { ...upload.head, rows: [] })],
  );
  if (settled.length === 0) throw new SettledAlready('the file was settled meanwhile');
  await tx.query(`delete from roster_upload_piece where upload_id = $1`, [upload.id]);
}

/**
 * Says how far an import is while its transaction is open, which nobody else can look into: on another connection, and
 * never awaited by the import, which would wait for a connection while it holds one.
 */
class ProgressOfImport {
  private toldAt = -Infinity;
  private telling: Promise<void> | null = null;

  constructor(
    private readonly database: DataSource,
    private readonly uploadId: string,
  ) {}

  /** The breach is the import's. */
  begin(): void {
    this.write(
      `update roster_upload set state = 'importing', began_at = clock_timestamp(), told_at = clock_timestamp() where id = $1 and state = 'queued'`,
      [],
    );
  }

  tell(rows: number): void {
    if (this.telling || performance.now() - this.toldAt < TELL_MILLISECONDS) return;
    this.write(
      `update roster_upload set rows_done = $2, told_at = clock_timestamp() where id = $1 and state = 'importing'`,
      [rows],
    );
  }

  /** Waits for what is still being told. */
  async end(): Promise<void> {
    await this.telling;
  }

  private write(sql: string, values: unknown[]): void {
    this.toldAt = performance.now();
    this.telling = this.database
      .query(sql, [this.uploadId, ...values])
      .catch((error: unknown) => log.warn('an import could not say how far it is', errorFields(error)))
      .finally(() => (this.telling = null));
  }
}

const UNAVAILABLE: KeptProblem = {
  kind: 'unavailable',
  code: 'roster.import-interrupted',
  message: 'The import was interrupted on our side. Nobody was imported by it, and it begins again by itself.',
};

function stopped(): Problem {
  return new Problem('unavailable', 'roster.import-interrupted', UNAVAILABLE.message);
}
