import type { EntityManager } from 'typeorm';
import {
  CopyRows,
  copyRows,
  openJson,
  personKey,
  sealJson,
  uuidBytes,
  uuidv7,
  type SealingKey,
} from '#libs/platform/index.js';
import { nationalNumberIndex } from './identity-indexes.js';
import { personPlace, recordFrom, type ContactKind, type PersonRecord } from './person-record.js';
import {
  CONTACT_COLUMNS,
  EXPOSURE_COLUMNS,
  PERSON_COLUMNS,
  addContactRow,
  needsRow,
  languagesOf,
  tracesOf,
  type RowsContext,
} from './person-rows.js';
import type { ContactState, KnownPerson, Restated } from './restating.js';
import { INDEX_BYTES, type SealedChunk } from './roster-chunks.js';
import type { StatedPerson } from './roster-row.js';

/** What the bulk writes of one import stand on. */
export interface StoreContext extends RowsContext {
  now: Date;
}

/** Brings new persons with their contact points and exposures into the tables: three COPY statements. */
export async function copyPersons(tx: EntityManager, sealed: SealedChunk): Promise<void> {
  if (sealed.count === 0) return;
  await copyRows(tx, 'person', PERSON_COLUMNS, sealed.persons);
  await copyRows(tx, 'contact_point', CONTACT_COLUMNS, sealed.contacts);
  await copyRows(tx, 'exposure', EXPOSURE_COLUMNS, sealed.exposures);
}

/** Where a person came from, as SQL over `person p`: what holds for each contact of theirs that does not say otherwise. */
export const OWN_SOURCE = `case when p.import_id is null then 'by-hand' else 'roster' end`;

export function sealRecord(breachKey: SealingKey, id: string, secret: Uint8Array, record: PersonRecord): Buffer {
  return sealJson(personKey(breachKey, secret, id), personPlace(id), record);
}

export function openRecord(breachKey: SealingKey, id: string, secret: Uint8Array, sealed: Uint8Array): PersonRecord {
  return recordFrom(openJson<PersonRecord>(personKey(breachKey, secret, id), personPlace(id), sealed));
}

/** What is known of a reference before anything is opened. */
export interface KnownReference {
  id: string;
  /** The person that it counts with, where it was merged. */
  mergedInto: string | null;
  statedHash: Buffer | null;
  isProtected: boolean;
  isErased: boolean;
}

/** Which of these references (indexes of 16 bytes) the breach knows, by the index in hex. */
export async function knownReferences(
  tx: EntityManager,
  breachId: string,
  indexes: Uint8Array[],
): Promise<Map<string, KnownReference>> {
  const rows: (KnownReference & { index: Buffer })[] = await tx.query(
    `select p.reference_index as index, p.id, p.merged_into as "mergedInto", p.stated_hash as "statedHash",
            p.protected or coalesce(k.protected, false) as "isProtected", coalesce(k.secret, p.secret) is null as "isErased"
       from person p left join person k on k.id = p.merged_into
      where p.breach_id = $1 and p.reference_index = any ($2::bytea[])`,
    [breachId, indexes],
  );
  return new Map(rows.map(({ index, ...known }) => [index.toString('hex'), known]));
}

/** Persons opened whole and locked until the transaction ends, in the order of their ids as everywhere; not the erased. */
export async function lockKnown(
  tx: EntityManager,
  breachKey: SealingKey,
  ids: string[],
): Promise<Map<string, Omit<KnownPerson, 'addsOnly'>>> {
  return await openKnown(tx, breachKey, ids, 'for update of p');
}

/** The same persons for who only looks, and waits for nobody. */
export async function lookAtKnown(
  tx: EntityManager,
  breachKey: SealingKey,
  ids: string[],
): Promise<Map<string, Omit<KnownPerson, 'addsOnly'>>> {
  return await openKnown(tx, breachKey, ids, '');
}

async function openKnown(
  tx: EntityManager,
  breachKey: SealingKey,
  ids: string[],
  lock: '' | 'for update of p',
): Promise<Map<string, Omit<KnownPerson, 'addsOnly'>>> {
  const rows: (Omit<KnownPerson, 'record' | 'contactStates' | 'addsOnly'> & {
    sealed: Buffer;
    states: { place: number; state: ContactState }[];
  })[] = await tx.query(
    `select p.id, p.secret, p.sealed, p.category, p.language, p.protected as "isProtected", p.minor as "isMinor", p.deceased as "isDeceased", ${OWN_SOURCE} as source,
            coalesce((select json_agg(json_build_object('place', c.place, 'state', c.state)) from contact_point c where c.person_id = p.id), '[]') as states,
            coalesce((select json_agg(json_build_object('id', e.id, 'dataKind', e.data_kind, 'country', e.country, 'extent', e.extent,
                                                        'confidence', e.confidence, 'source', e.source))
                        from exposure e where e.person_id = p.id and e.superseded_by is null), '[]') as exposures
       from person p where p.id = any ($1) and p.secret is not null order by p.id ${lock}`,
    [ids],
  );
  return new Map(
    rows.map(({ sealed, states, ...person }) => {
      const record = openRecord(breachKey, person.id, person.secret, sealed);
      const contactStates = record.contacts.map(
        (_, place) => states.find((one) => one.place === place)?.state ?? 'untried',
      );
      return [person.id, { ...person, record, contactStates }];
    }),
  );
}

