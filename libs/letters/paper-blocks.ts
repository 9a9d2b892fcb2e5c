/**
 * Words of a line: text, bold, slanted, a value that keeps its own direction of writing, an address that is never broken,
 * or the end of the line.
 */
export type Inline = string | { b: Inline[] } | { i: Inline[] } | { v: string } | { n: string } | { br: true };

/** A block of a letter, in the form that templates/letters/print.typ sets. */
export type Block =
  | { t: 'h'; level: number; body: Inline[] }
  | { t: 'p'; body: Inline[] }
  | { t: 'ul' | 'ol'; start: number; items: Block[][] }
  | { t: 'quote'; blocks: Block[] };

/** The only tags that our Markdown writes; any other in a letter is a fault of our own. */
const BLOCK_TAGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'ul', 'ol', 'li', 'blockquote']);
const INLINE_TAGS = new Set(['strong', 'em', 'bdi', 'br']);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"<>]*")*)\s*\/?>/y;
const ENTITY: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
/** Letters written from right to left, and the marks that turn the direction. */
const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]/;

interface Open {
  tag: string;
  attributes: string;
  blocks: Block[];
  inline: Inline[];
  items: Block[][];
}

/**
 * The blocks of one letter part, from the HTML that `LetterRenderer` made: one body feeds all forms, so what is printed
 * is what is mailed. The HTML is ours (a closed set of tags, every value escaped); anything else throws.
 */
export function blocksOf(html: string): Block[] {
  const stack: Open[] = [opened('', '')];
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    const end = next === -1 ? html.length : next;
    if (end > at) addText(stack.at(-1)!, html.slice(at, end));
    at = end;
    if (next === -1) break;
    TAG.lastIndex = next;
    const match = TAG.exec(html);
    if (!match) throw new Error('a letter has a tag that is not written by us');
    const [whole, closing, tag, attributes] = match;
    at += whole.length;
    if (!BLOCK_TAGS.has(tag!) && !INLINE_TAGS.has(tag!)) throw new Error(`a letter has the tag ${tag}`);
    if (tag === 'br') stack.at(-1)!.inline.push({ br: true });
    else if (closing === '') stack.push(opened(tag!, attributes!));
    else close(stack, tag!);
  }
  if (stack.length !== 1) throw new Error('a tag of a letter is not closed');
  return settled(stack[0]!);
}

function opened(tag: string, attributes: string): Open {
  return { tag, attributes, blocks: [], inline: [], items: [] };
}

/** Line ends of the source are spaces; between blocks they are nothing. */
function addText(open: Open, source: string): void {
  const isBlock = open.tag === '' || open.tag === 'ul' || open.tag === 'ol' || open.tag === 'blockquote';
  if (isBlock && source.trim() === '') return;
  const last = open.inline.at(-1);
  const afterBreak = typeof last === 'object' && 'br' in last;
  const text = source
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITY[name]!)
    .replace(afterBreak ? /^\n/ : /(?!)/, '')
    .replaceAll('\n', ' ')
    // Telephone and card numbers stay on one line.
    .replace(/(?<=\d) (?=\d)/g, '\u00a0');
  for (const [n, piece] of text.split(WEB_ADDRESS).entries())
    if (piece !== '') open.inline.push(n % 2 === 1 ? { n: piece } : breakable(piece));
}

/** An address that people type stays on one line, without the sign that ends the sentence. Longer ones have to break. */
const WEB_ADDRESS = /((?:https?:\/\/|www\.)[^\s\u200b]{1,50}[^\s.,;:!?)]|[\w.+-]{1,30}@[\w.-]{1,30}\w)(?![^\s.,;:!?)])/;

function close(stack: Open[], tag: string): void {
  const open = stack.pop()!;
  const into = stack.at(-1);
  if (open.tag !== tag || !into) throw new Error(`the tag ${tag} of a letter closes another`);
  if (tag === 'strong') into.inline.push({ b: open.inline });
  else if (tag === 'em') into.inline.push({ i: open.inline });
  else if (tag === 'bdi') into.inline.push(...valueOf(open.inline));
  else if (tag === 'li') into.items.push(settled(open));
  else if (tag === 'blockquote') into.blocks.push({ t: 'quote', blocks: settled(open) });
  else if (tag === 'ul' || tag === 'ol') {
    flush(into);
    into.blocks.push({ t: tag, start: Number(/start="(\d+)"/.exec(open.attributes)?.[1] ?? 1), items: open.items });
  } else if (tag === 'p') into.blocks.push({ t: 'p', body: open.inline });
  else into.blocks.push({ t: 'h', level: Number(tag.slice(1)), body: open.inline });
}

/** Only a value that can turn the direction of writing is set apart: the others join the words around them. */
function valueOf(value: Inline[]): Inline[] {
  const words = lineOf(value);
  return TURNS.test(words) ? [{ v: words }] : value;
}

/** The blocks of something that may hold words beside blocks, as an item of a list does. */
function settled(open: Open): Block[] {
  flush(open);
  return open.blocks;
}

function flush(open: Open): void {
  const words = open.inline.some((one) => typeof one !== 'string' || one.trim() !== '');
  if (words) open.blocks.push({ t: 'p', body: open.inline });
  open.inline = [];
}

/** A run of more than 40 signs without a space gets places to break at (ZERO WIDTH SPACE), or it would leave the page. */
export function breakable(text: string): string {
  return text.replace(/\S{41,}/gu, (run) => run.replace(/(?:\P{M}\p{M}*){20}/gu, '$&\u200b'));
}

/** The words of blocks without any form, for finding what stands in them. */
export function wordsOf(blocks: Block[]): string {
  return blocks
    .map((block) => {
      if (block.t === 'quote') return wordsOf(block.blocks);
      return 'items' in block ? block.items.map(wordsOf).join('\n') : lineOf(block.body);
    })
    .join('\n');
}

function lineOf(body: Inline[]): string {
  return body
    .map((one) => {
      if (typeof one === 'string') return one;
      if ('br' in one) return '\n';
      if ('v' in one) return one.v;
      if ('n' in one) return one.n;
      return lineOf('b' in one ? one.b : one.i);
    })
    .join('');
}
