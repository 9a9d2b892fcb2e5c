import Handlebars from 'handlebars';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { DATA_KINDS, DOCUMENT_KINDS, EXTENTS, isDocumentKind } from '#libs/breach/pure.js';
import { LANGUAGES, Problem, type Language } from '#libs/platform/pure.js';
import { FIRST_CHOICES } from './advice-first-choices.js';
import {
  SITUATIONS,
  chosenKey,
  extentWordsOf,
  readChoices,
  situationOf,
  type Action,
  type AdviceChoice,
  type AdvisedThing,
  type ChoiceRule,
  type Situation,
} from './advice.js';
import type { ExposureView } from './letter-view.js';
import { sharedTemplates, type SharedTemplates } from './template-files.js';
import { htmlOf, prosePiece, proseTokens, type Piece } from './template-markdown.js';

const words = z.string().trim().min(1).max(300);
const extents = z.record(z.enum(EXTENTS), words);
const wordsSchema = z.record(
  z.enum(LANGUAGES),
  z.strictObject({
    kinds: z.record(z.enum(DATA_KINDS), words),
    /** Documents of Belgium by their usual name; those of other countries are named `Passport (Portugal)`. */
    belgian: z.record(z.enum(DOCUMENT_KINDS), words),
    extents: z.strictObject({ document: extents, paper: extents, number: extents, fact: extents }),
    sureness: z.strictObject({ confirmed: words, presumed: words, 'not-excluded': words }),
    /** What to show at a counter: by where the advice stands. Texts of before it was asked for have none. */
    thisLetter: z.strictObject({ letter: words, script: words, published: words }).optional(),
    /** On top of a letter of several languages: in its first language, and in each that follows. */
    othersFollow: words,
    followsBelow: words,
  }),
);
type Words = z.output<typeof wordsSchema>;

/** A price or a delay: it ages, so it has a day and a source of its own. `{{asOf}}` in it is the month of that day. */
const factSchema = z.strictObject({
  reviewed: z.iso.date(),
  source: words,
  nl: words,
  fr: words,
  de: words,
  en: words,
});
const frontMatterSchema = z.strictObject({
  action: z.enum(['renew', 'watch', 'keep']),
  /** When somebody last held the advice against its sources. */
  reviewed: z.iso.date(),
  sources: z.array(words).min(1),
  facts: z.strictObject({ delay: factSchema.optional(), cost: factSchema.optional() }).optional(),
});
type FrontMatter = z.output<typeof frontMatterSchema>;

/** Where an advice stands: in a letter or on its page, in a text about letters, or in one that is published. */
export type Medium = 'letter' | 'script' | 'published';

export interface DescribedExposure {
  /** `Belgian identity card`, `Passport (Portugal)`, `Bank account number`. */
  title: string;
  /** `a scan of both sides`. */
  extent: string;
  /** A whole sentence. */
  sureness: string;
}

export interface Advice {
  key: string;
  action: Action;
  /** What it is about, in words. */
  name: string;
  /** HTML without style attributes, for pages. */
  html: string;
  /** HTML for mail, and text, for letters. */
  piece: Piece;
  /** ISO date: the oldest of the days on which its text, prices and delays were last held against their sources. */
  reviewed: string;
  sources: string[];
}

/** An advice as its file has it: text that is filled for a situation when it is first asked for. */
interface Entry extends Omit<Advice, 'html' | 'piece'> {
  /** Situations that its text turns on. */
  turnsOn: (typeof SITUATIONS)[number][];
  /** Whether it speaks of the letter that its reader shows. */
  showsLetter: boolean;
  textFor: (values: Situation & { delay?: string; cost?: string; thisLetter?: string | undefined }) => string;
  facts: { delay?: string; cost?: string };
}

/** Words and advice in four languages, checked when it is made. Throws `template.faulty` naming the file. */
export class AdviceBook {
  private readonly words: Words;
  private readonly rules: readonly ChoiceRule[];
  private readonly entries = new Map<string, Entry>();
  /** By key, language and what the text turns on: parsed once for each. */
  private readonly filled = new Map<string, Advice>();
  private readonly choices = new Map<string, AdviceChoice>();
  private readonly countryNames: Record<Language, Intl.DisplayNames>;

