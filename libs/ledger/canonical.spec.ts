import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Problem } from '#libs/platform/index.js';
import { describeWithCorpus } from '#test/support/corpora.js';
import { canonical, type Json } from './canonical.js';

function refusal(value: unknown): string {
  try {
    return `written as ${canonical(value as Json).toString()}`;
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
}

describe('the canonical bytes', () => {
  it('given keys in any order, then they are written in the order of their UTF-16 units, without spaces', () => {
    const value = { b: [1, true, null], a: 'é', '\ufb33': 0, '\u{1f600}': 0, '€': 0, 1: 0 };
    expect(canonical(value).toString()).toBe('{"1":0,"a":"é","b":[1,true,null],"€":0,"\u{1f600}":0,"\ufb33":0}');
  });

  it('given any value of whole numbers and text, then they are read as that value, and its order of keys does not count', () => {
    const anyJson = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.maxSafeInteger().map((whole) => (whole === 0 ? 0 : whole)),
        fc.string({ unit: 'grapheme' }),
        fc.array(tie('json'), { maxLength: 5 }),
        fc.dictionary(fc.string(), tie('json'), { maxKeys: 5, noNullPrototype: true }),
      ),
    })).json;
    fc.assert(
      fc.property(anyJson, (value) => {
        const bytes = canonical(value);
        expect(JSON.parse(bytes.toString())).toEqual(value);
        expect(canonical(reversed(value))).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['half of a character', 'a\ud800b'],
    ['half of a character in a key', { '\udc00': 1 }],
    ['half of a character deep inside', { a: [{ b: 'x\ud83d' }] }],
    ['2^53', 2 ** 53],
    ['-(2^53)', -(2 ** 53)],
    ['1.5', 1.5],
    ['no number', Number.NaN],
    ['no end', Number.POSITIVE_INFINITY],
    ['nothing', undefined],
    ['nothing in an object', { a: undefined }],
    ['nothing in a list', [undefined]],
    ['a hole in a list', Array.from({ length: 2 }, (_, i) => i).concat(Array(1) as number[])],
    ['a date', new Date(0)],
    ['a map', new Map([['a', 1]])],
    ['a set', new Set([1])],
    ['bytes', Buffer.from('a')],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a big whole number', 1n],
    ['an object of a class', new URL('https://agency.example')],
    ['an object that says how it is written', { toJSON: () => 'other' }],
  ])('given %s, then it is refused, because it has no exact JSON form', (_, value) => {
    expect(refusal(value)).toBe('ledger.not-exact');
  });

  it.each([2 ** 53 - 1, -(2 ** 53 - 1), 0, -0])('given %p, then it is exact', (value) => {
    expect(canonical(value).toString()).toBe(String(value));
  });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

describeWithCorpus('jcs', (folder) => {
  it.each(['arrays', 'french', 'structures', 'unicode', 'weird'])(
    'given the vector %s of RFC 8785, then the bytes are those of the vector',
    (name) => {
      const value = JSON.parse(readFileSync(path.join(folder, 'input', `${name}.json`), 'utf8')) as Json;
      const bytes = readFileSync(path.join(folder, 'outhex', `${name}.txt`), 'utf8').replace(/\s+/g, '');
      expect(canonical(value).toString('hex')).toBe(bytes);
    },
  );

  it('given the vector values, which holds fractions, then it is refused', () => {
    expect(refusal(JSON.parse(readFileSync(path.join(folder, 'input', 'values.json'), 'utf8')))).toBe(
      'ledger.not-exact',
    );
  });
});
