import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { projectFolder } from './project-folder.js';

/** Words of the pages by key; a key with `.one` and `.other` counts. */
export type Words = Record<string, string>;

const rules: Record<Language, Intl.PluralRules> = {
  nl: new Intl.PluralRules('nl'),
  fr: new Intl.PluralRules('fr'),
  de: new Intl.PluralRules('de'),
  en: new Intl.PluralRules('en'),
};

/** Reads locales/<language>.json, once. */
export function loadWords(): Record<Language, Words> {
  const read = (language: Language): Words =>
    JSON.parse(readFileSync(path.join(projectFolder(), 'locales', `${language}.json`), 'utf8')) as Words;
  return Object.fromEntries(LANGUAGES.map((language) => [language, read(language)])) as Record<Language, Words>;
}

/**
 * The words of a key in a language, `{name}` filled from `values`, in the form that `count` asks for. English stands in
 * where a language has no words yet. An unknown key is a fault of the program.
 */
export function words(
  all: Record<Language, Words>,
  language: Language,
  key: string,
  values: Record<string, unknown> = {},
): string {
  const counted =
    typeof values['count'] === 'number'
      ? `${key}.${rules[language].select(values['count']) === 'one' ? 'one' : 'other'}`
      : null;
  const text =
    (counted ? all[language][counted] : undefined) ??
    all[language][key] ??
    (counted ? all.en[counted] : undefined) ??
    all.en[key];
  if (text === undefined) throw new Error(`there are no words for "${key}"`);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
