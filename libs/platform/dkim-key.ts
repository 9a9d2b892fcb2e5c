import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from './config.js';
import { liesIn } from './key-place.js';
import { Problem } from './problem.js';

/** RFC 8301 section 3.2: no verifier takes a shorter one. */
const SHORTEST_BITS = 1024;

/** What mails are signed with (DKIM, RFC 6376), and where its public half is looked up. */
export interface DkimKey {
  domain: string;
  selector: string;
  key: KeyObject;
}

/**
 * The key of DKIM_KEY_FILE, or null where no mail is to be signed. Parsed once: text would be parsed for each mail, which
 * costs three times what the signing does. Throws `dkim-key.unreadable`, `dkim-key.unsuitable` and, in production,
 * `dkim-key.in-data-folder`.
 */
export function readDkimKey(config: Config): DkimKey | null {
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, dkimKeyFile: file } = config;
  if (!domain || !selector || !file) return null;
  if (config.isProduction && liesIn(config.dataFolder, file))
    throw new Problem(
      'refused',
      'dkim-key.in-data-folder',
      `The DKIM key ${file} lies in the data folder. Move it to a folder outside ${config.dataFolder}, as /etc/tocsin/, and set DKIM_KEY_FILE to its new place: whoever copies the data could sign mails with it.`,
    );
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(file));
  } catch {
    throw new Problem(
      'refused',
      'dkim-key.unreadable',
      `The DKIM key ${file} cannot be read. Set DKIM_KEY_FILE to a private key in PEM form without a password that this user may read.`,
    );
  }
  // With another key nodemailer would leave the signature out and say nothing.
  if (key.asymmetricKeyType !== 'rsa' || dkimBits(key) < SHORTEST_BITS)
    throw new Problem(
      'refused',
      'dkim-key.unsuitable',
      `The DKIM key ${file} is no RSA key of ${SHORTEST_BITS} bits or more. Make one with \`openssl genrsa -out FILE 2048\`.`,
    );
  return { domain, selector, key };
}

export function dkimBits(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

/** The public half as it stands in the DNS after `p=`. */
export function dkimPublicKey(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
}
