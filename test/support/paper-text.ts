import type { PaperPart, RenderedLetter } from '#libs/letters/index.js';
import { paperOf } from '#libs/letters/index.js';
import type { ReadPdf, Word } from './pdf-tools.js';

const FOOTER = /^(Pagina \d+ van \d+|Page \d+ sur \d+|Seite \d+ von \d+|Page \d+ of \d+)$/;
const CAPTION = /^(Hetzelfde adres|La même adresse|Dieselbe Adresse|The same address)$/;

/** A letter for the window on the left, in Gent. */
export function printed(parts: PaperPart[], changes: Partial<Parameters<typeof paperOf>[1]> = {}): Buffer {
  return paperOf(parts, { window: 'left', large: false, postal: ['Kerkstraat 12 bus 3', '9000 Gent'], ...changes });
}

/** The words of the letter as its text part has them, without the marks by which a text shows headings and lists. */
export function wordsOfLetter({ text }: Pick<RenderedLetter, 'text'>): string {
  const lines = text.split('\n').filter((line) => !/^([=-]+|\* \* \*)$/.test(line));
  return joined(lines.map((line) => line.trim().replace(/^- /, '')));
}

/** The same words from the pages: without page numbers, the caption of the QR code, and what stands in the window. */
export function wordsOfPaper({ text }: ReadPdf, inWindow: string[]): string {
  const lines = text.split('\n').filter((line) => !FOOTER.test(line) && !CAPTION.test(line));
  return joined(lines.map((line) => line.replace(/^• /, ''))).replace(joined(inWindow), '').replace(/ {2,}/g, ' '); // prettier-ignore
}

/** One line; where a line of the page ends after a hyphen or within a long name, nothing shows that it did. */
function joined(lines: string[]): string {
  return lines
    .join(' ')
    .normalize('NFKC')
    .replace(/\u200b\s*|\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/([-–/]) /g, '$1')
    .trim();
}

/** Words that stand in a field of the first page, in millimetres. */
export function wordsWithin(
  words: Word[],
  field: { left: number; right: number; top: number; bottom: number },
): Word[] {
  return words.filter(
    (word) =>
      word.page === 1 &&
      word.left >= field.left &&
      word.right <= field.right &&
      word.top >= field.top &&
      word.bottom <= field.bottom,
  );
}

/** Words of the first page that any part of a field shows. */
export function wordsShown(words: Word[], field: { left: number; right: number; top: number; bottom: number }): Word[] {
  return words.filter(
    (word) =>
      word.page === 1 &&
      word.right > field.left &&
      word.left < field.right &&
      word.bottom > field.top &&
      word.top < field.bottom,
  );
}
