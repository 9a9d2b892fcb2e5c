import { createHmac } from 'node:crypto';
import { derivedKey, type Keyring } from '#libs/platform/index.js';
import type { DeliveryReport } from './bounce-report.js';
import { MAIL_LIMITS, readMail, type MailPart } from './mail-parts.js';
import { dispatchOf } from './message-id.js';
import { verpKey } from './envelope.js';
import { readVerp } from './verp.js';

/**
 * The attempt that a mail names with its proof: by a Message-ID of ours or by the address that it was sent to, each with
 * its MAC. Null where it names none, or two that differ: such a mail is forged or about something else.
 */
export function dispatchNamedBy(keyring: Keyring, reports: DeliveryReport[], mail: MailPart): string | null {
  const named = new Set<string>();
  const add = (id: string | null): void => {
    if (id) named.add(id);
  };
  const key = verpKey(keyring);
  for (const report of reports) {
    if (report.messageId) add(dispatchOf(keyring, report.messageId));
    for (const address of report.sentTo) add(readVerp(key, address));
  }
  // What a person or their program writes back names the letter as a reply does.
  const isReply = reports.every(({ kind }) => kind !== 'bounce' && kind !== 'delay' && kind !== 'success');
  if (isReply && named.size === 0) for (const id of messageIds(mail, 'in-reply-to')) add(dispatchOf(keyring, id));
  return named.size === 1 ? [...named][0]! : null;
}

function messageIds(mail: MailPart, field: string): string[] {
  return (mail.headers.get(field) ?? []).flatMap((value) => value.match(/<[^<>\s]{1,400}>/g) ?? []).slice(0, 20);
}

const WRITERS = ['from', 'sender', 'reply-to'];
const MOST_ADDRESSES = 40;

/** Addresses by which a mail that names no attempt is found when somebody is erased: who wrote it, whom it speaks of. */
export function addressesOf(reports: DeliveryReport[], mail: MailPart): string[] {
  const writers = WRITERS.flatMap((name) => mail.headers.get(name) ?? []).flatMap(
    (value) => value.match(/[^\s<>"',;:()[\]]{1,200}@[^\s<>"',;:()[\]]{1,255}/g) ?? [],
  );
  const found = [...writers.map((address) => address.toLowerCase()), ...recipientsOf(reports)];
  return [...new Set(found)].slice(0, MOST_ADDRESSES);
}

/** The addresses that the reports speak of, in small letters. */
export function recipientsOf(reports: DeliveryReport[]): string[] {
  const named = reports.flatMap(({ recipient, originalRecipient }) => [recipient ?? '', originalRecipient ?? '']);
  return [...new Set(named.filter(Boolean).map((address) => address.toLowerCase()))].slice(0, MOST_ADDRESSES);
}

/**
 * A keyed hash of a mail, the same whether it was read from the mailbox or from a file: line ends, the envelope line of
 * an mbox and empty lines at the end are no part of it.
 */
export function mailHash(keyring: Keyring, raw: Uint8Array): Buffer {
  const text = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, MAIL_LIMITS.bytes)).toString('latin1');
  const plain = text
    .replaceAll('\r\n', '\n')
    .replace(/^From [^\n]*\n/, '')
    .replace(/\n+$/, '');
  return createHmac('sha256', derivedKey(keyring.index, 'delivery-report')).update(plain, 'latin1').digest();
}

/** The start of a mail, enough for its header. */
export function headerOf(raw: Uint8Array): MailPart {
  return readMail(raw.subarray(0, 256 * 1024));
}
