import { derivedKey, type Config, type Keyring, type OutgoingMail } from '#libs/platform/index.js';
import { verpAddress } from './verp.js';

/**
 * What the envelope of one attempt says beside its reader: where reports about it go, and under which id. Without a
 * bounce mailbox they go to the mail's own sender, who is not to get one for each letter that was handed on.
 */
export function envelopeOf(
  keyring: Keyring,
  { BOUNCE_ADDRESS }: Pick<Config, 'BOUNCE_ADDRESS'>,
  dispatchId: string,
): Partial<Pick<OutgoingMail, 'envelopeFrom' | 'reports'>> {
  const reports = { id: dispatchId, onSuccess: BOUNCE_ADDRESS !== undefined };
  if (BOUNCE_ADDRESS === undefined) return { reports };
  return { reports, envelopeFrom: verpAddress(verpKey(keyring), dispatchId, BOUNCE_ADDRESS) };
}

/** The key of the marks in envelope senders. */
export function verpKey(keyring: Keyring): Uint8Array {
  return derivedKey(keyring.ticket, 'verp');
}
