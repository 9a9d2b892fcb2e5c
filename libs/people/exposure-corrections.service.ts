import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, lockBreach, type Breach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { KEYRING, Problem, databaseNow, personKey, type Fault, type Keyring } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import type { PersonToCorrect } from './correcting.js';
import { readExposure, type ExposureFields, type StatedExposure } from './documents.js';
import { lockToCorrect } from './person-corrections.service.js';
import { HAS_LETTER } from './person-facts.js';
import { supersedeExposures } from './persons.store.js';
import { REASON_MISSING, hasReason, requireReason } from './reason.js';

/** A correction of one exposure: a new one, or another statement of one that is on record. */
export interface ExposureCorrection extends ExposureFields {
  /** Id of the exposure as it was shown; null where it is a new one. */
  corrects: string | null;
  reason: string;
}

export type ExposureConsequence = 'letter-again' | 'nothing-left' | 'comes-back' | 'first-thing';

export interface CheckedExposure {
  old: StatedExposure | null;
  new: StatedExposure;
  consequences: ExposureConsequence[];
}

/** Corrects what of one person is out. Nothing is overwritten: each correction is a new row that takes the old one's place. */
@Injectable()
export class ExposureCorrectionsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /**
   * Says what a correction would change, and changes nothing. Throws `exposure.faulty` with the faults at the fields,
   * `exposure.changed` where somebody was quicker, `exposure.known` where the person has such a thing already.
   */
  async check(
    actor: Actor,
    reference: string,
    personId: string,
    correction: ExposureCorrection,
  ): Promise<CheckedExposure> {
    requirePermission(actor, 'people.correct');
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const { known, old, exposure } = await this.correct(tx, actor, breach, personId, correction);
      return { old, new: exposure, consequences: await consequencesOf(tx, known, old, exposure) };
    });
  }

  /** Records the correction with its reason and its ledger entry, in one transaction. Throws as `check` does. */
  async save(actor: Actor, reference: string, personId: string, correction: ExposureCorrection): Promise<void> {
    requirePermission(actor, 'people.correct');
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const { known, old, exposure } = await this.correct(tx, actor, breach, personId, correction);
      const key = await breachKey(tx, this.keyring, breach.id);
      const [id] = await supersedeExposures(
        tx,
        { breachId: breach.id, now: await databaseNow(tx), source: 'by-hand', recordedBy: actor.accountId },
        [
          {
            personId,
            exposure,
            supersedes: old?.id ?? null,
            reason: { text: requireReason(correction.reason), personKey: personKey(key, known.secret, personId) },
          },
        ],
      );
      await record(tx, {
        kind: old ? 'exposure.corrected' : 'exposure.added',
        actor: actorName(actor),
        breachId: breach.id,
        personId,
        facts: { exposure: id!, ...(old ? { instead: old.id } : {}) },
      });
    });
  }

  private async correct(
    tx: EntityManager,
    actor: Actor,
    breach: Breach,
    personId: string,
    correction: ExposureCorrection,
  ): Promise<{ known: PersonToCorrect; old: PersonToCorrect['exposures'][number] | null; exposure: StatedExposure }> {
    const known = await lockToCorrect(tx, this.keyring, breach, personId, may(actor.roles, 'people.protected'));
    const old = known.exposures.find((one) => one.id === correction.corrects) ?? null;
    if (correction.corrects !== null && !old) {
      throw new Problem(
        'conflict',
        'exposure.changed',
        'Somebody changed this meanwhile, and nothing of yours was saved. Look at the person as they are now, then correct what is still wrong.',
      );
    }
    const read = readExposure(old ? { ...correction, dataKind: old.dataKind, country: old.country ?? '' } : correction);
    const faults: Fault[] = 'faults' in read ? [...read.faults] : [];
    if (!hasReason(correction.reason)) faults.push({ at: 'reason', message: REASON_MISSING });
    if ('faults' in read || faults.length > 0)
      throw new Problem('bad-input', 'exposure.faulty', 'Mend what is marked; nothing was changed.', faults);
    const { exposure } = read;
    const twin = known.exposures.find(
      (one) => one !== old && one.dataKind === exposure.dataKind && one.country === exposure.country,
    );
    if (twin) {
      const message = 'This person has such a thing on record already. Correct that one.';
      throw new Problem('conflict', 'exposure.known', message, [{ at: 'dataKind', message }]);
    }
    if (old && old.extent === exposure.extent && old.confidence === exposure.confidence) {
      throw new Problem(
        'bad-input',
        'correction.nothing',
        'Nothing is different from what is on record. Change a field first.',
      );
    }
    return { known, old, exposure };
  }
}

async function consequencesOf(
  tx: EntityManager,
  known: PersonToCorrect,
  old: PersonToCorrect['exposures'][number] | null,
  exposure: StatedExposure,
): Promise<ExposureConsequence[]> {
  const [row]: { hasLetter: boolean }[] = await tx.query(
    `select ${HAS_LETTER} as "hasLetter" from person p where id = $1`,
    [known.id],
  );
  const isOpen = (one: StatedExposure): boolean => one.confidence !== 'excluded';
  const before = known.exposures.filter(isOpen).length;
  const after = before + Number(isOpen(exposure)) - Number(old !== null && isOpen(old));
  const consequences: ExposureConsequence[] = [];
  if (row!.hasLetter) consequences.push('letter-again');
  if (after === 0) consequences.push('nothing-left');
  if (before === 0 && after > 0) consequences.push(known.exposures.length > 0 ? 'comes-back' : 'first-thing');
  return consequences;
}
