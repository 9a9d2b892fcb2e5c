import { Readable } from 'node:stream';
import Dkim from 'nodemailer/lib/dkim';
import type MailMessage from 'nodemailer/lib/mailer/mail-message';
import SmtpPool from 'nodemailer/lib/smtp-pool';
import { addressFault, readAddress } from './address.js';
import type { Clock } from './clock.js';
import { isLoopback } from './config.js';
import type { DkimKey } from './dkim-key.js';
import { composeMail, type OutgoingMail } from './mail-message.js';
import { codeIn, outcomeOf, withoutAddresses, type SmtpOutcome } from './smtp-outcome.js';

/** A connection is given back before any relay ends an idle one, so that no mail meets its end: that would be in doubt. */
const IDLE_MILLISECONDS = 20_000;

export interface SmtpOptions {
  clock: Clock;
  /** Milliseconds until a connection that does not come about, or a peer that does not answer, is given up. */
  connectTimeout?: number;
  answerTimeout?: number;
  /** Milliseconds for one mail in all: a peer that trickles its answers is never silent long enough to time out. */
  sendTimeout?: number;
  connections?: number;
  /** Every mail is signed with it (RFC 6376, relaxed/relaxed). */
  dkim?: DkimKey | null;
  /** Whether nothing is sent before TLS; by default so for every relay but one on this machine. */
  requireTls?: boolean;
  /** Certificates (PEM) of authorities that are believed instead of those that Node believes. */
  authorities?: string;
}

/** Sends mails over one relay through a few kept connections. Never repeats a mail by itself. */
export class SmtpClient {
  private readonly pool: SmtpPool;
  private readonly dkim: Dkim | null;
  private readonly clock: Clock;
  private readonly sendTimeout: number;

  constructor(url: string, options: SmtpOptions) {
    this.clock = options.clock;
    this.sendTimeout = options.sendTimeout ?? 180_000;
    this.pool = new SmtpPool(poolOptions(new URL(url), options));
    this.dkim = options.dkim ? new Dkim(signedBy(options.dkim)) : null;
  }

  /**
   * Sends one mail and answers what became of it; what the network or the peer does is never thrown. An address that
   * is not exactly one is refused before a connection opens, with the code null. Throws `mail.faulty` for a mail that
   * our own code made wrongly. No transaction may be open. When `until` aborts, the mail is given up where it stands.
   */
  async send(mail: OutgoingMail, until?: AbortSignal): Promise<SmtpOutcome> {
    const recipient = readAddress(mail.envelopeTo);
    if (!recipient) return { kind: 'refused', stage: 'recipient', code: null, answer: addressFault(mail.envelopeTo) };
    const raw = await composeMail(mail, this.clock.now());
    // Made once the connection is there; only whether it was read tells whether a byte of the mail left.
    let stream: Readable | null = null;
    const mailOnTheWay = {
      data: {
        ...(mail.reports ? { dsn: dsnOf(mail.reports, recipient) } : {}),
        signal: AbortSignal.any([AbortSignal.timeout(this.sendTimeout), ...(until ? [until] : [])]),
      },
      // The mail is made already, so the pool gets it without nodemailer's own making of mails.
      message: {
        // The envelope is built from one checked address and never from a header.
        getEnvelope: () => ({ from: mail.envelopeFrom, to: [recipient] }),
        getHeader: () => mail.messageId,
        messageId: () => mail.messageId,
        createReadStream: () => (stream = this.streamOf(raw)),
      },
    };
    return await new Promise((resolve) => {
      this.pool.send(mailOnTheWay as unknown as MailMessage<SmtpPool.SentMessageInfo>, (error, info) => {
        if (error || !info) return resolve(outcomeOf(error, recipient, stream?.readableDidRead ?? false));
        const accepted = info.accepted.length === 1 && info.accepted[0] === recipient;
        const answer = withoutAddresses(info.response, recipient);
        resolve({ kind: accepted ? 'accepted' : 'unknown', stage: 'content', code: codeIn(info.response), answer });
      });
    });
  }

  private streamOf(raw: Buffer): Readable {
    if (this.dkim) return this.dkim.sign(raw);
    return new Readable({
      read() {
        this.push(raw);
        this.push(null);
      },
    });
  }

  /** Connects, greets, encrypts and signs in as for a mail, without one. Null, or what went wrong and how far it came. */
  async check(): Promise<SmtpOutcome | null> {
    try {
      await this.pool.verify();
      return null;
    } catch (error) {
      return outcomeOf(error, '', false);
    }
  }

  /** Closes the idle connections at once, and each other one after the mail that it is sending. */
  async close(): Promise<void> {
    this.pool.close();
    await Promise.resolve();
  }
}

function poolOptions(relay: URL, options: SmtpOptions) {
  const secure = relay.protocol === 'smtps:';
  // What crosses a network crosses it encrypted; a peer on this machine needs no TLS.
  const requireTLS = !secure && (options.requireTls ?? !isLoopback(relay.hostname));
  return {
    pool: true as const,
    maxConnections: options.connections ?? 5,
    maxMessages: 1_000,
    // The pool sends a mail again when its connection drops in the middle, which may be after it was taken.
    maxRequeues: 0,
    idleTimeout: IDLE_MILLISECONDS,
    host: relay.hostname.replace(/^\[|\]$/g, ''),
    port: Number(relay.port) || (secure ? 465 : 587),
    secure,
    requireTLS,
    ignoreTLS: !secure && !requireTLS,
    tls: { minVersion: 'TLSv1.2' as const, ...(options.authorities ? { ca: options.authorities } : {}) },
    ...(relay.username
      ? {
          auth: { user: decodeURIComponent(relay.username), pass: decodeURIComponent(relay.password) },
          // Without it a relay that offers no way to sign in would get the mails of a stranger, and refuse each reader.
          forceAuth: true,
        }
      : {}),
    connectionTimeout: options.connectTimeout ?? 15_000,
    greetingTimeout: options.connectTimeout ?? 15_000,
    socketTimeout: options.answerTimeout ?? 60_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function signedBy({ domain, selector, key }: DkimKey) {
  // The types know text alone; the key is handed to node:crypto as it is.
  return { domainName: domain, keySelector: selector, privateKey: key as unknown as string };
}

/** RFC 3461; asked of a relay that offers it, and left out otherwise. */
function dsnOf({ id, onSuccess }: NonNullable<OutgoingMail['reports']>, recipient: string) {
  return {
    id,
    return: 'headers' as const,
    notify: [...(onSuccess ? (['success'] as const) : []), 'failure' as const, 'delay' as const],
    recipient,
  };
}
