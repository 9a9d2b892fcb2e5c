import nodemailer from 'nodemailer';
import type { Clock } from './clock.js';
import { isLoopback } from './config.js';

/** One mail to one address. */
export interface OutgoingMail {
  envelopeFrom: string;
  /** An address that `readAddress` let through. */
  envelopeTo: string;
  /** With angle brackets, derived from what is sent, so that a repetition is recognised. */
  messageId: string;
  from: { name: string; address: string };
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  /** BCP 47, of the first language in the mail. */
  language: string;
}

/**
 * What became of a mail. Only a real answer of the peer is definite; everything else but a connection that was never
 * made is `unknown`: the peer may have taken the mail, so it is never sent again by itself (RFC 1047).
 */
export interface SmtpOutcome {
  kind: 'accepted' | 'deferred' | 'refused' | 'unknown';
  code: number | null;
  /** The peer's words without addresses and control characters, at most 500 characters. */
  answer: string;
}

export interface SmtpOptions {
  clock: Clock;
  /** Milliseconds until a connection that does not come about, or a peer that does not answer, is given up. */
  connectTimeout?: number;
  answerTimeout?: number;
  connections?: number;
}

/** Sends mails over one relay through a few kept connections. Never repeats a mail by itself. */
export class SmtpClient {
  private readonly transport;
  private readonly clock: Clock;

  constructor(url: string, options: SmtpOptions) {
    const relay = new URL(url);
    const secure = relay.protocol === 'smtps:';
    this.clock = options.clock;
    this.transport = nodemailer.createTransport({
      pool: true,
      maxConnections: options.connections ?? 5,
      maxMessages: 1_000,
      // The pool sends a mail again when its connection drops in the middle, which may be after it was taken.
      maxRequeues: 0,
      host: relay.hostname.replace(/^\[|\]$/g, ''),
      port: Number(relay.port) || (secure ? 465 : 587),
      secure,
      // What crosses a network crosses it encrypted; a peer on this machine needs no TLS.
      requireTLS: !secure && !isLoopback(relay.hostname),
      ignoreTLS: !secure && isLoopback(relay.hostname),
      ...(relay.username ? { auth: { user: decodeURIComponent(relay.username), pass: decodeURIComponent(relay.password) } } : {}),
      connectionTimeout: options.connectTimeout ?? 15_000,
      greetingTimeout: options.connectTimeout ?? 15_000,
      socketTimeout: options.answerTimeout ?? 60_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send(mail: OutgoingMail): Promise<SmtpOutcome> {
    try {
      const info = await this.transport.sendMail({
        // The envelope is built from one checked address and never from a header.
        envelope: { from: mail.envelopeFrom, to: [mail.envelopeTo] },
        messageId: mail.messageId,
        date: this.clock.now(),
        from: { name: plain(mail.from.name), address: mail.from.address },
        to: { name: plain(mail.to.name), address: mail.to.address },
        subject: plain(mail.subject),
        text: mail.text,
        html: mail.html,
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.language },
      });
      const accepted = info.accepted.length === 1 && info.accepted[0] === mail.envelopeTo;
      return { kind: accepted ? 'accepted' : 'unknown', code: codeIn(info.response), answer: withoutAddresses(info.response) };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  async close(): Promise<void> {
    this.transport.close();
    await Promise.resolve();
  }
}

interface SmtpError {
  code?: string;
  command?: string;
  responseCode?: number;
  response?: string;
  message: string;
}

function outcomeOf(error: unknown): SmtpOutcome {
  const { responseCode, response, message, code } = error as SmtpError;
  if (typeof responseCode === 'number' && responseCode >= 400) {
    return { kind: responseCode < 500 ? 'deferred' : 'refused', code: responseCode, answer: withoutAddresses(response ?? message) };
  }
  // Apart from an answer, only these two prove that not one byte was sent.
  const neverConnected = /connect ECONNREFUSED/.test(message) || code === 'EDNS';
  return { kind: neverConnected ? 'deferred' : 'unknown', code: null, answer: withoutAddresses(message) };
}

function codeIn(response: string): number | null {
  const match = /^(\d{3})/.exec(response);
  return match ? Number(match[1]) : null;
}

/** A peer repeats the address it speaks of; what is kept names nobody. */
function withoutAddresses(words: string): string {
  return plain(words.replace(/[^\s<>"(),;:]+@[^\s<>"(),;:]+/g, '<address>')).slice(0, 500);
}

/** Without control characters: a line break in a header would start another header. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}
