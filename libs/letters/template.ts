import Handlebars from 'handlebars';
import type { Token } from 'markdown-it';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { LANGUAGES, Problem, type Language, type SentenceValues } from '#libs/platform/pure.js';
import { htmlOf, letterTokens, textOf, type Piece } from './template-markdown.js';

/** What a placeholder stands for: a value within a line, whole paragraphs, nothing but a condition, or rows with names of their own. */
export type Names = { [name: string]: 'line' | 'prose' | 'mark' | Names };

const ROWS: Names = { title: 'line', advice: 'prose' };

/** Every placeholder that a letter may hold. */
export const PLACEHOLDERS: Names = {
  date: 'line',
  notice: 'line',
  salutation: 'line',
  'person.name': 'line',
  'person.givenName': 'line',
  'person.familyName': 'line',
  'addressee.name': 'line',
  minor: 'mark',
  deceased: 'mark',
  courtesy: 'mark',
  'since.date': 'line',
  'since.notice': 'line',
  changes: { title: 'line', words: 'line' },
  'breach.whatHappened': 'prose',
  'breach.likelyConsequences': 'prose',
  'breach.measuresTaken': 'prose',
  'breach.whatIsNotKnown': 'prose',
  'breach.whoPays': 'prose',
  'controller.name': 'line',
  'controller.postalAddress': 'line',
  'controller.website': 'line',
  'controller.dataProtectionOfficer.name': 'line',
  'controller.dataProtectionOfficer.email': 'line',
  'controller.dataProtectionOfficer.phone': 'line',
  'controller.dataProtectionOfficer.postalAddress': 'line',
  'controller.authority.name': 'line',
  'controller.authority.address': 'line',
  'controller.authority.website': 'line',
  code: 'line',
  word: 'line',
  address: 'line',
  realAddress: 'line',
  exposures: { title: 'line', extent: 'line', sureness: 'line' },
  renewTitles: 'line',
  renew: ROWS,
  watch: ROWS,
  keep: ROWS,
};

/** One step of making a letter. Fixed pieces are finished HTML and text; a value joins them without being parsed. */
export type Step =
  | ({ do: 'fixed' } & Piece)
  | { do: 'fill'; name: string }
  | { do: 'if'; name: string; met: Step[]; otherwise: Step[] }
  | { do: 'each'; name: string; open: Piece; row: Step[]; close: Piece };

/** How a letter greets, by who opens it; each form names the person. */
export interface Salutations {
  /** `Dear {{person.name}},` */
  person: string;
  /** A guardian who is named on record: `Dear {{addressee.name}}, guardian of {{person.name}},` */
  guardian: string;
  /** Guardians of whom no name is on record. */
  guardians: string;
  /** `To the next of kin of {{person.name}}` */
  kin: string;
}

/** Which subject the letters of a notice have: `plain` says that data leaked, `neutral` harms nobody who is seen with it. */
export const SUBJECT_FORMS = ['plain', 'neutral'] as const;
export type SubjectForm = (typeof SUBJECT_FORMS)[number];

export interface CompiledLetter {
  language: Language;
  subject: Record<SubjectForm, string>;
  /** Null in texts from before letters greeted by rule. */
  salutation: Salutations | null;
  /** Ids of its headings, as the five blocks of Art. 34(2): `nature`, `consequences`, `measures`, `advice`, `contact`. */
  blocks: string[];
  /** Names that its placeholders use, sorted. */
  placeholders: string[];
  steps: Step[];
}

/** Seen by whoever sees the mailbox: no form of it names the sender or what is out. */
const subjectLine = z.string().trim().min(1).max(120).regex(/^[^{}\r\n]*$/); // prettier-ignore

/** Every form names the person: whoever opens the letter knows whose data it is about. */
function salutationForm(...names: string[]): z.ZodString {
  return z
    .string()
    .trim()
    .max(200)
    .refine((form) => {
      const used = [...form.matchAll(/\{\{([\w.]+)\}\}/g)].map(([, name]) => name!);
      return names.every((name) => used.includes(name)) && used.every((name) => names.includes(name)) && !/[{}\r\n]/.test(form.replaceAll(/\{\{[\w.]+\}\}/g, ''));
    }); // prettier-ignore
}

