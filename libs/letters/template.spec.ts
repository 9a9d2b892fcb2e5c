import { LANGUAGES, Problem } from '#libs/platform/index.js';
import { NOTICE_KINDS, refersBack, type NoticeKind } from './notice-kind.js';
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
  it.each<[NoticeKind, string[]]>([
    ['initial', ['nature', 'data', 'consequences', 'measures', 'advice', 'contact']],
    ['follow-up', ['data', 'nature', 'consequences', 'measures', 'advice', 'contact']],
    ['correction', ['corrected', 'data', 'nature', 'consequences', 'measures', 'advice', 'contact']],
    ['reminder', ['advice', 'contact']],
  ])('given the shipped texts of the kind %s, then each holds its blocks under a heading', (kind, blocks) => {
    for (const language of LANGUAGES) {
      const letter = compileLetter(letterTemplates(kind)[language]);
      expect(letter.language).toBe(language);
      expect(letter.blocks).toEqual(blocks);
    }
  });

  it.each(NOTICE_KINDS)(
    'given the shipped texts of the kind %s, then all four use the same placeholders, the greeting, the code, the word and both addresses among them',
    (kind) => {
      const [first, ...others] = LANGUAGES.map(
        (language) => compileLetter(letterTemplates(kind)[language]).placeholders,
      );
      for (const other of others) expect(other).toEqual(first);
      expect(first).toEqual(
        expect.arrayContaining(['address', 'breach.whoPays', 'code', 'controller.authority.name', 'realAddress', 'salutation', 'word']),
      ); // prettier-ignore
      expect(first!.includes('since.date')).toBe(refersBack(kind));
    },
  );

  it('given the shipped subjects, then none says who writes or what is out, and the plain one alone that data leaked', () => {
    for (const kind of NOTICE_KINDS) {
      for (const language of LANGUAGES) {
        const { plain, neutral } = compileLetter(letterTemplates(kind)[language]).subject;
        expect(`${plain} ${neutral}`).not.toMatch(/agen|service|dienst|identi|kaart|carte|ausweis/i);
        expect(plain).toMatch(/datalek|fuite|datenleck|breach/i);
        expect(neutral).not.toMatch(/lek\b|fuite|leck|breach/i);
      }
    }
  });

  it.each([
    ['two forms of the subject', 'subject: { plain: A leak, neutral: A message }', { plain: 'A leak', neutral: 'A message' }],
    ['one line for both', 'subject: A message', { plain: 'A message', neutral: 'A message' }],
  ])('given %s, then a notice can have either', (_, line, subject) => {
    expect(compileLetter(`---\nlanguage: en\n${line}\n---\nText`).subject).toEqual(subject);
  }); // prettier-ignore

  const GREETINGS = {
    person: "'Dear {{person.name}},'",
    guardian: "'Dear {{addressee.name}}, for {{person.name}},'",
    guardians: "'To the parents of {{person.name}},'",
    kin: "'To the next of kin of {{person.name}},'",
  };
  function greeting(changes: Partial<typeof GREETINGS>, text = '{{salutation}}'): string {
    const lines = Object.entries({ ...GREETINGS, ...changes }).map(([form, words]) => `  ${form}: ${words}\n`);
    return `---\nlanguage: en\nsubject: A message\nsalutation:\n${lines.join('')}---\n${text}`;
  }

  it('given a greeting for everybody who may open the letter, then the text is taken', () => {
    expect(compileLetter(greeting({})).salutation?.kin).toBe('To the next of kin of {{person.name}},');
  });

  it.each([
    ['a greeting that names nobody', greeting({ person: 'Dear reader,' })],
    ['a greeting of the guardian without the child', greeting({ guardian: "'Dear {{addressee.name}},'" })],
    ['a greeting with a code in it', greeting({ kin: "'{{code}} {{person.name}}'" })],
    ['a greeting with half a placeholder', greeting({ kin: "'{{person.name}} {{'" })],
    ['greetings that the text does not use', greeting({}, 'Text')],
    ['a text that greets without greetings', `${HEAD}{{salutation}}`],
    ['a mark that is written out', `${HEAD}{{minor}}`],
  ])('given %s, then it is refused', (_, source) => {
    expect(faultOf(source).code).toBe('template.faulty');
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
    expect(faultOf(`${HEAD}{{person.familyname}}`).message).toContain('Choose one of: person.familyName');
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
