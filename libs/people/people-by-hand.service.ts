import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach, getController, lockBreach, type Breach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import {
  Clock,
  KEYRING,
  Problem,
  databaseNow,
  manyRandomBytes,
  openJson,
  uuidBytes,
  uuidv7,
  type Fault,
  type Keyring,
} from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { readHandRow, type HandRow } from './hand-row.js';
import { emailIndex, referenceIndex } from './identity-indexes.js';
import { MOST_LINES, readPasted, type NameOrder } from './pasted-names.js';
import type { OpenRow } from './open-rows.queries.js';
import { isId } from './people.queries.js';
import { PersonRows } from './person-rows.js';
import { copyPersons, knownReferences, type StoreContext } from './persons.store.js';
import { layoutOf, marksProtected, type StatedPerson } from './roster-row.js';

export interface AddedPerson {
  id: string;
  /** As typed, else the spoken one that was given: `H-0001`. */
  reference: string;
}

/** What holds for everybody whose name was pasted. */
export interface PastedChoices extends Pick<HandRow, 'category' | 'language' | 'country' | 'documents' | 'other_data'> {
  order: NameOrder;
}

export interface UnderstoodLine {
  line: number;
  cells: HandRow;
  faults: Fault[];
  /** Somebody of the breach, or another line, has this e-mail address: perhaps the same person. */
  warning: 'known-address' | 'address-twice' | null;
}

/** What pasted names would add. */
export interface UnderstoodLines {
  lines: UnderstoodLine[];
  /** Id for the first person: adding the same lines a second time finds it taken. */
  firstId: string;
}

/** Stands for a reference that is given later, so that nothing else of a row needs to wait for it. */
const NOT_GIVEN_YET = 'H-0000';

/** Persons whom somebody enters, one or a few at a time. */
@Injectable()
export class PeopleByHandService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** An id for a person who is about to be added: a form that is sent twice adds them once. */
  nextId(): string {
    return uuidv7(this.clock.now());
  }

  /**
   * Adds one person, in one transaction with the ledger. Throws `person.faulty` with the faults at their columns,
   * `person.reference-taken`, and `person.added-already` when the id that the form carried is taken.
   */
  async add(actor: Actor, reference: string, row: HandRow, id: string = this.nextId()): Promise<AddedPerson> {
    requirePermission(actor, 'people.correct');
    const person = this.read(actor, row);
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const [added] = await this.insert(tx, actor, breach, [{ id, person }]);
      return added!;
    });
  }

  /**
   * Says how pasted lines would be understood, and changes nothing. Throws `people.nobody-pasted` and
   * `people.too-many-pasted`.
   */
  async look(actor: Actor, reference: string, text: string, choices: PastedChoices): Promise<UnderstoodLines> {
    requirePermission(actor, 'people.correct');
    const lines = understand(text, choices);
    return await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, reference);
      const known = await this.knownAddresses(tx, actor, breach.id, lines);
      const seen = new Set<string>();
      for (const line of lines) {
        const address = line.cells.email?.toLowerCase();
        if (address === undefined) continue;
        if (known.has(address)) line.warning = 'known-address';
        else if (seen.has(address)) line.warning = 'address-twice';
        seen.add(address);
      }
      return { lines, firstId: this.nextId() };
    });
  }

  /**
   * Adds everybody whose name was pasted, all or nobody. Throws `people.pasted-faulty` while a line has a fault, and
   * `person.added-already` when these lines were added before.
   */
  async addPasted(
    actor: Actor,
    reference: string,
    text: string,
    choices: PastedChoices,
    firstId: string,
  ): Promise<AddedPerson[]> {
    requirePermission(actor, 'people.correct');
    const lines = understand(text, choices);
    const faults = lines.flatMap((line) => line.faults.map(({ message }) => ({ at: `line ${line.line}`, message })));
    if (faults.length > 0) {
      throw new Problem('bad-input', 'people.pasted-faulty', 'Mend the lines first; nobody was added.', faults);
    }
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const people = lines.map((line, i) => ({
        id: i === 0 ? firstId : this.nextId(),
        person: this.read(actor, withReference({ ...line.cells })),
      }));
      return await this.insert(tx, actor, breach, people);
    });
  }

  private read(actor: Actor, row: HandRow): StatedPerson {
    const read = readHandRow(withReference(row));
    if ('faults' in read) {
      throw new Problem('bad-input', 'person.faulty', 'Mend what is marked; nobody was added.', read.faults);
    }
    if (read.person.isProtected && !may(actor.roles, 'people.protected')) {
      const message = 'Only the security officer adds protected persons. Ask them to add this person.';
      throw new Problem('bad-input', 'person.protected-mark', message, [{ at: 'protected', message }]);
    }
    return read.person;
  }

  private async insert(
    tx: EntityManager,
    actor: Actor,
    breach: Breach,
    people: { id: string; person: StatedPerson }[],
  ): Promise<AddedPerson[]> {
    const context: StoreContext = {
      breachId: breach.id,
      breachKey: await breachKey(tx, this.keyring, breach.id),
      keyring: this.keyring,
      controller: (await getController(tx)).controller,
      recordedBy: actor.accountId,
      source: 'by-hand',
      importId: null,
      now: await databaseNow(tx),
    };
    await requireNew(tx, people[0]!.id);
    const rows = new PersonRows(context, context.now);
    const added: AddedPerson[] = [];
    for (const { id, person } of people) {
      const isSpoken = person.record.reference === NOT_GIVEN_YET;
      const reference = isSpoken ? await this.nextSpoken(tx, breach.id) : person.record.reference;
      const index = referenceIndex(this.keyring, reference);
      if (!isSpoken) await this.requireFree(tx, breach.id, index);
      const stated = { ...person, record: { ...person.record, reference } };
      rows.add({ id: uuidBytes(id), referenceIndex: index, secret: manyRandomBytes(32), stated, statedHash: null });
      if (!isSpoken) await settleOpenRows(tx, actor, context, index);
      added.push({ id, reference });
    }
    await copyPersons(tx, {
      ids: Buffer.concat(people.map(({ id }) => uuidBytes(id))),
      persons: rows.persons.finish(),
      contacts: rows.contacts.finish(),
      exposures: rows.exposures.finish(),
      count: people.length,
    });
    for (const { id } of added) {
      await record(tx, {
        kind: 'person.added',
        actor: actorName(actor),
        breachId: breach.id,
        personId: id,
        facts: { source: 'by-hand' },
      });
    }
    return added;
  }

  private async requireFree(tx: EntityManager, breachId: string, index: Buffer): Promise<void> {
    const known = await knownReferences(tx, breachId, [index]);
    if (known.size === 0) return;
    const message =
      'Somebody of this breach has this reference. Look them up and correct them, or leave the reference empty to have one given.';
    throw new Problem('conflict', 'person.reference-taken', message, [{ at: 'reference', message }]);
  }

  /** The next spoken reference of a breach that nobody has, whoever's list it came from. The breach is locked. */
  private async nextSpoken(tx: EntityManager, breachId: string): Promise<string> {
    for (;;) {
      const [row]: { last: number }[] = await tx.query(
        `insert into person_reference_count (breach_id, last) values ($1, 1)
         on conflict (breach_id) do update set last = person_reference_count.last + 1 returning last`,
        [breachId],
      );
      const reference = `H-${String(row!.last).padStart(4, '0')}`;
      const known = await knownReferences(tx, breachId, [referenceIndex(this.keyring, reference)]);
      if (known.size === 0) return reference;
    }
  }

  /** The addresses among these that somebody of the breach has whom the account may see. */
  private async knownAddresses(
    tx: EntityManager,
    actor: Actor,
    breachId: string,
    lines: UnderstoodLine[],
  ): Promise<Set<string>> {
    const addresses = new Map(
      lines.flatMap(({ cells: { email } }) =>
        email ? [[emailIndex(this.keyring, email).toString('hex'), email.toLowerCase()]] : [],
      ),
    );
    const rows: { index: Buffer }[] = await tx.query(
      `select distinct c.email_index as index from contact_point c join person p on p.id = c.person_id
        where c.breach_id = $1 and c.email_index = any ($2::bytea[]) and ($3::bool or not p.protected)`,
      [breachId, [...addresses.keys()].map((hex) => Buffer.from(hex, 'hex')), may(actor.roles, 'people.protected')],
    );
    return new Set(rows.map(({ index }) => addresses.get(index.toString('hex'))!));
  }
}

