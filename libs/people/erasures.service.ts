import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach } from '#libs/breach/index.js';
import { recordMany } from '#libs/ledger/index.js';
import {
  CONFIG,
  KEYRING,
  Problem,
  appendErasures,
  databaseNow,
  openJson,
  personKey,
  sealJson,
  type Config,
  type Keyring,
  type SealingKey,
} from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { erasePersons } from './erasing.js';
import { sweepErased } from './erased-bytes.js';
import { referenceIndex } from './identity-indexes.js';
import { isId, personIdByReference, unknownPerson, type Standing } from './people.queries.js';
import { nameOf, type PersonRecord } from './person-record.js';
import { openRecord } from './persons.store.js';

/** Why a person must not be erased for now, who says so, and when that is looked at again. */
export interface Hold {
  reason: string;
  heldBy: string;
  /** ISO date. */
  reviewOn: string;
}

/** Where the erasure of a person stands. */
export interface ErasureState {
  isErased: boolean;
  /** Persons that are erased together: this one, and who was merged into them. */
  persons: number;
  /** Their letter is still on its way: Art. 34 is not done, and Art. 17(3)(b) holds. */
  isOpen: boolean;
  standing: Standing;
  /** Art. 17(3)(e): legal claims. */
  hold: Hold | null;
}

interface Member {
  id: string;
  isErased: boolean;
  standing: Standing;
  attemptsOpen: number;
  isProtected: boolean;
  mergedInto: string | null;
  secret: Buffer | null;
  sealed: Buffer;
  holdSealed: Buffer | null;
  heldBy: string | null;
  reviewOn: string | null;
}

const LONGEST_REASON = 1000;

