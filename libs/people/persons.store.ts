import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { domainIndexes, domainOf, type Controller } from '#libs/breach/index.js';
import {
  blindIndex,
  openJson,
  personKey,
  sealJson,
  uuidv7,
  type Keyring,
  type Language,
  type SealingKey,
} from '#libs/platform/index.js';
import type { StatedExposure } from './documents.js';
import { letterLanguages } from './letter-languages.js';
import { personPlace, type PersonRecord } from './person-record.js';
import type { StatedPerson } from './roster-row.js';

/** What the bulk writes of one import stand on. */
export interface StoreContext {
  breachId: string;
  breachKey: SealingKey;
  keyring: Keyring;
  controller: Controller;
  recordedBy: string;
  now: Date;
}

/** Normal forms, version 1: changing one means new index columns. */
export function referenceIndex(keyring: Keyring, reference: string): Buffer {
  return blindIndex(keyring.index, 'reference', reference.normalize('NFKC').trim());
}
export function emailIndex(keyring: Keyring, email: string): Buffer {
  return blindIndex(keyring.index, 'email', email.normalize('NFKC').trim().toLowerCase());
}
export function nationalNumberIndex(keyring: Keyring, number: string): Buffer {
  return blindIndex(keyring.index, 'national-number', number);
}

interface ContactRow {
  kind: 'email' | 'private-email' | 'post' | 'phone';
  emailIndex: Buffer | null;
  domainIndexes: Buffer[];
}

function contactRows(keyring: Keyring, record: PersonRecord): ContactRow[] {
  const rows: ContactRow[] = [];
  const email = (kind: 'email' | 'private-email', address: string) =>
    rows.push({
      kind,
      emailIndex: emailIndex(keyring, address),
      domainIndexes: domainIndexes(keyring, domainOf(address)),
    });
  if (record.email) email('email', record.email);
  if (record.privateEmail) email('private-email', record.privateEmail);
  if (record.address) rows.push({ kind: 'post', emailIndex: null, domainIndexes: [] });
  if (record.phone) rows.push({ kind: 'phone', emailIndex: null, domainIndexes: [] });
  return rows;
}

/** A person on the way into the tables: new (with a fresh secret) or known (with the merged record). */
export interface PersonToStore {
  id: string;
  secret: Buffer;
  stated: StatedPerson;
  record: PersonRecord;
}

export function newPerson(now: Date, stated: StatedPerson): PersonToStore {
  return { id: uuidv7(now), secret: randomBytes(32), stated, record: stated.record };
}

/** Writes new persons with their secrets, contact points, exposures and identity keys: six statements, however many. */
export async function addPersons(tx: EntityManager, context: StoreContext, people: PersonToStore[]): Promise<void> {
  if (people.length === 0) return;
  const { breachId, keyring, controller } = context;
  await tx.query(
    `insert into person (id, breach_id, reference_index, category, language, languages, country, protected, minor, deceased,
                         sealed, exposures_known, exposures_open)
     select id, $1, reference_index, category, language, string_to_array(languages, ','), country, protected, minor, deceased, sealed, known, open
       from unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[], $9::bool[], $10::bool[], $11::bytea[], $12::int[], $13::int[])
         as t (id, reference_index, category, language, languages, country, protected, minor, deceased, sealed, known, open)`,
    [
      breachId,
      people.map(({ id }) => id),
      people.map(({ record }) => referenceIndex(keyring, record.reference)),
      people.map(({ stated }) => stated.category),
      people.map(({ stated }) => stated.language),
      people.map((person) => languagesOf(controller, person).join(',')),
      people.map(({ record }) => record.country ?? null),
      people.map(({ stated }) => stated.isProtected),
      people.map(({ stated }) => stated.isMinor),
      people.map(({ stated }) => stated.isDeceased),
      people.map((person) => sealRecord(context.breachKey, person)),
      people.map(({ stated }) => stated.exposures.length),
      people.map(({ stated }) => stated.exposures.filter(isOpen).length),
    ],
  );
  await tx.query(`insert into person_secret (person_id, secret) select * from unnest($1::uuid[], $2::bytea[])`, [
    people.map(({ id }) => id),
    people.map(({ secret }) => secret),
  ]);
  await addContactPoints(tx, context, people);
  await addExposures(tx, context, exposureRows(context.now, people));
  await addIdentityKeys(tx, context, people);
}

