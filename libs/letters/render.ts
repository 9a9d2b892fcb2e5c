import Handlebars from 'handlebars';
import { Problem, type Fault, type Language } from '#libs/platform/pure.js';
import { AdviceBook, shippedAdvice } from './advice-book.js';
import type { ExposureView, LetterView } from './letter-view.js';
import {
  PERSONAL,
  advised,
  exposedScope,
  kindScope,
  ownFaults,
  personFaults,
  personScope,
  sharedFaults,
  sharedScope,
  sharedValues,
  type Scope,
  type SharedValues,
} from './render-values.js';
import { sharedTemplates, type SharedTemplates } from './template-files.js';
import { escapeHtml, type Piece } from './template-markdown.js';
import { compileLetter, type CompiledLetter, type Step, type SubjectForm } from './template.js';

/** A letter as it leaves the house. */
export interface RenderedLetter {
  subject: string;
  html: string;
  text: string;
}

/** A letter in one language, before it is put together with its other languages. */
export interface LetterPart extends RenderedLetter {
  language: Language;
  frame: LetterFrame;
}

/** The shared part of a notice's letters, worked into its text; only what is a person's own is left to fill. */
interface LetterProgram {
  values: SharedValues;
  steps: Step[];
  whoPays: Piece | undefined;
  /** The same text for persons of whom the same is out, with all that they share worked in. */
  alike: Map<string, Step[]>;
}

/** Different sets of exposures that a renderer remembers: a few megabytes at most. */
const MOST_REMEMBERED = 2_000;
/** Whole texts that a renderer remembers, of the persons alike that come first; some 40 KB each, 10 MB at most. */
const MOST_ALIKE = 250;
const POINTER = 'margin:0 0 4px;font-weight:bold';
const BODY_MARK = '\uE000body\uE001';

/** What stands around the letters of a mail, and the words that lead from one language to the next. */
export class LetterFrame {
  private readonly wrap: Handlebars.TemplateDelegate<{ language: string; subject: string; body: string }>;
  private readonly halves = new Map<string, [string, string]>();

  constructor(
    shared: SharedTemplates,
    readonly book: AdviceBook,
  ) {
    this.wrap = Handlebars.create().compile(shared.wrapper, { strict: true, knownHelpersOnly: true });
  }

  join(parts: LetterPart[]): RenderedLetter {
    const subject = [...new Set(parts.map((part) => part.subject))].join(' / ');
    const pointers = this.book.pointers(parts.map((part) => part.language));
    let html = pointers
      .map(({ language, words }) => `<p lang="${language}" style="${POINTER}">${escapeHtml(words)}</p>\n`)
      .join('');
    let text = pointers.length > 0 ? `${pointers.map(({ words }) => words).join('\n')}\n\n` : '';
    for (const [at, part] of parts.entries()) {
      if (at > 0 || pointers.length > 0)
        html += at > 0 ? '<hr style="margin:40px 0">\n' : '<hr style="margin:16px 0 20px">\n';
      if (at > 0) text += '\n\n* * *\n\n\n';
      html += `<div lang="${part.language}">\n${part.html}</div>\n`;
      text += part.text;
    }
    const [before, after] = this.around(parts[0]!.language, subject);
    return { subject, html: before + html + after, text };
  }

  /** The wrapper before and after the body, filled once for each language and subject. */
  private around(language: Language, subject: string): [string, string] {
    const key = `${language}|${subject}`;
    let found = this.halves.get(key);
    if (!found) {
      const [before, after] = this.wrap({ language, subject, body: BODY_MARK }).split(BODY_MARK);
      if (after === undefined)
        throw new Problem('bad-input', 'template.faulty', 'In templates/letters/email.hbs: write {{{body}}} once.');
      this.halves.set(key, (found = [before!, after]));
    }
    return found;
  }
}

/** Reading the shared templates costs more than many letters: the same ones are read once. */
const frames = new WeakMap<SharedTemplates, LetterFrame>();