/** Erasing persons (GDPR Art. 17), and holding them back from it. */
@Injectable()
export class ErasuresService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Where the erasure of a person stands. Throws `person.unknown`. */
  async stateOf(actor: Actor, breachReference: string, personId: string): Promise<ErasureState> {
    requirePermission(actor, 'person.erase');
    return await this.database.transaction(async (tx) => {
      const { key, members } = await this.groupOf(tx, actor, breachReference, personId, '');
      return stateOf(key, members);
    });
  }

  /** The id of the person with a roster's reference. Throws `person.unknown`. */
  async find(actor: Actor, breachReference: string, reference: string): Promise<string> {
    requirePermission(actor, 'person.erase');
    return await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, breachReference);
      const index = referenceIndex(this.keyring, reference);
      return await personIdByReference(tx, breach.id, index, may(actor.roles, 'people.protected'));
    });
  }

  /**
   * Erases a person and everybody merged into them; answers how many rows that were. Throws `person.open` and
   * `person.held`, with the ground to answer them, `person.erased`, and `erasure.faulty` for the reason. When it
   * returns, the erasure is in the erasures file and committed, and the bytes were swept as far as that is quick.
   */
  async erase(actor: Actor, breachReference: string, personId: string, reason: string): Promise<number> {
    requirePermission(actor, 'person.erase');
    const why = requireReason(reason);
    const erased = await this.database.transaction(async (tx) => {
      const { breachId, key, members } = await this.groupOf(tx, actor, breachReference, personId);
      requireErasable(stateOf(key, members));
      requireNamesNobody(key, members, why);
      const at = await databaseNow(tx);
      const gone = await erasePersons(
        tx,
        members.map((member) => member.id),
      );
      for (const one of gone) {
        await tx.query(
          `insert into erasure (person_id, breach_id, erased_by, erased_at, reason_sealed) values ($1, $2, $3, $4, $5)`,
          [one.personId, breachId, actor.accountId, at, sealJson(key, `erasure|${one.personId}|1`, why)],
        );
      }
      await recordMany(
        tx,
        gone.map((one) => ({ kind: 'person.erased' as const, actor: actorName(actor), ...one })),
      );
      // Written ahead, as the last step before the commit: a restored backup must not bring them back.
      appendErasures(
        this.config.keyFile,
        gone.map((one) => ({ personId: one.personId, at })),
      );
      return gone.length;
    });
    await sweepErased(this.database);
    return erased;
  }

  /** Keeps a person from being erased until somebody looks again on a day. Throws `hold.faulty`. */
  async hold(actor: Actor, breachReference: string, personId: string, reason: string, reviewOn: string): Promise<void> {
    requirePermission(actor, 'person.erase');
    await this.database.transaction(async (tx) => {
      const { breachId, key, members } = await this.groupOf(tx, actor, breachReference, personId);
      if (members[0]!.isErased) throw alreadyErased();
      const today = (await databaseNow(tx)).toISOString().slice(0, 10);
      const why = requireHold(reason, reviewOn, today);
      const { id, secret } = members[0]!;
      await tx.query(`update person set hold_sealed = $2, hold_by = $3, hold_review_on = $4 where id = $1`, [
        id,
        sealJson(personKey(key, secret!, id), holdPlace(id), why),
        actor.accountId,
        reviewOn,
      ]);
      await recordMany(tx, [
        { kind: 'person.held', actor: actorName(actor), breachId, personId: id, facts: { reviewOn } },
      ]);
    });
  }

  /** Lets a person be erased again. */
  async release(actor: Actor, breachReference: string, personId: string): Promise<void> {
    requirePermission(actor, 'person.erase');
    await this.database.transaction(async (tx) => {
      const { breachId, members } = await this.groupOf(tx, actor, breachReference, personId);
      const held = members.filter((member) => member.holdSealed !== null).map((member) => member.id);
      await tx.query(
        `update person set hold_sealed = null, hold_by = null, hold_review_on = null where id = any ($1)`,
        [held],
      );
      await recordMany(
        tx,
        held.map((id) => ({ kind: 'person.released' as const, actor: actorName(actor), breachId, personId: id })),
      );
    });
  }

  /**
   * A person and everybody merged into them, the one that counts first; locked, unless they are only looked at. Throws
   * `person.unknown`.
   */
  private async groupOf(
    tx: EntityManager,
    actor: Actor,
    breachReference: string,
    personId: string,
    lock: 'for update' | '' = 'for update',
  ): Promise<{ breachId: string; key: SealingKey; members: Member[] }> {
    // Held like an import's, so that a roster does not state a person again while they are being erased.
    await tx.query(`select from breach where reference = $1 ${lock}`, [breachReference.slice(0, 40)]);
    const breach = await getBreach(tx, breachReference);
    const members: Member[] = isId(personId)
      ? await tx.query(
          `with recursive root as (
             select id, merged_into from person where id = $2 and breach_id = $1
             union select p.id, p.merged_into from person p join root on p.id = root.merged_into),
           member as (
             select id from root where merged_into is null
             union select p.id from person p join member on p.merged_into = member.id)
           select p.id, p.secret is null as "isErased", p.standing, p.attempts_open as "attemptsOpen", p.protected as "isProtected",
                  p.merged_into as "mergedInto", p.secret, p.sealed, p.hold_sealed as "holdSealed", p.hold_by as "heldBy",
                  to_char(p.hold_review_on, 'YYYY-MM-DD') as "reviewOn"
             from person p join member using (id) order by p.id ${lock && `${lock} of p`}`,
          [breach.id, personId],
        )
      : [];
    const isHidden = members.some((member) => member.isProtected) && !may(actor.roles, 'people.protected');
    if (members.length === 0 || isHidden) throw unknownPerson();
    return {
      breachId: breach.id,
      key: await breachKey(tx, this.keyring, breach.id),
      members: members.toSorted((a, b) => Number(a.mergedInto !== null) - Number(b.mergedInto !== null)),
    };
  }
}

function holdPlace(personId: string): string {
  return `person-hold|${personId}|1`;
}