function languagesOf(controller: Controller, { stated, record }: PersonToStore): Language[] {
  const place = record.address?.at(-1) ?? '';
  const postcode = /^(\d{4})\s/.exec(place)?.[1];
  return letterLanguages(controller, {
    language: stated.language,
    category: stated.category,
    country: record.country,
    postcode,
  });
}

function sealRecord(breachKey: SealingKey, { id, secret, record }: PersonToStore): Buffer {
  return sealJson(personKey(breachKey, secret, id), personPlace(id), record);
}

const isOpen = (exposure: StatedExposure): boolean => exposure.confidence !== 'excluded';

/** Adds contact points of kinds that the person has none of, and points known ones at the address now on record. */
async function addContactPoints(tx: EntityManager, context: StoreContext, people: PersonToStore[]): Promise<void> {
  const rows = people.flatMap((person) =>
    contactRows(context.keyring, person.record).map((row) => ({ ...row, personId: person.id })),
  );
  if (rows.length === 0) return;
  await tx.query(
    `insert into contact_point (id, breach_id, person_id, kind, email_index, domain_indexes, source)
     select id, $1, person_id, kind, email_index, array (select decode(part, 'hex') from unnest(string_to_array(nullif(domains, ''), ',')) part), 'roster'
       from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $6::text[]) as t (id, person_id, kind, email_index, domains)
     on conflict (person_id, kind) do update
       set email_index = excluded.email_index, domain_indexes = excluded.domain_indexes, state = 'untried', recorded_at = clock_timestamp()
       where contact_point.email_index is distinct from excluded.email_index`,
    [
      context.breachId,
      rows.map(() => uuidv7(context.now)),
      rows.map(({ personId }) => personId),
      rows.map(({ kind }) => kind),
      rows.map(({ emailIndex }) => emailIndex),
      rows.map(({ domainIndexes: indexes }) => indexes.map((index) => index.toString('hex')).join(',')),
    ],
  );
}

async function addIdentityKeys(tx: EntityManager, context: StoreContext, people: PersonToStore[]): Promise<void> {
  const { keyring } = context;
  const rows: { kind: string; hash: Buffer; personId: string }[] = [];
  for (const { id, record, stated } of people) {
    rows.push({ kind: 'reference', hash: referenceIndex(keyring, record.reference), personId: id });
    for (const email of [record.email, record.privateEmail])
      if (email) rows.push({ kind: 'email', hash: emailIndex(keyring, email), personId: id });
    if (stated.nationalNumber)
      rows.push({ kind: 'national-number', hash: nationalNumberIndex(keyring, stated.nationalNumber), personId: id });
  }
  await tx.query(
    `insert into identity_key (breach_id, kind, key_hash, person_id)
     select $1, kind, key_hash, person_id from unnest($2::text[], $3::bytea[], $4::uuid[]) as t (kind, key_hash, person_id)
     on conflict do nothing`,
    [context.breachId, rows.map((row) => row.kind), rows.map((row) => row.hash), rows.map((row) => row.personId)],
  );
}

export interface KnownPerson {
  id: string;
  secret: Buffer;
  record: PersonRecord;
  isProtected: boolean;
}

/**
 * Persons of the breach by reference index (hex), locked until the transaction ends, in the order of their ids as
 * everywhere; the erased are left out.
 */
export async function lockKnown(
  tx: EntityManager,
  breachId: string,
  key: SealingKey,
  indexes: Buffer[],
): Promise<Map<string, KnownPerson>> {
  const rows: { id: string; index: Buffer; sealed: Buffer; secret: Buffer; isProtected: boolean }[] = await tx.query(
    `select p.id, p.reference_index as index, p.sealed, s.secret, p.protected as "isProtected"
       from person p join person_secret s on s.person_id = p.id
      where p.breach_id = $1 and p.reference_index = any ($2) order by p.id for update of p`,
    [breachId, indexes],
  );
  return new Map(
    rows.map(({ id, index, sealed, secret, isProtected }) => [
      index.toString('hex'),
      { id, secret, isProtected, record: openJson<PersonRecord>(personKey(key, secret, id), personPlace(id), sealed) },
    ]),
  );
}

/**
 * A later import only adds: an empty cell changes nothing. Answers the record with the newly stated values laid over
 * the known ones.
 */
export function mergedRecord(known: PersonRecord, stated: PersonRecord): PersonRecord {
  return {
    ...known,
    ...stated,
    givenName: stated.givenName || known.givenName,
    familyName: stated.familyName || known.familyName,
  };
}

