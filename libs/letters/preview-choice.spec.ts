import { rankOf, strangeness } from './preview-choice.js';

describe('choosing whose letter to look at', () => {
  it('given names from plain to hostile, then each is stranger than the one before', () => {
    const names = [
      'Jan Maes',
      'Chloé Maës',
      'Ελένη',
      '*Maes* (Zoë)',
      '[x](http://evil.example)',
      'Maes\u202E{{code}}\u0000<b>',
    ];
    const points = names.map(strangeness);
    expect(points).toEqual(points.toSorted((a, b) => a - b));
    expect(new Set(points).size).toBe(names.length);
    expect(points[0]).toBe(0);
  });

  it('given the same strange character many times, then it counts once', () => {
    expect(strangeness('ééééé')).toBe(strangeness('é'));
  });

  it('given two persons, then the longer name is that with more characters, whatever they weigh in memory', () => {
    const long = (name: string): number => rankOf('longest-names', { givenName: '', familyName: name });
    expect(long('👩‍👩‍👧')).toBeLessThan(long('Vandenberghe'));
    expect(rankOf('longest-names', { givenName: 'An', familyName: 'Maes' })).toBe(7);
  });
});
