import fc from 'fast-check';
import { DATA_KINDS, isDocumentKind } from '#libs/breach/index.js';
import { LANGUAGES } from '#libs/platform/index.js';
import { draftPart, filledText } from './draft-letter.js';
import type { LetterView } from './letter-view.js';
import { inventedLetterView } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { letterTemplates } from './template-files.js';
import { PLACEHOLDERS, compileLetter } from './template.js';

const shipped = letterTemplates('initial');
const draftOf = (view: LetterView, source = shipped[view.language]) => draftPart(compileLetter(source), view);

describe('a letter for its writer to look at', () => {
  it('given everything that a letter needs, then it is the letter byte for byte, whatever is out and in each language', () => {
    const exposure = fc
      .record({
        dataKind: fc.constantFrom(...DATA_KINDS),
        extent: fc.constantFrom('number' as const, 'scan' as const, 'mentioned' as const),
        confidence: fc.constantFrom('confirmed' as const, 'presumed' as const, 'not-excluded' as const),
        country: fc.constantFrom('BE', 'NL', 'PT'),
      })
      .map((one) => ({ ...one, country: isDocumentKind(one.dataKind) ? one.country : null }));
    const renderers = Object.fromEntries(
      LANGUAGES.map((language) => [language, new LetterRenderer(shipped[language])]),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...LANGUAGES),
        fc.array(exposure, { minLength: 1, maxLength: 6 }),
        fc.record({
          givenName: fc.string(),
          familyName: fc.constantFrom('Maes', '[x](http://evil.example)', '{{code}}'),
        }),
        (language, exposures, person) => {
          const view = inventedLetterView(language, { exposures, person });
          const { missing, ...part } = draftOf(view);
          expect(missing).toEqual([]);
          expect(LetterRenderer.join([part])).toEqual(LetterRenderer.join([renderers[language]!.render(view)]));
        },
      ),
    );
  });

  it('given a breach without its words and nothing known of the controller, then each place glows with the name of what is missing', () => {
    const view = inventedLetterView('en', {
      breach: { title: 'A breach', whatHappened: '', likelyConsequences: '', measuresTaken: '' },
    });
    view.controller.dataProtectionOfficer.phone = '';
    const { html, text, missing } = draftOf(view);
    expect(missing).toEqual([
      'breach.whatHappened',
      'breach.likelyConsequences',
      'breach.measuresTaken',
      'breach.whoPays',
      'controller.dataProtectionOfficer.phone',
    ]);
    for (const name of missing) {
      expect(html).toMatch(new RegExp(`<mark style="[^"]+">${name}</mark>`));
      expect(text).toContain(`[[${name}]]`);
    }
    expect(html).not.toContain('breach.whatIsNotKnown');
  });

  it('given nobody of whom something is out, then one row stands for what would be there', () => {
    const { html, missing } = draftOf(inventedLetterView('en', { exposures: [] }));
    expect(missing).toEqual(['exposures']);
    for (const name of ['title', 'extent', 'sureness']) expect(html).toContain(`>${name}</mark>`);
  });

  it('given a text that names a value outside an if, which this person lacks, then that place glows', () => {
    const source = '---\nlanguage: en\nsubject: A message\n---\nDear {{person.givenName}}, {{person.familyName}}\n';
    const { text, missing } = draftOf(
      inventedLetterView('en', { person: { givenName: '', familyName: 'Maes' } }),
      source,
    );
    expect(missing).toEqual(['person.givenName']);
    expect(text).toBe('Dear [[person.givenName]], Maes\n');
  });

  it('given a text with every placeholder and nothing to fill it with, then none is left blank', () => {
    const lines = Object.entries(PLACEHOLDERS).flatMap(([name, kind]) =>
      typeof kind === 'object' || kind === 'mark' || name === 'salutation' ? [] : [`{{${name}}}\n`],
    );
    const source = `---\nlanguage: en\nsubject: A message\n---\n${lines.join('\n')}`;
    const empty = inventedLetterView('en', {
      person: { givenName: '', familyName: '' },
      breach: { title: '', whatHappened: '', likelyConsequences: '', measuresTaken: '' },
      exposures: [],
      code: '',
      word: '',
    });
    const { missing } = draftOf(empty, source);
    expect(missing).toEqual(
      expect.arrayContaining(['person.name', 'code', 'word', 'breach.whoPays', 'breach.whatIsNotKnown', 'renewTitles']),
    );
  });
});

describe('a text with its values on their lines', () => {
  it('given the shipped texts, then each has as many lines as its source, and no placeholder is left', () => {
    for (const language of LANGUAGES) {
      const filled = filledText(shipped[language], inventedLetterView(language));
      expect(filled.split('\n')).toHaveLength(shipped[language].split('\n').length);
      expect(filled).not.toMatch(/[{}]{2}/);
    }
  });

  it('given conditions within one another, then only what is met is there, on its line', () => {
    const source = `---
language: en
subject: A message
---
{{#if renew}}
A {{person.familyName}}
{{#if breach.whatIsNotKnown}}
B
{{else}}
C
{{/if}}
{{else}}
D
{{#if date}}
E
{{/if}}
{{/if}}
{{breach.whatHappened}}
`;
    const breach = { title: '', whatHappened: 'One.\n\nTwo.', likelyConsequences: '', measuresTaken: '' };
    const lines = (view: LetterView): string[] =>
      filledText(source, view)
        .split('\n')
        .flatMap((line, at) => (line && line !== '---' ? [`${at + 1} ${line}`] : []));
    expect(lines(inventedLetterView('en', { breach }))).toEqual([
      '2 subject: A message',
      '6 A D’Hondt-Peeters',
      '10 C',
      '18 One. Two.',
    ]);
    const cv = [{ dataKind: 'cv' as const, country: null, extent: 'copy' as const, confidence: 'presumed' as const }];
    expect(lines(inventedLetterView('en', { breach, exposures: cv }))).toEqual([
      '2 subject: A message',
      '13 D',
      '15 E',
      '18 One. Two.',
    ]);
  });
});
