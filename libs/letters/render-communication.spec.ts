import { DATA_KINDS, isDocumentKind } from '#libs/breach/index.js';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { readingOfText } from './reading-of-text.js';
import { findingsOf } from './communication-lint.js';
import {
  renderCommunication,
  thingsOf,
  type CommunicationView,
  type RenderedCommunication,
} from './render-communication.js';
import { inventedLetterView } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { COMMUNICATION_KINDS, communicationTemplate, letterTemplates } from './template-files.js';

function viewIn(language: Language, changes: Partial<CommunicationView> = {}): CommunicationView {
  const { date, address, breach, controller } = inventedLetterView(language);
  const things = thingsOf(['id-card', 'passport', 'cv', 'iban'], [], 'BE');
  return { language, date, address, breach, controller, things, ...changes };
}

const CELLS = COMMUNICATION_KINDS.flatMap((kind) => LANGUAGES.map((language) => [kind, language] as const));

describe.each(CELLS)('the %s text in %s', (kind, language) => {
  const rendered = renderCommunication(kind, viewIn(language));
  const { html, markdown, text } = rendered;

  it('given a breach, then it has the blocks of Art. 34(2) in all three forms, and who pays', () => {
    const view = inventedLetterView(language);
    for (const block of ['nature', 'consequences', 'measures', 'advice', 'contact'])
      expect(html).toContain(`id="${language}-${block}"`);
    const { breach, controller } = view;
    const words = [breach.whatHappened, breach.measuresTaken, breach.whatIsNotKnown!, breach.whoPays!, controller.name];
    for (const one of [...words, controller.dataProtectionOfficer.phone, controller.authority.name]) {
      for (const form of [markdown, text]) expect(form).toContain(one);
    }
    for (const form of [html, markdown, text])
      expect(form).not.toMatch(/\{\{|\}\}|\{#|undefined|\[object|[\uE000-\uF8FF]/);
  });

  it('given its HTML, then it is a fragment without style, script, link or picture', () => {
    expect(html).toMatch(new RegExp(`^<section lang="${language}">`));
    expect(html).not.toMatch(/style=|<script|<a[ >]|href|<img|src=|<html|<body/i);
  });

  it('given a letter of the same breach, then it says no more: its words are the breach’s, the advice’s and its template’s', () => {
    const letter = new LetterRenderer(letterTemplates('initial')[language]).render(inventedLetterView(language)).text;
    const view = inventedLetterView(language);
    for (const secret of [view.code, view.word, view.person.givenName, view.person.familyName, view.notice])
      expect(text).not.toContain(secret);
    for (const fact of [view.breach.likelyConsequences.split('\n')[0]!, view.breach.whatHappened])
      expect(letter).toContain(fact);
  });

  it('given its reader, then it is plain and the linter stops nothing', () => {
    const { ease, wordsPerSentence } = readingOfText(text, language)!;
    process.stdout.write(`${kind} ${language}: reading ease ${ease.toFixed(1)}, ${text.split(/\s+/).length} words\n`);
    expect(ease).toBeGreaterThanOrEqual(60);
    expect(wordsPerSentence).toBeLessThanOrEqual(14);
    expect(findingsOf(rendered).filter(({ level }) => level === 'block')).toEqual([]);
  });
});

describe('a communication', () => {
  it.each(LANGUAGES)(
    'given the public one in %s, then it holds the same advice as a letter, for a reader without one',
    (language) => {
      const { text } = renderCommunication('public', viewIn(language));
      expect(text).toContain('00800 2123 2123');
      expect(text).toContain({ nl: 'een afdruk van dit bericht mee', fr: 'une copie de ce message', de: 'einen Ausdruck dieser Mitteilung mit', en: 'a print of this message' }[language]); // prettier-ignore
      expect(text).not.toMatch(/deze brief mee|cette lettre\.|diesen Brief mit|and this letter/);
    },
  );

  it('given every kind of data, then each kind of text names each, in four languages', () => {
    const things = thingsOf([...DATA_KINDS], [{ dataKind: 'passport', country: 'NL' }], 'BE');
    for (const [kind, language] of CELLS) {
      const { markdown } = renderCommunication(kind, viewIn(language, { things }));
      expect(markdown.split('\n').filter((line) => line.startsWith('- ')).length).toBeGreaterThanOrEqual(things.length);
    }
    expect(things.filter(({ dataKind }) => isDocumentKind(dataKind)).map(({ country }) => country)).toEqual([
      'BE', 'BE', 'NL', 'BE', 'BE',
    ]); // prettier-ignore
  });

  it('given hostile words, then no markup comes of them in HTML or in Markdown', () => {
    const view = viewIn('en');
    const hostile = '<script>alert(1)</script> [x](http://evil.example) **b** # h';
    const { html, markdown } = renderCommunication('public', {
      ...view,
      controller: { ...view.controller, name: hostile },
      breach: { ...view.breach, whatHappened: `${hostile}\n\n# No heading` },
    });
    expect(html).not.toMatch(/<script|<a |<h1>h/);
    expect(markdown).not.toMatch(/(?<!\\)<script|(?<!\\)\[x|^# No heading/m);
  });

  it.each([
    ['the name of a person', '{{person.name}}'],
    ['a code', '{{code}}'],
    ['the rows of a person', '{{#each exposures}}\n- {{title}}\n{{/each}}'],
  ])('given a text that asks for %s, then it is faulty', (_, body) => {
    const source = `---\nlanguage: en\nsubject: x\n---\n${body}\n`;
    expect(() => renderCommunication('public', viewIn('en'), source)).toThrow(/There is no value called/);
  });

  it.each([
    ['what happened', { whatHappened: '' }, 'breach.whatHappened'],
    ['who pays', { whoPays: '' }, 'breach.whoPays'],
  ])('given a breach that does not say %s, then the fault names it', (_, words, at) => {
    const view = viewIn('en');
    const make = (): RenderedCommunication =>
      renderCommunication('public', { ...view, breach: { ...view.breach, ...words } });
    expect(make).toThrow(
      expect.objectContaining({ code: 'letter.incomplete', faults: [expect.objectContaining({ at })] }),
    );
  });

  it.each(COMMUNICATION_KINDS)(
    'given the %s text, then all four languages have the same blocks and placeholders',
    (kind) => {
      const shapes = LANGUAGES.map((language) => {
        const source = communicationTemplate(kind, language);
        return [...source.matchAll(/\{\{[^}]*\}\}|\{#[a-z]+\}|^#+ |^- /gm)].map(([one]) => one);
      });
      for (const shape of shapes) expect(shape.toSorted()).toEqual(shapes[0]!.toSorted());
    },
  );
});
