import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { DATA_KINDS, DOCUMENT_KINDS, EXTENTS, isDocumentKind } from '#libs/breach/pure.js';
import { LANGUAGES, Problem, type Language } from '#libs/platform/pure.js';
import { extentWordsOf, type Action } from './advice.js';
import { BREACH_PARTS, type Change, type ExposureView } from './letter-view.js';
import { sharedTemplates, type SharedTemplates } from './template-files.js';
import { htmlOf, prosePiece, proseTokens, type Piece } from './template-markdown.js';

const words = z.string().trim().min(1).max(300);
const extents = z.record(z.enum(EXTENTS), words);
/** What changed since a letter: in a follow-up we know more, in a correction the letter was wrong. */
const changeWords = z.strictObject({
  added: words,
  excluded: words,
  surer: words,
  'less-sure': words,
  extent: words,
  breach: words,
  gone: words,
  addressed: words,
});
const wordsSchema = z.record(
  z.enum(LANGUAGES),
  z.strictObject({
    kinds: z.record(z.enum(DATA_KINDS), words),
    /** Documents of Belgium by their usual name; those of other countries are named `Passport (Portugal)`. */
    belgian: z.record(z.enum(DOCUMENT_KINDS), words),
    extents: z.strictObject({ document: extents, paper: extents, number: extents, fact: extents }),
    sureness: z.strictObject({ confirmed: words, presumed: words, 'not-excluded': words }),
    /** On top of a letter of several languages: in its first language, and in each that follows. */
    othersFollow: words,
    followsBelow: words,
    /** Left out in copies from before there were letters about changes. */
    changes: z
      .strictObject({
        'follow-up': changeWords,
        correction: changeWords,
        /** What the parts of the breach's text, and the line of the address, are called. */
        titles: z.record(z.enum([...BREACH_PARTS, 'addressed']), words),
      })
      .optional(),
  }),
);
type Words = z.output<typeof wordsSchema>;

const frontMatterSchema = z.strictObject({
  action: z.enum(['renew', 'watch', 'keep']),
  /** When somebody last held the facts against the sources. */
  reviewed: z.iso.date(),
  sources: z.array(words).min(1),
});

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
  /** ISO date. */
  reviewed: string;
  sources: string[];
}

/** One change in words: of what, and what of it. */
export interface DescribedChange {
  title: string;
  /** Whole sentences. */
  words: string;
}

/** Words and advice in four languages, checked when it is made. Throws `template.faulty` naming the file. */
export class AdviceBook {
  private readonly words: Words;
  private readonly entries = new Map<string, Advice>();
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
    this.countryNames = Object.fromEntries(
      LANGUAGES.map((language) => [language, new Intl.DisplayNames([language], { type: 'region' })]),
    ) as Record<Language, Intl.DisplayNames>;
    for (const [key, source] of Object.entries(shared.advice)) this.read(key, source);
  }

  get keys(): string[] {
    return [...new Set([...this.entries.values()].map((entry) => entry.key))];
  }

  /** Throws when there is no such advice: the table in advice.ts names a file that is missing. */
  advice(key: string, language: Language): Advice {
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

  /** `{extent}`, `{sureness}` and `{before}` stand in the words for those of the thing. */
  describeChange(change: Change, kind: 'follow-up' | 'correction', language: Language): DescribedChange {
    const { changes, sureness, extents } = this.words[language];
    if (!changes) throw faulty('words.yaml', `write "changes" in ${language}`);
    const said = changes[kind];
    if (change.kind === 'addressed') return { title: changes.titles.addressed, words: said.addressed };
    if (change.kind === 'breach')
      return { title: changes.titles[change.part], words: change.isGone ? said.gone : said.breach };
    const thing = 'exposure' in change ? change.exposure : change;
    const inWords = extents[extentWordsOf(thing.dataKind)];
    const values: Record<string, string> = {};
    if (change.kind === 'added') {
      values['extent'] = inWords[change.exposure.extent];
      values['sureness'] = sureness[change.exposure.confidence];
    } else if (change.kind === 'extent') {
      values['before'] = inWords[change.before];
      values['extent'] = inWords[change.now];
    } else if (change.kind !== 'excluded') values['sureness'] = sureness[change.now];
    return {
      title: this.titleOf(thing.dataKind, thing.country, language),
      words: said[change.kind].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''),
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
      if (body === '' || /[{}]/.test(body))
        throw faulty(`${key}.md`, `write the section "${language}" as plain Markdown without placeholders`);
      this.entries.set(`${key}|${language}`, {
        key,
        name,
        ...head.data,
        html: htmlOf(proseTokens(body), false),
        piece: prosePiece(body),
      });
    }
    for (const language of LANGUAGES) this.advice(key, language);
  }
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

/** The advice of one key in one language, with bare HTML for pages and the day and sources of its facts. */
export function adviceText(key: string, language: Language): Advice {
  return shippedAdvice().advice(key, language);
}
