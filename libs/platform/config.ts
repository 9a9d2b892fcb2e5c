import path from 'node:path';
import { z } from 'zod';
import { readAddress } from './address.js';
import { Problem, type Fault } from './problem.js';

/** The injection token of the configuration. */
export const CONFIG = Symbol('config');

const LABELS = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/**
 * Every variable of the environment that Tocsin reads, with its default and its meaning. docs/configuration.md is
 * generated from this table; nothing else reads the environment.
 */
export const VARIABLES = {
  NODE_ENV: {
    schema: z.enum(['development', 'test', 'production']).default('development'),
    about: 'production refuses the mail catcher, a key inside the data folder, and --as without proof.',
    mend: 'Set it to development, test or production.',
  },
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    about: 'A PostgreSQL server of version 15 or newer. Without it, the embedded server is started in the data folder.',
    mend: 'Write it as postgres://user:password@host:5432/database, or leave it out to use the embedded server.',
  },
  SMTP_URL: {
    schema: z.url({ protocol: /^smtps?$/ }).optional(),
    about:
      'The relay that takes the letters: smtp:// or smtps://. Without it, and outside production, the built-in mail catcher takes them.',
    mend: 'Write it as smtps://user:password@host:465 or smtp://host:587.',
  },
  DKIM_DOMAIN: {
    schema: z.string().max(253).regex(DOMAIN).toLowerCase().optional(),
    about:
      'The domain that signs the letters (DKIM): that of the sender address, or a parent of it. With it go DKIM_SELECTOR and DKIM_KEY_FILE; without them the relay has to sign.',
    mend: 'Write it as example.org.',
  },
  DKIM_SELECTOR: {
    schema: z.string().max(63).regex(LABELS).optional(),
    about: 'The name under which the public key stands in the DNS: SELECTOR._domainkey.DOMAIN.',
    mend: 'Write it as notices2026.',
  },
  DKIM_KEY_FILE: {
    schema: z.string().min(1).optional(),
    about: 'The private RSA key that signs the letters, in PEM form. In production outside the data folder.',
    mend: 'Set it to a file that `openssl genrsa -out FILE 2048` wrote, outside the data folder.',
  },
  PORT: {
    schema: wholeNumber(0, 65_535).default(3000),
    about: 'The port of the web pages. 0 takes any free port.',
    mend: 'Set it to a whole number between 0 and 65535.',
  },
  HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    about: 'The address that the web server listens on.',
    mend: 'Set it to 127.0.0.1, or to the address of the interface behind your reverse proxy.',
  },
  PUBLIC_URL: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    about: 'The address that persons type from their letter, without a path. Default: http://localhost and the port.',
    mend: 'Write it as https://notices.example.org, without a path.',
  },
  TOCSIN_DATA_DIR: {
    schema: z.string().min(1).default('./data'),
    about: 'The data folder: the embedded database, and outside production the key file.',
    mend: 'Set it to a folder that this user may write.',
  },
  TOCSIN_KEY_FILE: {
    schema: z.string().min(1).optional(),
    about:
      'The root key that opens every sealed value. Default outside production: tocsin.key in the data folder, made on first start.',
    mend: 'Set it to the file that `bin/tocsin keys make` wrote, outside the data folder.',
  },
  SETTLING_HOURS: {
    schema: wholeNumber(0, 720).default(72),
    about:
      'Hours after which a letter that a relay took counts as arrived when no report came back. 0 where the peer is on loopback.',
    mend: 'Set it to a whole number of hours between 0 and 720.',
  },
  BOUNCE_MAILBOX_URL: {
    schema: z
      .url({ protocol: /^imaps?$/ })
      .refine((text) => text.startsWith('imaps:') || isLoopback(new URL(text).hostname))
      .optional(),
    about:
      'The mailbox that reports about letters come back to: imaps://, or imap:// on this machine. It is Tocsin’s own: what was read is taken out of it. POP3 is not read. Without it, letters count as arrived by time alone.',
    mend: 'Write it as imaps://user:password@host/INBOX, with %40 for an @ in the user name.',
  },
  TRUSTED_PROXIES: {
    schema: z.string().default(''),
    about: 'Comma-separated addresses whose X-Forwarded-For header is believed. Default: none.',
    mend: 'Write addresses or networks separated by commas, as 10.0.0.1,10.1.0.0/16.',
  },
  RETRY_SCHEDULE: {
    schema: z
      .string()
      .regex(/^\d{1,6}(,\d{1,6})*$/)
      .default('60,300,900,3600'),
    about: 'Seconds to wait after each 4xx answer of the relay; the last one is repeated until 24 h have passed.',
    mend: 'Write seconds separated by commas, as 60,300,900,3600.',
  },
  LEASE_SECONDS: {
    schema: wholeNumber(5, 3600).default(60),
    about: 'Seconds after which the claim of a worker that died is taken back; its letters become "in doubt".',
    mend: 'Set it to a whole number between 5 and 3600.',
  },
  AUTO_PAUSE: {
    schema: z.coerce.number().min(0).max(1).default(0.2),
    about: 'A notice pauses by itself when this share of its last 200 letters was refused by a 5xx answer.',
    mend: 'Set it to a number between 0 and 1, as 0.2.',
  },
  SEND_PER_SECOND: {
    schema: wholeNumber(0, 10_000).default(0),
    about: 'Letters by e-mail that may leave in one second, of all notices and workers together. 0 sets no limit.',
    mend: 'Set it to a whole number between 0 and 10000.',
  },
  SEND_PER_DOMAIN: {
    schema: wholeNumber(0, 100_000).default(0),
    about:
      'Letters that may leave in one minute to one domain of recipients, so that its server does not take them for spam. 0 sets no limit.',
    mend: 'Set it to a whole number between 0 and 100000.',
  },
  SEND_PER_DAY: {
    schema: wholeNumber(0, 10_000_000).default(0),
    about: 'Letters by e-mail that may leave in one day (UTC), as the contract of a relay sets it. 0 sets no limit.',
    mend: 'Set it to a whole number between 0 and 10000000.',
  },
  ADVICE_REVIEW_MONTHS: {
    schema: wholeNumber(1, 120).default(12),
    about:
      'Months after which advice, prices and delays in letters are to be held against their sources again: `doctor` and the page of a notice then warn.',
    mend: 'Set it to a whole number of months between 1 and 120.',
  },
  LOG_LEVEL: {
    schema: z.enum(['silent', 'error', 'warn', 'info']).default('warn'),
    about: 'How much is written to stderr, as JSON lines without personal data.',
    mend: 'Set it to silent, error, warn or info.',
  },
  TOCSIN_TOKEN: {
    schema: z.string().optional(),
    about: 'The token of a staff account, as proof for --as in production.',
    mend: 'Make one on the account page and set it whole.',
  },
  TOCSIN_CORPORA: {
    schema: z.string().optional(),
    about: 'The folder of outside test data; used by the tests only. Default: ../shared/corpora where it exists.',
    mend: 'Set it to a folder, or leave it out.',
  },
  // address to which delivery reports come; the envelope sender of each letter carries its mark
  BOUNCE_ADDRESS: {
    schema: z
      .string()
      .refine((text) => readAddress(text) !== null && text.lastIndexOf('@') <= 21)
      .optional(),
    about:
      'The address to which delivery reports come; the envelope sender of each letter carries its mark (bounces+MARK@example.org), so its server must take addresses with +. Default: the sender address of the controller.',
    mend: 'Write one address with at most 21 characters before its @, as bounces@example.org.',
  },
} as const;

