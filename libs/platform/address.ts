import { domainToASCII } from 'node:url';

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
  const written = text.slice(at + 1);
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(written)) return null;
  const domain = domainToASCII(written);
  if (
    domain.length > 253 ||
    !/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(domain)
  )
    return null;
  if (/^[0-9.]+$/.test(domain)) return null;
  return `${local}@${domain}`;
}
