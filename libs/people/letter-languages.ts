import type { Category, Controller } from '#libs/breach/index.js';
import type { Language } from '#libs/platform/index.js';

/**
 * Official languages of the place of a Belgian postcode; Brussels has two. Null where the country is another or the
 * postcode says nothing. German-speaking communes: 4700–4799 (Eupen, Kelmis, Raeren, Bütgenbach, Sankt Vith …).
 */
export function officialLanguages(country: string | undefined, postcode: string | undefined): Language[] | null {
  if ((country ?? 'BE') !== 'BE' || !/^\d{4}$/.test(postcode ?? '')) return null;
  const code = Number(postcode);
  if (code < 1000) return null;
  if (code < 1300) return ['nl', 'fr'];
  if (code < 1500) return ['fr'];
  if (code < 4000) return ['nl'];
  if (code >= 4700 && code < 4800) return ['de'];
  return code < 8000 ? ['fr'] : ['nl'];
}

export interface LanguageFacts {
  language: Language | null;
  category: Category;
  country?: string;
  postcode?: string;
}

/**
 * The languages of a person's letters, in order. A language on record decides; the rule of the controller's kind only
 * adds the official text before English or a translation after it, and decides alone where none is on record (laws on
 * the use of languages in administrative matters, coordinated 18 July 1966, Art. 12, 40, 41).
 */
export function letterLanguages(controller: Pick<Controller, 'kind' | 'languages'>, person: LanguageFacts): Language[] {
  const seat = controller.languages[0]!;
  const official = officialLanguages(person.country, person.postcode);
  const recorded = person.language;
  switch (controller.kind) {
    case 'other':
      return [recorded ?? seat];
    case 'be-central':
      if (recorded && recorded !== 'en') return [recorded];
      return withCourtesy(official ?? ['nl', 'fr'], recorded);
    case 'be-local':
      if (recorded && recorded !== 'en') return [recorded];
      return withCourtesy([seat], recorded);
    case 'be-private':
      if (person.category === 'staff' || person.category === 'former-staff') return withCourtesy([seat], recorded);
      return [recorded ?? seat];
  }
}

function withCourtesy(official: Language[], recorded: Language | null): Language[] {
  return recorded && !official.includes(recorded) ? [...official, recorded] : official;
}
