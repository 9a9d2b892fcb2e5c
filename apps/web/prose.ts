import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ html: false, linkify: false });
const known = new Map<string, string>();
/** Texts of breaches that are kept rendered; a breach has five in each of four languages. */
const MOST_KEPT = 500;

/** The words of a breach (Markdown, no HTML let through) as HTML for a page; empty for none. */
export function prose(source: string): string {
  if (source === '') return '';
  let html = known.get(source);
  if (html === undefined) {
    html = markdown.render(source);
    if (known.size >= MOST_KEPT) known.clear();
    known.set(source, html);
  }
  return html;
}
