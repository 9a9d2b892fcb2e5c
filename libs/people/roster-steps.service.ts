import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { enqueue } from '#libs/jobs/index.js';
import { KEYRING, Problem, valueOfCell, type Keyring } from '#libs/platform/index.js';
import { requirePermission, type Actor } from '#libs/staff/index.js';
import { importRoster } from './import-roster.job.js';
import { mappingFaults } from './mapping-faults.js';
import { isOurFile, type RowToMend } from './mendable-rows.js';
import { protectedRows, type RosterResult, type RowDifference } from './roster-check.js';
import type { ImportOptions } from './import-options.js';
import { RosterImportService } from './roster-import.service.js';
import type { RosterMapping } from './roster-mapping.js';
import { importAsked } from './roster-pieces.js';
import {
  getUpload,
  keptProblem,
  originOf,
  sealPart,
  type CheckedResult,
  type OpenedUpload,
  type UploadCheck,
  type UploadMapping,
} from './roster-upload.js';
import { saveMapping } from './saved-mappings.js';

/** The most rows that a page takes; the CLI takes any number. */
export const MOST_ROWS_OF_A_PAGE = 100_000;
/** Faulty rows, and differences, that a page shows. */
export const SHOWN_ROWS = 50;

/** What is done with a file that was uploaded: its columns, its check, its import. Each step is kept with the file. */
@Injectable()
export class RosterStepsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly roster: RosterImportService,
  ) {}

  /**
   * Takes which column is which, keeps it for the next file of the source, and checks the file by it. What cannot be
   * used stands with this file, so that its page shows it as it was typed, and is thrown as `roster.mapping-faulty` with
   * every fault at its place.
   */
  async setMapping(actor: Actor, reference: string, id: string, mapping: RosterMapping): Promise<void> {
    const faulty = faultyMapping(mapping);
    const set: UploadMapping = { ...mapping, by: 'set', savedBy: null, savedAt: null };
    await this.database.transaction(async (tx) => {
      const { upload, key } = await this.kept(tx, actor, reference, id);
      if (mapping.columns.length !== upload.head.header.length) throw new Error('the mapping is of another file');
      if (!faulty)
        await saveMapping(
          tx,
          key,
          { breachId: upload.breachId, accountId: actor.accountId },
          upload.head.header,
          mapping,
        );
      await tx.query(
        `update roster_upload set mapping_sealed = $2, columns_are_right = false, check_sealed = null, checks = checks + 1 where id = $1`,
        [id, sealPart(key, id, 'mapping', set)],
      );
    });
    if (faulty) throw faulty;
    await this.check(actor, reference, id);
  }

  /** Somebody looked at columns that seem to have slid and found them right: the file is checked again without that. */
  async columnsAreRight(actor: Actor, reference: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.kept(tx, actor, reference, id);
      await tx.query(
        `update roster_upload set columns_are_right = true, check_sealed = null, checks = checks + 1 where id = $1`,
        [id],
      );
    });
    await this.check(actor, reference, id);
  }

  /** Checks the file and keeps what it found. A file that holds protected persons is forgotten, and that is thrown. */
  private async check(actor: Actor, reference: string, id: string): Promise<void> {
    const opened = await this.kept(this.database.manager, actor, reference, id);
    const check = await this.checked(actor, reference, opened).catch((error: unknown) => keptProblem(error));
    if ('problem' in check && check.problem.code === 'roster.protected-rows') {
      await this.database.query(`delete from roster_upload where id = $1`, [id]);
      throw protectedRows();
    }
    // What somebody set meanwhile has a check of its own.
    await this.database.query(
      `update roster_upload set check_sealed = $2 where id = $1 and state = 'kept' and checks = $3`,
      [id, sealPart(opened.key, id, 'check', check), opened.upload.checks],
    );
  }

  private async checked(actor: Actor, reference: string, opened: OpenedUpload): Promise<UploadCheck> {
    return { result: shortened(await this.roster.check(actor, reference, originOf(opened), optionsOf(opened))) };
  }

  /** All rows that need mending, as they stand in the file. */
  async rowsToMend(actor: Actor, reference: string, id: string): Promise<RowToMend[]> {
    const opened = await this.kept(this.database.manager, actor, reference, id);
    const rows: RowToMend[] = [];
    const { mapping, head } = opened.upload;
    const said = (cells: string[]): string[] => (isOurFile(head.header) ? cells.map(valueOfCell) : cells);
    await this.roster.check(actor, reference, originOf(opened), {
      ...optionsOf(opened),
      onFaulty: (faulty) => rows.push(...faulty.map((row) => ({ ...row, cells: said(row.cells), mapping }))),
    });
    return rows;
  }

  /** Where known persons are stated otherwise than before, up to ten thousand, and how many in all. */
  async differences(actor: Actor, reference: string, id: string): Promise<{ rows: RowDifference[]; count: number }> {
    const opened = await this.kept(this.database.manager, actor, reference, id);
    const result = await this.roster.check(actor, reference, originOf(opened), optionsOf(opened));
    return { rows: result.differences, count: result.differenceCount };
  }

  /**
   * Asks for the import of a file as its last check found it. Asked for twice, it runs once. Throws
   * `roster.checked-again` where the numbers are not those that were looked at.
   */
  async start(actor: Actor, reference: string, id: string, seen: { checks: number; leftOut: number }): Promise<void> {
    requirePermission(actor, 'people.import');
    await this.database.transaction(async (tx) => {
      const { upload } = await getUpload(tx, this.keyring, actor, reference, id);
      if (upload.state !== 'kept') return;
      const result = upload.check && 'result' in upload.check ? upload.check.result : null;
      if (!result || upload.checks !== seen.checks || result.rejectedRows !== seen.leftOut) throw checkedAgain();
      if (result.imported + result.updated === 0) throw checkedAgain();
      const queued: unknown[] = await tx.query(
        `with queued as (
           update roster_upload set state = 'queued', keep_good = $3 where id = $1 and state = 'kept' and checks = $2 returning id)
         select id from queued`,
        [id, seen.checks, result.rejectedRows > 0],
      );
      if (queued.length === 0) throw checkedAgain();
      await enqueue(tx, importRoster, { uploadId: id }, { key: `import-roster:${id}` });
    });
  }

  private async kept(tx: EntityManager, actor: Actor, reference: string, id: string): Promise<OpenedUpload> {
    requirePermission(actor, 'people.import');
    const opened = await getUpload(tx, this.keyring, actor, reference, id);
    if (opened.upload.state !== 'kept') throw importAsked();
    return opened;
  }
}

