import fc from 'fast-check';
import { newKey } from '#libs/platform/index.js';
import { codeOf, readCode, readWord, tokenOf, wordOf } from './codes.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const key = Buffer.alloc(32, 7);
/** Letters of any id have any code, so codes are drawn by drawing ids. */
const anyId = fc.uuid({ version: 7 });
const plain = (code: string): string => code.replaceAll('-', '');
const anyCode = anyId.map((id) => plain(codeOf(key, id)));

describe('the code of a letter', () => {
  it('given a letter, then it is printed in groups, reads as itself, and is the same each time', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const code = codeOf(key, id);
        expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{2}$/);
        expect(readCode(code)).toBe(plain(code));
        expect(codeOf(key, id)).toBe(code);
      }),
    );
  });

  it('given another letter or another key, then it is another code', () => {
    const id = '0190a000-0000-7000-8000-000000000001';
    const others = [codeOf(key, '0190a000-0000-7000-8000-000000000002'), codeOf(newKey(), id)];
    expect(others).not.toContain(codeOf(key, id));
    expect(new Set([codeOf(key, id), ...others]).size).toBe(3);
  });

  it('given ten thousand letters, then every character stands at every place about as often', () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < 10_000; n++) {
      for (const character of plain(codeOf(key, `letter ${n}`)).slice(0, 16))
        counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted().join('')).toBe(ALPHABET);
    // 5,000 of each are expected; six standard deviations are 420.
    for (const count of counts.values()) expect(Math.abs(count - 5_000)).toBeLessThan(420);
  });
});

describe('the check characters', () => {
  it('given any code, when one character is another, then it is no code', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        const wrong = [...code].flatMap((right, place) =>
          [...ALPHABET.replace(right, '')].map((other) => code.slice(0, place) + other + code.slice(place + 1)),
        );
        expect(wrong).toHaveLength(18 * 31);
        expect(wrong.filter((typed) => readCode(typed) !== null)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('given any code, when two neighbours are swapped, then it is no code', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        const places = Array.from({ length: code.length - 1 }, (_, place) => place);
        const swapped = places
          .filter((place) => code[place] !== code[place + 1])
          .map((place) => code.slice(0, place) + code[place + 1]! + code[place]! + code.slice(place + 2));
        expect(swapped.filter((typed) => readCode(typed) !== null)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('given random characters, then about one in a thousand passes, never more than two in a thousand', () => {
    const key16 = (n: number): string => plain(codeOf(key, `check ${n}`)).slice(0, 16);
    let passed = 0;
    for (let n = 0; n < 5_000; n++) if (readCode(key16(n) + key16(n + 1).slice(0, 2)) !== null) passed++;
    expect(passed).toBeLessThanOrEqual(10);
  });
});

describe('reading a code', () => {
  it('given any code, when it is typed with other case, spaces, dashes and look-alikes, then it is the same code', () => {
    const typing = fc.tuple(
      anyCode,
      fc.array(fc.constantFrom('', ' ', '-', ' - ', '\t', '\u2011', '\u2013', '\u00a0'), {
        minLength: 18,
        maxLength: 18,
      }),
      fc.infiniteStream(fc.integer({ min: 0, max: 4 })),
    );
    fc.assert(
      fc.property(typing, ([code, gaps, choices]) => {
        const typed = [...code].map((character, i) => {
          const choice = choices.next().value ?? 0;
          const alike =
            character === '1'
              ? ['1', 'I', 'l', 'i', 'L']
              : character === '0'
                ? ['0', 'O', 'o', '0', 'O']
                : [character, character.toLowerCase(), character, character.toLowerCase(), character];
          return alike[choice]! + gaps[i]!;
        });
        expect(readCode(typed.join(''))).toBe(code);
      }),
    );
  });

  it.each([
    '',
    ' ',
    'ABCD',
    '0000-0000-0000-0000-0',
    '0000-0000-0000-0000-000',
    'UUUU-UUUU-UUUU-UUUU-UU',
    '0000-0000-0000-0000-0é',
    '0000_0000_0000_0000_00',
    'lotte@post.example',
  ])('given %j, then it is no code', (typed) => expect(readCode(typed)).toBeNull());

  it('given a very long text, then it is no code, however it begins', () => {
    expect(readCode(`${'0'.repeat(18)}${'0'.repeat(1_000_000)}`)).toBeNull();
  });
});

describe('the token of a letter', () => {
  it('given a letter, then it is 32 characters after its mark, and no part of the code', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const token = tokenOf(key, id);
        expect(token).toMatch(/^bn1_[0-9a-hjkmnp-tv-z]{32}$/);
        expect(token).not.toContain(plain(codeOf(key, id)).slice(0, 16).toLowerCase());
      }),
    );
  });
});

describe('the confirmation word', () => {
  const words = Array.from({ length: 20_000 }, (_, n) => wordOf(key, `letter ${n}`));

  it('given a letter, then the word has seven letters, consonant and vowel in turn, and is the same each time', () => {
    for (const word of words) expect(word).toMatch(/^([bdfklmnprstvz][aeiou]){3}[bdfklmnprstvz]$/);
    expect(wordOf(key, 'letter 1')).toBe(words[1]);
    expect(wordOf(newKey(), 'letter 1')).not.toBe(words[1]);
  });

  it('given twenty thousand letters, then hardly two have the same word', () => {
    // Of 13⁴ × 5³ words some 60 pairs are expected; a source that lost a bit would make twice as many.
    expect(words.length - new Set(words).size).toBeLessThan(110);
  });

  it.each([
    'kut',
    'lul',
    'kak',
    'pik',
    'zak',
    'pute',
    'bite',
    'salop',
    'sale',
    'pede',
    'nazi',
    'dik',
    'fik',
    'dood',
    'mort',
    'tod',
    'kaka',
  ])('given twenty thousand letters, then no word holds %s', (part) =>
    expect(words.filter((word) => word.includes(part))).toEqual([]),
  );

  it.each([
    ['Bakomer', 'bakomer'],
    [' ba ko-mer ', 'bakomer'],
    ['bakomér', 'bakomer'],
    ['BAKOMER.', 'bakomer'],
    ['', ''],
  ])('given %j as typed, then it is read as %j', (typed, word) => expect(readWord(typed)).toBe(word));

  it('given any word, when it is typed in capitals, then it is read as itself', () => {
    for (const word of words.slice(0, 100)) expect(readWord(word.toUpperCase())).toBe(word);
  });
});