function frameOf(shared: SharedTemplates): LetterFrame {
  let frame = frames.get(shared);
  if (!frame) {
    const book = shared === sharedTemplates() ? shippedAdvice() : new AdviceBook(shared);
    frames.set(shared, (frame = new LetterFrame(shared, book)));
  }
  return frame;
}

/**
 * Makes the letters of one text in one language. Knows neither database nor framework: the same text, shared templates
 * and view give the same bytes. `shared` is given where a letter is made again from templates kept with it.
 */
export class LetterRenderer {
  readonly compiled: CompiledLetter;
  private readonly frame: LetterFrame;
  private program: LetterProgram | null = null;
  private readonly exposed = new Map<string, Scope>();

  /** Throws `template.faulty` with the line. */
  constructor(
    source: string,
    shared: SharedTemplates = sharedTemplates(),
    private readonly subjectForm: SubjectForm = 'neutral',
  ) {
    this.compiled = compileLetter(source);
    this.frame = frameOf(shared);
  }

  /** Throws `letter.incomplete`, with one fault for each value that is missing. */
  render(view: LetterView): LetterPart {
    const { language, salutation } = this.compiled;
    const subject = this.compiled.subject[this.subjectForm];
    if (view.language !== language) throw new Error(`a text in ${language} makes no letter in ${view.language}`);
    const { book } = this.frame;
    const program = this.prepare(view);
    const key = alikeKey(view);
    let steps = program.alike.get(key);
    const faults = steps ? personFaults(view) : ownFaults(view, book);
    if (faults.length > 0) throw incomplete(faults);
    let scope = personScope(view, { book, salutation });
    if (!steps) {
      const alike = new Map([...this.exposedOf(view), ...kindScope(view, { whoPays: program.whoPays, book })]);
      if (program.alike.size < MOST_ALIKE) {
        steps = workIn(program.steps, alike, (name) => !PERSONAL.has(name));
        program.alike.set(key, steps);
      } else {
        steps = program.steps;
        scope = new Map([...alike, ...scope]);
      }
    }
    const out: Piece = { html: '', text: '' };
    fill(steps, scope, out);
    return { language, subject, html: out.html, text: `${out.text.trimEnd()}\n`, frame: this.frame };
  }

  /** Many persons of a breach have the same things exposed: their rows are made once. */
  private exposedOf(view: LetterView): Scope {
    const key = exposedKey(view);
    let scope = this.exposed.get(key);
    if (!scope) {
      if (this.exposed.size >= MOST_REMEMBERED) this.exposed.clear();
      this.exposed.set(key, (scope = exposedScope(view, this.frame.book)));
    }
    return scope;
  }

  /** One letter of one or more languages, in their order. */
  static join(parts: LetterPart[]): RenderedLetter {
    return parts[0]!.frame.join(parts);
  }

  /** Letters of one notice come after one another with equal shared values: only the first of them is prepared. */
  private prepare(view: LetterView): LetterProgram {
    const values = sharedValues(view);
    const last = this.program;
    if (last && Object.keys(values).every((name) => last.values[name] === values[name])) return last;
    const faults = sharedFaults(values, view);
    if (faults.length > 0) throw incomplete(faults);
    const scope = sharedScope(values, view);
    const whoPays = scope.get('breach.whoPays') as Piece | undefined;
    scope.delete('breach.whoPays');
    return (this.program = { values, steps: workIn(this.compiled.steps, scope, isShared), whoPays, alike: new Map() });
  }
}

export function incomplete(faults: Fault[]): Problem {
  return new Problem(
    'refused',
    'letter.incomplete',
    `This letter lacks something. ${faults.map((fault) => fault.message).join(' ')}`,
    faults,
  );
}

/** Names that are the same in all letters of a notice, whether or not they have a value. */
function isShared(name: string): boolean {
  return name !== 'breach.whoPays' && /^(breach\.|controller\.|(date|notice|address|realAddress)$)/.test(name);
}