function stateOf(key: SealingKey, members: Member[]): ErasureState {
  const counted = members[0]!;
  const held = members.find((member) => member.holdSealed !== null && member.secret !== null);
  return {
    isErased: members.every((member) => member.isErased),
    persons: members.length,
    isOpen: counted.standing === 'under-way' || members.some((member) => member.attemptsOpen > 0),
    standing: counted.standing,
    hold: held
      ? {
          reason: openJson<string>(personKey(key, held.secret!, held.id), holdPlace(held.id), held.holdSealed!),
          heldBy: held.heldBy!,
          reviewOn: held.reviewOn!,
        }
      : null,
  };
}

function requireErasable(state: ErasureState): void {
  if (state.isErased) throw alreadyErased();
  if (state.isOpen)
    throw new Problem(
      'refused',
      'person.open',
      'This person has not been told yet, so they are not erased: GDPR Art. 34 obliges the controller to tell them, and Art. 17(3)(b) lets their data stay for that. Answer them within a month that the controller decided so, that it ends when their letter has arrived, is exempt by decision, or no way is left, and that they may complain to the authority.',
    );
  if (state.hold)
    throw new Problem(
      'refused',
      'person.held',
      `This person is under a legal hold until it is looked at again on ${state.hold.reviewOn}, so they are not erased: GDPR Art. 17(3)(e) lets data stay for legal claims. Answer them within a month that the controller decided so and until when, and that they may complain to the authority; or lift the hold on the person's page.`,
    );
}

function alreadyErased(): Problem {
  return new Problem('not-found', 'person.erased', 'This person was erased. What outlives it stands in the ledger.');
}

function faulty(code: 'erasure.faulty' | 'hold.faulty', at: string, message: string): Problem {
  return new Problem('bad-input', code, message, [{ at, message }]);
}

function requireReason(reason: string): string {
  const why = reason.trim();
  if (why === '' || why.length > LONGEST_REASON)
    throw faulty(
      'erasure.faulty',
      'reason',
      `Say why this person is erased, in at most ${LONGEST_REASON} characters and without naming them.`,
    );
  return why;
}

/** The reason outlives the person: it must not hold what was erased. */
function requireNamesNobody(key: SealingKey, members: Member[], reason: string): void {
  const plain = (text: string): string =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}@]+/gu, ' ')
      .trim();
  const said = ` ${plain(reason)} `;
  for (const { id, secret, sealed } of members) {
    if (!secret) continue;
    if (
      namesOf(openRecord(key, id, secret, sealed)).some((name) => name.length > 2 && said.includes(` ${plain(name)} `))
    )
      throw faulty(
        'erasure.faulty',
        'reason',
        'Take the name, reference or address of the person out of the reason: it stays when they are gone.',
      );
  }
}

function namesOf(record: PersonRecord): string[] {
  return [
    record.reference,
    nameOf(record),
    record.familyName,
    ...record.contacts.map((contact) => contact.value),
    ...(record.addressee ? [nameOf(record.addressee)] : []),
  ];
}

/** A hold is looked at again within a year: nothing is kept for ever because somebody forgot. */
function requireHold(reason: string, reviewOn: string, today: string): string {
  const why = reason.trim();
  if (why === '' || why.length > LONGEST_REASON)
    throw faulty(
      'hold.faulty',
      'holdReason',
      `Say which claim or inquiry it is, in at most ${LONGEST_REASON} characters.`,
    );
  const day = /^\d{4}-\d{2}-\d{2}$/.test(reviewOn) ? new Date(`${reviewOn}T00:00:00Z`) : null;
  const last = new Date(new Date(`${today}T00:00:00Z`).getTime() + 366 * 86_400_000).toISOString().slice(0, 10);
  if (
    !day ||
    Number.isNaN(day.getTime()) ||
    !day.toISOString().startsWith(reviewOn) ||
    reviewOn <= today ||
    reviewOn > last
  )
    throw faulty(
      'hold.faulty',
      'reviewOn',
      'Choose the day on which this is looked at again: after today, within a year.',
    );
  return why;
}
