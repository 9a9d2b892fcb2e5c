import { LANGUAGES, Problem } from '#libs/platform/index.js';
import { letterTemplates } from './template-files.js';
import { PLACEHOLDERS, compileLetter } from './template.js';

const HEAD = '---\nlanguage: en\nsubject: A message\n---\n';

function faultOf(source: string): Problem {
  try {
    compileLetter(source);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('the text was taken');
}

describe('compiling the text of a letter', () => {
  it('given the shipped texts, then each holds the five blocks of Art. 34(2) and recital 86 under a heading', () => {
    for (const language of LANGUAGES) {
      const letter = compileLetter(letterTemplates('initial')![language]);
      expect(letter.language).toBe(language);
      expect(letter.blocks).toEqual(['nature', 'data', 'consequences', 'measures', 'advice', 'contact']);
    }
  });

  it('given the shipped texts, then all four use the same placeholders, the code, the word and both addresses among them', () => {
    const [first, ...others] = LANGUAGES.map(
      (language) => compileLetter(letterTemplates('initial')![language]).placeholders,
    );
    for (const other of others) expect(other).toEqual(first);
    expect(first).toEqual(
      expect.arrayContaining(['address', 'breach.whoPays', 'code', 'controller.authority.name', 'realAddress', 'word']),
    );
  });

  it('given the shipped subjects, then none says who writes or what is out', () => {
    for (const language of LANGUAGES) {
      expect(compileLetter(letterTemplates('initial')![language]).subject).not.toMatch(
        /lek|fuite|leck|breach|agen|service|dienst|identi/i,
      );
    }
  });

  it.each([
    ['no front matter', 'Dear {{person.name}}', 1],
    ['a front matter without subject', '---\nlanguage: en\n---\nText', 2],
    ['a subject with a placeholder', '---\nlanguage: en\nsubject: For {{person.name}}\n---\nText', 2],
    ['a front matter that is no YAML', '---\nlanguage: [\n---\nText', 2],
    ['a language that is none of the four', '---\nlanguage: es\nsubject: Hola\n---\nText', 2],
    ['three braces', `${HEAD}Text\n\n{{{code}}}`, 7],
    ['a raw placeholder by ampersand', `${HEAD}{{&code}}`, 5],
    ['a partial', `${HEAD}{{> footer}}`, 5],
    ['a helper', `${HEAD}{{upper code}}`, 5],
    ['a helper with a hash', `${HEAD}{{code size=3}}`, 5],
    ['a literal', `${HEAD}{{"code"}}`, 5],
    ['a name that does not exist', `${HEAD}Text\n{{person.nationalNumber}}`, 6],
    ['a name of the prototype', `${HEAD}{{constructor}}`, 5],
    ['another block helper', `${HEAD}{{#unless code}}\nText\n{{/unless}}`, 5],
    ['a block within a line', `${HEAD}Text {{#if code}}yes{{/if}}`, 5],
    ['a chain of conditions', `${HEAD}{{#if code}}\na\n{{else if word}}\nb\n{{/if}}`, 7],
    ['an inverse block', `${HEAD}{{^code}}\na\n{{/code}}`, 5],
    ['a block that is not closed', `${HEAD}{{#if code}}\nText`, null],
    ['a block closed by another', `${HEAD}{{#if code}}\nText\n{{/each}}`, null],
    ['a placeholder that is not closed', `${HEAD}Text\n\n{{code`, null],
    ['an escaped placeholder', `${HEAD}\\{{code}}`, 5],
    ['white space control', `${HEAD}{{~code}}`, 5],
    ['rows of what is no list', `${HEAD}{{#each code}}\nText\n{{/each}}`, 5],
    ['a list as a value', `${HEAD}{{exposures}}`, 5],
    ['a name of another list in a row', `${HEAD}{{#each exposures}}\n{{advice}}\n{{/each}}`, 6],
    ['paragraphs within a line', `${HEAD}So: {{breach.whatHappened}}`, 5],
    ['paragraphs within a list', `${HEAD}- {{breach.whatHappened}}`, 5],
    ['a character reserved for placeholders', `${HEAD}A\uE000B`, 5],
    ['more than 100,000 characters', HEAD + 'a'.repeat(100_001), 1],
  ])('given %s, then it is refused with the line', (_, source, line) => {
    const problem = faultOf(source);
    expect(problem).toMatchObject({ kind: 'bad-input', code: 'template.faulty' });
    expect(problem.faults[0]!.at).toMatch(line === null ? /^line \d+$/ : new RegExp(`^line ${line}$`));
  });

  it('given a name that was mistyped, then its mend names the nearest', () => {
    expect(faultOf(`${HEAD}{{person.familyname}}`).message).toContain('Names like it: person.familyName');
    expect(faultOf(`${HEAD}{{#each renew}}\n{{titel}}\n{{/each}}`).message).toContain('Choose one of: title, advice.');
  });

  it('given links, pictures, HTML and code in the text, then they stay words', () => {
    const [step] = compileLetter(`${HEAD}[a](http://b) ![c](http://d) <http://e> <b>f</b> \`g\`\n`).steps;
    expect(step).toMatchObject({ do: 'fixed' });
    expect((step as { html: string }).html).not.toMatch(/<(a|img|b|code)[ >]/);
  });

  it('given blocks in the names, then no name holds an identifier of the person', () => {
    expect(Object.keys(PLACEHOLDERS).filter((name) => /number|birth|iban|document/i.test(name))).toEqual([]);
  });
});