  constructor(shared: SharedTemplates) {
    const read = wordsSchema.safeParse(parseYaml(shared.words));
    if (!read.success)
      throw faulty(
        'words.yaml',
        `mend ${read.error.issues
          .map((issue) => issue.path.join('.'))
          .slice(0, 5)
          .join(', ')}`,
      );
    this.words = read.data;
    const rules = shared.choices === undefined ? FIRST_CHOICES : readChoices(shared.choices);
    if (!rules) throw faulty('choices.yaml', 'write each line as kinds, countries, extents, confidences and advice');
    this.rules = rules;
    this.countryNames = Object.fromEntries(
      LANGUAGES.map((language) => [language, new Intl.DisplayNames([language], { type: 'region' })]),
    ) as Record<Language, Intl.DisplayNames>;
    for (const [key, source] of Object.entries(shared.advice)) this.read(key, source);
  }

  get keys(): string[] {
    return [...new Set([...this.entries.values()].map((entry) => entry.key))];
  }

  /** Which advice an exposed thing calls for, and what it says to do. */
  choose(exposure: AdvisedThing): AdviceChoice {
    const { dataKind, country, extent, confidence } = exposure;
    const place = `${dataKind}|${country}|${extent}|${confidence}`;
    let choice = this.choices.get(place);
    if (!choice) {
      const key = chosenKey(this.rules, exposure);
      this.choices.set(place, (choice = { key, action: this.entry(key, 'en').action }));
    }
    return choice;
  }

  /** The advice on one thing of somebody who lives in `residence` (ISO 3166; null: not known). */
  on(exposure: ExposureView, residence: string | null, language: Language): Advice {
    return this.advice(this.choose(exposure).key, language, situationOf(exposure, residence));
  }

  /** An advice for a situation. Throws when there is none: the table of choices names a file that is missing. */
  advice(key: string, language: Language, situation: Situation = {}, medium: Medium = 'letter'): Advice {
    const entry = this.entry(key, language);
    const turns = entry.turnsOn.filter((name) => situation[name]).join(',');
    const place = `${key}|${language}|${entry.showsLetter ? medium : ''}|${turns}`;
    let found = this.filled.get(place);
    if (!found) {
      const body = entry.textFor({
        ...NOWHERE,
        ...situation,
        ...entry.facts,
        thisLetter: this.words[language].thisLetter?.[medium],
      });
      const { action, name, reviewed, sources } = entry;
      found = { key, action, name, reviewed, sources, html: htmlOf(proseTokens(body), false), piece: prosePiece(body) };
      this.filled.set(place, found);
    }
    return found;
  }

  /** The days on which advice was last held against its sources, by key. */
  get reviewDays(): { key: string; reviewed: string }[] {
    return this.keys.map((key) => ({ key, reviewed: this.entry(key, 'en').reviewed }));
  }

  private entry(key: string, language: Language): Entry {
    const found = this.entries.get(`${key}|${language}`);
    if (!found) throw faulty(`${key}.md`, `write this advice in ${language}`);
    return found;
  }

  describe({ dataKind, country, extent, confidence }: ExposureView, language: Language): DescribedExposure {
    const inLanguage = this.words[language];
    return {
      title: this.titleOf(dataKind, country, language),
      extent: inLanguage.extents[extentWordsOf(dataKind)][extent],
      sureness: inLanguage.sureness[confidence],
    };
  }

  private titleOf(kind: ExposureView['dataKind'], country: string | null, language: Language): string {
    const { kinds, belgian } = this.words[language];
    if (!isDocumentKind(kind) || !country) return kinds[kind];
    return country === 'BE' ? belgian[kind] : `${kinds[kind]} (${this.countryNames[language].of(country) ?? country})`;
  }

  /** Lines on top of a letter of several languages, each in its own. */
  pointers(languages: Language[]): { language: Language; words: string }[] {
    if (languages.length < 2) return [];
    return languages.map((language, at) => ({
      language,
      words: at === 0 ? this.words[language].othersFollow : this.words[language].followsBelow,
    }));
  }

