import { createHmac, timingSafeEqual } from 'node:crypto';
import { derivedKey, type Keyring } from '#libs/platform/index.js';

/**
 * The Message-ID of an attempt: its id and a MAC, so that the same attempt always has the same one and nobody can
 * forge a report about it. `<id.mac@domain>`.
 */
export function messageIdOf(keyring: Keyring, dispatchId: string, domain: string): string {
  return `<${dispatchId}.${mac(keyring, dispatchId)}@${domain}>`;
}

/** The attempt that a Message-ID of ours names, or null when it is not ours. */
export function dispatchOf(keyring: Keyring, messageId: string): string | null {
  const match = /^<?([0-9a-f-]{36})\.([0-9a-f]{16})@/.exec(messageId.trim());
  if (!match) return null;
  const right = timingSafeEqual(Buffer.from(match[2]!), Buffer.from(mac(keyring, match[1]!)));
  return right ? match[1]! : null;
}

function mac(keyring: Keyring, dispatchId: string): string {
  return createHmac('sha256', derivedKey(keyring.ticket, 'message-id')).update(dispatchId).digest('hex').slice(0, 16);
}
