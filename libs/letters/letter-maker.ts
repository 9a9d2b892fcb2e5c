import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { breachKey, factsOf, getController, textsOf, type Controller } from '#libs/breach/index.js';
import type { PersonRow } from '#libs/people/index.js';
import {
  Problem,
  derivedKey,
  type Config,
  type Fault,
  type Keyring,
  type Language,
  type SealingKey,
} from '#libs/platform/index.js';
import { codeOf, tokenOf, wordOf } from './codes.js';
import { inputsOfKind, letterView, type FormerLetter, type LetterInputs, type NoticeInputs } from './letter-inputs.js';
import { bodiesOf, type Notice } from './notice.js';
import { paperOf, papersOf, type PaperForm, type PaperPart } from './paper.js';
import { LetterRenderer, incomplete, type LetterPart, type RenderedLetter } from './render.js';
import { getSharedTemplates } from './shared-templates.store.js';
import type { PaperTemplates } from './template-files.js';

/** A letter as it leaves the house, with what binds it to what it was made from. */
export interface MadeLetter extends RenderedLetter {
  code: string;
  token: string;
  word: string;
  /** SHA-256 over everything the letter was made from. */
  inputsHash: Buffer;
  /** SHA-256 over its text part. */
  bodyHash: Buffer;
}

/** A letter among the sheets of a print run; `code` and `marks` as `RunLetter` says. */
export interface LetterOfRun extends Omit<PaperForm, 'window'> {
  letter: OpenedLetter;
  code: string;
  marks: string[];
}

/** A letter's row with its person's part opened. */
export interface OpenedLetter {
  id: string;
  languages: Language[];
  inputs: LetterInputs;
}

/** An invented letter id for checks and previews: its code belongs to no letter. */
export const NO_LETTER = '00000000-0000-7000-8000-000000000000';

/**
 * Makes the letters of one notice. Built once from the revisions that the notice names, after which a letter is a pure
 * function of its id, its languages and its person's part: the same bytes years later.
 */
export class LetterMaker {
  private constructor(
    private readonly notice: NoticeInputs,
    private readonly sourcesHash: string,
    private readonly codeKey: SealingKey,
    private readonly renderers: Partial<Record<Language, LetterRenderer>>,
    private readonly paper: PaperTemplates | undefined,
  ) {}

