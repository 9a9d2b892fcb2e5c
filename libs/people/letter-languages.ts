import type { Category, Controller } from '#libs/breach/pure.js';
import type { Language } from '#libs/platform/pure.js';

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
 * Why a person's letters have their languages. `recorded`: the language on record. `official-first`: the official text
 * before the English that is on record. `place`: the official languages of where they live. `place-unknown`: Dutch and
 * French, because the place says nothing. `seat`: the language of the controller's seat. `seat-then-translation`: that
 * language, then the one on record. `by-hand`: somebody chose them.
 */
export type LanguagesReason =
  'recorded' | 'official-first' | 'place' | 'place-unknown' | 'seat' | 'seat-then-translation' | 'by-hand';

export interface LetterLanguages {
  languages: Language[];
  reason: LanguagesReason;
}

/**
 * The languages of a person's letters, in order, and why. A language on record decides; the rule of the controller's
 * kind only adds the official text before English or a translation after it, and decides alone where none is on record
 * (laws on the use of languages in administrative matters, coordinated 18 July 1966, Art. 12, 40, 41; for private
 * employers the decrees of the place of operation, Art. 52).
 */
export function letterLanguages(
  controller: Pick<Controller, 'kind' | 'languages'>,
  person: LanguageFacts,
): LetterLanguages {
  const seat = controller.languages[0]!;
  const { language } = person;
  switch (controller.kind) {
    case 'other':
      return language ? { languages: [language], reason: 'recorded' } : { languages: [seat], reason: 'seat' };
    case 'be-central': {
      if (language && language !== 'en') return { languages: [language], reason: 'recorded' };
      const official = officialLanguages(person.country, person.postcode);
      const languages = official ?? (['nl', 'fr'] as Language[]);
      if (language) return { languages: [...languages, language], reason: 'official-first' };
      return { languages, reason: official ? 'place' : 'place-unknown' };
    }
    case 'be-local':
      if (language && language !== 'en') return { languages: [language], reason: 'recorded' };
      return language
        ? { languages: withTranslation(seat, language), reason: 'official-first' }
        : { languages: [seat], reason: 'seat' };
    case 'be-private': {
      const isStaff = person.category === 'staff' || person.category === 'former-staff';
      if (!isStaff && language) return { languages: [language], reason: 'recorded' };
      return language && language !== seat
        ? { languages: withTranslation(seat, language), reason: 'seat-then-translation' }
        : { languages: [seat], reason: 'seat' };
    }
  }
}

function withTranslation(first: Language, second: Language): Language[] {
  return first === second ? [first] : [first, second];
}