/** A known person with what becomes of them. */
export interface PersonToUpdate {
  known: KnownPerson;
  after: Restated;
  stated: Pick<StatedPerson, 'nationalNumber'>;
}

/** Writes known persons anew: record, language, contact points, exposures, counted facts. Each person stands once. */
export async function updatePersons(tx: EntityManager, context: StoreContext, people: PersonToUpdate[]): Promise<void> {
  if (people.length === 0) return;
  const letters = people.map(({ after }) => languagesOf(context.controller, after, after.record));
  await tx.query(
    `update person p
        set sealed = t.sealed, category = t.category, language = t.language, country = t.country,
            languages = case when p.languages_reason = 'by-hand' then p.languages else string_to_array(t.languages, ',') end,
            languages_reason = case when p.languages_reason = 'by-hand' then p.languages_reason else t.reason end,
            protected = t.protected, minor = t.minor, deceased = t.deceased,
            national_number_index = coalesce(t.national_number_index, p.national_number_index)
       from unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[], $9::bool[], $10::bool[], $11::bytea[])
         as t (id, sealed, category, language, languages, reason, country, protected, minor, deceased, national_number_index)
      where p.id = t.id`,
    [
      people.map(({ known }) => known.id),
      people.map(({ known, after, stated }) =>
        sealRecord(
          context.breachKey,
          known.id,
          known.secret,
          withTraces(context, after.record, numberOf(known, stated)),
        ),
      ),
      people.map(({ after }) => after.category),
      people.map(({ after }) => after.language),
      letters.map(({ languages }) => languages.join(',')),
      letters.map(({ reason }) => reason),
      people.map(({ after }) => after.record.country ?? null),
      people.map(({ after }) => after.isProtected),
      people.map(({ after }) => after.isMinor),
      people.map(({ after }) => after.isDeceased),
      people.map(({ known, stated }) => {
        const number = numberOf(known, stated);
        return number ? nationalNumberIndex(context.keyring, number) : null;
      }),
    ],
  );
  await updateContactPoints(tx, context, people);
  await supersedeExposures(
    tx,
    context,
    people.flatMap(({ known, after }) => after.exposures.map((one) => ({ ...one, personId: known.id }))),
  );
}

/** The number that a row gives a person; one that was merged into them gives them none. */
function numberOf(known: KnownPerson, stated: Pick<StatedPerson, 'nationalNumber'>): string | null {
  return known.addsOnly ? null : stated.nationalNumber;
}

function withTraces(context: StoreContext, record: PersonRecord, number: string | null): PersonRecord {
  return number ? { ...record, numberTraces: tracesOf(context.keyring, number) } : record;
}

async function updateContactPoints(tx: EntityManager, context: StoreContext, people: PersonToUpdate[]): Promise<void> {
  const states = people.flatMap(({ known, after }) =>
    after.contactStates.map((one) => ({ ...one, personId: known.id, kind: after.record.contacts[one.place]!.kind })),
  );
  await setContactStates(tx, states);
  await addContacts(
    tx,
    context,
    people.map(({ known, after }) => ({ known, places: after.addedContacts, record: after.record })),
  );
}

/** Brings contacts that are new in these persons' records into the table, as far as they need a row. */
export async function addContacts(
  tx: EntityManager,
  context: StoreContext,
  people: { known: Pick<KnownPerson, 'id' | 'source'>; record: PersonRecord; places: number[] }[],
): Promise<void> {
  const rows = new CopyRows();
  const breachId = uuidBytes(context.breachId);
  for (const { known, record, places } of people) {
    const source = context.source === known.source ? null : context.source;
    const personId = uuidBytes(known.id);
    for (const place of places) {
      const contact = record.contacts[place]!;
      if (needsRow(contact, source))
        addContactRow(rows, context.keyring, { breachId, personId, place, contact, source });
    }
  }
  if (rows.count > 0) await copyRows(tx, 'contact_point', CONTACT_COLUMNS, rows.finish());
}

