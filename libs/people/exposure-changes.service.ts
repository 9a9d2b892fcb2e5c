import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach, lockBreach, type Breach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { Clock, KEYRING, Problem, openJson, sealJson, uuidv7, type Fault, type Keyring } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { readChange, type ChangeKind, type ChangeOfMany, type ChangeChoice } from './changing-many.js';
import {
  applyChange,
  applyUndo,
  prepareChange,
  prepareUndo,
  type ChangeFigures,
  type PreparedChange,
  type UndoFigures,
} from './exposure-changes.store.js';
import { changeReasonPlace } from './exposures.queries.js';
import { isId } from './people.queries.js';
import { REASON_MISSING, hasReason, requireReason } from './reason.js';

export interface ChangePreview {
  change: ChangeOfMany;
  figures: ChangeFigures;
  /** To be given back when making the change: other persons, or other things of theirs, show by it. */
  token: string;
}

/** A change that was made. */
export interface MadeChange extends ChangeOfMany {
  id: string;
  persons: number;
  reason: string;
  /** Account ids. */
  changedBy: string;
  changedAt: Date;
  undoneBy: string | null;
  undoneAt: Date | null;
  undonePersons: number | null;
  /** Only the security officer undoes it. */
  withProtected: boolean;
}

/** Changes that are listed; the ledger holds all of them. */
const MOST_LISTED = 200;

