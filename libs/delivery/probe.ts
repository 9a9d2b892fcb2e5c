import { domainOf, type Controller } from '#libs/breach/index.js';
import {
  uuidv7,
  type Clock,
  type Config,
  type Keyring,
  type SmtpClient,
  type SmtpOutcome,
} from '#libs/platform/index.js';
import { envelopeOf } from './envelope.js';

/** A mail that the doctor sent; what comes back about it names its id. */
export interface Probe {
  id: string;
  messageId: string;
  outcome: SmtpOutcome;
}

/**
 * Sends a mail without anything personal in it, as letters are sent: same relay, same sender, a mark in the envelope
 * where there is a bounce mailbox. To the bounce mailbox itself it comes straight; to an address that does not exist at a
 * domain of one's own a report about `id` comes back. No transaction may be open.
 */
export async function sendProbe(
  client: SmtpClient,
  to: string,
  from: { sender: Controller['sender']; keyring: Keyring; config: Config; clock: Clock },
): Promise<Probe> {
  const id = uuidv7(from.clock.now());
  const messageId = `<${id}.probe@${domainOf(from.sender.address)}>`;
  const outcome = await client.send({
    envelopeFrom: from.sender.address,
    envelopeTo: to,
    messageId,
    from: from.sender,
    to: { name: '', address: to },
    subject: `Tocsin probe ${id}`,
    text: 'A probe of Tocsin: it shows that mails leave and that reports come back. It is about nobody; delete it.\n',
    html: null,
    language: 'en',
    ...envelopeOf(from.keyring, from.config, id),
  });
  return { id, messageId, outcome };
}
