import { createHmac, timingSafeEqual } from 'node:crypto';
import { CROCKFORD, crockford, readAddress, uuidText, Problem } from '#libs/platform/pure.js';

/** 128 bits of the dispatch's id and 80 bits of proof, five bits a character. */
const ID_CHARACTERS = 26;
const MAC_CHARACTERS = 16;
const TOKEN_CHARACTERS = ID_CHARACTERS + MAC_CHARACTERS;
/** RFC 5321 section 4.5.3.1.1; relays that add a tag of their own (BATV, SRS) need some of it. */
const LOCAL_PART = 64;

/**
 * The envelope sender of one dispatch (a variable envelope return path): `bounces+TOKEN@example.org`. Whatever comes
 * back goes to this address, so that a report names its dispatch even where it gives nothing of the letter back. The
 * token is the dispatch's id and a MAC under `key`, in base 32 without regard to case, as some servers change it.
 * `mailbox` is the bounce mailbox, whose server must take addresses with `+`; refused with `mailbox.unsuitable` where it
 * is no plain address or leaves no room.
 */
export function verpAddress(key: Uint8Array, dispatchId: string, mailbox: string): string {
  const address = readAddress(mailbox);
  const at = address?.lastIndexOf('@') ?? 0;
  if (!address || at + 1 + TOKEN_CHARACTERS > LOCAL_PART)
    throw new Problem(
      'bad-input',
      'mailbox.unsuitable',
      `Name a bounce mailbox with at most ${LOCAL_PART - TOKEN_CHARACTERS - 1} characters before its @: the rest is for the mark of each letter.`,
    );
  const id = Buffer.from(dispatchId.replaceAll('-', ''), 'hex');
  return `${address.slice(0, at)}+${tokenOf(key, id)}${address.slice(at)}`;
}

/**
 * The dispatch that an address names, or null where it is not one of ours or its MAC is not right (compared in constant
 * time). Takes what the way may have done to it: other case, `-` or `=` for `+`, tags of BATV (`prvs=`, `btv1==`) and of
 * forwarders (`SRS0=`, `SRS1=`), angle brackets, another domain behind them.
 */
export function readVerp(key: Uint8Array, address: string): string | null {
  if (address.length > 1_000) return null;
  const local = address.slice(0, address.lastIndexOf('@'));
  // Every run of the right length between marks; there is one in an address of ours, and a few at most in any.
  for (const [run] of local.matchAll(/(?<![0-9a-z])[0-9a-z]{42}(?![0-9a-z])/gi)) {
    const id = idOf(run.slice(0, ID_CHARACTERS));
    if (!id) continue;
    const said = Buffer.from(plain(run), 'latin1');
    const right = Buffer.from(plain(tokenOf(key, id)), 'latin1');
    if (said.length === right.length && timingSafeEqual(said, right)) return uuidText(id);
  }
  return null;
}

function tokenOf(key: Uint8Array, id: Uint8Array): string {
  const mac = createHmac('sha256', key).update('verp\0').update(id).digest();
  return (crockford(id, ID_CHARACTERS - 1) + lastOf(id) + crockford(mac, MAC_CHARACTERS)).toLowerCase();
}

/** 128 bits are 25 characters and 3 bits: the last character holds them at its top. */
function lastOf(id: Uint8Array): string {
  return CROCKFORD[(id[15]! & 0b111) << 2]!;
}

function idOf(text: string): Buffer | null {
  let value = 0n;
  for (const character of plain(text)) {
    const digit = CROCKFORD.indexOf(character);
    if (digit < 0) return null;
    value = (value << 5n) | BigInt(digit);
  }
  return Buffer.from((value >> 2n).toString(16).padStart(32, '0'), 'hex');
}

/** As base 32 of Crockford is read: capitals, and the letters that are mistaken for digits. */
function plain(text: string): string {
  return text.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
}
