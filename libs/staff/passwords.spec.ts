import { Problem } from '#libs/platform/index.js';
import { hashPassword, isPassword, oneTimePassword, requireStrong } from './passwords.js';

const about = { email: 'lena.maes@agency.example', name: 'Lena Maes' };

function refusal(password: string): string {
  try {
    requireStrong(password, about);
    return '';
  } catch (error) {
    return error instanceof Problem ? `${error.code} at ${error.faults[0]!.at}` : 'another error';
  }
}

describe('requireStrong', () => {
  it.each([
    ['fourteen characters', 'slow green tra'],
    ['more than 200 characters', 'abcdefgh '.repeat(30)],
    ['the word for password, longer', 'Wachtwoord123456789!'],
    ['keys in a row', 'qwertyuiopasdfghjklzxcvbnm'],
    ['one character many times', 'z'.repeat(40)],
    ['the name of the account', 'Lena Maes lena.maes 1'],
    ['the name of this product', 'tocsin tocsin tocsin'],
  ])('given %s, when it is chosen, then it is refused at its field', (_, password) => {
    expect(refusal(password)).toBe('password.weak at password');
  });

  it.each([
    ['a few words', 'kettle orbit mustard'],
    ['words without capitals, digits or signs', 'this is only a sentence'],
    ['letters outside ASCII', 'Käse über dem Fluß 🧀'],
    ['64 characters', 'four words and more words until it has sixty four characters ok'],
  ])('given %s, when it is chosen, then it is taken', (_, password) => {
    expect(refusal(password)).toBe('');
  });
});

describe('hashPassword', () => {
  it('given a password, when it is hashed, then the hash is argon2id with the cost that OWASP asks for at least', async () => {
    expect(await hashPassword('kettle orbit mustard')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('given two long passwords that differ in their last character, when one is tried on the hash of the other, then it is not the same', async () => {
    const long = 'kettle orbit mustard '.repeat(9);
    const hash = await hashPassword(`${long}a`);
    expect(await isPassword(hash, `${long}a`)).toBe(true);
    expect(await isPassword(hash, `${long}b`)).toBe(false);
  });

  it('given a letter that can be typed in two ways, when the other way is tried, then it is the same password', async () => {
    const hash = await hashPassword('caf\u00e9 kettle mustard');
    expect(await isPassword(hash, 'cafe\u0301 kettle mustard')).toBe(true);
  });
});

describe('oneTimePassword', () => {
  it('given two, when they are made, then each has twenty characters that can be read out, and they differ', () => {
    const [one, other] = [oneTimePassword(), oneTimePassword()];
    expect(one).toMatch(/^([0-9a-hj-km-np-tv-z]{5}-){3}[0-9a-hj-km-np-tv-z]{5}$/);
    expect(one).not.toBe(other);
  });
});
