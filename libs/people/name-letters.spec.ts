import { KeySet, keyOfLetters, lettersOfName } from './name-letters.js';

describe('given names and addresses', () => {
  it.each([
    ['Müller', 'mueller'], ['Müller', 'muller'], ['Voß', 'voss'], ['Œuvrard', 'oeuvrard'], ['Søren', 'soeren'],
    ['Van den Berg', 'vandenberg'], ["D'Hondt-Özil", 'dhondt.oezil'], ['Łukasz', 'lukasz'], ['Goethe', 'goethe'],
  ])('when %s is written as %s, then the letters agree', (name, local) => {
    expect(lettersOfName(local)).toBe(lettersOfName(name));
  }); // prettier-ignore

  it('when a name is in other letters, then none are left', () => {
    expect(lettersOfName('Иванова 王 12 -')).toBe('');
  });

  it('when an address has its names the other way round, then its key is the sum of theirs', () => {
    const sum = (keyOfLetters('lotte') + keyOfLetters('vorbeld')) | 0;
    expect(keyOfLetters(lettersOfName('vorbeld.lotte'))).toBe(sum);
    expect(keyOfLetters('lottf')).not.toBe(keyOfLetters('lotte'));
  });

  it('when many keys were put into a set, then all are there and few others', () => {
    const set = new KeySet(20);
    for (let i = 0; i < 60_000; i++) set.add(Math.imul(i, 2_654_435_761));
    let others = 0;
    for (let i = 0; i < 60_000; i++) {
      expect(set.has(Math.imul(i, 2_654_435_761))).toBe(true);
      if (set.has(Math.imul(i + 60_000, 2_654_435_761) ^ 0x5bd1e995)) others++;
    }
    expect(others).toBeLessThan(6_000);
  });
});
