/** What is read of one mail at most; what lies beyond is left unread, and the mail is read as if it ended there. */
export const MAIL_LIMITS = {
  /** A report that returns the whole letter with its print-ready form stays under it. */
  bytes: 16 * 1024 * 1024,
  /** Multiparts within multiparts; real reports have four. */
  depth: 8,
  parts: 100,
  headerLines: 500,
  /** RFC 5322 allows 998 characters a line; header fields are folded ones. */
  headerLength: 8_000,
  /** Decoded text of one part that is looked at: reasons stand at the top. */
  text: 128 * 1024,
} as const;

/** Header fields by their name in small letters, each with its values in order, unfolded. */
export type MailHeaders = Map<string, string[]>;

/** One part of a mail, or the mail itself. Text is decoded when it is asked for. */
export interface MailPart {
  headers: MailHeaders;
  /** `text/plain` where none is named, as RFC 2045 says. */
  type: string;
  parameters: Map<string, string>;
  /** Parts of a multipart. A message within the mail is not opened: `embedded` does that. */
  parts: MailPart[];
  /** The raw body, one character for each byte, lines ended by LF. */
  body: string;
}

interface Walk {
  parts: number;
}

/**
 * Takes a mail apart: header, parts, bodies, without decoding. Takes any bytes and never throws; its time grows with
 * their number, as every level (eight at most) reads its own lines once. A mail reader for people repairs and leaves
 * out; here every part and every field that came is kept, as reports are often faulty just there.
 */
export function readMail(bytes: Uint8Array): MailPart {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MAIL_LIMITS.bytes));
  const text = raw.toString('latin1').replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  return readPart(withoutEnvelopeLine(text), 0, { parts: 0 });
}

const FIELDS_OF_MAIL = ['from', 'to', 'subject', 'date', 'received', 'return-path', 'message-id', 'content-type'];

/** Does a file hold a mail at all? It begins with a header, and one of the usual fields is in it. */
export function isMail(bytes: Uint8Array): boolean {
  const { headers } = readMail(bytes.subarray(0, 256 * 1024));
  return FIELDS_OF_MAIL.some((name) => headers.has(name));
}

/** The message within a `message/rfc822` part, read like a mail of its own. */
export function embedded(part: MailPart): MailPart {
  return readMail(decodedBytes(part));
}

/** A mail that came out of an mbox or a spool starts with a line `From sender date`, and some with empty lines. */
function withoutEnvelopeLine(text: string): string {
  let start = 0;
  while (text[start] === '\n') start++;
  if (!/^>?From /.test(text.slice(start, start + 6))) return start === 0 ? text : text.slice(start);
  const end = text.indexOf('\n', start);
  return end < 0 ? '' : text.slice(end + 1);
}

function readPart(text: string, depth: number, walk: Walk): MailPart {
  walk.parts++;
  const { headers, rest } = readHeaders(text);
  const { type, parameters } = readContentType(first(headers, 'content-type'));
  const part: MailPart = { headers, type, parameters, parts: [], body: rest };
  const boundary = type.startsWith('multipart/') ? (parameters.get('boundary') ?? guessedBoundary(rest)) : '';
  if (type.startsWith('multipart/') && depth < MAIL_LIMITS.depth) {
    for (const piece of splitAt(rest, boundary)) {
      if (walk.parts >= MAIL_LIMITS.parts) break;
      part.parts.push(readPart(piece, depth + 1, walk));
    }
    // Boundary lines that were lost on the way: all of it is text then.
    if (part.parts.length === 0)
      part.parts.push({ headers: new Map(), type: 'text/plain', parameters: new Map(), parts: [], body: rest });
  }
  return part;
}

/** The header at the top of a text, up to its first empty line, and what comes after. */
export function readHeaders(text: string): { headers: MailHeaders; rest: string } {
  const headers: MailHeaders = new Map();
  let field = '';
  let start = 0;
  for (let lines = 0; start < text.length; lines++) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    const line = text.slice(start, Math.min(stop, start + MAIL_LIMITS.headerLength));
    if (line.trim() === '') {
      start = stop + 1;
      break;
    }
    if (/^[ \t]/.test(line)) {
      if (field.length < MAIL_LIMITS.headerLength) field += ` ${line.trim()}`;
    } else if (/^\w+="?[^\s:]{1,200}$/.test(line) && field !== '') {
      // A parameter that lost its indentation.
      field += ` ${line.trim()}`;
    } else if (!/^[!-9;-~]+[ \t]*:/.test(line)) {
      // No field: the header was cut off and this is its body already.
      break;
    } else {
      addField(headers, field);
      field = line;
    }
    start = stop + 1;
    if (lines >= MAIL_LIMITS.headerLines) break;
  }
  addField(headers, field);
  return { headers, rest: text.slice(start) };
}