const frontMatterSchema = z.strictObject({
  language: z.enum(LANGUAGES),
  /** One line for both, or one for each form. */
  subject: z.union([subjectLine, z.strictObject({ plain: subjectLine, neutral: subjectLine })]),
  salutation: z
    .strictObject({
      person: salutationForm('person.name'),
      guardian: salutationForm('addressee.name', 'person.name'),
      guardians: salutationForm('person.name'),
      kin: salutationForm('person.name'),
    })
    .optional(),
});

const MOST_CHARACTERS = 100_000;
const DEEPEST = 4;
/** Names that a message offers instead of an unknown one. */
const MOST_NAMED = 4;

/** Placeholders travel through the Markdown parser as `U+E000 (U+E100 + number) U+E001`; sources hold no such characters. */
const SENTINEL = /\uE000([\uE100-\uF8FF])\uE001/;
const PRIVATE_USE = /[\uE000-\uF8FF]/;

/**
 * A letter's text in one language, ready to be filled: front matter (`language`, `subject`, `salutation`), then Markdown with
 * `{{name}}` and, on lines of their own, `{{#if name}}`, `{{else}}`, `{{/if}}`, `{{#each name}}`, `{{/each}}`.
 * A heading may end in `{#id}`. `names` are the placeholders that it may hold. Throws `template.faulty`, naming the line, for anything else.
 */
export function compileLetter(source: string, names: Names = PLACEHOLDERS): CompiledLetter {
  if (source.length > MOST_CHARACTERS)
    throw faulty(1, 'Shorten the text: it is longer than 100,000 characters.', 'too-long');
  const text = source.replace(/\r\n?/g, '\n');
  const { head, body } = splitFrontMatter(text);
  checkLines(body);
  const { language, subject, salutation = null } = head;
  const compiler = new Compiler(language);
  const steps = compiler.compile(parseHandlebars(body), names, 0);
  const greets = compiler.used.has('salutation');
  if (greets !== (salutation !== null))
    throw faulty(2, 'Write {{salutation}} in the text and the four forms of "salutation" in the front matter, or neither.', 'salutation'); // prettier-ignore
  return {
    language,
    subject: typeof subject === 'string' ? { plain: subject, neutral: subject } : subject,
    salutation,
    blocks: compiler.blocks,
    placeholders: [...compiler.used].toSorted(),
    steps,
  };
}

/** The front matter, and the rest with empty lines in its place, so that lines keep their numbers. */
function splitFrontMatter(text: string): { head: z.output<typeof frontMatterSchema>; body: string } {
  const match = /^---\n([\s\S]*?)\n---\n/.exec(text);
  if (!match)
    throw faulty(
      1,
      'Begin the text with three dashes, the lines "language:" and "subject:", and three dashes again.',
      'front-matter-missing',
    );
  let raw: unknown;
  try {
    raw = parseYaml(match[1]!);
  } catch {
    throw faulty(2, 'Write the front matter as "name: value", one on each line.', 'front-matter-unreadable');
  }
  const head = frontMatterSchema.safeParse(raw);
  if (!head.success)
    throw faulty(
      2,
      'Give the front matter a "language" (nl, fr, de or en), a "subject" of at most 120 characters without placeholders (or its two forms "plain" and "neutral"), and under "salutation" the forms "person", "guardian", "guardians" and "kin", each with {{person.name}}, "guardian" also with {{addressee.name}}; and nothing else.',
      'front-matter',
    );
  return { head: head.data, body: '\n'.repeat(match[0].split('\n').length - 1) + text.slice(match[0].length) };
}

