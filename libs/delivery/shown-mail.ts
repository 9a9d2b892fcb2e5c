import { MAIL_LIMITS, decodedWords, readMail, textOf, type MailPart } from './mail-parts.js';

/** A mail as a page shows it: plain text, nothing of it is ever run or loaded. */
export interface ShownMail {
  from: string;
  subject: string;
  text: string;
  /** What hangs on it, by type: not shown, as it may be anything. */
  attachments: string[];
}

/** More than somebody reads on a page. */
const LONGEST_TEXT = 20_000;
const LONGEST_FIELD = 500;
const MOST_ATTACHMENTS = 20;

/** What a person needs of a mail that came back to decide what it is. Takes any bytes and never throws. */
export function shownMail(bytes: Uint8Array): ShownMail {
  const mail = readMail(bytes.subarray(0, MAIL_LIMITS.bytes));
  const parts = leaves(mail);
  const plain = parts.filter((part) => part.type === 'text/plain');
  const texts = plain.length > 0 ? plain : parts.filter((part) => part.type.startsWith('text/'));
  const field = (name: string): string => decodedWords(mail.headers.get(name)?.[0] ?? '').slice(0, LONGEST_FIELD);
  return {
    from: field('from'),
    subject: field('subject'),
    text: texts.map(textOf).join('\n\n').slice(0, LONGEST_TEXT),
    attachments: parts
      .filter((part) => !texts.includes(part) && !part.type.startsWith('text/'))
      .map((part) => part.type)
      .slice(0, MOST_ATTACHMENTS),
  };
}

function leaves(part: MailPart): MailPart[] {
  return part.parts.length === 0 ? [part] : part.parts.flatMap(leaves);
}
