import { CATEGORIES, CONFIDENCES, DATA_KINDS } from '#libs/breach/index.js';
import { FOUND_CONTACT_STATES, STANDINGS, type PeopleChoice } from '#libs/people/index.js';
import { LANGUAGES } from '#libs/platform/index.js';

/** What the list of people may be narrowed by, as it stands in the page's address; each name has its words. */
export const PEOPLE_CHOICES = {
  state: STANDINGS,
  category: CATEGORIES,
  language: LANGUAGES,
  data: DATA_KINDS,
  confidence: CONFIDENCES,
  contact: FOUND_CONTACT_STATES,
};

/** The filter that an address, or a form that carries one, asks for. What it does not know is left out. */
export function choiceOf(query: Record<string, unknown>): Omit<PeopleChoice, 'withProtected'> {
  const one = <T extends string>(name: string, choices: readonly T[]): T | undefined =>
    choices.find((choice) => choice === query[name]);
  const country = query['country'];
  const chosen = {
    standing: one('state', STANDINGS),
    category: one('category', CATEGORIES),
    language: one('language', LANGUAGES),
    dataKind: one('data', DATA_KINDS),
    country: typeof country === 'string' && /^[A-Z]{2}$/.test(country) ? country : undefined,
    confidence: one('confidence', CONFIDENCES),
    contactState: one('contact', FOUND_CONTACT_STATES),
  };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}

/** The same filter as it stands in an address. */
export function queryOf(choice: Omit<PeopleChoice, 'withProtected'>): Record<string, string> {
  const { standing, category, language, dataKind, country, confidence, contactState } = choice;
  const all = { state: standing, category, language, data: dataKind, country, confidence, contact: contactState };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
