/** The four languages of letters, advice and pages, in the order in which Belgian law names them, then English. */
export const LANGUAGES = ['nl', 'fr', 'de', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language in its own name, for switches and tabs. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  nl: 'Nederlands',
  fr: 'Français',
  de: 'Deutsch',
  en: 'English',
};

const LOCALES: Record<Language, string> = { nl: 'nl-BE', fr: 'fr-BE', de: 'de-BE', en: 'en-GB' };

export function isLanguage(text: string): text is Language {
  return (LANGUAGES as readonly string[]).includes(text);
}

/** `24 November 2026`, as people write it in that language, in the given time zone. */
export function dateInWords(at: Date, language: Language, timeZone: string): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone }).format(at);
}

/** `24 November 2026 at 14:20 (Europe/Brussels)`: a clock that counts always names its zone. */
export function timeInWords(at: Date, language: Language, timeZone: string): string {
  const words = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeStyle: 'short', timeZone }).format(
    at,
  );
  return `${words} (${timeZone})`;
}

/** Digits grouped by a thin no-break space, the same in all four languages. */
export function number(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}
