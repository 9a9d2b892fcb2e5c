import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import Handlebars from 'handlebars';
import { dateInWords, number, timeInWords, type Fault, type Language } from '#libs/platform/index.js';
import { Assets } from './assets.js';
import { eventInWords } from './event-words.js';
import { projectFolder } from './project-folder.js';
import { loadWords, words } from './words.js';

type Options = Handlebars.HelperOptions;
interface Root {
  language: Language;
  timeZone?: string;
  problem?: ShownProblem | null;
}

/** What a page says of a problem: its own sentence, empty where the faults say it all, and the faults with their fields. */
export interface ShownProblem {
  message: string;
  faults: Fault[];
}

/** The most faults that a page lists. */
const MOST_FAULTS = 50;

export function shownProblem(message: string, faults: Fault[]): ShownProblem {
  const says = faults.some((fault) => fault.message === message) ? '' : message;
  return { message: says, faults: faults.slice(0, MOST_FAULTS) };
}

/** Renders the pages: templates and words are read and compiled once, at the start. */
@Injectable()
export class Views {
  private readonly handlebars = Handlebars.create();
  private readonly pages = new Map<string, Handlebars.TemplateDelegate>();
  private readonly words = loadWords();

  constructor(private readonly assets: Assets) {
    this.registerHelpers();
    const home = path.join(projectFolder(), 'templates', 'pages');
    for (const file of files(home)) {
      const name = path.relative(home, file).replace(/\.hbs$/, '');
      const source = readFileSync(file, 'utf8');
      if (name.startsWith('partials/')) this.handlebars.registerPartial(name.slice('partials/'.length), source);
      else if (name.startsWith('layouts/')) this.handlebars.registerPartial(name, source);
      else this.pages.set(name, this.handlebars.compile(source, { strict: true, preventIndent: true }));
    }
  }

  /** The page as HTML. `context.language` is the language of its words. */
  render(page: string, context: Root & Record<string, unknown>): string {
    const template = this.pages.get(page);
    if (!template) throw new Error(`there is no page ${page}`);
    return template({ assets: this.assets.urls, ...context });
  }

  t(language: Language, key: string, values: Record<string, unknown> = {}): string {
    return words(this.words, language, key, values);
  }

  /** Whether a key has words in English, which stand in for all languages. */
  knows(key: string): boolean {
    return key in this.words.en;
  }

  private registerHelpers(): void {
    const root = (options: Options): Root => (options.data as { root: Root }).root;
    const helpers: Record<string, Handlebars.HelperDelegate> = {
      t: (key: string, options: Options) =>
        this.t(root(options).language, key, numbersInWords(options.hash as Record<string, unknown>)),
      eventWords: (kind: string, options: Options) => eventInWords(this, root(options).language, kind),
      number: (value: number) => number(value),
      day: (value: string | Date, options: Options) =>
        dateInWords(new Date(value), root(options).language, root(options).timeZone ?? 'UTC'),
      time: (value: string | Date, options: Options) =>
        timeInWords(new Date(value), root(options).language, root(options).timeZone ?? 'UTC'),
      iso: (value: string | Date) => new Date(value).toISOString(),
      eq: (left: unknown, right: unknown) => left === right,
      or: (...values: unknown[]) => values.slice(0, -1).some(holds),
      and: (...values: unknown[]) => values.slice(0, -1).every(holds),
      not: (value: unknown) => !holds(value),
      includes: (list: unknown[] | undefined, value: unknown) => (list ?? []).includes(value),
      concat: (...parts: unknown[]) => parts.slice(0, -1).join(''),
      list: (...parts: unknown[]) => parts.slice(0, -1),
      valueOf: (values: Record<string, unknown> | undefined, name: string) => scalar(values?.[name]),
      listOf: (values: Record<string, unknown> | undefined, name: string) => [values?.[name] ?? []].flat(),
      choiceWords: (filter: string) => CHOICE_WORDS[filter],
      faultOf: (at: string, options: Options) =>
        root(options).problem?.faults.find((fault) => fault.at === at)?.message ?? '',
    };
    for (const [name, helper] of Object.entries(helpers)) this.handlebars.registerHelper(name, helper);
  }
}

/** What `if` takes for true: an empty list is nothing, and so is zero. */
function holds(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** Which words name the choices of each filter of the list of people. */
const CHOICE_WORDS: Record<string, string> = {
  state: 'state',
  category: 'category',
  language: 'language',
  data: 'data',
  confidence: 'confidence',
  contact: 'contact-state',
};

/** What a text field shows: the text typed, the last where it came twice, nothing for bytes. */
function scalar(value: unknown): string {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' || typeof last === 'number' ? String(last) : '';
}

/** `count` chooses the form and is shown grouped. */
function numbersInWords(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      if (typeof value !== 'number') return [[name, value]];
      return name === 'count'
        ? [
            [name, value],
            ['n', number(value)],
          ]
        : [[name, number(value)]];
    }),
  );
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    return entry.isDirectory() ? files(place) : entry.name.endsWith('.hbs') ? [place] : [];
  });
}
