import fc from 'fast-check';
import { readPasted, type NameOrder } from './pasted-names.js';

/** What one line says: given name, family name, then what else. */
function said(text: string, order: NameOrder = 'given-first'): unknown {
  const [line] = readPasted(text, order);
  const { given_name: given = '', family_name: family = '', ...rest } = line!.cells;
  return line!.fault ?? [given, family, ...Object.values(rest)];
}

describe('given names that were pasted', () => {
  it.each([
    ['Lotte Voorbeeld, lotte@post.example', ['Lotte', 'Voorbeeld', 'lotte@post.example']],
    ['Voorbeeld, Lotte', ['Lotte', 'Voorbeeld']],
    ['Voorbeeld, Lotte, lotte@post.example', ['Lotte', 'Voorbeeld', 'lotte@post.example']],
    ['Lotte\tVoorbeeld\tlotte@post.example', ['Lotte', 'Voorbeeld', 'lotte@post.example']],
    ['Lotte Voorbeeld <lotte@post.example>', ['Lotte', 'Voorbeeld', 'lotte@post.example']],
    ['"Voorbeeld, Lotte" <lotte@post.example>', ['Lotte', 'Voorbeeld', 'lotte@post.example']],
    ['Lotte Voorbeeld lotte@post.example', ['Lotte', 'Voorbeeld', 'lotte@post.example']],
    ['Lotte Van den Berg', ['Lotte', 'Van den Berg']],
    ['Voorbeeld', ['', 'Voorbeeld']],
    ["Lotte D'Hondt; Kerkstraat 12; 9000 Gent", ['Lotte', "D'Hondt", 'Kerkstraat 12', '9000 Gent']],
    [
      'Lotte Voorbeeld, Kerkstraat 12, 9000 Gent, Residentie Zon',
      ['Lotte', 'Voorbeeld', 'Kerkstraat 12', '9000 Gent', 'Residentie Zon'],
    ],
    [
      'Lotte Voorbeeld, lotte@work.example, lotte@post.example',
      ['Lotte', 'Voorbeeld', 'lotte@work.example', 'lotte@post.example'],
    ],
  ])('when a line is %j, then it is understood', (text, expected) => {
    expect(said(text)).toEqual(expected);
  });

  it('when family names come first, then words and cells are read so, and a comma says so anyway', () => {
    expect(said('Voorbeeld Lotte', 'family-first')).toEqual(['Lotte', 'Voorbeeld']);
    expect(said('Van den Berg Lotte', 'family-first')).toEqual(['Lotte', 'Van den Berg']);
    expect(said('Voorbeeld\tLotte', 'family-first')).toEqual(['Lotte', 'Voorbeeld']);
    expect(said('Voorbeeld, Lotte', 'family-first')).toEqual(['Lotte', 'Voorbeeld']);
  });

  it.each([
    ['lotte@post.example', 'Begin the line with the name'],
    ['Kerkstraat 12', 'Begin the line with the name'],
    ['Lotte, Jan, Piet', 'one person on each line'],
    ['a@post.example, Lotte Voorbeeld', 'Write the name first'],
    [`Lotte ${'x'.repeat(1_000)}`, 'Shorten this line'],
  ])('when a line is %j, then it says what to do', (text, expected) => {
    expect(said(text)).toEqual(expect.stringContaining(expected));
  });

  it('when lines are blank, then the others keep their numbers', () => {
    const lines = readPasted('\nLotte Voorbeeld\r\n\r\nJan Proef\n', 'given-first');
    expect(lines.map(({ line, cells }) => [line, cells.given_name])).toEqual([
      [2, 'Lotte'],
      [4, 'Jan'],
    ]);
  });

  it('when a name is of letters, then it comes out with every word that went in, whatever the order', () => {
    const word = fc.stringMatching(/^[A-Za-zÀ-ÿ]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 5 }),
        fc.constantFrom<NameOrder>('given-first', 'family-first'),
        (words, order) => {
          const [line] = readPasted(words.join(' '), order);
          const { given_name: given = '', family_name: family = '' } = line!.cells;
          const names = order === 'given-first' ? [given, family] : [family, given];
          expect(names.filter(Boolean).join(' ')).toBe(words.join(' '));
        },
      ),
    );
  });
});