/** What Handlebars would read in another way than this subset says is refused by the look of its line. */
function checkLines(body: string): void {
  for (const [at, line] of body.split('\n').entries()) {
    if (PRIVATE_USE.test(line))
      throw faulty(at + 1, 'Take out the special character: it is reserved for placeholders.', 'special-character');
    if (/\{\{[{&]/.test(line) || line.includes('\\{{'))
      throw faulty(at + 1, 'Write placeholders with two braces: {{name}}.', 'two-braces');
    if (/\{\{~|~\}\}/.test(line)) throw faulty(at + 1, 'Write placeholders without "~".', 'tilde');
    const isBlockLine = /\{\{\s*([#/^]|else\b)/.test(line);
    if (isBlockLine && !/^\s*\{\{(#(if|each) [\w.]+|\/(if|each)|else)\}\}\s*$/.test(line)) {
      throw faulty(
        at + 1,
        'Write {{#if name}}, {{else}}, {{/if}}, {{#each name}} and {{/each}} on lines of their own, without anything else.',
        'own-line',
      );
    }
  }
}

function parseHandlebars(body: string): hbs.AST.Program {
  try {
    return Handlebars.parse(body);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const line = Number(/on line (\d+)/.exec(message)?.[1] ?? / - (\d+):\d+$/.exec(message)?.[1] ?? 1);
    throw faulty(
      line,
      'Close every {{ with }}, every {{#if}} with {{/if}} and every {{#each}} with {{/each}}.',
      'unclosed',
    );
  }
}

/** What is wrong with a text at a line: `code` names the sentence, as `fault.template.<code>` in locales/. */
export function faulty(line: number, mend: string, code: string, values: SentenceValues = {}): Problem {
  const fault = { at: `line ${line}`, message: mend, code: `template.${code}`, values };
  return new Problem('bad-input', 'template.faulty', `Line ${line} of the text: ${mend}`, [fault], { line });
}

/** Walks Handlebars' tree; each stretch of Markdown between blocks is parsed once, with its placeholders as sentinels. */
class Compiler {
  readonly blocks: string[] = [];
  readonly used = new Set<string>();

  constructor(private readonly language: Language) {}

  compile(program: hbs.AST.Program, names: Names, depth: number): Step[] {
    const steps: Step[] = [];
    let stretch = '';
    let fills: { name: string; line: number }[] = [];
    const flush = (): void => {
      steps.push(...this.markdown(stretch, fills, names));
      stretch = '';
      fills = [];
    };
    for (const statement of program.body) {
      if (statement.type === 'ContentStatement') stretch += (statement as hbs.AST.ContentStatement).value;
      else if (statement.type === 'MustacheStatement') {
        const name = this.nameOf(statement as hbs.AST.MustacheStatement, names);
        if (typeof names[name] === 'object')
          throw faulty(statement.loc.start.line, `Write {{#each ${name}}} for "${name}": it is a list.`, 'list', {
            name,
          });
        if (names[name] === 'mark')
          throw faulty(
            statement.loc.start.line,
            `Write {{#if ${name}}} for "${name}": it stands for no words.`,
            'mark',
            { name },
          );
        stretch += `\uE000${String.fromCharCode(0xe100 + fills.length)}\uE001`;
        fills.push({ name, line: statement.loc.start.line });
      } else if (statement.type === 'BlockStatement') {
        flush();
        steps.push(this.block(statement as hbs.AST.BlockStatement, names, depth));
      } else if (statement.type !== 'CommentStatement')
        throw faulty(
          statement.loc.start.line,
          'Write the text itself: parts from other files cannot stand in a letter.',
          'partial',
        );
    }
    flush();
    return steps;
  }

  private nameOf({ path, params, hash, loc }: hbs.AST.MustacheStatement, names: Names): string {
    if (params.length > 0 || hash || path.type !== 'PathExpression')
      throw faulty(loc.start.line, 'Write one name between the braces: {{name}}.', 'one-name');
    return this.known((path as hbs.AST.PathExpression).original, names, loc.start.line);
  }

  private known(name: string, names: Names, line: number): string {
    if (!Object.hasOwn(names, name))
      throw faulty(
        line,
        `There is no value called "${name.slice(0, 60)}" here. Choose one of: ${likeness(name, Object.keys(names))}.`,
        'unknown-value',
        { name: name.slice(0, 60), names: likeness(name, Object.keys(names)) },
      );
    this.used.add(name);
    return name;
  }

  private block({ path, params, program, inverse, loc }: hbs.AST.BlockStatement, names: Names, depth: number): Step {
    const line = loc.start.line;
    if (depth >= DEEPEST)
      throw faulty(line, `Put at most ${DEEPEST} {{#if}} or {{#each}} into one another.`, 'deep', { most: DEEPEST });
    const keyword = path.original;
    const name = this.known((params[0] as hbs.AST.PathExpression).original, names, line);
    if (keyword === 'if') {
      return {
        do: 'if',
        name,
        met: this.compile(program, names, depth + 1),
        otherwise: inverse ? this.compile(inverse, names, depth + 1) : [],
      };
    }
    const rowNames = names[name];
    if (typeof rowNames !== 'object')
      throw faulty(line, `Write {{#if ${name}}} or {{${name}}}: "${name}" is no list.`, 'no-list', { name });
    if (inverse) throw faulty(line, 'Write {{else}} only between {{#if}} and {{/if}}.', 'else');
    return { do: 'each', name, ...hoistList(this.compile(program, rowNames, depth + 1)) };
  }

  /** One stretch of Markdown as fixed pieces with fills between them. */
  private markdown(stretch: string, fills: { name: string; line: number }[], names: Names): Step[] {
    if (stretch.trim() === '') return [];
    const tokens = this.prose(this.headings(letterTokens(stretch)), fills, names);
    const html = htmlOf(tokens, true).split(SENTINEL);
    const text = textOf(tokens).split(SENTINEL);
    const steps: Step[] = [];
    // split() with one group answers fixed, sentinel, fixed, sentinel, …; both forms hold the same sentinels in order.
    for (let at = 0; at < html.length; at++) {
      if (at % 2 === 0)
        steps.push({
          do: 'fixed',
          html: html[at]!,
          text: text[at]!.replace(/^\n+/, (blank) => (at > 0 && isProse(steps.at(-1), names) ? '' : blank)),
        });
      else steps.push({ do: 'fill', name: fills[html[at]!.charCodeAt(0) - 0xe100]!.name });
    }
    return steps.filter((step) => step.do !== 'fixed' || step.html !== '' || step.text !== '');
  }

  /** Takes `{#id}` from the ends of headings; in a letter of two languages an id begins with its language. */
  private headings(tokens: Token[]): Token[] {
    for (const [at, token] of tokens.entries()) {
      if (token.type !== 'heading_open') continue;
      const last = tokens[at + 1]!.children!.at(-1);
      const match = last && / *\{#([a-z][a-z-]*)\}$/.exec(last.content);
      if (!match) continue;
      last.content = last.content.slice(0, match.index);
      this.blocks.push(match[1]!);
      token.attrSet('id', `${this.language}-${match[1]!}`);
    }
    return tokens;
  }

  /** Whole paragraphs stand alone: their placeholder is a paragraph of its own, whose tags go. */
  private prose(tokens: Token[], fills: { name: string; line: number }[], names: Names): Token[] {
    return tokens.filter((token, at) => {
      const inline =
        token.type === 'paragraph_open' ? tokens[at + 1]! : token.type === 'paragraph_close' ? tokens[at - 1]! : token;
      if (inline.type !== 'inline') return true;
      for (const [, found] of inline.content.matchAll(new RegExp(SENTINEL, 'g'))) {
        const { name, line } = fills[found!.charCodeAt(0) - 0xe100]!;
        if (names[name] !== 'prose') continue;
        if (inline.content.length !== 3 || inline.level !== 1)
          throw faulty(
            line,
            `Write {{${name}}} on a line of its own with an empty line before and after: it stands for whole paragraphs.`,
            'paragraph',
            { name },
          );
        return token === inline;
      }
      return true;
    });
  }
}

/** The names to choose from: all where they are few, else those that share most pairs of letters with the one typed. */
function likeness(name: string, names: string[]): string {
  if (names.length <= MOST_NAMED) return names.join(', ');
  const pairs = (text: string): string[] =>
    [...text.toLowerCase()].map((letter, at, all) => letter + (all[at + 1] ?? ''));
  const typed = new Set(pairs(name.slice(0, 60)));
  const shared = (other: string): number => pairs(other).filter((pair) => typed.has(pair)).length / other.length;
  const like = names.toSorted((a, b) => shared(b) - shared(a)).slice(0, MOST_NAMED);
  return like.join(', ');
}

function isProse(step: Step | undefined, names: Names): boolean {
  return step?.do === 'fill' && names[step.name] === 'prose';
}

/** A row that is one bullet makes a list of its own each time; its list tags move out of the loop, so that all rows are one list. */
function hoistList(row: Step[]): { open: Piece; row: Step[]; close: Piece } {
  const first = row[0];
  const last = row.at(-1);
  const opening = first?.do === 'fixed' ? /^<ul[^>]*>\n/.exec(first.html)?.[0] : undefined;
  const closing = '</ul>\n';
  const lists = row.filter((step) => step.do === 'fixed' && /<\/?ul/.test(step.html)).length;
  if (!opening || first === last || lists !== 2 || last?.do !== 'fixed' || !last.html.endsWith(closing)) {
    return { open: { html: '', text: '' }, row, close: { html: '', text: '' } };
  }
  const rows = row.slice();
  rows[0] = { ...(first as Piece), do: 'fixed', html: (first as Piece).html.slice(opening.length) };
  rows[rows.length - 1] = { ...last, html: last.html.slice(0, -closing.length), text: last.text.replace(/\n$/, '') };
  return { open: { html: opening, text: '' }, row: rows, close: { html: closing, text: '\n' } };
}
