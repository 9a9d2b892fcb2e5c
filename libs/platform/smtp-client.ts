import nodemailer from 'nodemailer';
import { readAddress } from './address.js';
import type { Clock } from './clock.js';
import { isLoopback } from './config.js';
import { composeMail, plain, type OutgoingMail } from './mail-message.js';

const LONGEST_ANSWER = 500;
/** A connection is given back before any relay ends an idle one, so that no mail meets its end: that would be in doubt. */
const IDLE_MILLISECONDS = 20_000;

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
  /** Milliseconds for one mail in all: a peer that trickles its answers is never silent long enough to time out. */
  sendTimeout?: number;
  connections?: number;
}

/** Sends mails over one relay through a few kept connections. Never repeats a mail by itself. */
export class SmtpClient {
  private readonly transport;
  private readonly clock: Clock;
  private readonly sendTimeout: number;

  constructor(url: string, options: SmtpOptions) {
    const relay = new URL(url);
    const secure = relay.protocol === 'smtps:';
    this.clock = options.clock;
    this.sendTimeout = options.sendTimeout ?? 180_000;
    this.transport = nodemailer.createTransport({
      pool: true,
      maxConnections: options.connections ?? 5,
      maxMessages: 1_000,
      // The pool sends a mail again when its connection drops in the middle, which may be after it was taken.
      maxRequeues: 0,
      idleTimeout: IDLE_MILLISECONDS,
      host: relay.hostname.replace(/^\[|\]$/g, ''),
      port: Number(relay.port) || (secure ? 465 : 587),
      secure,
      // What crosses a network crosses it encrypted; a peer on this machine needs no TLS.
      requireTLS: !secure && !isLoopback(relay.hostname),
      ignoreTLS: !secure && isLoopback(relay.hostname),
      ...(relay.username
        ? { auth: { user: decodeURIComponent(relay.username), pass: decodeURIComponent(relay.password) } }
        : {}),
      connectionTimeout: options.connectTimeout ?? 15_000,
      greetingTimeout: options.connectTimeout ?? 15_000,
      socketTimeout: options.answerTimeout ?? 60_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /**
   * Sends one mail and answers what became of it; what the network or the peer does is never thrown. An address that
   * is not exactly one is refused before a connection opens, with the code null. Throws `mail.faulty` for a mail that
   * our own code made wrongly. No transaction may be open. When `until` aborts, the mail is given up where it stands.
   */
  async send(mail: OutgoingMail, until?: AbortSignal): Promise<SmtpOutcome> {
    const recipient = readAddress(mail.envelopeTo);
    if (!recipient) return { kind: 'refused', code: null, answer: 'not one e-mail address; nothing was sent' };
    const raw = await composeMail(mail, this.clock.now());
    try {
      const info = await this.transport.sendMail({
        // The envelope is built from one checked address and never from a header.
        envelope: { from: mail.envelopeFrom, to: [recipient] },
        raw,
        signal: AbortSignal.any([AbortSignal.timeout(this.sendTimeout), ...(until ? [until] : [])]),
      });
      const accepted = info.accepted.length === 1 && info.accepted[0] === recipient;
      const answer = withoutAddresses(info.response, recipient);
      return { kind: accepted ? 'accepted' : 'unknown', code: codeIn(info.response), answer };
    } catch (error) {
      return outcomeOf(error, recipient);
    }
  }

  /** Connects, greets, encrypts and signs in as for a mail, without one. Null, or what went wrong in the peer's words. */
  async check(): Promise<string | null> {
    try {
      await this.transport.verify();
      return null;
    } catch (error) {
      return outcomeOf(error, '').answer;
    }
  }

  /** Closes the idle connections at once, and each other one after the mail that it is sending. */
  async close(): Promise<void> {
    this.transport.close();
    await Promise.resolve();
  }
}

interface SmtpError {
  code?: string;
  /** The system's code where nodemailer has put its own in `code`. */
  originalCode?: string;
  responseCode?: number;
  response?: string;
  message: string;
}

function outcomeOf(error: unknown, address: string): SmtpOutcome {
  const { responseCode, response, message, code, originalCode } = error as SmtpError;
  if (typeof responseCode === 'number' && responseCode >= 400 && responseCode < 600) {
    const answer = withoutAddresses(response ?? message, address);
    return { kind: responseCode < 500 ? 'deferred' : 'refused', code: responseCode, answer };
  }
  // Apart from an answer, only these two prove that not one byte was sent. A host of several addresses that all
  // refused has an empty message and the code alone.
  const neverConnected = code === 'EDNS' || code === 'ECONNREFUSED' || originalCode === 'ECONNREFUSED';
  const answer = withoutAddresses(message || originalCode || code || 'no answer', address);
  return { kind: neverConnected ? 'deferred' : 'unknown', code: null, answer };
}

function codeIn(response: string): number | null {
  const match = /^(\d{3})/.exec(response);
  return match ? Number(match[1]) : null;
}

/** A peer repeats the address it speaks of, or its first part alone; what is kept names nobody. */
function withoutAddresses(words: string, address: string): string {
  const local = address.slice(0, address.lastIndexOf('@'));
  let kept = plain(words).replace(/("[^"]*"|[^\s<>"(),;:]+)@[^\s<>"(),;:]+/g, '<address>');
  if (local.length > 2) kept = kept.replace(new RegExp(`(?<![\\w.])${escaped(local)}(?![\\w.])`, 'gi'), '<address>');
  return kept.replaceAll('<<address>>', '<address>').slice(0, LONGEST_ANSWER);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
