import type { DataSource } from 'typeorm';
import { BreachesService, type Breach } from '#libs/breach/index.js';
import { Clock, newKey, openKeyring, uuidv7, type Keyring, type SealingKey } from '#libs/platform/index.js';
import type { Actor, Role } from '#libs/staff/index.js';

const clock = new Clock();

/** A staff account that acts on the web, without a password that opens it. */
export async function givenActor(source: DataSource, ...roles: Role[]): Promise<Actor> {
  const accountId = uuidv7(clock.now());
  const email = `${accountId}@agency.example`;
  await source.query(
    `insert into account (id, email, name, roles, password_hash, password_is_one_time) values ($1, $2, 'Mira Claes', $3, 'none', false)`,
    [accountId, email, roles],
  );
  return { accountId, email, name: 'Mira Claes', roles, language: 'en', origin: 'web' };
}

/** The controller of the tests, as its file says it. */
export function aController(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: { nl: 'Het Agentschap', en: 'The Agency' },
    postalAddress: ['Kerkstraat 1', '1000 Brussel'],
    timeZone: 'Europe/Brussels',
    languages: ['nl', 'fr'],
    kind: 'be-central',
    dataProtectionOfficer: {
      name: 'Jo Peeters',
      email: 'dpo@agency.example',
      phone: '+32 2 555 01 00',
      postalAddress: ['Kerkstraat 1', '1000 Brussel'],
    },
    website: 'https://agency.example',
    supervisoryAuthority: {
      en: { name: 'Data Protection Authority', address: 'Drukpersstraat 35, Brussels', website: 'https://dpa.example' },
    },
    sender: { name: 'The Agency', address: 'notice@letters.example' },
    ...over,
  };
}

/** The smallest facts that a breach is opened with. */
export function someFacts(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    title: 'Mail gateway read by an intruder',
    kinds: ['confidentiality'],
    cause: 'external-malicious',
    systems: 'The mail gateway.',
    awareAt: '2025-11-20T09:20:00+01:00',
    awareBasis: 'The report of the provider.',
    affectedCategories: ['staff'],
    dataKinds: ['id-card', 'kids-id', 'passport', 'cv', 'iban', 'national-number'],
    ...over,
  };
}

/** The smallest file that `breach open` takes where no controller is on record. */
export function aBreachFile(over: Record<string, unknown> = {}): Record<string, unknown> {
  return { facts: someFacts(), controller: aController(), ...over };
}

export interface GivenBreach {
  keyring: Keyring;
  breaches: BreachesService;
  breach: Breach;
  hr: Actor;
  dpo: Actor;
  security: Actor;
}

/** A breach that is open, with the three accounts that work on it. */
export async function givenBreach(
  source: DataSource,
  file: Record<string, unknown> = aBreachFile(),
  root: SealingKey = newKey(),
): Promise<GivenBreach> {
  const keyring = await openKeyring(source, root);
  const breaches = new BreachesService(source, keyring, clock);
  const [hr, dpo, security] = [
    await givenActor(source, 'hr'),
    await givenActor(source, 'dpo'),
    await givenActor(source, 'security'),
  ];
  return { keyring, breaches, breach: await breaches.open(hr, file), hr, dpo, security };
}
