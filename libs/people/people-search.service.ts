import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { KEYRING, Problem, readAddress, type Keyring, type SealingKey } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { ChosenPeople } from './people-list.queries.js';
import { openPeople, type PersonRow } from './people.queries.js';
import { openRecord } from './persons.store.js';
import { emailIndex, referenceIndex } from './identity-indexes.js';
import { personIdByPseudonym } from './pseudonyms.js';

export interface FoundPeople {
  people: PersonRow[];
  /** Whether more were found than are answered. */
  isCut: boolean;
  /** How many people a search by name looked through, where the breach has more; null where it was all of them. */
  lookedThrough: number | null;
}

/** Persons that one search answers; who looks for one person writes more of the name. */
const MOST = 50;
const BATCH = 2_000;
/** Some seconds of opening: who searches a larger breach has the person's reference or address, or waits too long. */
const MOST_OPENED = 200_000;

@Injectable()
export class PeopleSearchService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /**
   * Finds persons of a breach by reference, by a whole e-mail address, or by parts of a name; the security officer
   * also by the pseudonym that others see of a protected person. Reference and address are
   * found by their keyed hash. There is no index of names: the breach's people are opened in memory, which is a read
   * of them all and is recorded as one. Throws `search.empty`.
   */
  async find(actor: Actor, breachReference: string, typed: string): Promise<FoundPeople> {
    requirePermission(actor, 'people.read');
    const text = typed.trim().slice(0, 300);
    if (text === '') {
      const message = 'Enter a reference, a whole e-mail address, or a part of a name.';
      throw new Problem('bad-input', 'search.empty', message, [{ at: 'search', message }]);
    }
    const withProtected = may(actor.roles, 'people.protected');
    return await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, breachReference);
      const key = await breachKey(tx, this.keyring, breach.id);
      const named = withProtected ? await personIdByPseudonym(tx, this.keyring, breach.id, text) : null;
      const ids = named ? [named] : await this.idsByIndex(tx, breach.id, text);
      if (ids.length > 0) {
        const people = [...(await openPeople(tx, breach.id, key, ids)).values()];
        return {
          people: people.filter((person) => withProtected || !person.isProtected),
          isCut: false,
          lookedThrough: null,
        };
      }
      await record(tx, { kind: 'people.searched', actor: actorName(actor), breachId: breach.id });
      return await byName(tx, breach.id, key, text, withProtected);
    });
  }

  private async idsByIndex(tx: EntityManager, breachId: string, text: string): Promise<string[]> {
    const address = readAddress(text);
    const rows: { id: string }[] = address
      ? await tx.query(
          `select distinct person_id as id from contact_point where breach_id = $1 and email_index = $2 limit $3`,
          [breachId, emailIndex(this.keyring, address), MOST],
        )
      : await tx.query(`select id from person where breach_id = $1 and reference_index = $2`, [
          breachId,
          referenceIndex(this.keyring, text),
        ]);
    return rows.map((row) => row.id);
  }
}

/**
 * Persons whose name holds every word of the text, without regard to case and accents. Opens no more of each person
 * than their record, some thousands at a time, and looks through no more than `MOST_OPENED`.
 */
async function byName(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  text: string,
  withProtected: boolean,
): Promise<FoundPeople> {
  const words = plain(text).split(/\s+/).filter(Boolean);
  const chosen = await ChosenPeople.of(tx, breachId, { withProtected });
  const found: string[] = [];
  let opened = 0;
  for (const ids of chosen.batches(BATCH)) {
    if (opened >= MOST_OPENED || found.length > MOST) break;
    for (const { id, secret, sealed } of await sealedRecords(tx, ids)) {
      const { givenName, familyName } = openRecord(key, id, secret, sealed);
      const name = plain(`${givenName} ${familyName}`);
      if (words.every((word) => name.includes(word))) found.push(id);
    }
    opened += ids.length;
  }
  const ids = found.slice(0, MOST);
  const people = await openPeople(tx, breachId, key, ids);
  return {
    people: ids.map((id) => people.get(id)!),
    isCut: found.length > MOST,
    lookedThrough: found.length <= MOST && opened < chosen.count ? opened : null,
  };
}

async function sealedRecords(
  tx: EntityManager,
  ids: string[],
): Promise<{ id: string; secret: Buffer; sealed: Buffer }[]> {
  return await tx.query(
    `select id, secret, sealed from person where id = any ($1) and secret is not null order by id`,
    [ids],
  );
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
