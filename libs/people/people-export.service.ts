import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { KEYRING, Problem, safeCsvLine, type Keyring, type SealingKey } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { EXPORT_COLUMNS, exportedRow, type PersonToExport } from './exported-person.js';
import { ChosenPeople, type PeopleChoice } from './people-list.queries.js';
import { openRecord } from './persons.store.js';
import type { ContactState } from './restating.js';
import { MOST_SHEET_ROWS, xlsxOf } from './xlsx-rows.js';

export const EXPORT_FORMATS = ['csv', 'xlsx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Why a list leaves the house; the choice is kept in the ledger. */
export const EXPORT_REASONS = ['correct-data', 'reach-otherwise', 'check-completeness', 'authority-asks'] as const;
export type ExportReason = (typeof EXPORT_REASONS)[number];

export interface PeopleExport {
  persons: number;
  /** The file as it is made; read once. */
  bytes: AsyncIterable<Buffer>;
}

const BATCH = 500;

@Injectable()
export class PeopleExportService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /** How many persons an export of these would hold. */
  async count(actor: Actor, breachReference: string, choice: Omit<PeopleChoice, 'withProtected'>): Promise<number> {
    requirePermission(actor, 'people.export');
    return await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, breachReference);
      return (await ChosenPeople.of(tx, breach.id, this.allowed(actor, choice))).count;
    });
  }

  /**
   * The persons chosen as a file, protected ones only for the security officer. Who took how many and why is in the
   * ledger before the first byte leaves; the rows are read afterwards, some hundred at a time and with no transaction
   * open, as they are then. Throws `export.too-large`.
   */
  async export(
    actor: Actor,
    breachReference: string,
    choice: Omit<PeopleChoice, 'withProtected'>,
    format: ExportFormat,
    reason: ExportReason,
  ): Promise<PeopleExport> {
    requirePermission(actor, 'people.export');
    const { chosen, key } = await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, breachReference);
      const people = await ChosenPeople.of(tx, breach.id, this.allowed(actor, choice));
      if (format === 'xlsx' && people.count >= MOST_SHEET_ROWS)
        throw new Problem(
          'refused',
          'export.too-large',
          `A spreadsheet has room for ${MOST_SHEET_ROWS - 1} people. Choose CSV, or export one part of the list after the other.`,
        );
      await record(tx, {
        kind: 'people.exported',
        actor: actorName(actor),
        breachId: breach.id,
        facts: { persons: people.count, format, reason },
      });
      return { chosen: people, key: await breachKey(tx, this.keyring, breach.id) };
    });
    const rows = this.rows(chosen, key);
    return { persons: chosen.count, bytes: format === 'csv' ? csvOf(rows) : xlsxOf(rows) };
  }

  private allowed(actor: Actor, choice: Omit<PeopleChoice, 'withProtected'>): PeopleChoice {
    return { ...choice, withProtected: may(actor.roles, 'people.protected') };
  }

  private async *rows(chosen: ChosenPeople, key: SealingKey): AsyncIterable<string[][]> {
    yield [EXPORT_COLUMNS];
    for (const ids of chosen.batches(BATCH)) {
      const people = await peopleToExport(this.database.manager, key, ids);
      yield people.map(exportedRow);
    }
  }
}

/** UTF-8 with a mark, so that spreadsheets read it right. */
async function* csvOf(batches: AsyncIterable<string[][]>): AsyncIterable<Buffer> {
  yield Buffer.from('\ufeff');
  for await (const rows of batches) yield Buffer.from(rows.map(safeCsvLine).join(''));
}

/** Persons opened by id, in order; those erased meanwhile are left out. */
async function peopleToExport(tx: EntityManager, key: SealingKey, ids: string[]): Promise<PersonToExport[]> {
  const rows: (Omit<PersonToExport, 'record' | 'contactStates'> & {
    id: string;
    secret: Buffer;
    sealed: Buffer;
    states: { place: number; state: ContactState }[];
  })[] = await tx.query(
    `select p.id, p.secret, p.sealed, p.category, p.language, p.languages, p.standing, p.protected as "isProtected", p.minor as "isMinor",
            p.deceased as "isDeceased",
            coalesce((select json_agg(json_build_object('place', c.place, 'state', c.state)) from contact_point c where c.person_id = p.id), '[]') as states,
            coalesce((select json_agg(json_build_object('dataKind', e.data_kind, 'country', e.country, 'extent', e.extent, 'confidence', e.confidence) order by e.id)
                        from exposure e where e.person_id = p.id and e.superseded_by is null), '[]') as exposures
       from person p where p.id = any ($1) and p.secret is not null order by p.id`,
    [ids],
  );
  return rows.map(({ id, secret, sealed, states, ...person }) => {
    const opened = openRecord(key, id, secret, sealed);
    const contactStates = opened.contacts.map(
      (_, place) => states.find((one) => one.place === place)?.state ?? 'untried',
    );
    return { ...person, record: opened, contactStates };
  });
}