/** All that decides which things a letter names and which advice it gives. */
function exposedKey(view: LetterView): string {
  const own = view.kind === 'follow-up' ? inWords(advised(view)) : '';
  return `${view.kind}|${view.addressee?.of}|${view.residence}#${inWords(view.exposures)}#${own}`;
}

/** Letters with equal keys differ in what is a person's own and in nothing else. */
function alikeKey(view: LetterView): string {
  return `${view.isCourtesy}|${exposedKey(view)}`;
}

function inWords(exposures: ExposureView[]): string {
  let words = '';
  for (const { dataKind, country, extent, confidence } of exposures)
    words += `${dataKind}|${country}|${extent}|${confidence};`;
  return words;
}

/** Replaces what is known by its value and joins neighbouring pieces, so that a letter fills only what is its own. */
function workIn(steps: Step[], known: Scope, isKnown: (name: string) => boolean): Step[] {
  const out: Step[] = [];
  let kept: Piece[] = [];
  // Joined as one flat string each: V8 would keep a chain of pieces and walk it again for every letter.
  const flush = (): void => {
    const joined = (form: keyof Piece): string => kept.map((piece) => piece[form]).join('');
    if (kept.length > 0) out.push({ do: 'fixed', html: joined('html'), text: joined('text') });
    kept = [];
  };
  const push = (step: Step): void => {
    if (step.do === 'fixed') return void kept.push(step);
    flush();
    out.push(step);
  };
  for (const step of steps) {
    if (step.do === 'fixed') push(step);
    else if (!isKnown(step.name)) push(within(step, known, isKnown));
    else if (step.do === 'if')
      for (const inner of workIn(known.has(step.name) ? step.met : step.otherwise, known, isKnown)) push(inner);
    else if (step.do === 'each') kept.push(rowsOf(step, known));
    else if (known.has(step.name)) kept.push(lineOf(known, step.name));
    // Missing: said when the letter is filled.
    else push(step);
  }
  flush();
  return out;
}

/** A step that stays, with what is known worked into the steps in it. */
function within(step: Exclude<Step, { do: 'fixed' }>, known: Scope, isKnown: (name: string) => boolean): Step {
  if (step.do === 'each') return { ...step, row: workIn(step.row, new Map(), () => false) };
  if (step.do === 'fill') return step;
  return { ...step, met: workIn(step.met, known, isKnown), otherwise: workIn(step.otherwise, known, isKnown) };
}

function rowsOf(step: Extract<Step, { do: 'each' }>, scope: Scope): Piece {
  const out: Piece = { html: '', text: '' };
  fill([step], scope, out);
  return out;
}

/** Adds the steps of a text to `out`, with the values of `scope`. Throws `letter.incomplete`. */
export function fill(steps: Step[], scope: Scope, out: Piece): void {
  for (const step of steps) {
    if (step.do === 'fixed') add(out, step);
    else if (step.do === 'fill') add(out, lineOf(scope, step.name));
    else if (step.do === 'if') fill(scope.has(step.name) ? step.met : step.otherwise, scope, out);
    else {
      add(out, step.open);
      for (const row of (scope.get(step.name) as Scope[] | undefined) ?? []) fill(step.row, row, out);
      add(out, step.close);
    }
  }
}

function add(out: Piece, piece: Piece): void {
  out.html += piece.html;
  out.text += piece.text;
}

/** A value that a text names outside an `{{#if}}` must be there. */
function lineOf(scope: Scope, name: string): Piece {
  const value = scope.get(name);
  if (value === undefined || Array.isArray(value))
    throw incomplete([
      {
        at: name,
        message: `Enter "${name}", or put it between {{#if ${name}}} and {{/if}}.`,
        code: 'letter.optional',
        values: { name },
      },
    ]);
  return value;
}
