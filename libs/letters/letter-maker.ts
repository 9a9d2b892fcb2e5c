import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { breachKey, factsOf, getController, textsOf } from '#libs/breach/index.js';
import type { PersonRow } from '#libs/people/index.js';
import {
  Problem,
  derivedKey,
  type Config,
  type Keyring,
  type Language,
  type SealingKey,
} from '#libs/platform/index.js';
import { codeOf, tokenOf, wordOf } from './codes.js';
import { letterInputs, letterView, type LetterInputs, type NoticeInputs } from './letter-inputs.js';
import { bodiesOf, type Notice } from './notice.js';
import { LetterRenderer, type LetterPart, type RenderedLetter } from './render.js';
import { getSharedTemplates } from './shared-templates.store.js';

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

/** A letter's row with its person's part opened. */
export interface OpenedLetter {
  id: string;
  languages: Language[];
  inputs: LetterInputs;
}

/** An invented letter id for checks and previews: its code belongs to no letter. */
const NO_LETTER = '00000000-0000-7000-8000-000000000000';

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
    };
    const shared = await getSharedTemplates(tx, sources.shared);
    const renderers: Partial<Record<Language, LetterRenderer>> = {};
    for (const [language, { body }] of Object.entries(bodies))
      renderers[language as Language] = new LetterRenderer(body, shared);
    const sourcesHash = createHash('sha256')
      .update(JSON.stringify([inputs, bodies, sources.shared]))
      .digest('hex');
    return new LetterMaker(inputs, sourcesHash, codeKeyOf(await breachKey(tx, keyring, notice.breachId)), renderers);
  }

  /** What keeps this person's letter from being made, in words; null when nothing does. */
  faultOf(person: PersonRow): string | null {
    try {
      this.make(person, NO_LETTER);
      return null;
    } catch (error) {
      if (error instanceof Problem && error.code === 'letter.incomplete') return error.message;
      throw error;
    }
  }

  /** The letter of a person; with an id it is the one that will be sent. Throws `letter.incomplete`. */
  make(person: PersonRow, letterId: string = NO_LETTER): MadeLetter & { inputs: LetterInputs } {
    const inputs = letterInputs(person);
    return { ...this.remake({ id: letterId, languages: person.languages, inputs }), inputs };
  }

  /** A person's letter before its languages are put together, as the linter reads it. Throws `letter.incomplete`. */
  parts(person: PersonRow): LetterPart[] {
    const letter = { id: NO_LETTER, languages: person.languages, inputs: letterInputs(person) };
    return this.partsOf(letter, this.secretsOf(NO_LETTER));
  }

  private secretsOf(letterId: string): { code: string; token: string; word: string } {
    return {
      code: codeOf(this.codeKey, letterId),
      token: tokenOf(this.codeKey, letterId),
      word: wordOf(this.codeKey, letterId),
    };
  }

  private partsOf(letter: OpenedLetter, secrets: { code: string; word: string }): LetterPart[] {
    return letter.languages.map((language) => {
      const renderer = this.renderers[language];
      if (!renderer || !this.notice.texts[language])
        throw new Problem('refused', 'letter.incomplete', `The texts of the breach are missing in ${language}.`);
      return renderer.render(letterView(this.notice, letter.inputs, language, secrets));
    });
  }

  /** A letter made again from what is kept of it. */
  remake(letter: OpenedLetter): MadeLetter {
    const secrets = this.secretsOf(letter.id);
    const parts = this.partsOf(letter, secrets);
    const rendered = LetterRenderer.join(parts);
    const inputsHash = createHash('sha256')
      .update(this.sourcesHash)
      .update(JSON.stringify([letter.id, letter.languages, letter.inputs]))
      .digest();
    return { ...rendered, ...secrets, inputsHash, bodyHash: createHash('sha256').update(rendered.text).digest() };
  }
}

/** The key from which the codes, tokens and words of one breach are derived. */
export function codeKeyOf(key: SealingKey): SealingKey {
  return derivedKey(key, 'code');
}
