import type { Language } from '#libs/platform/pure.js';
import { shippedAdvice } from './advice-book.js';
import type { LetterView } from './letter-view.js';
import { LetterFrame, type LetterPart } from './render.js';
import {
  exposedScope,
  ownFaults,
  ownScope,
  sharedFaults,
  sharedScope,
  sharedValues,
  type Scope,
} from './render-values.js';
import { sharedTemplates } from './template-files.js';
import { escapeHtml, type Piece } from './template-markdown.js';
import {
  PLACEHOLDERS,
  compileLetter,
  type CompiledLetter,
  type Salutations,
  type Step,
  type SubjectForm,
} from './template.js';

/** A letter as far as it can be made, in one language. */
export interface DraftPart extends LetterPart {
  language: Language;
  /** Names of the values that are missing, each once, in the order in which the letter would need them. */
  missing: string[];
}

/** Glows in every mail program, and where styles are dropped `mark` does by itself. */
const GLOW = 'background:#ffdd00;color:#14213d;padding:0 4px';

let shippedFrame: LetterFrame | null = null;

/**
 * Makes a letter for its writer to look at: where a value is missing, the name of its placeholder stands marked in its
 * place. With nothing missing it is, byte for byte, what `LetterRenderer` makes.
 */
export function draftPart(compiled: CompiledLetter, view: LetterView, subject: SubjectForm = 'neutral'): DraftPart {
  const { scope, lacking } = draftScope(view, compiled.salutation);
  for (const name of lacking) scope.set(name, marked(name));
  const out: Piece = { html: '', text: '' };
  const missing = new Set<string>();
  fill(compiled.steps, scope, out, missing, new Set(lacking));
  return {
    language: compiled.language,
    subject: compiled.subject[subject],
    html: out.html,
    text: `${out.text.trimEnd()}\n`,
    frame: frame(),
    missing: [...missing],
  };
}

/**
 * A text with the values that it takes in, each on the line of its placeholder, so that whoever checks the words names
 * the line of the text: conditions and what they leave out become empty lines, of the front matter the subject stays. Of
 * a list the first row stands.
 */
export function filledText(source: string, view: LetterView, subjectForm: SubjectForm = 'neutral'): string {
  const { salutation, subject } = compileLetter(source);
  const { scope } = draftScope(view, salutation);
  const head = /^---\n[\s\S]*?\n---\n/.exec(source)?.[0] ?? '';
  const body = source.slice(head.length);
  const scopes: { here: Scope; isShown: boolean }[] = [{ here: scope, isShown: true }];
  const lines = body.split('\n').map((line) => {
    const [, open, name, otherwise, close] =
      /^\s*\{\{(?:#(if|each) ([\w.]+)|(else)|\/(if|each))\}\}\s*$/.exec(line) ?? [];
    const { here, isShown } = scopes.at(-1)!;
    if (open === 'if') scopes.push({ here, isShown: isShown && here.has(name!) });
    else if (open === 'each') {
      const [row] = (here.get(name!) as Scope[] | undefined) ?? [];
      scopes.push({ here: row ?? new Map(), isShown: isShown && row !== undefined });
    } else if (otherwise) {
      scopes.pop();
      scopes.push({ here, isShown: scopes.at(-1)!.isShown && !isShown });
    } else if (close) scopes.pop();
    else if (isShown) return line.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, value: string) => lineIn(here.get(value)));
    return '';
  });
  const blank = '\n'.repeat(Math.max(0, head.split('\n').length - 4));
  return `---\nsubject: ${subject[subjectForm]}\n${blank}---\n${lines.join('\n')}`;
}

function lineIn(value: Piece | Scope[] | undefined): string {
  return value === undefined || Array.isArray(value) ? '' : value.text.trim().replace(/\s*\n\s*/g, ' ');
}

/** Every value that there is, and the names of those that every letter needs and that are not there. */
function draftScope(view: LetterView, salutation: Salutations | null): { scope: Scope; lacking: string[] } {
  const values = sharedValues(view);
  const shared = sharedScope(values, view);
  const whoPays = shared.get('breach.whoPays') as Piece | undefined;
  shared.delete('breach.whoPays');
  const { book } = frame();
  const scope = ownScope(view, new Map([...shared, ...exposedScope(view, book)]), { whoPays, book, salutation });
  const lacking = [...sharedFaults(values, view), ...ownFaults(view, book)]
    .map((fault) => fault.at)
    .filter((name) => Object.hasOwn(PLACEHOLDERS, name));
  for (const name of lacking) scope.delete(name);
  return { scope, lacking };
}

function frame(): LetterFrame {
  return (shippedFrame ??= new LetterFrame(sharedTemplates(), shippedAdvice()));
}

/** What stands in the place of a value that is missing: a marked name, a marked paragraph, or one row of marked names. */
function marked(name: string, names: typeof PLACEHOLDERS = PLACEHOLDERS): Piece | Scope[] {
  const kind = names[name]!;
  if (typeof kind === 'object') return [new Map(Object.keys(kind).map((field) => [field, marked(field, kind)]))];
  const html = `<mark style="${GLOW}">${escapeHtml(name)}</mark>`;
  const text = `[[${name}]]`;
  return kind === 'prose' ? { html: `<p>${html}</p>\n`, text: `${text}\n\n` } : { html, text };
}

function fill(steps: Step[], scope: Scope, out: Piece, missing: Set<string>, lacking: Set<string>): void {
  const add = (piece: Piece): void => {
    out.html += piece.html;
    out.text += piece.text;
  };
  for (const step of steps) {
    if ('name' in step && lacking.has(step.name)) missing.add(step.name);
    if (step.do === 'fixed') add(step);
    else if (step.do === 'fill') {
      const value = scope.get(step.name);
      if (value === undefined) missing.add(step.name);
      add((value ?? marked(step.name)) as Piece);
    } else if (step.do === 'if') {
      fill(scope.has(step.name) ? step.met : step.otherwise, scope, out, missing, lacking);
    } else {
      add(step.open);
      for (const row of (scope.get(step.name) as Scope[] | undefined) ?? []) fill(step.row, row, out, missing, lacking);
      add(step.close);
    }
  }
}