/** Everything by which a mapping cannot be used, each at its place; null where it can. */
export function faultyMapping(mapping: RosterMapping): Problem | null {
  const faults = mappingFaults(mapping);
  if (faults.length === 0) return null;
  return new Problem('bad-input', 'roster.mapping-faulty', 'Say of each column what it is.', faults);
}

/** How a file is read that was uploaded: by what was said of its columns, up to what a page takes. */
export function optionsOf({ upload }: OpenedUpload): Omit<ImportOptions, 'keepGood'> {
  return {
    mappingOf: () => upload.mapping,
    columnsAreRight: upload.columnsAreRight,
    mostRows: MOST_ROWS_OF_A_PAGE,
  };
}

/** A result without what stands in the file's head already, and without what no page shows. The remarks are those of the whole file. */
function shortened(result: RosterResult): CheckedResult {
  const faulty = [...new Set(result.rejected.map(({ row }) => row))].slice(0, SHOWN_ROWS);
  const last = faulty.at(-1) ?? 0;
  return {
    ...result,
    header: [],
    columns: [],
    rejected: result.rejected.filter(({ row }) => row <= last),
    differences: result.differences.slice(0, SHOWN_ROWS),
    differingRows: new Set(result.differences.map(({ row }) => row)).size,
  };
}

function checkedAgain(): Problem {
  return new Problem(
    'conflict',
    'roster.checked-again',
    'The file was checked again meanwhile, so the numbers may be others. Look at them once more.',
  );
}
