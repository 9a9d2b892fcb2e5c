import MarkdownIt, { type Token } from 'markdown-it';

/** The same piece of a letter in its two forms; the text ends its blocks with an empty line. */
export interface Piece {
  html: string;
  text: string;
}

/** What no letter holds: links and pictures (a reader types addresses), raw HTML, code, tables, underlined headings. */
const NEVER = [
  'link',
  'image',
  'autolink',
  'reference',
  'table',
  'fence',
  'code',
  'backticks',
  'html_block',
  'html_inline',
  'hr',
  'lheading',
  'strikethrough',
];

const letterMarkdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable(NEVER, true);
/** Paragraphs, lists and emphasis: the headings of a letter are those of its template. */
const proseMarkdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable(
  [...NEVER, 'heading', 'blockquote'],
  true,
);

/** Mail programs drop style sheets, so what carries the layout stands on the element itself. */
const STYLES: Record<string, string> = {
  h1: 'margin:0 0 16px;font-size:26px;line-height:1.25',
  h2: 'margin:30px 0 8px;font-size:20px;line-height:1.3',
  h3: 'margin:20px 0 6px;font-size:17px;line-height:1.35',
  p: 'margin:0 0 12px',
  ul: 'margin:0 0 12px;padding:0 0 0 22px',
  ol: 'margin:0 0 12px;padding:0 0 0 22px',
  li: 'margin:0 0 6px',
  blockquote: 'margin:0 0 16px;padding:14px 16px 2px;border-left:4px solid #b45309;background:#f6f4ef;color:#14213d',
};

export function letterTokens(source: string): Token[] {
  return letterMarkdown.parse(source, {});
}

export function proseTokens(source: string): Token[] {
  return proseMarkdown.parse(source, {});
}

/** Prose written by people of the house, without placeholders, in both forms. */
export function prosePiece(source: string): Piece {
  const tokens = proseTokens(source);
  return { html: htmlOf(tokens, true), text: textOf(tokens) };
}

/** HTML of tokens; `styled` for mail, bare for pages, whose content security policy refuses style attributes. */
export function htmlOf(tokens: Token[], styled: boolean): string {
  if (styled) {
    for (const token of tokens) {
      const style = token.nesting === 1 ? STYLES[token.tag] : undefined;
      if (style) token.attrSet('style', style);
    }
  }
  return letterMarkdown.renderer.render(tokens, letterMarkdown.options, {});
}

/** Plain text of tokens: headings underlined, list items marked, quotes indented; no markup and no entities are left. */
export function textOf(tokens: Token[]): string {
  const lists: { ordered: boolean; count: number }[] = [];
  let quotes = 0;
  let marker: string | null = null;
  let heading = '';
  let text = '';
  for (const token of tokens) {
    if (token.type === 'bullet_list_open' || token.type === 'ordered_list_open') {
      lists.push({ ordered: token.tag === 'ol', count: Number(token.attrGet('start') ?? 1) - 1 });
    } else if (token.type === 'bullet_list_close' || token.type === 'ordered_list_close') {
      lists.pop();
      if (lists.length === 0) text += '\n';
    } else if (token.type === 'list_item_open') {
      const list = lists.at(-1)!;
      list.count++;
      marker = list.ordered ? `${list.count}. ` : '- ';
    } else if (token.type === 'blockquote_open') quotes++;
    else if (token.type === 'blockquote_close') quotes--;
    else if (token.type === 'heading_open') heading = token.tag;
    else if (token.type === 'heading_close') heading = '';
    else if (token.type === 'inline') {
      const margin = '    '.repeat(quotes) + '   '.repeat(Math.max(lists.length - 1, 0));
      const lines = inlineText(token.children ?? []).split('\n');
      const hanging = margin + (lists.length > 0 ? '   ' : '');
      text += lines.map((line, at) => (at === 0 && marker ? margin + marker : hanging) + line).join('\n');
      text += lists.length > 0 ? '\n' : underline(heading, lines[0]!) + '\n\n';
      marker = null;
    }
  }
  return text;
}

function underline(heading: string, line: string): string {
  const stroke = { h1: '=', h2: '=', h3: '-' }[heading];
  return stroke ? `\n${stroke.repeat(line.length)}` : '';
}

function inlineText(children: Token[]): string {
  let text = '';
  for (const child of children) {
    if (child.type === 'hardbreak') text += '\n';
    else if (child.type === 'softbreak') text += ' ';
    else text += child.content;
  }
  return text;
}

/** A value that stands in HTML as text. */
export function escapeHtml(value: string): string {
  return /[&<>"']/.test(value) ? value.replace(/[&<>"']/g, (character) => ENTITIES[character]!) : value;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
