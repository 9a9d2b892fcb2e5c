import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { readAddress } from './address.js';
import { Problem } from './problem.js';

/** A name in a header longer than this is a mistake or an attack. */
const LONGEST_NAME = 200;

/** One mail to one address. */
export interface OutgoingMail {
  envelopeFrom: string;
  /** One address; what `readAddress` does not let through is refused. */
  envelopeTo: string;
  /** With angle brackets, derived from what is sent, so that a repetition is recognised. */
  messageId: string;
  from: { name: string; address: string };
  /** The address is that of the envelope. */
  to: { name: string; address: string };
  subject: string;
  text: string;
  /** Null where the mail is to have no other form than text. */
  html: string | null;
  /** BCP 47, of the first language in the mail. */
  language: string;
  /**
   * What the relay is asked to report to the envelope's sender, where it can (RFC 3461): failures and delays, and on
   * `onSuccess` what it handed on. `id` comes back with each report.
   */
  reports?: { id: string; onSuccess: boolean };
  /** Further headers, none of those that are set here. */
  headers?: Record<string, string>;
}

/**
 * A mail as its bytes (RFC 5322, multipart/alternative): what is shown of it and what is sent are made here. The same
 * mail and time give the same bytes. Throws `mail.faulty` for a mail that our own code made wrongly.
 */
export async function composeMail(mail: OutgoingMail, date: Date): Promise<Buffer> {
  const recipient = readAddress(mail.envelopeTo);
  requireSound(mail, recipient);
  const composer = new MailComposer({
    messageId: mail.messageId,
    date,
    from: { name: plain(mail.from.name).slice(0, LONGEST_NAME), address: mail.from.address },
    to: { name: plain(mail.to.name).slice(0, LONGEST_NAME), address: recipient! },
    subject: plain(mail.subject),
    text: mail.text,
    html: mail.html ?? undefined,
    headers: {
      ...Object.fromEntries(Object.entries(mail.headers ?? {}).map(([name, value]) => [name, plain(value)])),
      'Auto-Submitted': 'auto-generated',
      'Content-Language': mail.language,
    },
    // The composer would take a random one, and the same letter would have other bytes each time.
    baseBoundary: createHash('sha256').update(mail.messageId).digest('hex').slice(0, 24),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const built = await composer.compile().build();
  // The composer leaves the line ends of the text to the connection; a file has to have those of the wire (RFC 5322 2.3).
  return Buffer.from(built.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

const OWN_HEADERS =
  /^(from|sender|to|cc|bcc|reply-to|subject|date|message-id|mime-version|auto-submitted|content-.*)$/i;

/** A sender that is none, a second reader in the header, or a header of ours set by others is a fault of our own code. */
function requireSound(mail: OutgoingMail, recipient: string | null): void {
  const senders = [mail.envelopeFrom, mail.from.address];
  const names = Object.keys(mail.headers ?? {});
  const sound =
    recipient !== null &&
    senders.every((sender) => readAddress(sender) !== null) &&
    readAddress(mail.to.address) === recipient &&
    names.every((name) => /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(name) && !OWN_HEADERS.test(name));
  if (sound) return;
  throw new Problem(
    'bad-input',
    'mail.faulty',
    'A mail needs a sender with one e-mail address, one reader, and no second header of a name. Check the address of the controller.',
  );
}

/**
 * Without control characters, line ends of any alphabet, and marks that turn the direction of reading: a line break in
 * a header would start another header, and a turned name can look like somebody else's.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}
