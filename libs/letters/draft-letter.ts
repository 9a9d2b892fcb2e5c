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
import { PLACEHOLDERS, type CompiledLetter, type Step } from './template.js';

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
export function draftPart(compiled: CompiledLetter, view: LetterView): DraftPart {
  const frame = (shippedFrame ??= new LetterFrame(sharedTemplates(), shippedAdvice()));
  const values = sharedValues(view);
  const shared = sharedScope(values, view);
  const whoPays = shared.get('breach.whoPays') as Piece | undefined;
  shared.delete('breach.whoPays');
  const exposed = exposedScope(view.exposures, view.language, frame.book);
  const scope = ownScope(view, new Map([...shared, ...exposed]), whoPays);
  const lacking = [...sharedFaults(values, view), ...ownFaults(view)].map((fault) => fault.at);
  for (const name of lacking) if (Object.hasOwn(PLACEHOLDERS, name)) scope.set(name, marked(name));
  const out: Piece = { html: '', text: '' };
  const missing = new Set<string>();
  fill(compiled.steps, scope, out, missing, new Set(lacking));
  return {
    language: compiled.language,
    subject: compiled.subject,
    html: out.html,
    text: `${out.text.trimEnd()}\n`,
    frame,
    missing: [...missing],
  };
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
