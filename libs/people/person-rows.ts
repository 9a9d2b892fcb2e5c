import { domainIndexes, domainOf, type Controller } from '#libs/breach/pure.js';
import {
  CopyRows,
  nextPersonKey,
  remembering,
  sealInto,
  uuidBytes,
  writeUuidText,
  writeUuidv7,
  type Keyring,
  type SealingKey,
} from '#libs/platform/pure.js';
import type { StatedExposure } from './documents.js';
import { emailIndex, nationalNumberIndex } from './identity-indexes.js';
import { letterLanguages, type LetterLanguages } from './letter-languages.js';
import { numberTraces } from './number-traces.js';
import { personPlace, type Contact, type CorrectedField, type PersonRecord } from './person-record.js';
import type { StatedPerson, StatedRecord } from './roster-row.js';

/** Columns of the COPY statements, in the order in which `PersonRows` writes the values. */
export const PERSON_COLUMNS =
  'id, breach_id, reference_index, national_number_index, category, language, languages, languages_reason, country, protected, minor, deceased, secret, sealed, exposures_known, exposures_open, import_id, stated_hash';
export const CONTACT_COLUMNS = 'breach_id, person_id, kind, place, email_index, domain_indexes, source';
export const EXPOSURE_COLUMNS = 'id, breach_id, person_id, data_kind, country, extent, confidence, source, recorded_by';

/** What rows of new persons stand on; plain values, so that another thread can make them. */
export interface RowsContext {
  breachId: string;
  breachKey: SealingKey;
  keyring: Pick<Keyring, 'index'>;
  controller: Pick<Controller, 'kind' | 'languages'>;
  recordedBy: string;
  /** Where the persons come from: an import, or somebody who entered them. */
  source: 'roster' | 'by-hand';
  importId: string | null;
}

export interface NewPerson {
  id: Buffer;
  referenceIndex: Buffer;
  secret: Buffer;
  stated: StatedPerson;
  statedHash: Buffer | null;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
const ID_IN_PLACE = personPlace(NOBODY).indexOf(NOBODY);

/** New persons as rows of three tables, sealed and indexed, for COPY. */
export class PersonRows {
  readonly persons = new CopyRows();
  readonly contacts = new CopyRows();
  readonly exposures = new CopyRows();
  private readonly breachId: Buffer;
  private readonly recordedBy: Buffer;
  private readonly importId: Buffer | null;
  /** `personPlace` of one person after the other. */
  private readonly place = Buffer.from(personPlace(NOBODY));

  constructor(
    private readonly context: RowsContext,
    private readonly now: Date,
  ) {
    this.breachId = uuidBytes(context.breachId);
    this.recordedBy = uuidBytes(context.recordedBy);
    this.importId = context.importId === null ? null : uuidBytes(context.importId);
  }

  add({ id, referenceIndex, secret, stated, statedHash }: NewPerson): void {
    const { keyring, breachKey, controller } = this.context;
    const record = newRecord(stated.record);
    if (stated.nationalNumber) record.numberTraces = tracesOf(keyring, stated.nationalNumber);
    if (this.context.source === 'by-hand') record.corrected = statedFields(stated);
    const { exposures } = stated;
    this.persons
      .row(18)
      .raw(id)
      .raw(this.breachId)
      .raw(referenceIndex)
      .raw(stated.nationalNumber ? nationalNumberIndex(keyring, stated.nationalNumber) : null);
    this.writeFacts(stated, record, languagesOf(controller, stated, record));
    this.persons.raw(secret);
    writeUuidText(this.place, ID_IN_PLACE, id);
    sealInto(this.persons, nextPersonKey(breachKey, secret, id), this.place, JSON.stringify(record));
    let open = 0;
    for (const { confidence } of exposures) if (confidence !== 'excluded') open += 1;
    this.persons.int4(exposures.length).int4(open).raw(this.importId).raw(statedHash);
    record.contacts.forEach((contact, place) => this.addContact(id, contact, place));
    for (const exposure of exposures) this.addExposure(id, exposure);
  }

  /** The columns from category to deceased: a list has few combinations of them. */
  private writeFacts(stated: StatedPerson, { country }: PersonRecord, { languages, reason }: LetterLanguages): void {
    const { category, language, isProtected, isMinor, isDeceased } = stated;
    const name = `${category} ${language} ${languages.join('+')} ${reason} ${country} ${isProtected} ${isMinor} ${isDeceased}`;
    this.persons.repeated(name, (rows) =>
      rows
        .text(category)
        .text(language)
        .texts(languages)
        .text(reason)
        .text(country ?? null)
        .bool(isProtected)
        .bool(isMinor)
        .bool(isDeceased),
    );
  }