/** Changes what many persons had exposed at once, with one reason, and takes it back as one. */
@Injectable()
export class ExposureChangesService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * Says what a change would do to these persons, and changes nothing. Protected persons are left out, unless the
   * account may see them. Throws `exposure-change.faulty` with the faults at the fields.
   */
  async preview(
    actor: Actor,
    reference: string,
    choice: ChangeChoice,
    form: Record<string, string>,
  ): Promise<ChangePreview> {
    requirePermission(actor, 'people.correct');
    const change = read(form);
    return await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, reference);
      const prepared = await prepareChange(tx, breach.id, choice, change, may(actor.roles, 'people.protected'));
      return { change, figures: prepared.figures, token: tokenOf(choice, change, prepared) };
    });
  }

  /**
   * Makes the change that was previewed, in one transaction: rows, counted facts, one ledger entry that is bound to the
   * ids of all persons. Throws `exposure-change.moved` where it would no longer change just what the preview showed,
   * and `exposure-change.nothing` where it changes nothing. 100,000 persons take a few seconds.
   */
  async make(
    actor: Actor,
    reference: string,
    choice: ChangeChoice,
    form: Record<string, string>,
    token: string,
  ): Promise<MadeChange> {
    requirePermission(actor, 'people.correct');
    const change = read(form);
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const prepared = await prepareChange(tx, breach.id, choice, change, may(actor.roles, 'people.protected'));
      if (prepared.figures.persons === 0) {
        throw new Problem('bad-input', 'exposure-change.nothing', 'This changes nothing for any of these people.');
      }
      if (tokenOf(choice, change, prepared) !== token) throw moved();
      const id = uuidv7(this.clock.now());
      const key = await breachKey(tx, this.keyring, breach.id);
      await tx.query(
        `insert into exposure_change (id, breach_id, kind, data_kind, country, extent, confidence, persons, persons_hash, with_protected, reason_sealed, changed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          id,
          breach.id,
          change.kind,
          change.dataKind,
          change.country,
          change.extent,
          change.confidence,
          prepared.figures.persons,
          prepared.personsHash,
          prepared.hasProtected,
          sealJson(key, changeReasonPlace(id), requireReason(form['reason'])),
          actor.accountId,
        ],
      );
      await applyChange(tx, id);
      await record(tx, {
        kind: 'exposures.changed',
        actor: actorName(actor),
        breachId: breach.id,
        facts: {
          change: id,
          kind: change.kind,
          persons: prepared.figures.persons,
          sha256: prepared.personsHash.toString('hex'),
        },
      });
      return (await this.listIn(tx, breach, id))[0]!;
    });
  }

  /** The changes of many of a breach, newest first. */
  async list(actor: Actor, reference: string): Promise<MadeChange[]> {
    requirePermission(actor, 'people.read');
    return await this.database.transaction(async (tx) => this.listIn(tx, await getBreach(tx, reference)));
  }

  /** Says what undoing a change would bring back, and changes nothing. Throws `exposure-change.unknown`. */
  async previewUndo(
    actor: Actor,
    reference: string,
    changeId: string,
  ): Promise<{ change: MadeChange; figures: UndoFigures; token: string }> {
    requirePermission(actor, 'people.correct');
    return await this.database.transaction(async (tx) => {
      const change = await this.get(tx, await getBreach(tx, reference), changeId);
      const { figures, rowsHash } = await prepareUndo(tx, change.id);
      return { change, figures, token: rowsHash.toString('hex') };
    });
  }

  /**
   * Undoes a change as one: brings back exactly what was before, except where it was changed since. Throws
   * `exposure-change.undone`, `exposure-change.moved` where the preview showed something else,
   * `exposure-change.nothing-left` and `exposure-change.protected`.
   */
  async undo(actor: Actor, reference: string, changeId: string, token: string): Promise<UndoFigures> {
    requirePermission(actor, 'people.correct');
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const change = await this.get(tx, breach, changeId);
      requireUndoable(actor, change);
      const { figures, rowsHash, personsHash } = await prepareUndo(tx, change.id);
      if (rowsHash.toString('hex') !== token) throw moved();
      if (figures.persons === 0) {
        throw new Problem(
          'refused',
          'exposure-change.nothing-left',
          'Of everybody in this change it was changed once more since, so there is nothing left to undo.',
        );
      }
      await applyUndo(tx, change.id);
      await tx.query(
        `update exposure_change set undone_by = $2, undone_at = clock_timestamp(), undone_persons = $3 where id = $1`,
        [change.id, actor.accountId, figures.persons],
      );
      await record(tx, {
        kind: 'exposures.undone',
        actor: actorName(actor),
        breachId: breach.id,
        facts: {
          change: change.id,
          persons: figures.persons,
          kept: figures.changedSince + figures.gone,
          sha256: personsHash.toString('hex'),
        },
      });
      return figures;
    });
  }

  private async get(tx: EntityManager, breach: Breach, changeId: string): Promise<MadeChange> {
    const [change] = isId(changeId) ? await this.listIn(tx, breach, changeId) : [];
    if (change) return change;
    throw new Problem(
      'not-found',
      'exposure-change.unknown',
      'There is no such change of this breach. Look it up in the list of changes.',
    );
  }

  private async listIn(tx: EntityManager, breach: Pick<Breach, 'id'>, id: string | null = null): Promise<MadeChange[]> {
    const rows: (Omit<MadeChange, 'reason'> & { kind: ChangeKind; sealed: Buffer })[] = await tx.query(
      `select id, kind, data_kind as "dataKind", country, extent, confidence, persons, with_protected as "withProtected", reason_sealed as sealed,
              changed_by as "changedBy", changed_at as "changedAt", undone_by as "undoneBy", undone_at as "undoneAt", undone_persons as "undonePersons"
         from exposure_change where breach_id = $1 and ($2::uuid is null or id = $2) order by changed_at desc, id desc limit $3`,
      [breach.id, id, MOST_LISTED],
    );
    const key = await breachKey(tx, this.keyring, breach.id);
    return rows.map(({ sealed, ...row }) => ({
      ...row,
      reason: openJson<string>(key, changeReasonPlace(row.id), sealed),
    }));
  }
}

function read(form: Record<string, string>): ChangeOfMany {
  const result = readChange(form);
  const faults: Fault[] = 'faults' in result ? [...result.faults] : [];
  if (!hasReason(form['reason'])) faults.push({ at: 'reason', message: REASON_MISSING });
  if ('faults' in result || faults.length > 0)
    throw new Problem('bad-input', 'exposure-change.faulty', 'Mend what is marked; nothing was changed.', faults);
  return result.change;
}

function tokenOf(choice: ChangeChoice, change: ChangeOfMany, { rowsHash }: PreparedChange): string {
  const { standing, category, language, dataKind, confidence } = choice;
  return createHash('sha256')
    .update(JSON.stringify([standing, category, language, dataKind, confidence, change]))
    .update(rowsHash)
    .digest('hex');
}

function moved(): Problem {
  return new Problem(
    'conflict',
    'exposure-change.moved',
    'The people changed since this was shown, and nothing was done. Look at the numbers as they are now, then confirm again.',
  );
}

function requireUndoable(actor: Actor, change: MadeChange): void {
  if (change.undoneAt) {
    throw new Problem('conflict', 'exposure-change.undone', 'This change was undone already.');
  }
  if (change.withProtected && !may(actor.roles, 'people.protected')) {
    throw new Problem(
      'forbidden',
      'exposure-change.protected',
      'This change is about protected persons as well. Ask the security officer to undo it.',
    );
  }
}
