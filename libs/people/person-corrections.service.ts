import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach, getController, lockBreach, type Breach, type Controller } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { KEYRING, Problem, databaseNow, type Keyring, type Language } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import {
  corrected,
  correctionForm,
  versionOf,
  type Corrected,
  type CorrectionForm,
  type FieldChange,
  type PersonToCorrect,
} from './correcting.js';
import { HAS_LETTER } from './person-facts.js';
import { isId, unknownPerson } from './people.queries.js';
import { languagesOf } from './person-rows.js';
import { lockKnown, updatePersons } from './persons.store.js';
import { REASON_MISSING, hasReason, requireReason } from './reason.js';

/** A person with everything that can be corrected, as the form shows it. */
export interface OpenedPerson {
  person: PersonToCorrect;
  form: CorrectionForm;
  /** To be given back when saving: somebody else's correction meanwhile shows by it. */
  version: string;
}

/** What somebody should know before they save, as keys of words. */
export type Consequence = 'letter-again' | 'addressee-only' | 'no-address' | 'becomes-protected' | 'languages';

export interface CheckedCorrection {
  changes: FieldChange[];
  consequences: Consequence[];
  /** The languages of their letters afterwards. */
  languages: Language[];
}

/** Corrections that the record of a person keeps; the ledger names all of them. */
const KEPT_CORRECTIONS = 50;

/** Corrects one person by hand: what was corrected is changed by no roster any more. */
@Injectable()
export class PersonCorrectionsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /** Opens a person with all that can be corrected, which is a read of it all and recorded as one. */
  async open(actor: Actor, reference: string, personId: string): Promise<OpenedPerson> {
    requirePermission(actor, 'people.correct');
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const opened = await this.read(tx, actor, breach, personId);
      await record(tx, {
        kind: 'person.shown',
        actor: actorName(actor),
        breachId: breach.id,
        personId,
        facts: { reason: 'correct-data' },
      });
      return opened;
    });
  }

  /** The same for a form that is shown again; it was recorded when it was opened. */
  async reopen(actor: Actor, reference: string, personId: string): Promise<OpenedPerson> {
    requirePermission(actor, 'people.correct');
    return await this.database.transaction(async (tx) =>
      this.read(tx, actor, await getBreach(tx, reference), personId),
    );
  }

  /**
   * Says what a correction would change, and changes nothing. Throws `person.faulty` with the faults at the fields,
   * `correction.nothing`, `correction.reason-missing` and `person.changed`.
   */
  async check(
    actor: Actor,
    reference: string,
    personId: string,
    form: CorrectionForm,
    version: string,
  ): Promise<CheckedCorrection> {
    requirePermission(actor, 'people.correct');
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const { known, result, letters } = await this.correct(tx, actor, breach, personId, form, version);
      return {
        changes: result.changes,
        consequences: await consequencesOf(tx, known, result, letters.languages),
        languages: letters.languages,
      };
    });
  }

  /** Saves a correction that was checked, with its ledger entry, in one transaction. Throws as `check` does. */
  async save(actor: Actor, reference: string, personId: string, form: CorrectionForm, version: string): Promise<void> {
    requirePermission(actor, 'people.correct');
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const { known, result, letters, controller } = await this.correct(tx, actor, breach, personId, form, version);
      const now = await databaseNow(tx);
      result.record.corrections = [
        ...(known.record.corrections ?? []),
        { at: now.toISOString(), by: actor.accountId, fields: result.fields, reason: requireReason(form['reason']) },
      ].slice(-KEPT_CORRECTIONS);
      // From here on the rule decides again; `updatePersons` leaves alone what was chosen by hand.
      if (!result.letterLanguages)
        await tx.query(
          `update person set languages_reason = 'recorded' where id = $1 and languages_reason = 'by-hand'`,
          [personId],
        );
      const context = {
        breachId: breach.id,
        breachKey: await breachKey(tx, this.keyring, breach.id),
        keyring: this.keyring,
        controller,
        recordedBy: actor.accountId,
        source: 'by-hand' as const,
        importId: null,
        now,
      };
      const after = { ...result, exposures: [], differences: [] };
      const person = { ...known, addsOnly: false };
      await updatePersons(tx, context, [{ known: person, after, stated: { nationalNumber: null } }]);
      if (result.letterLanguages)
        await tx.query(`update person set languages = $2, languages_reason = 'by-hand' where id = $1`, [
          personId,
          result.letterLanguages,
        ]);
      if (result.changesLetter || !isSame(letters.languages, known.languages))
        await tx.query(`update person set facts_changed_at = clock_timestamp() where id = $1`, [personId]);
      await record(tx, {
        kind: 'person.corrected',
        actor: actorName(actor),
        breachId: breach.id,
        personId,
        facts: { fields: result.fields },
      });
    });
  }

  private async correct(
    tx: EntityManager,
    actor: Actor,
    breach: Breach,
    personId: string,
    form: CorrectionForm,
    version: string,
  ): Promise<{
    known: PersonToCorrect;
    result: Corrected;
    letters: { languages: Language[] };
    controller: Controller;
  }> {
    const { person: known, version: now } = await this.read(tx, actor, breach, personId);
    if (now !== version) {
      throw new Problem(
        'conflict',
        'person.changed',
        'Somebody changed this person meanwhile, and nothing of yours was saved. Look at the person as they are now, then correct what is still wrong.',
      );
    }
    const result = corrected(known, withoutForeignMarks(actor, form));
    const faults = 'faults' in result ? [...result.faults] : [];
    if (!hasReason(form['reason'])) faults.push({ at: 'reason', message: REASON_MISSING });
    if ('faults' in result || faults.length > 0)
      throw new Problem('bad-input', 'person.faulty', 'Mend what is marked; nothing was changed.', faults);
    if (result.changes.length === 0) {
      throw new Problem(
        'bad-input',
        'correction.nothing',
        'Nothing is different from what is on record. Change a field first.',
      );
    }
    const { controller } = await getController(tx);
    const letters = result.letterLanguages
      ? { languages: result.letterLanguages }
      : languagesOf(controller, result, result.record);
    return { known, result, letters, controller };
  }

  /** Locks the person. One that the account may not see is not there. */
  private async read(tx: EntityManager, actor: Actor, breach: Breach, personId: string): Promise<OpenedPerson> {
    const person = await lockToCorrect(tx, this.keyring, breach, personId, may(actor.roles, 'people.protected'));
    return { person, form: correctionForm(person), version: versionOf(person) };
  }
}

