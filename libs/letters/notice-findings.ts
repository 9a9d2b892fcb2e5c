import { createHash } from 'node:crypto';
import { isDocumentKind, type BreachFacts, type BreachTexts, type Controller } from '#libs/breach/index.js';
import type { PersonRow } from '#libs/people/index.js';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { adviceFor } from './advice.js';
import { letterInputs } from './letter-inputs.js';
import type { LetterMaker } from './letter-maker.js';
import { findingOf, lintLetter, type Finding, type LintRule } from './lint.js';
import type { NoticeKind } from './notice-kind.js';
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
/** Parts that only the letter of Art. 34 itself must have. A reminder reminds of one that had them. */
const OF_THE_FIRST_LETTER = new Set<LintRule>(['missing-nature', 'missing-consequences', 'missing-measures']);

/**
 * Chooses the letters that the linter reads: in each language a person who has something exposed that no letter chosen
 * before states in that way. So every paragraph that any letter can hold is read once, in a few dozen letters at most.
 */
export class SampleLetters {
  readonly samples: Sample[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly maker: LetterMaker) {}

  /** Takes a person whose letter can be made. */
  offer(person: PersonRow): void {
    if (this.samples.length >= MOST_SAMPLES) return;
    const states = letterInputs(person).exposures.map((one) =>
      [one.dataKind, one.country, one.extent, one.confidence].join('|'),
    );
    const fresh = person.languages.filter((language) =>
      [...states, ''].some((state) => !this.seen.has(`${language}|${state}`)),
    );
    if (fresh.length === 0) return;
    // A name is nobody's fault, and must not come back in what the linter says.
    const nameless = { ...person, record: { ...person.record!, givenName: 'N.', familyName: 'N.' } };
    for (const part of this.maker.parts(nameless)) {
      if (!fresh.includes(part.language)) continue;
      for (const state of [...states, '']) this.seen.add(`${part.language}|${state}`);
      const source = `---\nsubject: ${part.subject}\n---\n${part.text}`;
      this.samples.push({ language: part.language, source, person });
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
      const isMild = material.kind === 'reminder' && OF_THE_FIRST_LETTER.has(finding.rule);
      add(language, {
        ...finding,
        line: Math.max(1, finding.line - HEAD_LINES),
        level: isMild ? 'warn' : finding.level,
      });
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

/** What only the register knows of a letter. */
function againstRegister(
  { facts, controller, texts, bodies }: NoticeMaterial,
  language: Language,
  source: string,
  person: Pick<PersonRow, 'exposures'>,
): [LintRule, string][] {
  const found: [LintRule, string][] = [];
  const open = person.exposures.filter((one) => one.confidence !== 'excluded');
  const unknown = [...new Set(open.map((one) => one.dataKind))].filter((kind) => !facts.dataKinds.includes(kind));
  if (unknown.length > 0) found.push(['data-kinds', unknown.toSorted().join(', ')]);
  const { placeholders } = compileLetter(bodies[language]!.body);
  if (!placeholders.includes('exposures')) found.push(['data-kinds', '{{#each exposures}}']);
  const renews = open.some((one) => isDocumentKind(one.dataKind) && adviceFor(one).action === 'renew');
  const saysCosts = texts[language]?.texts.whoPays !== undefined && placeholders.includes('breach.whoPays');
  if (renews && !saysCosts) found.push(['renewal-costs', '']);
  const { email, phone, name } = controller.dataProtectionOfficer;
  if (!source.includes(email) && !source.includes(phone)) found.push(['officer-contact', name]);
  return found;
}

/** What one language has and another lacks: values, parts, and changes that were not translated. */
function betweenLanguages({ texts, bodies }: NoticeMaterial, languages: Set<Language>): [Language, LintRule, string][] {
  const found: [Language, LintRule, string][] = [];
  const used = LANGUAGES.filter((language) => languages.has(language) && bodies[language]);
  const compiled = new Map(used.map((language) => [language, compileLetter(bodies[language]!.body)]));
  const newestBody = Math.max(...used.map((language) => bodies[language]!.version));
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
    const { version } = bodies[language]!;
    if (version < newestBody) found.push([language, 'untranslated', `${version} < ${newestBody}`]);
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
