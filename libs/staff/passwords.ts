import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { Problem } from '#libs/platform/index.js';

/** OWASP's least for argon2id: 19 MiB, two passes, one lane; argon2id is the library's default. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** NIST SP 800-63B-4: fifteen characters where the password is the only factor, no rules of composition. */
const SHORTEST = 15;
const LONGEST = 200;

/** What people choose when a machine asks for many characters. */
const COMMON = [
  'password', 'passwort', 'wachtwoord', 'motdepasse', 'kennwort', 'geheim', 'secret', 'qwertyuiop', 'azertyuiop', 'qwertzuiop', 'qwerty', 'azerty',
  'asdfghjkl', 'qsdfghjklm', 'zxcvbnm', 'wxcvbn', '1234567890', '0123456789', '123456789', '12345678', '123456', '987654321', 'abcdefghij', 'letmein',
  'welcome', 'welkom', 'bienvenue', 'willkommen', 'iloveyou', 'sunshine', 'princess', 'football', 'dragon', 'monkey', 'superman', 'changeme', 'admin', 'tocsin',
]; // prettier-ignore

export async function hashPassword(password: string): Promise<string> {
  return await hash(password.normalize('NFC'), COST);
}

export async function isPassword(passwordHash: string, password: string): Promise<boolean> {
  return await verify(passwordHash, password.slice(0, 1000).normalize('NFC'));
}

/** Throws `password.weak` and says what to choose instead. */
export function requireStrong(password: string, about: { email: string; name: string }): void {
  const plain = password.toLowerCase().replace(/\s+/g, '');
  const says = (message: string): never => {
    throw new Problem('bad-input', 'password.weak', message, [{ at: 'password', message }]);
  };
  if ([...password].length < SHORTEST)
    says(`Choose a password of at least ${SHORTEST} characters; a few words in a row are easy to remember.`);
  if ([...password].length > LONGEST) says(`Choose a password of at most ${LONGEST} characters.`);
  const own = [about.email.split('@')[0]!, ...about.name.split(/\s+/)]
    .filter((part) => part.length > 3)
    .map((part) => part.toLowerCase());
  const rest = [...COMMON, ...own].reduce((left, part) => left.replaceAll(part, ''), plain);
  if (new Set(rest).size < 5)
    says('Choose words that others would not guess: not your name, not the keys in a row, not the word for password.');
}

/** A password that is good for one sign-in: 100 random bits in groups that can be read out. */
export function oneTimePassword(): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  return Array.from(randomBytes(20), (byte) => alphabet[byte & 31])
    .join('')
    .replace(/(.{5})(?=.)/g, '$1-');
}
