/** What a scanner tells, tag by tag. Names are given without their prefix. */
export interface XmlEvents {
  /** `attributes` is the text of the tag behind its name: read one with `attribute`. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  /** Text as it stands, its entities not yet resolved (see `textOfXml`); long runs may come in parts. */
  text(raw: string): void;
}

/** The document is none that a spreadsheet program writes. */
export class XmlFault extends Error {}

/** Longest tag: a thousand attributes are not needed. Longest text between tags: a cell holds 32,767 letters. */
const LONGEST_TAG = 100_000;
const LONGEST_TEXT = 1_000_000;

/**
 * Scans XML piece by piece, in memory of one piece. It checks no well-formedness beyond its own needs and knows no
 * document types: one is refused, so that no entity stands for another and nothing outside is read.
 */
export class XmlScanner {
  private rest = '';

  constructor(private readonly events: XmlEvents) {}

  feed(piece: string): void {
    const text = this.rest + piece;
    let at = 0;
    for (;;) {
      const open = text.indexOf('<', at);
      if (open < 0) break;
      if (open > at) this.events.text(text.slice(at, open));
      at = open;
      const end = this.markup(text, open);
      if (end < 0) break;
      at = end;
    }
    this.rest = text.slice(at);
    if (this.rest.length > (this.rest.startsWith('<') ? LONGEST_TAG : LONGEST_TEXT)) throw new XmlFault('too long');
  }

  end(): void {
    if (this.rest.trim() !== '') throw new XmlFault('ends early');
  }

  /** Tells the tag that begins at `open`; answers where it ends, or -1 where it goes on in the next piece. */
  private markup(text: string, open: number): number {
    const first = text.charCodeAt(open + 1);
    if (first === 0x21 /* ! */) return this.declaration(text, open);
    if (first === 0x3f /* ? */) return after(text, '?>', open);
    const end = endOfTag(text, open);
    if (end < 0) return -1;
    if (first === 0x2f /* / */) {
      this.events.close(nameIn(text, open + 2, end));
      return end + 1;
    }
    const isEmpty = text.charCodeAt(end - 1) === 0x2f;
    const last = isEmpty ? end - 1 : end;
    const name = nameIn(text, open + 1, last);
    this.events.open(name, text.slice(nameEnd(text, open + 1, last), last));
    if (isEmpty) this.events.close(name);
    return end + 1;
  }

  private declaration(text: string, open: number): number {
    if (text.startsWith('<!--', open)) return after(text, '-->', open + 4);
    if (text.startsWith('<![CDATA[', open)) {
      const end = text.indexOf(']]>', open + 9);
      if (end < 0) return -1;
      this.events.text(text.slice(open + 9, end).replaceAll('&', '&amp;'));
      return end + 3;
    }
    // Too short to be told apart yet.
    if (text.length - open < 9) return -1;
    throw new XmlFault('has a document type');
  }
}

function after(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? -1 : end + mark.length;
}

/** The place of the `>` that ends a tag, which may also stand in the value of an attribute. */
function endOfTag(text: string, open: number): number {
  let within = 0;
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (within !== 0) {
      if (code === within) within = 0;
    } else if (code === 0x3e) return at;
    else if (code === 0x22 || code === 0x27) within = code;
  }
  return -1;
}

function nameEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && text.charCodeAt(at) > 0x20) at++;
  return at;
}

function nameIn(text: string, from: number, end: number): string {
  let start = from;
  let at = from;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20) break;
    if (code === 0x3a /* : */) start = at + 1;
  }
  return text.slice(start, at);
}

/** The value of an attribute by its name without prefix, or null. */
export function attribute(attributes: string, name: string): string | null {
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    const before = attributes.charCodeAt(at - 1);
    if (!(before <= 0x20 || before === 0x3a)) continue;
    const equals = afterSpace(attributes, at + name.length);
    if (attributes.charCodeAt(equals) !== 0x3d) continue;
    const start = afterSpace(attributes, equals + 1);
    const end = attributes.indexOf(attributes[start] ?? '', start + 1);
    return end < 0 ? null : textOfXml(attributes.slice(start + 1, end));
  }
  return null;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text with the five entities of XML and numbered letters resolved; anything else is left as it stands. */
export function textOfXml(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return ENTITIES[name as string] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal as string, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
