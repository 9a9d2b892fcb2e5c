import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
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
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        if (!stream.sizeExceeded) chunks.push(chunk);
      });
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(smtpError(552, 'The mail is too large'));
        const from = session.envelope.mailFrom;
        onMail({
          envelopeFrom: from ? from.address : '',
          envelopeTo: session.envelope.rcptTo.map((recipient) => recipient.address),
          raw: Buffer.concat(chunks),
        }).then(
          () => done(null, 'kept'),
          (error: unknown) => {
            log.error('a caught mail could not be kept', errorFields(error));
            done(smtpError(451, 'The mail could not be kept'));
          },
        );
      });
    },
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
