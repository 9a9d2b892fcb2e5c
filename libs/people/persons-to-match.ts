import type { EntityManager } from 'typeorm';
import type { SealingKey } from '#libs/platform/index.js';
import { hasCheckDigits } from './checked-number.js';
import type { PersonToMatch } from './matching-keys.js';
import type { PersonRecord } from './person-record.js';
import { openRecord } from './persons.store.js';

const BATCH = 5_000;
/** Matching holds everybody in memory at once. */
export const MOST_TO_MATCH = 1_000_000;

/** Everybody of a breach who was not erased, opened, as matching compares them; also who was merged already. */
export async function personsToMatch(tx: EntityManager, breachId: string, key: SealingKey): Promise<PersonToMatch[]> {
  const persons: PersonToMatch[] = [];
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows: { id: string; sealed: Buffer; secret: Buffer; number: string | null }[] = await tx.query(
      `select id, sealed, secret, encode(national_number_index, 'hex') as number from person
        where breach_id = $1 and id > $2 and secret is not null order by id limit $3`,
      [breachId, after, BATCH],
    );
    for (const { id, sealed, secret, number } of rows) {
      persons.push(toMatch(id, openRecord(key, id, secret, sealed), number));
    }
    if (rows.length < BATCH || persons.length >= MOST_TO_MATCH) return persons;
    after = rows.at(-1)!.id;
  }
}

function toMatch(id: string, record: PersonRecord, number: string | null): PersonToMatch {
  const valuesOf = (kind: string): string[] =>
    record.contacts.filter((contact) => contact.kind === kind).map((contact) => contact.value);
  return {
    id,
    reference: record.reference,
    givenName: record.givenName,
    familyName: record.familyName,
    birthDate: record.birthDate,
    emails: [...valuesOf('email'), ...valuesOf('private-email')],
    phone: valuesOf('phone').at(-1),
    addressLines: valuesOf('post').at(-1)?.split('\n'),
    ...(number === null
      ? {}
      : {
          nationalNumberHash: number,
          numberTraces: record.numberTraces ? Buffer.from(record.numberTraces, 'base64') : undefined,
          numberIsChecked: hasCheckDigits(record.country ?? 'BE'),
        }),
  };
}
