import type { Controller } from '#libs/breach/pure.js';
import type { Language, OutgoingMail } from '#libs/platform/index.js';
import type { RenderedLetter } from './render.js';

/** A letter as a mail to one address, without HTML where its person asked for plain text; what is previewed and what is sent are both made here. */
export function letterMail(
  letter: Pick<RenderedLetter, 'subject' | 'text'> & { html: string | null },
  language: Language,
  sender: Controller['sender'],
  to: { name: string; address: string },
  messageId: string,
): OutgoingMail {
  return {
    envelopeFrom: sender.address,
    envelopeTo: to.address,
    messageId,
    from: sender,
    to,
    subject: letter.subject,
    text: letter.text,
    html: letter.html,
    language,
  };
}
