import Handlebars from 'handlebars';
import { isDocumentKind, type DataKind } from '#libs/breach/pure.js';
import type { Language } from '#libs/platform/pure.js';
import { shippedAdvice, type Medium } from './advice-book.js';
import type { ExposureView, LetterView } from './letter-view.js';
import { fill, incomplete } from './render.js';
import {
  exposedScope,
  isAnyToBeRenewed,
  sharedFaults,
  sharedScope,
  sharedValues,
  type Scope,
  lackingShared,
} from './render-values.js';
import { communicationTemplate, type CommunicationKind } from './template-files.js';
import type { Piece } from './template-markdown.js';
import { PLACEHOLDERS, compileLetter, type Names } from './template.js';

/** A kind of thing that is out, and for a document the country that issued it; null: of any country. */
export interface ThingOut {
  dataKind: DataKind;
  country: string | null;
}

/** All that a communication is made from, in one language. Nobody's data. */
export interface CommunicationView extends Pick<LetterView, 'language' | 'date' | 'address' | 'breach' | 'controller'> {
  /** Never empty. */
  things: ThingOut[];
}

/** A communication in the three forms in which it is copied. */
export interface RenderedCommunication {
  kind: CommunicationKind;
  language: Language;
  title: string;
  /** A fragment without style, script or link: a `section` with its language. */
  html: string;
  markdown: string;
  text: string;
}

const { title, advice } = { title: 'line', advice: 'prose' } as const;
/** Every placeholder that a communication may hold: those of a letter that are no person's. */
const COMMUNICATION_PLACEHOLDERS: Names = {
  ...Object.fromEntries(
    Object.entries(PLACEHOLDERS).filter(([name]) => /^(breach\.|controller\.|(date|address|realAddress)$)/.test(name)),
  ),
  things: { title },
  renewTitles: 'line',
  renew: { title, advice },
  watch: { title, advice },
};

/** What the reader shows at a counter, where they have a letter of their own and where they have none. */
const MEDIA: Record<CommunicationKind, Medium> = {
  public: 'published',
  press: 'published',
  telephone: 'script',
  intranet: 'script',
};

/**
 * A communication of the facts of a breach, from the same words and advice as the letters. The same view and templates
 * give the same bytes. Throws `letter.incomplete`, naming the value that is missing.
 */
export function renderCommunication(
  kind: CommunicationKind,
  view: CommunicationView,
  source: string = communicationTemplate(kind, view.language),
): RenderedCommunication {
  const { language } = view;
  const compiled = compileLetter(source, COMMUNICATION_PLACEHOLDERS);
  const shared = { ...view, notice: kind };
  const values = sharedValues(shared);
  const exposures = view.things.map((thing): ExposureView => ({ ...thing, extent: 'scan', confidence: 'presumed' }));
  const faults = sharedFaults(values, shared);
  const book = shippedAdvice();
  const renews = isAnyToBeRenewed(exposures, book);
  if (renews && !values['breach.whoPays']?.trim()) faults.push(lackingShared('breach.whoPays', language));
  if (faults.length > 0) throw incomplete(faults);
  const scope: Scope = new Map([
    ...sharedScope(values, shared),
    ...exposedScope({ exposures, language }, book, MEDIA[kind]),
  ]);
  scope.set('things', (scope.get('exposures') as Scope[]).map((row): Scope => new Map([['title', row.get('title')!]]))); // prettier-ignore
  if (!renews) scope.delete('breach.whoPays');
  const out: Piece = { html: '', text: '' };
  fill(compiled.steps, scope, out);
  // Values are escaped, so this finds no attribute but those that mail needs.
  const bare = out.html.replaceAll(/ style="[^"]*"/g, '');
  return {
    kind,
    language,
    title: compiled.subject.plain,
    html: `<section lang="${language}">\n${bare}</section>\n`,
    markdown: markdownOf(source, scope),
    text: `${out.text.trimEnd()}\n`,
  };
}

/** The text as Markdown: values stand in it as text, whatever characters they hold. */
function markdownOf(source: string, scope: Scope): string {
  const body = source.replace(/^---\n[\s\S]*?\n---\n/, '').replaceAll(/ \{#[a-z-]+\}$/gm, '');
  const filled = Handlebars.create().compile(body, { noEscape: true, knownHelpersOnly: true })(nested(scope));
  return `${filled.replaceAll(/\n{3,}/g, '\n\n').trim()}\n`;
}

/** `breach.whoPays` as Handlebars looks it up. */
function nested(scope: Scope): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of scope) {
    const parts = name.split('.');
    let at = root;
    for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
    at[parts.at(-1)!] = Array.isArray(value) ? value.map(nested) : markdownText(value.text);
  }
  return root;
}

function markdownText(text: string): string {
  return text
    .trimEnd()
    .replaceAll(/[\\`*_[\]<>|]/g, '\\$&')
    .replaceAll(/^(\s*)([#=~]|-{2,})/gm, '$1\\$2');
}

/** Which of the things that are out a text names: documents with their country, others once. */
export function thingsOf(kinds: DataKind[], documents: ThingOut[], ownCountry: string | null): ThingOut[] {
  return kinds.flatMap((dataKind): ThingOut[] => {
    if (!isDocumentKind(dataKind)) return [{ dataKind, country: null }];
    const found = documents.filter((one) => one.dataKind === dataKind);
    return found.length > 0 ? found : [{ dataKind, country: ownCountry }];
  });
}