/** Writes known persons anew: record, language, contact points, and the exposures that the roster states otherwise. */
export async function updatePersons(tx: EntityManager, context: StoreContext, people: PersonToStore[]): Promise<void> {
  if (people.length === 0) return;
  await tx.query(
    `update person p
        set sealed = t.sealed, category = t.category, language = coalesce(t.language, p.language), country = coalesce(t.country, p.country),
            languages = case when t.language is null then p.languages else string_to_array(t.languages, ',') end,
            protected = p.protected or t.protected, minor = p.minor or t.minor, deceased = p.deceased or t.deceased
       from unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[], $8::bool[], $9::bool[])
         as t (id, sealed, category, language, languages, country, protected, minor, deceased)
      where p.id = t.id`,
    [
      people.map(({ id }) => id),
      people.map((person) => sealRecord(context.breachKey, person)),
      people.map(({ stated }) => stated.category),
      people.map(({ stated }) => stated.language),
      people.map((person) => languagesOf(context.controller, person).join(',')),
      people.map(({ record }) => record.country ?? null),
      people.map(({ stated }) => stated.isProtected),
      people.map(({ stated }) => stated.isMinor),
      people.map(({ stated }) => stated.isDeceased),
    ],
  );
  await addContactPoints(tx, context, people);
  await addIdentityKeys(tx, context, people);
  await restateExposures(tx, context, people);
}

interface ExposureRow {
  id: string;
  personId: string;
  exposure: StatedExposure;
}

function exposureRows(now: Date, people: PersonToStore[]): ExposureRow[] {
  return people.flatMap((person) =>
    person.stated.exposures.map((exposure) => ({ id: uuidv7(now), personId: person.id, exposure })),
  );
}

function exposureColumns(rows: ExposureRow[]): unknown[] {
  return [
    rows.map(({ id }) => id),
    rows.map(({ personId }) => personId),
    rows.map(({ exposure }) => exposure.dataKind),
    rows.map(({ exposure }) => exposure.country),
    rows.map(({ exposure }) => exposure.extent),
    rows.map(({ exposure }) => exposure.confidence),
  ];
}

async function addExposures(tx: EntityManager, context: StoreContext, rows: ExposureRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into exposure (id, breach_id, person_id, data_kind, country, extent, confidence, source, recorded_by)
     select id, $7, person_id, data_kind, country, extent, confidence, 'roster', $8
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) as t (id, person_id, data_kind, country, extent, confidence)`,
    [...exposureColumns(rows), context.breachId, context.recordedBy],
  );
}

/**
 * Exposures that a roster states otherwise than before become new rows that supersede the old; what somebody
 * corrected by hand stays. Recounts the facts on the persons concerned.
 */
async function restateExposures(tx: EntityManager, context: StoreContext, people: PersonToStore[]): Promise<void> {
  const rows = exposureRows(context.now, people);
  if (rows.length === 0) return;
  const fresh: { id: string; oldId: string | null }[] = await tx.query(
    `select t.id, e.id as "oldId"
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) as t (id, person_id, data_kind, country, extent, confidence)
       left join exposure e on e.person_id = t.person_id and e.data_kind = t.data_kind
                           and e.country is not distinct from t.country and e.superseded_by is null
      where e.id is null or (e.source <> 'by-hand' and (e.extent, e.confidence) is distinct from (t.extent, t.confidence))`,
    exposureColumns(rows),
  );
  if (fresh.length === 0) return;
  const superseding = fresh.filter((row) => row.oldId !== null);
  await tx.query(
    `update exposure set superseded_by = t.id from unnest($1::uuid[], $2::uuid[]) as t (id, old_id) where exposure.id = t.old_id`,
    [superseding.map((row) => row.id), superseding.map((row) => row.oldId)],
  );
  const freshIds = new Set(fresh.map((row) => row.id));
  const added = rows.filter((row) => freshIds.has(row.id));
  await addExposures(tx, context, added);
  await recountExposures(tx, [...new Set(added.map((row) => row.personId))]);
}

/** Sets the counted facts of these persons from their current exposures, and marks that their facts changed. */
export async function recountExposures(tx: EntityManager, personIds: string[]): Promise<void> {
  await tx.query(
    `update person p set exposures_known = c.known, exposures_open = c.open, facts_changed_at = clock_timestamp()
       from (select person_id, count(*)::int as known, count(*) filter (where confidence <> 'excluded')::int as open
               from exposure where person_id = any ($1) and superseded_by is null group by person_id) c
      where p.id = c.person_id`,
    [personIds],
  );
}