export interface ContactStateToSet {
  personId: string;
  place: number;
  kind: ContactKind;
  state: ContactState;
}

/** Sets the states of contacts; one of which nothing was said so far gets its row. */
export async function setContactStates(tx: EntityManager, states: ContactStateToSet[]): Promise<void> {
  if (states.length === 0) return;
  await tx.query(
    `insert into contact_point (breach_id, person_id, place, kind, state)
     select p.breach_id, t.person_id, t.place, t.kind, t.state
       from unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) as t (person_id, place, kind, state) join person p on p.id = t.person_id
      order by t.person_id, t.place
     on conflict (person_id, place) do update set state = excluded.state, recorded_at = clock_timestamp()`,
    [
      states.map((one) => one.personId),
      states.map((one) => one.place),
      states.map((one) => one.kind),
      states.map((one) => one.state),
    ],
  );
}

/** Whether the breach has anybody yet. */
export async function hasPersons(tx: EntityManager, breachId: string): Promise<boolean> {
  const [row]: { found: boolean }[] = await tx.query(
    `select exists (select from person where breach_id = $1) as found`,
    [breachId],
  );
  return row!.found;
}

/** Keeps what a roster stated of these persons last: `hashes` holds 16 bytes for each row of a chunk, by its place. */
export async function setStatedHashes(
  tx: EntityManager,
  changed: { id: string; place: number }[],
  hashes: Buffer,
): Promise<void> {
  await tx.query(
    `update person p set stated_hash = t.hash from unnest($1::uuid[], $2::bytea[]) as t (id, hash) where p.id = t.id`,
    [
      changed.map((row) => row.id),
      changed.map(({ place }) => hashes.subarray(place * INDEX_BYTES, (place + 1) * INDEX_BYTES)),
    ],
  );
}

export interface ExposureToRecord {
  personId: string;
  exposure: { dataKind: string; country: string | null; extent: string; confidence: string };
  /** The current exposure that it takes the place of. */
  supersedes: string | null;
  /** Why, in somebody's own words, and the person's key under which they are sealed. */
  reason?: { text: string; personKey: SealingKey };
}

export function exposureReasonPlace(exposureId: string): string {
  return `exposure|${exposureId}|reason|1`;
}

/**
 * Records exposures, new ones or in the place of others, and recounts the facts of the persons concerned. Answers the
 * ids of the new rows, in order.
 */
export async function supersedeExposures(
  tx: EntityManager,
  context: Pick<StoreContext, 'breachId' | 'now' | 'source' | 'recordedBy'>,
  exposures: ExposureToRecord[],
): Promise<string[]> {
  if (exposures.length === 0) return [];
  const rows = exposures.map((one) => ({ ...one, id: uuidv7(context.now) }));
  const superseding = rows.filter((row) => row.supersedes !== null);
  await tx.query(
    `update exposure set superseded_by = t.id from unnest($1::uuid[], $2::uuid[]) as t (id, old_id) where exposure.id = t.old_id`,
    [superseding.map((row) => row.id), superseding.map((row) => row.supersedes)],
  );
  await tx.query(
    `insert into exposure (id, breach_id, person_id, data_kind, country, extent, confidence, source, recorded_by, reason_sealed)
     select id, $7, person_id, data_kind, country, extent, confidence, $8, $9, reason
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $10::bytea[]) as t (id, person_id, data_kind, country, extent, confidence, reason)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ personId }) => personId),
      rows.map(({ exposure }) => exposure.dataKind),
      rows.map(({ exposure }) => exposure.country),
      rows.map(({ exposure }) => exposure.extent),
      rows.map(({ exposure }) => exposure.confidence),
      context.breachId,
      context.source,
      context.recordedBy,
      rows.map(({ id, reason }) => (reason ? sealJson(reason.personKey, exposureReasonPlace(id), reason.text) : null)),
    ],
  );
  await recountExposures(tx, [...new Set(rows.map((row) => row.personId))]);
  return rows.map(({ id }) => id);
}

/** Sets the counted facts of these persons from their current exposures, and marks that their facts changed. */
export async function recountExposures(tx: EntityManager, personIds: string[]): Promise<void> {
  await tx.query(
    `update person p set exposures_known = coalesce(c.known, 0), exposures_open = coalesce(c.open, 0), facts_changed_at = clock_timestamp()
       from unnest($1::uuid[]) as t (id)
       left join (select person_id, count(*)::int as known, count(*) filter (where confidence <> 'excluded')::int as open
                    from exposure where person_id = any ($1) and superseded_by is null group by person_id) c on c.person_id = t.id
      where p.id = t.id`,
    [personIds],
  );
}
