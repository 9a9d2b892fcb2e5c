import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import {
  CONFIDENCES,
  DATA_KINDS,
  EXTENTS,
  isDocumentKind,
  type Confidence,
  type DataKind,
  type DocumentKind,
} from '#libs/breach/pure.js';
import type { ExposureView } from './letter-view.js';

/** What to do about one exposed thing, in the order in which a letter says it. */
export const ACTIONS = ['renew', 'watch', 'keep'] as const;
export type Action = (typeof ACTIONS)[number];

export interface AdviceChoice {
  /** Name of the file under templates/advice. */
  key: string;
  action: Action;
}

/** Member states of the Union, as ISO 3166 names them; `EU` in a rule stands for any of them. */
const MEMBER_STATES = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

const ruleSchema = z.strictObject({
  kinds: z.array(z.enum(DATA_KINDS)).min(1),
  /** Issuing countries of a document; `EU` is any member state. Without it, any country. */
  countries: z.array(z.string().regex(/^[A-Z]{2}$/)).optional(),
  extents: z.array(z.enum(EXTENTS)).optional(),
  confidences: z.array(z.enum(CONFIDENCES)).optional(),
  advice: z.string().regex(/^[a-z-]+$/),
});

/** One line of the table that chooses advice; the first that fits counts. */
export type ChoiceRule = z.output<typeof ruleSchema>;

/** What advice is chosen by. */
export type AdvisedThing = Omit<ExposureView, 'confidence'> & { confidence: Confidence };

/** The rules of a file choices.yaml; null where it holds something else. */
export function readChoices(source: string): ChoiceRule[] | null {
  const read = z.array(ruleSchema).safeParse(parseYaml(source));
  return read.success ? read.data : null;
}

/** The key of the advice that a thing calls for: of the first rule that fits, else that of its kind's name. */
export function chosenKey(rules: readonly ChoiceRule[], exposure: AdvisedThing): string {
  return rules.find((rule) => fits(rule, exposure))?.advice ?? exposure.dataKind;
}

function fits(rule: ChoiceRule, { dataKind, country, extent, confidence }: AdvisedThing): boolean {
  return (
    rule.kinds.includes(dataKind) &&
    (!rule.countries || rule.countries.some((one) => isOf(one, country))) &&
    (!rule.extents || rule.extents.includes(extent)) &&
    (!rule.confidences || rule.confidences.includes(confidence))
  );
}

function isOf(countryOrUnion: string, country: string | null): boolean {
  return countryOrUnion === 'EU' ? country !== null && MEMBER_STATES.has(country) : countryOrUnion === country;
}

/** What an advice may turn on, each true or false; what is not known is neither `home` nor `abroad`. */
export const SITUATIONS = [
  'home', 'abroad', 'number', 'both', 'livesInBE', 'livesInNL', 'livesInFR', 'livesInDE', 'livesInLU', 'livesElsewhere',
] as const; // prettier-ignore
export type Situation = Partial<Record<(typeof SITUATIONS)[number], boolean>>;

const NAMED_COUNTRIES = ['BE', 'NL', 'FR', 'DE', 'LU'] as const;

/**
 * Where the person lives, seen from the country that issued the document, and what of it is out. `residence` is an
 * ISO 3166 code, or null where it is not known.
 */
export function situationOf({ country, extent }: ExposureView, residence: string | null): Situation {
  const situation: Situation = {
    home: residence !== null && residence === country,
    abroad: residence !== null && country !== null && residence !== country,
    number: extent === 'number',
    both: extent === 'scan-both-sides' || extent === 'copy',
    livesElsewhere: residence !== null && !(NAMED_COUNTRIES as readonly string[]).includes(residence),
  };
  for (const one of NAMED_COUNTRIES) situation[`livesIn${one}`] = residence === one;
  return situation;
}

/** Worst first: where several things share one advice, it speaks of the one of which most is out. */
const WORST_FIRST: readonly string[] = ['scan-both-sides', 'copy', 'scan', 'number', 'mentioned'];

export function worstOf(exposures: readonly ExposureView[]): ExposureView {
  return exposures.toSorted((a, b) => WORST_FIRST.indexOf(a.extent) - WORST_FIRST.indexOf(b.extent))[0]!;
}

/** Which words for the extent fit a kind of thing. */
export type ExtentWords = 'document' | 'paper' | 'number' | 'fact';

export function extentWordsOf(kind: DataKind): ExtentWords {
  if (isDocumentKind(kind)) return 'document';
  if (kind === 'cv' || kind === 'photo' || kind === 'diploma' || kind === 'criminal-record') return 'paper';
  if (kind === 'national-number' || kind === 'iban' || kind === 'payment-card') return 'number';
  return 'fact';
}

/** Belgian cards with a chip: each has a number of its own beside the national register number of its holder. */
export const BELGIAN_CARDS: readonly DocumentKind[] = ['id-card', 'kids-id', 'residence-card'];