  /** Reads the revisions that `notice.sources` names and compiles its texts. Throws `template.faulty`. */
  static async of(tx: EntityManager, notice: Notice, keyring: Keyring, config: Config): Promise<LetterMaker> {
    const sources = notice.sources!;
    const bodies = await bodiesOf(tx, notice.id, sources.bodies);
    const texts = await textsOf(tx, notice.breachId, sources.texts);
    const inputs: NoticeInputs = {
      reference: notice.reference,
      dated: notice.dated!,
      facts: (await factsOf(tx, notice.breachId, sources.facts)).facts,
      texts: Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, text.texts])),
      controller: (await getController(tx, sources.controller)).controller,
      address: `${config.publicUrl}/n`,
      ...(notice.kind === 'initial' ? {} : { kind: notice.kind }),
    };
    const shared = await getSharedTemplates(tx, sources.shared);
    const renderers: Partial<Record<Language, LetterRenderer>> = {};
    for (const [language, { body }] of Object.entries(bodies))
      renderers[language as Language] = new LetterRenderer(body, shared, sources.subject ?? 'neutral');
    const sourcesHash = createHash('sha256')
      .update(JSON.stringify([inputs, bodies, sources.shared, ...(sources.subject === 'plain' ? ['plain'] : [])]))
      .digest('hex');
    const codeKey = codeKeyOf(await breachKey(tx, keyring, notice.breachId));
    return new LetterMaker(inputs, sourcesHash, codeKey, renderers, shared.paper);
  }

  /** What keeps this person's letter from being made; empty when nothing does. */
  faultsOf(person: PersonRow, former: FormerLetter | null): Fault[] {
    try {
      this.make(person, former, NO_LETTER);
      return [];
    } catch (error) {
      if (error instanceof Problem && error.code === 'letter.incomplete') return error.faults;
      throw error;
    }
  }

  /** The letter of a person; with an id it is the one that will be sent. Throws `letter.incomplete`. */
  make(
    person: PersonRow,
    former: FormerLetter | null,
    letterId: string = NO_LETTER,
  ): MadeLetter & { inputs: LetterInputs } {
    const inputs = inputsOfKind(this.notice.kind ?? 'initial', person, this.notice.texts, former);
    return { ...this.remake({ id: letterId, languages: person.languages, inputs }), inputs };
  }

  /**
   * A person's letter before its languages are put together, as the linter reads it: without the name, which is nobody's
   * fault and must not come back in what the linter says. Throws `letter.incomplete`.
   */
  parts(person: PersonRow, former: FormerLetter | null): LetterPart[] {
    const inputs = inputsOfKind(this.notice.kind ?? 'initial', person, this.notice.texts, former);
    const nameless = { ...inputs, givenName: 'N.', familyName: 'N.' };
    const letter = { id: NO_LETTER, languages: person.languages, inputs: nameless };
    return this.partsOf(letter, this.secretsOf(letter)).map(({ part }) => part);
  }

  /** A letter made again from what is kept of it. */
  remake(letter: OpenedLetter): MadeLetter {
    const secrets = this.secretsOf(letter);
    const rendered = LetterRenderer.join(this.partsOf(letter, secrets).map(({ part }) => part));
    const inputsHash = createHash('sha256')
      .update(this.sourcesHash)
      .update(JSON.stringify([letter.id, letter.languages, letter.inputs]))
      .digest();
    return { ...rendered, ...secrets, inputsHash, bodyHash: createHash('sha256').update(rendered.text).digest() };
  }

  /** The same letter on paper, as PDF. Throws `letter.unprintable`, `paper.no-typesetter`. */
  print(letter: OpenedLetter, { large, postal }: Omit<PaperForm, 'window'>): Buffer {
    const window = this.notice.controller.window ?? 'left';
    return paperOf(this.partsOf(letter, this.secretsOf(letter)), { window, large, postal }, this.paper);
  }

  /** Letters of a print run as one PDF, each page with its mark; every one of them was set alone before (`print`). */
  printRun(title: string, letters: LetterOfRun[]): Buffer {
    const window = this.notice.controller.window ?? 'left';
    const ofRun = letters.map(({ letter, large, postal, code, marks }) => {
      const parts = this.partsOf(letter, this.secretsOf(letter));
      return { parts, form: { window, large, postal }, code, marks };
    });
    return papersOf(ofRun, title, this.paper);
  }

  /** The day on the letters, ISO. */
  get dated(): string {
    return this.notice.dated;
  }

  /** Who the mails come from. */
  get sender(): Controller['sender'] {
    return this.notice.controller.sender;
  }

  private secretsOf({ id }: OpenedLetter): { code: string; token: string; word: string } {
    return { code: codeOf(this.codeKey, id), token: tokenOf(this.codeKey, id), word: wordOf(this.codeKey, id) };
  }

  private partsOf(letter: OpenedLetter, secrets: { code: string; word: string }): PaperPart[] {
    return letter.languages.map((language) => {
      const renderer = this.renderers[language];
      if (!renderer || !this.notice.texts[language])
        throw incomplete([
          {
            at: `texts.${language}`,
            message: `Write the texts of the breach in ${language}.`,
            code: 'letter.texts',
            values: { language },
          },
        ]);
      const view = letterView(this.notice, letter.inputs, language, secrets);
      return { part: renderer.render(view), view };
    });
  }
}

/** The key from which the codes, tokens and words of one breach are derived. */
export function codeKeyOf(key: SealingKey): SealingKey {
  return derivedKey(key, 'code');
}
