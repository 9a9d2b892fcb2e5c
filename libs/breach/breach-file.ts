import { z } from 'zod';
import { LANGUAGES } from '#libs/platform/pure.js';
import { CATEGORIES, DATA_KINDS, DOCUMENT_KINDS } from './vocabulary.js';

/** Control characters and halves of characters have no place in a register, and the database refuses some of them. */
const line = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Write this on one line, without control characters.');
const prose = z
  .string()
  .trim()
  .min(1)
  .max(10_000)
  .regex(/^([^\p{Cc}\p{Cs}]|[\n\r\t])*$/u, 'Take the control characters out of this text.');
const time = z.iso.datetime({ offset: true });
const perLanguage = <T extends z.ZodType>(value: T) => z.partialRecord(z.enum(LANGUAGES), value);
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?=.{1,253}$)([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/, 'Write a domain, as gateway.example.org.');

/** A time of the breach as somebody states it; two sources that disagree are two claims, side by side. */
const timeClaim = z.strictObject({
  at: time,
  certainty: z.enum(['exact', 'estimated', 'disputed', 'unknown']),
  source: line,
});

/** The facts of a breach as known at one moment (Art. 33(3) and 33(5) GDPR). */
export const breachFactsSchema = z.strictObject({
  title: line,
  kinds: z.array(z.enum(['confidentiality', 'integrity', 'availability'])).min(1),
  cause: z.enum([
    'external-malicious',
    'external-non-malicious',
    'internal-malicious',
    'internal-non-malicious',
    'unknown',
  ]),
  systems: prose,
  occurredFrom: z.array(timeClaim).max(10).default([]),
  occurredTo: z.array(timeClaim).max(10).default([]),
  detected: timeClaim.optional(),
  /** Art. 33(1): when the controller became aware, and on what basis it says so. */
  awareAt: time,
  awareBasis: prose,
  affectedCategories: z.array(z.enum(CATEGORIES)).min(1),
  /** Kinds of data that are out; a letter may name no other. */
  dataKinds: z.array(z.enum(DATA_KINDS)).min(1),
  estimatedPersons: z.int().min(0).max(1_000_000_000).optional(),
  /** Art. 33(3)(d): measures taken or proposed, for the register; the letters' words stand in the texts. */
  measures: z
    .array(z.strictObject({ kind: z.enum(['contain', 'mitigate', 'prevent']), what: prose, done: z.boolean() }))
    .max(100)
    .default([]),
  /** Who pays for renewed documents, up to what, and how it is claimed. */
  renewalCosts: z
    .strictObject({
      paidBy: z.enum(['controller', 'person']),
      upTo: z
        .array(
          z.strictObject({
            country: z.string().regex(/^[A-Z]{2}$/, 'Write the country with its two letters, as BE.'),
            kind: z.enum(DOCUMENT_KINDS),
            cents: z.int().min(0).max(10_000_000),
            currency: z.string().regex(/^[A-Z]{3}$/, 'Write the currency with its three letters, as EUR.'),
          }),
        )
        .max(200)
        .default([]),
    })
    .optional(),
});
export type BreachFacts = z.output<typeof breachFactsSchema>;

/**
 * The breach in the words of the letters, in one language. Plain paragraphs and lists in Markdown; no placeholders.
 */
export const breachTextsSchema = z.strictObject({
  /** Art. 34(2) with 33(3): nature of the breach, when, and what is not known. */
  whatHappened: prose,
  /** Art. 33(3)(c). */
  likelyConsequences: prose,
  /** Art. 33(3)(d): what the controller has done and is doing. */
  measuresTaken: prose,
  /** What is not known yet, and when we write again. */
  whatIsNotKnown: prose.optional(),
  /** Who pays for renewal and how to claim it; must be there where a document is out. */
  whoPays: prose.optional(),
});
export type BreachTexts = z.output<typeof breachTextsSchema>;

export const bannedDomainSchema = z.strictObject({
  domain,
  side: z.enum(['sender', 'recipient', 'both']).default('both'),
  reason: line,
});

/** The controller's own data, once for the installation. */
export const controllerSchema = z.strictObject({
  name: perLanguage(line).refine(
    (names) => Object.keys(names).length > 0,
    'Name the controller in at least one language.',
  ),
  postalAddress: z.array(line).min(1).max(7),
  /** IANA name, as Europe/Brussels: clocks are shown in it. */
  timeZone: z.string().refine((zone) => { try { new Intl.DateTimeFormat('en', { timeZone: zone }); return true; } catch { return false; } }, 'Write the time zone as Europe/Brussels.'), // prettier-ignore
  languages: z.array(z.enum(LANGUAGES)).min(1),
  /** Which language law binds the controller's letters; `other` has no rule. */
  kind: z.enum(['be-central', 'be-local', 'be-private', 'other']).default('other'),
  dataProtectionOfficer: z.strictObject({
    name: line,
    email: z.email(),
    phone: line,
    postalAddress: z.array(line).min(1).max(7),
  }),
  /** The site where the same telephone number stands, so that a reader can check it. */
  website: z.url({ protocol: /^https?$/ }),
  /** Authority that takes complaints (Art. 77), as letters name it. */
  supervisoryAuthority: perLanguage(z.strictObject({ name: line, address: line, website: line })).refine(
    (authorities) => Object.keys(authorities).length > 0,
    'Name the authority that takes complaints in at least one language.',
  ),
  sender: z.strictObject({ name: line, address: z.email() }),
  /** Where the window of the envelopes is: left as DIN 5008 form B, or right as is usual in Belgium and France. Left when left out. */
  window: z.enum(['left', 'right']).optional(),
});
export type Controller = z.output<typeof controllerSchema>;

/** What `breach open FILE.json` takes. */
export const breachFileSchema = z.strictObject({
  facts: breachFactsSchema,
  texts: perLanguage(breachTextsSchema).default({}),
  bannedDomains: z.array(bannedDomainSchema).max(500).default([]),
  isDrill: z.boolean().default(false),
  controller: controllerSchema.optional(),
});
export type BreachFile = z.output<typeof breachFileSchema>;
