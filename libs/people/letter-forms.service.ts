import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockBreach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { ASKED_BY, LETTER_FORMS } from './letter-form.js';
import { lockToCorrect } from './person-corrections.service.js';

/** Keeps the form in which a person asked for their letters: large print, plain text, easy to read. */
@Injectable()
export class LetterFormsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /**
   * Sets the form of every letter to come of one person, with how they asked for it, in one transaction with its ledger
   * entry. No roster changes it. What they know of the breach is as before, so it makes no letter due. Throws
   * `letter-form.faulty`, `person.unknown`, `person.erased` and `person.merged`.
   */
  async choose(actor: Actor, reference: string, personId: string, form: string, askedBy: string): Promise<void> {
    requirePermission(actor, 'people.correct');
    const faults = [];
    const chosen = LETTER_FORMS.find((one) => one === form);
    const asked = ASKED_BY.find((one) => one === askedBy);
    if (!chosen) faults.push({ at: 'form', message: 'Choose the form of the letters.' });
    if (!asked) faults.push({ at: 'askedBy', message: 'Choose how they asked for it.' });
    if (!chosen || !asked)
      throw new Problem('bad-input', 'letter-form.faulty', 'Choose the form, and how it was asked for.', faults);
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      await lockToCorrect(tx, this.keyring, breach, personId, may(actor.roles, 'people.protected'));
      await tx.query(`update person set letter_form = $2 where id = $1`, [personId, chosen]);
      await record(tx, {
        kind: 'person.letter-form-set',
        actor: actorName(actor),
        breachId: breach.id,
        personId,
        // Which form is not said: large print may tell of somebody's health, and the ledger forgets nothing.
        facts: { askedBy: asked },
      });
    });
  }
}
