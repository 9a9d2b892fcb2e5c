import type { BounceClass } from './bounce-classes.js';
import { hasCode, reasonOf } from './bounce-reason.js';
import { passagesFor, passagesOf, splitProse, type Passage } from './bounce-text.js';
import {
  MOST_RECIPIENTS,
  addressIn,
  isStatusPart,
  readDeliveryStatus,
  statusInText,
  type DeliveryStatus,
  type StatusFields,
} from './delivery-status.js';
import { MAIL_LIMITS, decodedWords, embedded, readMail, textOf, type MailPart } from './mail-parts.js';
import { readSesNotification } from './ses-notification.js';
import {
  isAutomaticReply,
  isForAPerson,
  isMachine,
  isPostmaster,
  saysDelayed,
  saysNotDelivered,
} from './report-signs.js';

/** What a mail in the bounce mailbox is. `delay`: not arrived so far, the server goes on trying. */
export type ReportKind = 'bounce' | 'delay' | 'success' | 'auto-reply' | 'feedback' | 'receipt' | 'human';

/** What one mail says about one recipient; a mail that is no report gives one, without a recipient. */
export interface DeliveryReport {
  kind: ReportKind;
  /** The letter has not arrived, for good (`bounce`) or so far (`delay`). */
  isBounce: boolean;
  /** The address is dead for good. */
  hard: boolean;
  /** Null where it is no bounce. */
  class: BounceClass | null;
  /** The address that was tried last. */
  recipient: string | null;
  /** The address that the sender wrote to, where the report tells the two apart. */
  originalRecipient: string | null;
  /** `failed`, `delayed`, `delivered`, `relayed` or `expanded`; null for a report in prose. */
  action: string | null;
  /** Enhanced status code (RFC 3463), or null. */
  status: string | null;
  /** SMTP reply code, or null. */
  reply: string | null;
  /** The refusing server's words. Personal: it may name the recipient. */
  diagnostic: string | null;
  /** Message-ID of the letter that is given back, with its angle brackets. */
  messageId: string | null;
  /** The ENVID that the letter was sent with (RFC 3461). */
  envelopeId: string | null;
  /** Addresses that the report itself was sent to: with VERP, one names the dispatch. */
  sentTo: string[];
}

/** What is the same for all recipients of one mail. */
interface Letter {
  messageId: string | null;
  envelopeId: string | null;
  sentTo: string[];
}

/**
 * Reads a mail that came back: the machine's half of a delivery report first (RFC 3464, RFC 6533), then its fields
 * within text, then prose. Takes any bytes, never throws, and reads no more than `MAIL_LIMITS`. One answer for each
 * recipient. Nothing here is proof: who applies a report checks that its Message-ID or its VERP address is ours.
 */
export function readDeliveryReport(bytes: Uint8Array): DeliveryReport[] {
  return reportsOf(readMail(bytes), 0);
}

function reportsOf(mail: MailPart, depth: number): DeliveryReport[] {
  const parts = flattened(mail);
  const letter: Letter = { messageId: messageIdIn(parts), envelopeId: null, sentTo: addressesIn(mail, SENT_TO) };
  const feedback = parts.find((part) => part.type === 'message/feedback-report');
  if (feedback) return [notABounce('feedback', letter, addressOfFeedback(feedback))];
  if (parts.some((part) => /^message\/(global-)?disposition-notification$/.test(part.type)))
    return [notABounce('receipt', letter, null)];
  const prose = proseOf(parts);
  const notification = readSesNotification(prose);
  if (notification && notification.recipients.length > 0) {
    if (notification.kind === 'feedback')
      return [notABounce('feedback', letter, notification.recipients[0]!.finalRecipient)];
    return fromStatus({ envelopeId: '', recipients: notification.recipients }, '', letter);
  }
  const machine = isMachine(mail);
  const statusPart = parts.find(isStatusPart);
  if (statusPart && (machine || mail.type === 'multipart/report')) {
    const status = readDeliveryStatus(statusPart);
    if (status.recipients.length > 0) return fromStatus(status, prose, letter);
  }
  if (machine && depth === 0) {
    // A gateway that puts the report of the server behind it into a mail of its own.
    const inner = parts.find((part) => part.type === 'message/rfc822');
    if (inner && !statusPart) {
      const reports = reportsOfWrapped(embedded(inner), letter.sentTo);
      if (reports) return reports;
    }
  }
  return fromProse(mail, parts, prose, machine, letter);
}

function reportsOfWrapped(mail: MailPart, sentTo: string[]): DeliveryReport[] | null {
  if (!flattened(mail).some(isStatusPart)) return null;
  const reports = reportsOf(mail, 1);
  return reports.every((report) => report.kind === 'human') ? null : reports.map((report) => ({ ...report, sentTo }));
}

function fromStatus(status: DeliveryStatus, prose: string, letter: Letter): DeliveryReport[] {
  const recipients = status.recipients.map((fields) => fields.finalRecipient || fields.originalRecipient);
  const lines = splitProse(prose).prose.split('\n');
  const passages = passagesFor(recipients, lines);
  const known = { ...letter, envelopeId: letter.envelopeId ?? (status.envelopeId || null) };
  return status.recipients.map((fields, place) => oneOf(fields, passages[place]!, known));
}

const SUCCESSES = new Set(['delivered', 'relayed', 'expanded']);