/** Whether a host name is this machine itself; what it takes never crossed a network. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

type Variables = { [K in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[K]['schema']> };

export interface Config extends Variables {
  /** Absolute path of the data folder. */
  dataFolder: string;
  /** Absolute path of the root key. */
  keyFile: string;
  /** Absolute path of the key that signs the letters; null where the relay signs them. */
  dkimKeyFile: string | null;
  /** The address printed in letters, without a slash at its end. */
  publicUrl: string;
  /** Seconds after each 4xx answer. */
  retrySeconds: number[];
  trustedProxies: string[];
  isProduction: boolean;
}

/**
 * Reads the environment once. Throws a `Problem` of code `configuration.faulty` whose faults name each bad variable
 * and its mend, never its value: a value may be a password.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const faults: Fault[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const raw = env[name];
    const result = variable.schema.safeParse(raw === '' ? undefined : raw);
    if (result.success) values[name] = result.data;
    else faults.push({ at: name, message: variable.mend });
  }
  const read = values as unknown as Variables;
  if (faults.length === 0 && read.NODE_ENV === 'production') {
    if (!read.SMTP_URL) faults.push({ at: 'SMTP_URL', message: 'Set it: the mail catcher is refused in production.' });
    if (!read.TOCSIN_KEY_FILE) faults.push({ at: 'TOCSIN_KEY_FILE', message: VARIABLES.TOCSIN_KEY_FILE.mend });
  }
  const dkim = (['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_KEY_FILE'] as const).filter((name) => !read[name]);
  if (dkim.length === 1 || dkim.length === 2)
    for (const name of dkim)
      faults.push({ at: name, message: `${VARIABLES[name].mend} The three DKIM settings go together.` });
  if (faults.length > 0) {
    const names = faults.map((fault) => fault.at).join(', ');
    throw new Problem(
      'bad-input',
      'configuration.faulty',
      `Mend the environment: ${names}. \`bin/tocsin doctor\` says how.`,
      faults,
    );
  }
  const dataFolder = path.resolve(read.TOCSIN_DATA_DIR);
  return {
    ...read,
    dataFolder,
    keyFile: path.resolve(read.TOCSIN_KEY_FILE ?? path.join(dataFolder, 'tocsin.key')),
    dkimKeyFile: read.DKIM_KEY_FILE ? path.resolve(read.DKIM_KEY_FILE) : null,
    publicUrl: (read.PUBLIC_URL ?? `http://localhost:${read.PORT}`).replace(/\/+$/, ''),
    retrySeconds: read.RETRY_SCHEDULE.split(',').map(Number),
    trustedProxies: read.TRUSTED_PROXIES.split(',')
      .map((part) => part.trim())
      .filter(Boolean),
    isProduction: read.NODE_ENV === 'production',
  };
}
