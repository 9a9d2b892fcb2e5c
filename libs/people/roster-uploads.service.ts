import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach, requireOpen } from '#libs/breach/index.js';
import { Clock, KEYRING, Problem, uuidv7, type Keyring, type SealingKey } from '#libs/platform/index.js';
import { may, requirePermission, type Actor } from '#libs/staff/index.js';
import { referenceIndex } from './identity-indexes.js';
import { guessMapping } from './mapping-guess.js';
import { isId } from './people.queries.js';
import { knownReferences } from './persons.store.js';
import { protectedRows } from './roster-check.js';
import { readHead, type RosterHead } from './roster-file.js';
import { headerKey, type RosterMapping } from './roster-mapping.js';
import { importAsked, keepPieces, piecesOf } from './roster-pieces.js';
import { layoutOf, marksProtected } from './roster-row.js';
import {
  getUpload,
  keptProblem,
  listUploads,
  sealPart,
  type KeptProblem,
  type RosterUpload,
  type UploadHead,
  type UploadMapping,
} from './roster-upload.js';
import { findSavedMapping } from './saved-mappings.js';
import type { Remark } from './table.js';
import { wholeFault } from './table-row.js';

/** A file as it comes in: what its owner calls it, and its bytes. */
export interface IncomingFile {
  name: string;
  stream: AsyncIterable<Buffer>;
}

/** Rows that are kept for the samples, and the longest cell of them. */
const KEPT_ROWS = 200;
const KEPT_CELL = 200;
const LONGEST_NAME = 200;

