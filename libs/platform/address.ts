import { domainToASCII } from 'node:url';
import { remembering } from './remembering.js';

/**
 * One strict addr-spec, as it goes into an envelope: local part of dot-atoms, a domain of at least two labels (IDN is
 * turned to ASCII). Null for anything else: lists, groups, display names, quotes, comments, control characters. One
 * comma let through would send the letter to a second person.
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