/** The mark of protection is changed by the security officer alone; from others it is no field of the form. */
function withoutForeignMarks(actor: Actor, form: CorrectionForm): CorrectionForm {
  if (may(actor.roles, 'people.protected')) return form;
  const { protected: _, ...rest } = form;
  return rest;
}

function isSame(a: Language[], b: Language[]): boolean {
  return a.join() === b.join();
}

async function consequencesOf(
  tx: EntityManager,
  known: PersonToCorrect,
  result: Corrected,
  languages: Language[],
): Promise<Consequence[]> {
  const [row]: { hasLetter: boolean }[] = await tx.query(
    `select ${HAS_LETTER} as "hasLetter" from person p where id = $1`,
    [known.id],
  );
  const consequences: Consequence[] = [];
  if (!isSame(languages, known.languages)) consequences.push('languages');
  if (row!.hasLetter && (result.changesLetter || !isSame(languages, known.languages)))
    consequences.push('letter-again');
  if ((result.isMinor && !known.isMinor) || (result.isDeceased && !known.isDeceased))
    consequences.push('addressee-only');
  if (result.isProtected && !known.isProtected) consequences.push('becomes-protected');
  const states = [...known.contactStates];
  for (const { place, state } of result.contactStates) states[place] = state;
  const canBeReached = result.record.contacts.some(
    ({ kind }, place) => kind !== 'phone' && ['untried', 'works', undefined].includes(states[place]),
  );
  if (!canBeReached) consequences.push('no-address');
  return consequences;
}

/** A person with all that can be corrected, locked. Throws `person.unknown`, `person.erased` and `person.merged`. */
export async function lockToCorrect(
  tx: EntityManager,
  keyring: Keyring,
  breach: Pick<Breach, 'id'>,
  personId: string,
  withProtected: boolean,
): Promise<PersonToCorrect> {
  const rows: (Pick<PersonToCorrect, 'languages' | 'languagesReason'> & {
    isProtected: boolean;
    isErased: boolean;
    isMerged: boolean;
  })[] = isId(personId)
    ? await tx.query(
        `select languages, languages_reason as "languagesReason", protected as "isProtected", secret is null as "isErased", merged_into is not null as "isMerged"
           from person where id = $1 and breach_id = $2 for update`,
        [personId, breach.id],
      )
    : [];
  const row = rows[0];
  if (!row || (row.isProtected && !withProtected)) throw unknownPerson();
  if (row.isErased)
    throw new Problem('not-found', 'person.erased', 'This person was erased. What outlives it stands in the ledger.');
  if (row.isMerged)
    throw new Problem(
      'refused',
      'person.merged',
      'This person counts with another one since they were found to be the same. Correct that one.',
    );
  const key = await breachKey(tx, keyring, breach.id);
  const known = (await lockKnown(tx, key, [personId])).get(personId)!;
  return { ...known, languages: row.languages, languagesReason: row.languagesReason };
}
