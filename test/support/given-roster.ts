import type { DataSource } from 'typeorm';
import { breachKey } from '#libs/breach/index.js';
import {
  RosterImportService,
  listOpenRows,
  listPeople,
  sourceOfBytes,
  type OpenRow,
  type PersonRow,
  type RosterSource,
} from '#libs/people/index.js';
import { Clock } from '#libs/platform/index.js';
import type { GivenBreach } from './given-breach.js';

export const ROSTER_HEADER = 'reference,category,language,given_name,family_name,email,documents,other_data,protected';
/** Two rows without faults, and one with three. */
export const LOTTE = 'P-1,staff,nl,Lotte,Voorbeeld,lotte@agency.example,BE:id-card:scan:confirmed,cv:copy:presumed,';
export const JO = 'P-2,applicant,fr,Jo,Dupont,jo@post.example,NL:passport:number:presumed,,no';
export const FAULTY = 'P-3,boss,xx,Mia,Janssens,mia,,,';

export const whole = { keepGood: false };
export const good = { keepGood: true };

export function rosterBytes(...rows: string[]): Buffer {
  return Buffer.from([ROSTER_HEADER, ...rows].join('\r\n'));
}

export function rosterFile(...rows: string[]): RosterSource {
  return sourceOfBytes(rosterBytes(...rows));
}

/** The people of the breach that `given` names at the moment of the call, as the security officer sees them. */
export function givenRoster(source: DataSource, given: GivenBreach) {
  const people = async (withProtected = true): Promise<PersonRow[]> =>
    await source.transaction(async (tx) => {
      const key = await breachKey(tx, given.keyring, given.breach.id);
      return (await listPeople(tx, given.breach.id, key, { withProtected, limit: 1_000 })).people;
    });
  return {
    roster: new RosterImportService(source, given.keyring, new Clock()),
    people,
    person: async (reference: string): Promise<PersonRow> =>
      (await people()).find((one) => one.record?.reference === reference)!,
    openRows: async (withProtected = true): Promise<{ rows: OpenRow[]; count: number }> =>
      await source.transaction(async (tx) =>
        listOpenRows(tx, given.breach.id, await breachKey(tx, given.keyring, given.breach.id), withProtected),
      ),
    count: async (table: string): Promise<number> => {
      const [row]: { count: number }[] = await source.query(
        `select count(*)::int as count from ${table} where breach_id = $1`,
        [given.breach.id],
      );
      return row!.count;
    },
  };
}
