import { createHash } from 'node:crypto';
import { isDocumentKind, type BreachFacts, type BreachTexts, type Controller } from '#libs/breach/index.js';
import type { CurrentExposure, PersonRow } from '#libs/people/index.js';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { adviceFor } from './advice-book.js';
import type { ExposureView } from './letter-view.js';
import { letterInputs, type FormerLetter } from './letter-inputs.js';
import type { LetterMaker } from './letter-maker.js';
import { isAskedOf } from './lint-asked.js';
import { findingOf, lintLetter, type Finding, type LintRule } from './lint.js';
import { LETTERS_OF_KIND, type NoticeKind } from './notice-kind.js';
import type { Override } from './notice-overrides.store.js';
import { compileLetter } from './template.js';

/** A finding in the letters of one language, and who let it pass. */
export interface NoticeFinding extends Finding {
  language: Language;
  override: Override | null;
}

/** What the findings of a notice are made from. */
export interface NoticeMaterial {
  kind: NoticeKind;
  facts: BreachFacts;
  controller: Controller;
  texts: Partial<Record<Language, { revision: number; texts: BreachTexts }>>;
  bodies: Partial<Record<Language, { version: number; body: string }>>;
}

/** A letter that the linter reads, and what of its person's it states. */
interface Sample {
  language: Language;
  /** Front matter with the subject, then the letter's text. */
  source: string;
  person: Pick<PersonRow, 'exposures'>;
}

const MOST_SAMPLES = 200;
/** Lines that stand before a letter's text in a sample. */
const HEAD_LINES = 3;
/**
 * Chooses the letters that the linter reads: in each language a person who has something exposed that no letter chosen
 * before states in that way. So every paragraph that any letter can hold is read once, in a few dozen letters at most.
 */
export class SampleLetters {
  readonly samples: Sample[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly maker: LetterMaker) {}

  /** Takes a person whose letter can be made. */
  offer(person: PersonRow, former: FormerLetter | null): void {
    if (this.samples.length >= MOST_SAMPLES) return;
    const states = letterInputs(person).exposures.map((one) =>
      [one.dataKind, one.country, one.extent, one.confidence].join('|'),
    );
    const fresh = person.languages.filter((language) =>
      [...states, ''].some((state) => !this.seen.has(`${language}|${state}`)),
    );
    if (fresh.length === 0) return;
    for (const part of this.maker.parts(person, former)) {
      if (!fresh.includes(part.language)) continue;
      for (const state of [...states, '']) this.seen.add(`${part.language}|${state}`);
      const source = `---\nsubject: ${part.subject}\n---\n${part.text}`;
      this.samples.push({ language: part.language, source, person: { exposures: person.exposures } });
    }
  }
}

/** What the linter and the register find in the letters of a notice, each thing once in each language. */
export function findInNotice(
  material: NoticeMaterial,
  languages: Set<Language>,
  samples: Sample[],
  wordsIn: Language,
): Omit<NoticeFinding, 'override'>[] {
  const found = new Map<string, Omit<NoticeFinding, 'override'>>();
  const add = (language: Language, finding: Finding): void => {
    const key = `${language}|${finding.rule}|${finding.why}`;
    if (!found.has(key)) found.set(key, { ...finding, language });
  };
  for (const { language, source, person } of samples) {
    for (const finding of lintLetter(source, language, wordsIn)) {
      if (!isAskedOf(material.kind, finding.rule)) continue;
      add(language, { ...finding, line: Math.max(1, finding.line - HEAD_LINES) });
    }
    for (const [rule, it] of againstRegister(material, language, source, person))
      add(language, findingOf({ rule, it }, 1, wordsIn));
  }
  for (const [language, rule, it] of betweenLanguages(material, languages))
    add(language, findingOf({ rule, it }, 1, wordsIn));
  return [...found.values()].toSorted(
    (a, b) =>
      LANGUAGES.indexOf(a.language) - LANGUAGES.indexOf(b.language) ||
      Number(a.level === 'warn') - Number(b.level === 'warn') ||
      a.line - b.line,
  );
}

function isOut(exposure: CurrentExposure): exposure is CurrentExposure & ExposureView {
  return exposure.confidence !== 'excluded';
}

/** What only the register knows of a letter. */
function againstRegister(
  { kind, facts, controller, texts, bodies }: NoticeMaterial,
  language: Language,
  source: string,
  person: Pick<PersonRow, 'exposures'>,
): [LintRule, string][] {
  const found: [LintRule, string][] = [];
  const open = person.exposures.filter(isOut);
  const unknown = [...new Set(open.map((one) => one.dataKind))].filter((kind) => !facts.dataKinds.includes(kind));
  if (unknown.length > 0) found.push(['data-kinds', unknown.toSorted().join(', ')]);
  const { placeholders } = compileLetter(bodies[language]!.body);
  const { says } = LETTERS_OF_KIND[kind];
  if (says === 'everything' && !placeholders.includes('exposures')) found.push(['data-kinds', '{{#each exposures}}']);
  const renews = open.some((one) => isDocumentKind(one.dataKind) && adviceFor(one).action === 'renew');
  const saysCosts = texts[language]?.texts.whoPays !== undefined && placeholders.includes('breach.whoPays');
  if (says !== 'to-do' && renews && !saysCosts) found.push(['renewal-costs', '']);
  const { email, phone, name } = controller.dataProtectionOfficer;
  if (!source.includes(email) && !source.includes(phone)) found.push(['officer-contact', name]);
  return found;
}

/**
 * What one language has and another lacks: values, parts, and changes of the breach's words that were not translated.
 * Whether a letter's own text follows the change of another is a fault of the notice (`textStatesOf`).
 */
function betweenLanguages({ texts, bodies }: NoticeMaterial, languages: Set<Language>): [Language, LintRule, string][] {
  const found: [Language, LintRule, string][] = [];
  const used = LANGUAGES.filter((language) => languages.has(language) && bodies[language]);
  const compiled = new Map(used.map((language) => [language, compileLetter(bodies[language]!.body)]));
  const newestTexts = Math.max(...used.map((language) => texts[language]?.revision ?? 0));
  const lacking = (own: string[], all: string[]): string =>
    [...new Set(all)]
      .filter((name) => !own.includes(name))
      .toSorted()
      .join(', ');
  for (const language of used) {
    const letter = compiled.get(language)!;
    const values = lacking(
      letter.placeholders,
      [...compiled.values()].flatMap((one) => one.placeholders),
    );
    if (values !== '') found.push([language, 'placeholders-differ', values]);
    const blocks = lacking(
      letter.blocks,
      [...compiled.values()].flatMap((one) => one.blocks),
    );
    if (blocks !== '') found.push([language, 'blocks-differ', blocks]);
    const revision = texts[language]?.revision;
    if (revision !== undefined && revision < newestTexts)
      found.push([language, 'untranslated', `${revision} < ${newestTexts}`]);
  }
  return found;
}

/** SHA-256 of what letters say in a language beside what is their persons' own: an override holds for exactly this. */
export function textHash(
  { kind, texts, bodies, facts, controller }: NoticeMaterial,
  shared: string,
  language: Language,
): Buffer {
  const said = [kind, bodies[language]?.body, texts[language]?.texts, facts, controller, shared];
  return createHash('sha256').update(JSON.stringify(said)).digest();
}
