import { domainToASCII } from 'node:url';
import { remembering } from './remembering.js';

/**
 * One strict addr-spec, as it goes into an envelope: local part of dot-atoms, a domain of at least two labels (IDN is
 * turned to ASCII). Null for anything else: lists, groups, display names, quotes, comments, control characters. One
 * comma let through would send the letter to a second person. A local part beyond ASCII is refused whatever the relay
 * offers (SMTPUTF8, RFC 6531): every server on the way would have to offer it, and post reaches that person for certain.
 */
export function readAddress(text: string): string | null {
  const at = text.lastIndexOf('@');
  if (at < 1 || text.length > 254) return null;
  const local = text.slice(0, at);
  if (local.length > 64 || !/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local))
    return null;
  const domain = readDomain(text.slice(at + 1));
  return domain === '' ? null : `${local}@${domain}`;
}

/** The domain in ASCII; empty where it is none. */
const readDomain = remembering((written) => {
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(written)) return '';
  const domain = domainToASCII(written);
  if (
    domain.length > 253 ||
    !/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(domain)
  )
    return '';
  return /^[0-9.]+$/.test(domain) ? '' : domain;
});

/** Why `readAddress` lets a text not through, without repeating it. */
export function addressFault(text: string): string {
  const local = text.slice(0, Math.max(0, text.lastIndexOf('@')));
  if (/^[^\s,;:<>()[\]"\\@\p{C}]+$/u.test(local) && /[^ -~]/.test(local))
    return 'letters beyond ASCII before the @ are not sent to; nothing was sent';
  if (local.length > 64) return 'more than 64 characters before the @; nothing was sent';
  return 'not one e-mail address; nothing was sent';
}
