import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LANGUAGES, type Language } from '#libs/platform/pure.js';
import type { NoticeKind } from './notice-kind.js';

/**
 * The files that all letters share beside their own text. With a copy of them a letter can be made again byte for byte
 * after the shipped files have changed.
 */
export interface SharedTemplates {
  /** HTML around the letters of a mail. */
  wrapper: string;
  /** Words for exposures in the four languages, YAML. */
  words: string;
  /** Advice by key, Markdown with front matter. */
  advice: Record<string, string>;
  /** For letters on paper; a copy that was kept before there were any has none. */
  paper?: PaperTemplates;
  /** The table that chooses advice, YAML; the first letters were made before it was kept. */
  choices?: string;
}

export interface PaperTemplates {
  /** How a letter is set, Typst. */
  print: string;
  /** Words that stand on paper only, YAML. */
  words: string;
}

/** The folder `templates` beside package.json, found from the compiled program as from its source. */
export function templatesFolder(): string {
  let place = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(place, 'package.json'))) place = path.dirname(place);
  return path.join(place, 'templates');
}

/** The texts of a kind of notice in all four languages. */
export function loadLetterTemplates(folder: string, kind: NoticeKind): Record<Language, string> {
  return Object.fromEntries(
    LANGUAGES.map((language) => [language, read(path.join(folder, 'letters', kind, `${language}.md.hbs`))]),
  ) as Record<Language, string>;
}

export function loadSharedTemplates(folder: string): SharedTemplates {
  const home = path.join(folder, 'advice');
  const names = readdirSync(home).filter((name) => name.endsWith('.md'));
  return {
    wrapper: read(path.join(folder, 'letters', 'email.hbs')),
    words: read(path.join(home, 'words.yaml')),
    choices: read(path.join(home, 'choices.yaml')),
    advice: Object.fromEntries(
      names.toSorted().map((name) => [name.slice(0, -'.md'.length), read(path.join(home, name))]),
    ),
    paper: {
      print: read(path.join(folder, 'letters', 'print.typ')),
      words: read(path.join(folder, 'letters', 'paper.yaml')),
    },
  };
}

/** Kinds of text that tell the same facts to others than the affected persons by letter. */
export const COMMUNICATION_KINDS = ['public', 'press', 'telephone', 'intranet'] as const;
export type CommunicationKind = (typeof COMMUNICATION_KINDS)[number];

const shippedCommunications = new Map<string, string>();

/** The shipped text of a communication in one language, read once. */
export function communicationTemplate(kind: CommunicationKind, language: Language): string {
  const place = path.join(templatesFolder(), 'communications', kind, `${language}.md.hbs`);
  if (!shippedCommunications.has(place)) shippedCommunications.set(place, read(place));
  return shippedCommunications.get(place)!;
}

/** UTF-8 with LF: the same text on every machine. */
function read(file: string): string {
  return readFileSync(file, 'utf8').replace(/\r\n?/g, '\n');
}

const shippedTexts = new Map<NoticeKind, Record<Language, string>>();
let shippedShared: SharedTemplates | null = null;

/** The shipped texts of a kind of notice, read once. */
export function letterTemplates(kind: NoticeKind): Record<Language, string> {
  if (!shippedTexts.has(kind)) shippedTexts.set(kind, loadLetterTemplates(templatesFolder(), kind));
  return shippedTexts.get(kind)!;
}

/** The shipped wrapper, words and advice, read once. */
export function sharedTemplates(): SharedTemplates {
  return (shippedShared ??= loadSharedTemplates(templatesFolder()));
}

/** SHA-256 (hex) over the shared files: it changes with any of them. */
export function sharedTemplatesHash(shared: SharedTemplates): string {
  const advice = Object.entries(shared.advice).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const parts = [
    shared.wrapper,
    shared.words,
    advice,
    ...(shared.choices === undefined ? [] : [shared.choices]),
    ...(shared.paper ? [shared.paper.print, shared.paper.words] : []),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