function oneOf(fields: StatusFields, passage: Passage, letter: Letter): DeliveryReport {
  const recipient = fields.finalRecipient || fields.originalRecipient;
  const about = {
    recipient,
    originalRecipient: fields.originalRecipient || null,
    action: fields.action || null,
    diagnostic: fields.diagnostic || null,
    ...letter,
  };
  if (SUCCESSES.has(fields.action) || (fields.action === '' && fields.status.startsWith('2.')))
    return {
      kind: 'success',
      isBounce: false,
      hard: false,
      class: null,
      status: fields.status || null,
      reply: null,
      ...about,
    };
  const reason = reasonOf({
    action: fields.action,
    status: fields.status,
    diagnostic: `${fields.diagnostic} ${fields.statusWords}`.trim(),
    prose: passage.text,
    recipient,
    ours: letter.sentTo,
  });
  return { kind: fields.action === 'delayed' ? 'delay' : 'bounce', isBounce: true, ...reason, ...about };
}

function fromProse(
  mail: MailPart,
  parts: MailPart[],
  text: string,
  machine: boolean,
  letter: Letter,
): DeliveryReport[] {
  const { prose, returned } = splitProse(text);
  const failed = (mail.headers.get('x-failed-recipients') ?? []).flatMap((value) => value.split(',', MOST_RECIPIENTS));
  const isDelayed = saysDelayed(mail, prose);
  const isReport = machine && !isForAPerson(mail) && (failed.length > 0 || isDelayed || saysNotDelivered(mail, prose));
  const forAPerson = [notABounce(isAutomaticReply(mail) ? 'auto-reply' : 'human', letter, null)];
  if (!isReport) return forAPerson;
  const known: Letter = { ...letter, messageId: letter.messageId ?? messageIdInText(returned) };
  const fields = statusInText(text);
  if (fields) return fromStatus(fields, prose, known);
  const action = isDelayed ? 'delayed' : '';
  const listed = failed.map(addressIn).filter(Boolean);
  if (listed.length > 0)
    return passagesFor(listed, prose.split('\n')).map((passage) => inProse(passage, action, known));
  const ours = new Set(addressesIn(mail, ['to']).map((address) => address.toLowerCase()));
  const { passages, isNamed } = passagesOf(prose, ours);
  if (isPostmaster(mail) && !isNamed && !hasCode(prose)) return forAPerson;
  if (passages.length > 0) return passages.map((passage) => inProse(passage, action, known));
  return [inProse({ recipient: readerOf(parts, returned), text: prose }, action, known)];
}

function inProse(passage: Passage, action: 'delayed' | '', letter: Letter): DeliveryReport {
  const { recipient, text: prose } = passage;
  const reason = reasonOf({ action, status: '', diagnostic: '', prose, recipient, ours: letter.sentTo });
  return {
    kind: action === 'delayed' ? 'delay' : 'bounce',
    isBounce: true,
    ...reason,
    recipient: passage.recipient || null,
    originalRecipient: null,
    action: action || null,
    diagnostic: passage.text.trim().slice(0, 2_000) || null,
    ...letter,
  };
}

function notABounce(kind: ReportKind, letter: Letter, recipient: string | null): DeliveryReport {
  return {
    kind,
    isBounce: false,
    hard: false,
    class: null,
    recipient,
    originalRecipient: null,
    action: null,
    status: null,
    reply: null,
    diagnostic: null,
    ...letter,
  };
}

function flattened(part: MailPart): MailPart[] {
  return part.parts.length === 0 ? [part] : part.parts.flatMap(flattened);
}

/** What a report says in words: its text, or its HTML where it has no text. */
function proseOf(parts: MailPart[]): string {
  const before = parts.slice(0, 20);
  const plain = before.filter((part) => part.type === 'text/plain');
  const chosen = plain.length > 0 ? plain : before.filter((part) => part.type === 'text/html');
  return chosen.map(textOf).join('\n').slice(0, MAIL_LIMITS.text);
}

const RETURNED = /^(message\/(rfc822|global)|text\/rfc822-headers|message\/(rfc822|global)-headers)$/;

function messageIdIn(parts: MailPart[]): string | null {
  const returned = parts.find((part) => RETURNED.test(part.type));
  return returned ? messageIdInText(textOf(returned)) : null;
}

function messageIdInText(text: string): string | null {
  return /^[ \t|>]{0,20}Message-ID:\s{0,20}(<[^<>\s]{1,400}>)/im.exec(text.slice(0, 64 * 1024))?.[1] ?? null;
}

/** The reader that the returned letter names, for reports that give it back and name nobody. */
function readerOf(parts: MailPart[], returned: string): string {
  const part = parts.find((one) => RETURNED.test(one.type));
  const header = part ? textOf(part) : returned;
  const to = /^[ \t|>]{0,20}To:(.{1,500})$/im.exec(header.slice(0, 64 * 1024))?.[1] ?? '';
  return addressIn(to);
}

function addressOfFeedback(part: MailPart): string | null {
  const line = /^(?:Original-Rcpt-To|Removal-Recipient):(.{1,500})$/im.exec(textOf(part).slice(0, 20_000))?.[1];
  return (line && addressIn(line)) || null;
}

const SENT_TO = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'to'];
const MOST_SENT_TO = 20;

function addressesIn(mail: MailPart, fields: string[]): string[] {
  const values = fields.flatMap((name) => mail.headers.get(name) ?? []).map(decodedWords);
  const found = values.flatMap((value) => value.match(/[^\s<>"',;:()[\]]{1,200}@[^\s<>"',;:()[\]]{1,255}/g) ?? []);
  return [...new Set(found)].slice(0, MOST_SENT_TO);
}
