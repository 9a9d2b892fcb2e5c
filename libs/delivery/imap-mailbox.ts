import type { ImapFlow } from 'imapflow';
import { isLoopback } from '#libs/platform/index.js';
import { MAIL_LIMITS } from './mail-parts.js';
import { MailboxError } from './mailbox-faults.js';

/** Milliseconds for a connection to stand and greet, and of silence within one. */
const GREETING = 15_000;
const SILENCE = 60_000;

const ASIDE = 'Tocsin';

/** The open folder of a mailbox. Mails are named by their UID, which no other mail of the folder ever gets. */
export interface ImapMailbox {
  /** The UIDs of the mails that lie there, in the order in which they came. */
  list(): Promise<number[]>;
  /** A mail as its server keeps it, or null where it is gone meanwhile. */
  read(uid: number): Promise<Buffer | null>;
  /** Takes a mail out for good. */
  remove(uid: number): Promise<void>;
  /** Puts a mail into the folder `Tocsin` of the same mailbox, where a person finds it. */
  setAside(uid: number): Promise<void>;
}

/**
 * Opens the folder that an `imap(s)://user:password@host/FOLDER` names, does the work and signs out. Throws what the
 * client throws, and `MailboxError` where the folder is not there; `faultOf` says what either means.
 */
export async function withMailbox<T>(
  address: string,
  work: (mailbox: ImapMailbox) => Promise<T>,
  greeting: number = GREETING,
): Promise<T> {
  const client = await connected(new URL(address), greeting);
  try {
    await openFolder(client, decodeURIComponent(new URL(address).pathname.slice(1)) || 'INBOX');
    const done = await work({
      list: async () => ((await client.search({ all: true }, { uid: true })) || []).toSorted((a, b) => a - b),
      read: async (uid) => {
        const mail = await client.fetchOne(String(uid), { source: { maxLength: MAIL_LIMITS.bytes } }, { uid: true });
        return mail ? (mail.source ?? null) : null;
      },
      remove: async (uid) => {
        if (!(await client.messageDelete(String(uid), { uid: true }))) throw notDone(client);
      },
      setAside: async (uid) => {
        await client.mailboxCreate(ASIDE);
        if (!(await client.messageMove(String(uid), ASIDE, { uid: true }))) throw notDone(client);
      },
    });
    await client.logout();
    return done;
  } finally {
    client.close();
  }
}

/** The client answers no in either case: the server refused, or is there no more. */
function notDone(client: ImapFlow): MailboxError {
  return new MailboxError(client.usable ? 'folder' : 'broken-off');
}

/** Loaded by whoever reads a mailbox: no command and no page waits for it. */
async function connected(url: URL, greeting: number): Promise<ImapFlow> {
  const { ImapFlow: Client } = await import('imapflow');
  const secure = url.protocol === 'imaps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const client = new Client({
    host,
    port: Number(url.port) || (secure ? 993 : 143),
    secure,
    // Plain IMAP is taken on this machine alone, where there is no way to be listened to and no name to certify.
    ...(secure ? {} : { doSTARTTLS: !isLoopback(url.hostname) }),
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    // The client would write down what it reads.
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: greeting,
    greetingTimeout: greeting,
    socketTimeout: SILENCE,
    maxLiteralSize: 2 * MAIL_LIMITS.bytes,
    maxResponseSize: 4 * MAIL_LIMITS.bytes,
  });
  // An end of the connection is heard of by the command that waits for it.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function openFolder(client: ImapFlow, folder: string): Promise<void> {
  try {
    const opened = await client.mailboxOpen(folder);
    if (opened.readOnly) throw new MailboxError('folder');
  } catch (error) {
    // The server says NO to a folder; without a connection there is another cause.
    throw client.usable ? new MailboxError('folder') : error;
  }
}
