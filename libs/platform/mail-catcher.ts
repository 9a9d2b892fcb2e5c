import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { errorFields, log } from './log.js';

export interface CaughtMail {
  envelopeFrom: string;
  envelopeTo: string[];
  raw: Buffer;
}

/** Letters are some kilobytes; more is somebody's mistake. */
const LARGEST_MAIL = 10 * 1024 * 1024;
/** Our own worker opens a handful of connections. */
const MOST_CLIENTS = 100;
/** A mail that is being kept when the catcher stops has this long. */
const CLOSE_MILLISECONDS = 5_000;

/**
 * An SMTP server on a free port of this machine that hands every mail to `onMail` and sends nothing on. It answers 250
 * only after `onMail` has kept the mail, and 451 when it could not.
 */
export async function startMailCatcher(
  onMail: (mail: CaughtMail) => Promise<void>,
): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: LARGEST_MAIL,
    maxClients: MOST_CLIENTS,
    // Everybody here is this machine; a name server that does not answer would hold up every greeting.
    disableReverseLookup: true,
    closeTimeout: CLOSE_MILLISECONDS,
    logger: false,
    onData: callbackify(async (stream: SMTPServerDataStream, session: SMTPServerSession) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk);
      if (stream.sizeExceeded) throw smtpError(552, 'The mail is too large');
      const { mailFrom, rcptTo } = session.envelope;
      const envelopeTo = rcptTo.map((recipient) => recipient.address);
      try {
        await onMail({ envelopeFrom: mailFrom ? mailFrom.address : '', envelopeTo, raw: Buffer.concat(chunks) });
      } catch (error) {
        log.error('a caught mail could not be kept', errorFields(error));
        throw smtpError(451, 'The mail could not be kept');
      }
      return 'kept';
    }),
  });
  server.on('error', (error: unknown) => log.warn('mail catcher', errorFields(error)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, port, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