  /** One file: front matter, then a section `# nl: Name` for each language. */
  private read(key: string, source: string): void {
    const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source);
    const head = match && frontMatterSchema.safeParse(parseYaml(match[1]!));
    if (!match || !head?.success)
      throw faulty(`${key}.md`, 'begin it with "action", "reviewed" and "sources" between two lines of three dashes');
    const sections = match[2]!.split(/^# (nl|fr|de|en): (.+)$/m);
    for (let at = 1; at < sections.length; at += 3) {
      const [language, name, body] = [sections[at]!, sections[at + 1]!.trim(), sections[at + 2]!.trim()];
      const turnsOn = body === '' ? null : situationsIn(body, head.data);
      if (!turnsOn)
        throw faulty(
          `${key}.md`,
          `write the section "${language}" as Markdown, with {{#if ${SITUATIONS[0]}}} … {{else}} … {{/if}} and {{delay}} and {{cost}} of its front matter at most`,
        );
      const { action, sources, facts = {} } = head.data;
      const stated = Object.values(facts);
      this.entries.set(`${key}|${language}`, {
        key,
        name,
        action,
        reviewed: [head.data.reviewed, ...stated.map((fact) => fact.reviewed)].toSorted()[0]!,
        sources: [...new Set([...sources, ...stated.map((fact) => fact.source)])],
        turnsOn,
        showsLetter: body.includes('{{thisLetter}}'),
        textFor: Handlebars.compile(body, { noEscape: true, strict: true, knownHelpersOnly: true }),
        facts: Object.fromEntries(
          Object.entries(facts).map(([fact, { reviewed, ...inWords }]) => [
            fact,
            inWords[language as Language].replace('{{asOf}}', monthInWords(reviewed, language as Language)),
          ]),
        ),
      });
    }
    for (const language of LANGUAGES) this.advice(key, language);
  }
}

const NOWHERE: Situation = Object.fromEntries(SITUATIONS.map((name) => [name, false]));

const FIXED_TAGS = new Set(['else', '/if', 'thisLetter']);

/** The situations that a text turns on; null where it holds a placeholder that no advice has. */
function situationsIn(body: string, { facts = {} }: FrontMatter): (typeof SITUATIONS)[number][] | null {
  const known: readonly string[] = SITUATIONS;
  const turnsOn = new Set<string>();
  for (const [, tag = ''] of body.matchAll(/\{\{(.*?)\}\}/g)) {
    const condition = /^(?:#if|else if) (\w+)$/.exec(tag)?.[1];
    if (condition) turnsOn.add(condition);
    else if (!FIXED_TAGS.has(tag) && !Object.hasOwn(facts, tag)) return null;
  }
  if (/[{}]/.test(body.replaceAll(/\{\{.*?\}\}/g, '')) || [...turnsOn].some((name) => !known.includes(name)))
    return null;
  return [...turnsOn] as (typeof SITUATIONS)[number][];
}

/** `November 2026`. */
function monthInWords(day: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(day));
}

function faulty(file: string, mend: string): Problem {
  const message = `In templates/advice/${file}: ${mend}.`;
  return new Problem('bad-input', 'template.faulty', message, [{ at: file, message }]);
}

let shipped: AdviceBook | null = null;

/** The shipped words and advice, read and checked once. Throws `template.faulty`. */
export function shippedAdvice(): AdviceBook {
  return (shipped ??= new AdviceBook(sharedTemplates()));
}

/** An exposed thing in words: its name, what of it is out, and how sure that is. */
export function describeExposure(exposure: ExposureView, language: Language): DescribedExposure {
  return shippedAdvice().describe(exposure, language);
}

/** Which advice an exposed thing calls for: templates/advice/choices.yaml. */
export function adviceFor(exposure: AdvisedThing): AdviceChoice {
  return shippedAdvice().choose(exposure);
}

/** The advice on an exposed thing of somebody who lives in `residence`, as letters and the person's page give it. */
export function adviceOn(exposure: ExposureView, residence: string | null, language: Language): Advice {
  return shippedAdvice().on(exposure, residence, language);
}

/** The advice of one key in one language for nobody's situation, with the day and sources of its facts. */
export function adviceText(key: string, language: Language): Advice {
  return shippedAdvice().advice(key, language);
}

export interface StaleAdvice {
  /** File under templates/advice. */
  key: string;
  /** ISO date. */
  reviewed: string;
}

/** Shipped advice that was last held against its sources more than `months` ago, the oldest first. */
export function advicesToReview(now: Date, months: number): StaleAdvice[] {
  const oldest = new Date(now);
  oldest.setUTCMonth(oldest.getUTCMonth() - months);
  const day = oldest.toISOString().slice(0, 10);
  return shippedAdvice()
    .reviewDays.filter(({ reviewed }) => reviewed < day)
    .toSorted((a, b) => a.reviewed.localeCompare(b.reviewed) || a.key.localeCompare(b.key));
}
