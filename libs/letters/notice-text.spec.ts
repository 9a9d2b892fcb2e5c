import { Problem, type Language } from '#libs/platform/index.js';
import { letterTemplates } from './template-files.js';
import { normalText, readText, textStates, type TextCheck, type TextVersion } from './notice-text.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 24, 12, minute));
const version = (language: Language, number: number, minute: number, over: Partial<TextVersion> = {}): TextVersion => ({
  language,
  version: number,
  author: 'somebody',
  at: at(minute),
  takenFrom: null,
  follows: false,
  isShipped: number === 1,
  ...over,
});
const shipped = (['nl', 'fr', 'de', 'en'] as const).map((language) => version(language, 1, 0));
/** Languages that wait, each with the one whose change they have not followed. */
const waiting = (versions: TextVersion[], checks: TextCheck[] = []): string[] =>
  textStates([...shipped, ...versions], checks).flatMap(({ language, behind }) =>
    behind ? [`${language} for ${behind.language} ${behind.version}`] : [],
  );

describe('where the texts of a notice stand', () => {
  it('given the shipped texts, then none waits for another', () => {
    expect(waiting([])).toEqual([]);
  });

  it('given a change in English, then the three others wait for it', () => {
    expect(waiting([version('en', 2, 5)])).toEqual(['nl for en 2', 'fr for en 2', 'de for en 2']);
  });

  it('given a translation of it, then nobody waits for the translation', () => {
    expect(waiting([version('en', 2, 5), version('nl', 2, 6, { follows: true })])).toEqual([
      'fr for en 2',
      'de for en 2',
    ]);
  });

  it('given a change in another language as well, then the first waits for that one', () => {
    expect(waiting([version('en', 2, 5), version('nl', 2, 6)])).toEqual(['fr for nl 2', 'de for nl 2', 'en for nl 2']);
  });

  it('given somebody looked and found nothing to change, then that language waits no more, until the next change', () => {
    const checks = (['nl', 'fr', 'de'] as const).map((language) => ({
      language,
      version: 1,
      by: 'somebody',
      at: at(7),
    }));
    expect(waiting([version('en', 2, 5)], checks)).toEqual([]);
    expect(waiting([version('en', 2, 5), version('en', 3, 8)], checks)).toEqual([
      'nl for en 3',
      'fr for en 3',
      'de for en 3',
    ]);
  });

  it('given a change that was taken back to the shipped text, then texts that are as shipped wait no more, and changed ones do', () => {
    const back = [version('en', 2, 5), version('en', 3, 6, { isShipped: true })];
    expect(waiting(back)).toEqual([]);
    expect(waiting([version('nl', 2, 4, { follows: true }), ...back])).toEqual(['nl for en 3']);
  });
});

describe('a text that somebody wrote', () => {
  const english = letterTemplates('initial').en;
  const lineOf = (words: string): number => english.slice(0, english.indexOf(words)).split('\n').length;
  const faultOf = (source: string): Problem => {
    try {
      readText(source, 'en', 'initial');
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
    throw new Error('the text was taken');
  };

  it('given the shipped text as a form sends it, then it is the shipped text again', () => {
    expect(normalText(english.replaceAll('\n', '\r\n'))).toBe(english);
    expect(readText(english, 'en', 'initial').blocks).toContain('nature');
  });

  it.each([
    ['the text of another language', letterTemplates('initial').nl, 'line 2'],
    [
      'a character that cannot be seen',
      english.replace('What happened?', 'What\0 happened?'),
      `line ${lineOf('What happened?')}`,
    ],
    ['half a character', english.replace('What happened?', 'What\uD83D happened?'), `line ${lineOf('What happened?')}`],
    ['a name that does not exist', english.replace('{{date}}', '{{day}}'), `line ${lineOf('{{date}}')}`],
  ])('given %s, then it is refused with the line', (_, source, line) => {
    expect(faultOf(source)).toMatchObject({ code: 'template.faulty', faults: [{ at: line }] });
  });
});