function withReference(row: HandRow): HandRow {
  return (row.reference ?? '').trim() === '' ? { ...row, reference: NOT_GIVEN_YET } : row;
}

/** The lines with their faults; throws where there is nobody, or more than the small case. */
function understand(text: string, { order, ...everybody }: PastedChoices): UnderstoodLine[] {
  const lines = readPasted(text, order);
  if (lines.length === 0) {
    const message = 'Paste the names, one person on each line.';
    throw new Problem('bad-input', 'people.nobody-pasted', message, [{ at: 'names', message }]);
  }
  if (lines.length > MOST_LINES) {
    const message = `Paste at most ${MOST_LINES} people. Import a longer list as a spreadsheet.`;
    throw new Problem('bad-input', 'people.too-many-pasted', message, [{ at: 'names', message }]);
  }
  const seen = new Map<string, number>();
  return lines.map(({ line, cells: own, fault }) => {
    const cells = { ...everybody, ...own };
    if (fault !== null) return { line, cells, faults: [{ at: 'line', message: fault }], warning: null };
    const read = readHandRow(withReference(cells));
    const faults = 'faults' in read ? read.faults : [];
    const same = JSON.stringify(own).toLowerCase();
    const first = seen.get(same);
    if (first !== undefined) {
      faults.push({ at: 'line', message: `Take this line out: line ${first} says the same.` });
    } else seen.set(same, line);
    return { line, cells, faults, warning: null };
  });
}

async function requireNew(tx: EntityManager, id: string): Promise<void> {
  const rows: unknown[] = isId(id) ? await tx.query(`select from person where id = $1`, [id]) : [null];
  if (rows.length === 0) return;
  throw new Problem(
    'conflict',
    'person.added-already',
    'These people were added already. Look them up in the list of people.',
  );
}

/**
 * A row that an import left out is mended by entering its person. A row that marks a protected person is settled by an
 * account that may see it only: it would stay out of sight and unprotected otherwise.
 */
async function settleOpenRows(tx: EntityManager, actor: Actor, context: StoreContext, index: Buffer): Promise<void> {
  const rows: { id: string; sealed: Buffer }[] = await tx.query(
    `select id, sealed from open_row where breach_id = $1 and reference_index = $2 and state = 'open'`,
    [context.breachId, index],
  );
  const settled = rows.filter(({ id, sealed }) => {
    const row = openJson<OpenRow>(context.breachKey, `open_row|${id}|1`, sealed);
    return may(actor.roles, 'people.protected') || !marksProtected(layoutOf(row.columns, row.everybody), row.cells);
  });
  if (settled.length === 0) return;
  await tx.query(
    `update open_row set state = 'mended', settled_by = $2, settled_at = clock_timestamp() where id = any ($1)`,
    [settled.map(({ id }) => id), actor.accountId],
  );
}
