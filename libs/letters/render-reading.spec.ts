import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { readingOfText } from './reading-of-text.js';
import type { LetterView } from './letter-view.js';
import { NOTICE_KINDS, type NoticeKind } from './notice-kind.js';
import { PLAIN } from './reading-ease.js';
import { inventedLetterOf } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { letterTemplates } from './template-files.js';

const ALL = NOTICE_KINDS.flatMap((kind) => LANGUAGES.map((language) => [kind, language] as const));

function textOf(kind: NoticeKind, language: Language, changes: Partial<LetterView> = {}): string {
  return LetterRenderer.join([
    new LetterRenderer(letterTemplates(kind)[language]).render(inventedLetterOf(kind, language, changes)),
  ]).text;
}

/** Whose letter it is: the person's own, a child's, a deceased person's, a courtesy translation. */
const READERS: Record<string, Partial<LetterView>> = {
  'the person': {},
  'a guardian': { addressee: { givenName: 'Marie', familyName: 'Dupont', of: 'minor' } },
  'the next of kin': { addressee: { givenName: '', familyName: '', of: 'deceased' } },
  'a reader of a translation': { isCourtesy: true },
};

describe('the reader of a letter', () => {
  it.each(ALL)('given the %s as sent in %s, then it is plain', (kind, language) => {
    for (const [reader, changes] of Object.entries(READERS)) {
      const reading = readingOfText(textOf(kind, language, changes), language)!;
      if (reader === 'the person')
        process.stdout.write(`reading ease ${kind} ${language}: ${reading.ease.toFixed(1)}, ${reading.wordsPerSentence.toFixed(1)} words a sentence\n`); // prettier-ignore
      expect([reader, reading.ease]).toEqual([reader, expect.closeTo(Math.max(reading.ease, PLAIN), 5)]);
      expect(reading.wordsPerSentence).toBeLessThanOrEqual(14);
    }
  });

  it.each(ALL)('given a person with two documents, then the %s in %s stays near two pages', (kind, language) => {
    const changes = inventedLetterOf(kind, language).changes?.slice(0, 2);
    expect(textOf(kind, language, changes ? { changes } : {}).split(/\s+/).length).toBeLessThan(1_250);
  });
});