function addField(headers: MailHeaders, field: string): void {
  const colon = field.indexOf(':');
  if (colon < 1) return;
  const name = field.slice(0, colon).trim().toLowerCase();
  const values = headers.get(name);
  const value = field.slice(colon + 1).trim();
  if (values) values.push(value);
  else headers.set(name, [value]);
}

export function first(headers: MailHeaders, name: string): string {
  return headers.get(name)?.[0] ?? '';
}

function readContentType(value: string): { type: string; parameters: Map<string, string> } {
  const parameters = new Map<string, string>();
  const [written = '', ...rest] = value.slice(0, MAIL_LIMITS.headerLength).split(';');
  const type = /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.exec(written.trim().toLowerCase())?.[0] ?? 'text/plain';
  // A semicolon within quotes splits a value; boundaries and report types have none.
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    if (equals < 1) continue;
    const name = parameter.slice(0, equals).trim().toLowerCase();
    const text = parameter.slice(equals + 1).trim();
    if (!parameters.has(name)) parameters.set(name, text.startsWith('"') ? (text.slice(1).split('"')[0] ?? '') : text);
  }
  return { type, parameters };
}

/** A multipart that lost its boundary parameter still begins with its first boundary line. */
function guessedBoundary(body: string): string {
  return /^--([^\n]{1,200}?)[ \t]*$/m.exec(body.slice(0, 4_000))?.[1] ?? '';
}

/** The pieces between the lines `--boundary`; what stands before the first and after the last is left out. */
function splitAt(text: string, boundary: string): string[] {
  if (boundary === '') return [];
  const mark = `--${boundary}`;
  const pieces: string[] = [];
  let from = -1;
  for (let at = text.startsWith(mark) ? 0 : text.indexOf(`\n${mark}`); at >= 0;) {
    const line = at === 0 && text.startsWith(mark) ? 0 : at + 1;
    if (from >= 0) pieces.push(text.slice(from, at));
    const isLast = text.startsWith('--', line + mark.length);
    const end = text.indexOf('\n', line + mark.length);
    if (end < 0 || isLast) return pieces;
    from = end + 1;
    // The line end before the next boundary may be this line's own.
    at = text.indexOf(`\n${mark}`, end);
    if (at === end) from = at;
    if (pieces.length >= MAIL_LIMITS.parts) return pieces;
  }
  if (from >= 0) pieces.push(text.slice(from));
  return pieces;
}

function decodedBytes(part: MailPart): Buffer {
  const encoding = first(part.headers, 'content-transfer-encoding').trim().toLowerCase();
  if (encoding === 'base64') return Buffer.from(part.body, 'base64');
  if (encoding === 'quoted-printable') return Buffer.from(fromQuotedPrintable(part.body), 'latin1');
  return Buffer.from(part.body, 'latin1');
}

function fromQuotedPrintable(text: string): string {
  return text
    .replace(/=[ \t]{0,99}\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** The text of a part in Unicode, without tags where it is HTML; at most as long as the limit says. */
export function textOf(part: MailPart): string {
  const cut =
    part.body.length > 4 * MAIL_LIMITS.text ? { ...part, body: part.body.slice(0, 4 * MAIL_LIMITS.text) } : part;
  const text = inUnicode(decodedBytes(cut), part.parameters.get('charset') ?? '').slice(0, MAIL_LIMITS.text);
  return (part.type === 'text/html' ? withoutTags(text) : text).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
}

function inUnicode(bytes: Uint8Array, charset: string): string {
  const named = charset.trim().toLowerCase();
  if (named === '' || named === 'us-ascii' || named === 'utf-8') {
    // Eight-bit text without a word about its charset is UTF-8 where it can be, else Western European.
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder('windows-1252').decode(bytes);
    }
  }
  try {
    return new TextDecoder(named).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ', '#39': "'" };

function withoutTags(html: string): string {
  return html
    .replace(/<(br|\/p|\/div|\/tr|\/h[1-6]|\/li)\b[^<>]{0,500}>/gi, '\n')
    .replace(/<(style|script)\b[^<]{0,20000}<\/\1>/gi, ' ')
    .replace(/<[a-z!/][^<>]{0,2000}>/gi, ' ')
    .replace(/&(lt|gt|amp|quot|apos|nbsp|#39);/gi, (_, name: string) => ENTITIES[name.toLowerCase()] ?? ' ');
}

/** Encoded words of RFC 2047 in a header value as text; what cannot be decoded stays as it is. */
export function decodedWords(value: string): string {
  return value
    .slice(0, MAIL_LIMITS.headerLength)
    .replace(/\?=[ \t]{1,99}=\?/g, '?==?')
    .replace(/=\?([\w-]{1,40})\?([bq])\?([^?]{0,500})\?=/gi, (_, charset: string, how: string, text: string) =>
      inUnicode(
        how.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : Buffer.from(fromQuotedPrintable(text.replaceAll('_', ' ')), 'latin1'),
        charset,
      ),
    );
}
