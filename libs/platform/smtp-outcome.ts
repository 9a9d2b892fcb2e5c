import { plain } from './mail-message.js';

const LONGEST_ANSWER = 500;

/**
 * How far a mail came. At every stage but `content` it is proved that not one byte of it left. `connection`, `greeting`,
 * `tls`, `auth` and `sender` speak of the relay and of us, never of the person: what they refuse, they refuse every mail.
 */
export type SmtpStage = 'connection' | 'greeting' | 'tls' | 'auth' | 'sender' | 'recipient' | 'content';

/**
 * What became of a mail. Only a real answer of the peer is definite; everything else but a session that never came
 * about is `unknown`: the peer may have taken the mail, so it is never sent again by itself (RFC 1047).
 *
 * `refused` at a stage before `recipient` is about us: let the notice wait, and fail no person for it.
 */
export interface SmtpOutcome {
  kind: 'accepted' | 'deferred' | 'refused' | 'unknown';
  stage: SmtpStage;
  code: number | null;
  /** The peer's words without addresses and control characters, at most 500 characters. */
  answer: string;
}

/** What nodemailer throws. */
interface SmtpError {
  code?: string;
  /** The system's code where nodemailer has put its own in `code`. */
  originalCode?: string;
  /** What was asked when it ended: `CONN` where nothing was, or where it does not know. */
  command?: string;
  responseCode?: number;
  response?: string;
  message: string;
}

const STAGES: Record<string, SmtpStage> = {
  EHLO: 'greeting',
  HELO: 'greeting',
  STARTTLS: 'tls',
  AUTH: 'auth',
  MAIL: 'sender',
  RCPT: 'recipient',
  DATA: 'content',
};

/** The outcome of an error. `hasBegun` says whether a byte of the mail itself was sent; `address` is its reader. */
export function outcomeOf(thrown: unknown, address: string, hasBegun: boolean): SmtpOutcome {
  const error = thrown as SmtpError;
  const { responseCode, response, message, code, originalCode } = error;
  const stage = hasBegun ? 'content' : stageOf(error);
  if (typeof responseCode === 'number' && responseCode >= 400 && responseCode < 600 && !isCutOff(error)) {
    const answer = withoutAddresses(response ?? message, address);
    return { kind: responseCode < 500 ? 'deferred' : 'refused', stage, code: responseCode, answer };
  }
  // A host of several addresses that all refused has an empty message and the code alone.
  const answer = withoutAddresses(message || originalCode || code || 'no answer', address);
  return { kind: !hasBegun && isOurOwnEnd(error) ? 'deferred' : 'unknown', stage, code: null, answer };
}

function stageOf(error: SmtpError): SmtpStage {
  if (isOfTls(error) || error.code === 'ETLS') return 'tls';
  if (error.code === 'EAUTH') return 'auth';
  if (error.message.startsWith('Invalid greeting')) return 'greeting';
  return STAGES[error.command?.split(' ')[0] ?? ''] ?? 'connection';
}

/** A line that the peer broke off and closed upon: nobody knows how it would have ended. */
function isCutOff({ code, command, message }: SmtpError): boolean {
  return (
    (code === 'ECONNECTION' || code === 'ETLS') &&
    command === 'CONN' &&
    message.startsWith('Connection closed unexpectedly')
  );
}

/**
 * Whether the session ended on our side before a mail could begin: no such host, nobody listens, a certificate that
 * does not hold, no way to sign in. The peer had no part in it, so there is nothing to be in doubt about.
 */
function isOurOwnEnd(error: SmtpError): boolean {
  const { code, originalCode, command } = error;
  if (code === 'EDNS' || code === 'ECONNREFUSED' || originalCode === 'ECONNREFUSED') return true;
  return isOfTls(error) || (code === 'EAUTH' && command === 'API');
}

/** A handshake that failed, or a certificate that we do not take. */
function isOfTls({ code, originalCode, message }: SmtpError): boolean {
  return (
    message.startsWith('Error initiating TLS') ||
    /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/.test(
      originalCode ?? code ?? '',
    )
  );
}

/** The three digits that an answer begins with. */
export function codeIn(response: string): number | null {
  const match = /^(\d{3})/.exec(response);
  return match ? Number(match[1]) : null;
}

/** A peer repeats the address it speaks of, or its first part alone; what is kept names nobody. */
export function withoutAddresses(words: string, address: string): string {
  const local = address.slice(0, address.lastIndexOf('@'));
  let kept = plain(words).replace(/("[^"]*"|[^\s<>"(),;:]+)@[^\s<>"(),;:]+/g, '<address>');
  if (local.length > 2) kept = kept.replace(new RegExp(`(?<![\\w.])${escaped(local)}(?![\\w.])`, 'gi'), '<address>');
  return kept.replaceAll('<<address>>', '<address>').slice(0, LONGEST_ANSWER);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