/** Roster files between the moment they are chosen and their import: in pieces sealed under the breach's key, gone after a day. */
@Injectable()
export class RosterUploadsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes in a file as it arrives, never held whole and never written in clear; answers its id. Throws what is wrong
   * with the file as a whole, and then keeps nothing of it: so too when it is cut off on its way.
   */
  async receive(actor: Actor, reference: string, file: IncomingFile): Promise<string> {
    requirePermission(actor, 'people.import');
    const breach = requireOpen(await getBreach(this.database.manager, reference));
    const key = await breachKey(this.database.manager, this.keyring, breach.id);
    const id = uuidv7(this.clock.now());
    await this.database.query(`insert into roster_upload (id, breach_id, uploaded_by) values ($1, $2, $3)`, [
      id,
      breach.id,
      actor.accountId,
    ]);
    try {
      const pieces = await keepPieces(this.database, key, id, file.stream);
      if (pieces === 0 && file.name.trim() === '') throw noFile();
      await this.database.transaction(async (tx) => {
        const head = await readHead(piecesOf(tx, key, id, pieces));
        await this.keepHead(tx, actor, { id, breachId: breach.id, key, pieces, name: file.name }, head);
      });
      return id;
    } catch (error) {
      await this.database.query(`delete from roster_upload where id = $1`, [id]);
      throw error;
    }
  }

  /**
   * The same for a page, which stays when it is loaded again: what is wrong with the file is kept under the id that is
   * answered, and nothing of the file.
   */
  async receiveOrRefuse(
    actor: Actor,
    reference: string,
    file: IncomingFile,
  ): Promise<{ id: string; isRefused: boolean }> {
    try {
      return { id: await this.receive(actor, reference, file), isRefused: false };
    } catch (error) {
      if (!(error instanceof Problem) || error.faults.length === 0) throw error;
      const { problem } = keptProblem(error);
      const id = uuidv7(this.clock.now());
      await this.database.query(
        `insert into roster_upload (id, breach_id, uploaded_by, state, problem)
         select $1, id, $3, 'refused', $4 from breach where reference = $2`,
        [id, reference, actor.accountId, JSON.stringify(problem)],
      );
      return { id, isRefused: true };
    }
  }

  /** What was wrong with a file that could not be read; null once that was forgotten. */
  async refusal(actor: Actor, reference: string, id: string): Promise<KeptProblem | null> {
    requirePermission(actor, 'people.import');
    const rows: { problem: KeptProblem }[] = isId(id)
      ? await this.database.query(
          `select u.problem from roster_upload u join breach b on b.id = u.breach_id
            where u.id = $1 and u.uploaded_by = $2 and b.reference = $3 and u.state = 'refused' and u.head_sealed is null`,
          [id, actor.accountId, reference],
        )
      : [];
    return rows[0]?.problem ?? null;
  }

  private async keepHead(
    tx: EntityManager,
    actor: Actor,
    of: { id: string; breachId: string; key: SealingKey; pieces: number; name: string },
    { header, rows, remarks }: RosterHead & { remarks: Remark[] },
  ): Promise<void> {
    const guess = guessMapping(header, rows);
    const saved = await findSavedMapping(tx, this.keyring, of.breachId, header);
    const mapping: UploadMapping = saved
      ? { ...saved.mapping, by: 'saved', savedBy: saved.setBy, savedAt: saved.setAt.toISOString() }
      : { ...guess.mapping, by: 'guess', savedBy: null, savedAt: null };
    const layout = layoutOf(mapping.columns, mapping.everybody);
    // What can be seen from here is refused here: nothing of protected persons is shown, not even as a sample.
    if (!may(actor.roles, 'people.protected')) {
      const isKnown = await this.holdsProtected(tx, of.breachId, mapping, rows);
      if (isKnown || rows.some((cells) => marksProtected(layout, cells))) throw protectedRows();
    }
    const kept: UploadHead = {
      name: of.name.trim().slice(0, LONGEST_NAME),
      header,
      rows: rows.slice(0, KEPT_ROWS).map((cells) => cells.map((cell) => cell.slice(0, KEPT_CELL))),
      guesses: guess.guesses,
      remarks,
    };
    await tx.query(
      `update roster_upload set state = 'kept', pieces = $2, header_key = $3, head_sealed = $4, mapping_sealed = $5 where id = $1`,
      [
        of.id,
        of.pieces,
        headerKey(header),
        sealPart(of.key, of.id, 'head', kept),
        sealPart(of.key, of.id, 'mapping', mapping),
      ],
    );
  }

  /** Whether one of these rows states a person whom the breach knows as protected, marked here or not. */
  private async holdsProtected(
    tx: EntityManager,
    breachId: string,
    { columns }: RosterMapping,
    rows: string[][],
  ): Promise<boolean> {
    const place = columns.indexOf('reference');
    const references = place < 0 ? [] : rows.map((cells) => cells[place] ?? '').filter((cell) => cell.trim() !== '');
    const indexes = references.map((reference) => referenceIndex(this.keyring, reference));
    return [...(await knownReferences(tx, breachId, indexes)).values()].some(({ isProtected }) => isProtected);
  }

  /** A file of this account. Throws `roster.upload-gone` where it is another's, or no longer there. */
  async open(actor: Actor, reference: string, id: string): Promise<RosterUpload> {
    requirePermission(actor, 'people.import');
    return (await getUpload(this.database.manager, this.keyring, actor, reference, id)).upload;
  }

  /** The files of this account in a breach, newest first, at most ten. */
  async list(actor: Actor, reference: string): Promise<RosterUpload[]> {
    requirePermission(actor, 'people.import');
    return await listUploads(this.database.manager, this.keyring, actor, reference);
  }

  /** Forgets a file that is not being imported. Throws `roster.upload-gone` and `roster.import-asked`. */
  async discard(actor: Actor, reference: string, id: string): Promise<void> {
    const { state } = await this.open(actor, reference, id);
    if (state === 'importing') throw importAsked();
    await this.database.query(`delete from roster_upload where id = $1 and state <> 'importing'`, [id]);
  }

  /** Forgets files after a day, and those that were cut off on their way by the end of their process. */
  async forgetOld(): Promise<void> {
    await this.database.query(
      `delete from roster_upload where state <> 'importing' and uploaded_at < now() - interval '1 day'
          or state = 'importing' and uploaded_at < now() - interval '3 days'
          or state = 'arriving' and uploaded_at < now() - interval '1 hour'`,
    );
  }
}

function noFile(): Error {
  return wholeFault('roster.no-file', 'Choose the file with the list of people first.');
}