  private addContact(personId: Buffer, contact: Contact, place: number): void {
    // What has nothing to be found by, and nothing to be said of, needs no row.
    if (!isEmail(contact)) return;
    addContactRow(this.contacts, this.context.keyring, {
      breachId: this.breachId,
      personId,
      place,
      contact,
      source: null,
    });
  }

  private addExposure(personId: Buffer, exposure: StatedExposure): void {
    const { dataKind, country, extent, confidence } = exposure;
    const rows = this.exposures.row(9);
    const at = rows.place(16);
    writeUuidv7(rows.bytes, at, this.now);
    rows
      .raw(this.breachId)
      .raw(personId)
      .repeated(exposure, () =>
        rows.text(dataKind).text(country).text(extent).text(confidence).text(this.context.source).raw(this.recordedBy),
      );
  }
}

/** What of a national number is kept beside its keyed hash: traces that tell a slip of typing from another number. */
export function tracesOf(keyring: Pick<Keyring, 'index'>, number: string): string {
  return numberTraces(keyring.index, number).toString('base64');
}

/** The record of a person who is not known yet. */
export function newRecord(stated: StatedRecord): PersonRecord {
  const { reference, givenName, familyName, country, birthDate, addressee } = stated;
  const record: PersonRecord = { reference, givenName, familyName, contacts: statedContacts(stated) };
  if (country !== undefined) record.country = country;
  if (birthDate !== undefined) record.birthDate = birthDate;
  if (addressee !== undefined) record.addressee = addressee;
  return record;
}

/** What somebody who entered a person said of them: it stands as if it were corrected. */
export function statedFields({ record, language, isMinor, isDeceased }: StatedPerson): CorrectedField[] {
  const fields: CorrectedField[] = ['name', 'category'];
  if (record.birthDate !== undefined) fields.push('birth-date');
  if (record.addressee !== undefined) fields.push('addressee');
  if (language !== null) fields.push('language');
  if (isMinor || isDeceased) fields.push('marks');
  return [...fields, ...new Set(statedContacts(record).map((contact) => contact.kind))];
}

/** Contacts that a roster row states, in the order of our kinds. */
export function statedContacts(stated: StatedRecord): Contact[] {
  const contacts: Contact[] = [];
  if (stated.email) contacts.push({ kind: 'email', value: stated.email });
  if (stated.privateEmail) contacts.push({ kind: 'private-email', value: stated.privateEmail });
  if (stated.phone) contacts.push({ kind: 'phone', value: stated.phone });
  if (stated.address) contacts.push({ kind: 'post', value: stated.address.join('\n') });
  return contacts;
}

/** A contact as a row of `contact_point`. */
export interface ContactRow {
  breachId: Buffer;
  personId: Buffer;
  place: number;
  contact: Contact;
  /** Null where it came as its person came. */
  source: RowsContext['source'] | null;
}

function isEmail({ kind }: Contact): boolean {
  return kind === 'email' || kind === 'private-email';
}

/** Whether a contact has a row from the start: it is found by its keyed hashes, or its source has to be said. */
export function needsRow(contact: Contact, source: ContactRow['source']): boolean {
  return isEmail(contact) || source !== null;
}

/** Writes a row of `CONTACT_COLUMNS`, with keyed hashes of an e-mail address and its domains. */
export function addContactRow(rows: CopyRows, keyring: Pick<Keyring, 'index'>, row: ContactRow): void {
  const { breachId, personId, place, contact, source } = row;
  rows.row(7).raw(breachId).raw(personId).text(contact.kind).int2(place);
  if (isEmail(contact))
    rows.raw(emailIndex(keyring, contact.value)).raws(indexesOfDomain(keyring, domainOf(contact.value)));
  else rows.null().raws([]);
  rows.text(source);
}

/** By their key: a list of persons has few domains. */
const domainsOfKey = new WeakMap<SealingKey, (domain: string) => Buffer[]>();

function indexesOfDomain({ index }: Pick<Keyring, 'index'>, domain: string): Buffer[] {
  let indexes = domainsOfKey.get(index);
  if (!indexes) domainsOfKey.set(index, (indexes = remembering((one) => domainIndexes({ index }, one))));
  return indexes(domain);
}

/** The languages of a person's letters by the rule of the controller's kind, and why. */
export function languagesOf(
  controller: Pick<Controller, 'kind' | 'languages'>,
  stated: Pick<StatedPerson, 'language' | 'category'>,
  record: PersonRecord,
): LetterLanguages {
  const address = record.contacts.findLast((contact) => contact.kind === 'post')?.value ?? '';
  const postcode = /(?:^|\n)(\d{4})\s[^\n]*$/.exec(address)?.[1];
  return letterLanguages(controller, {
    language: stated.language,
    category: stated.category,
    ...(record.country ? { country: record.country } : {}),
    ...(postcode ? { postcode } : {}),
  });
}
