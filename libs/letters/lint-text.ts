/** A sentence, a heading or a line of a list, with where it stands in the source. */
export interface Sentence {
  /** Plain characters: no emphasis, one kind of apostrophe, dash and space; as long as its stretch of the source. */
  text: string;
  /** Offset in the source. */
  start: number;
  kind: 'prose' | 'item' | 'heading';
  /** Number of its paragraph. */
  paragraph: number;
  /** 2 for a title, growing with depth; 9 for what is no heading. */
  level: number;
}

export interface LetterText {
  /** The source with its characters made plain, as long as the source. */
  plain: string;
  /** Line of an offset, from 1. */
  lineAt: (offset: number) => number;
  subject: { text: string; start: number } | null;
  sentences: Sentence[];
}

/** Longer stretches without a full stop are cut here, so that every search looks at a bounded text. */
const LONGEST_SENTENCE = 1_500;
const MOST_HEADING_WORDS = 12;
export const NO_HEADING = 9;

const SUBJECT =
  /^ {0,3}(?:\*\*)?(?:subject|re|onderwerp|betreft|objet|concerne|betreff|betrifft)(?:\*\*)? ?:(?:\*\*)? ?(.+)$/iu;

/** What a letter says, cut into sentences; Markdown and plain text alike. Takes time in proportion to its length. */
export function readLetterText(source: string): LetterText {
  const plain = plainCharacters(source);
  const starts = [0];
  for (let at = plain.indexOf('\n'); at >= 0; at = plain.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineAt = (offset: number): number => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const lines = starts.map((start, at) => ({
    start,
    text: plain.slice(start, (starts[at + 1] ?? plain.length + 1) - 1),
  }));
  const { from, subject } = frontMatter(lines);
  const reader = new Reader(subject);
  for (const line of lines.slice(from)) reader.take(line);
  reader.endParagraph();
  return { plain, lineAt, subject: reader.subject, sentences: reader.sentences };
}

/** Character by character, so that offsets stay those of the source. */
function plainCharacters(source: string): string {
  return source
    .replace(/\r(?=\n)/g, ' ')
    .replace(/[\r\u2028\u2029]/g, '\n')
    .replace(/[\u00a0\u2000-\u200b\u202f\ufeff\t]/g, ' ')
    .replace(/[\u2018\u2019\u201b\u02bc\u00b4`]/g, "'")
    .replace(/[\u2010-\u2012]/g, '-')
    .replace(/[\u2013\u2014]/g, '–');
}

interface Line {
  start: number;
  text: string;
}

type Subject = LetterText['subject'];

/** `---`, `subject: …`, `---` as shipped texts begin; of a subject with a plain and a neutral form the first stands for both. */
function frontMatter(lines: Line[]): { from: number; subject: Subject } {
  if (lines[0]?.text.trim() !== '---') return { from: 0, subject: null };
  const end = lines.slice(1, 30).findIndex((line) => line.text.trim() === '---');
  if (end < 0) return { from: 0, subject: null };
  const head = lines.slice(1, end + 1);
  const at = head.findIndex(({ text }) => /^(subject|title) ?:/i.test(text));
  const line = at < 0 ? undefined : [head[at]!, head[at + 1]].find((one) => one && /^ {0,4}\w+ ?: *\S/.test(one.text));
  if (!line) return { from: end + 2, subject: null };
  const text = line.text.replace(/^ *\w+ ?:/, '').trim().replace(/^(['"])(.*)\1$/, '$2'); // prettier-ignore
  return { from: end + 2, subject: { text, start: line.start } };
}

/** Puts lines together to paragraphs and cuts these into sentences. */
class Reader {
  readonly sentences: Sentence[] = [];
  private lines: Line[] = [];
  private paragraph = 0;
  private taken = 0;

  constructor(public subject: Subject) {}

  take(line: Line): void {
    this.taken++;
    if (line.text.trim() === '' || /^ {0,3}(\* ?){3,}$/.test(line.text)) return this.endParagraph();
    const subject = this.subject === null && this.taken <= 40 ? SUBJECT.exec(line.text.slice(0, 400)) : null;
    if (subject) {
      this.endParagraph();
      this.subject = { text: subject[1]!.replace(/\*+/g, '').trim(), start: line.start };
      return;
    }
    const underlined = /^ {0,3}(=+|-{2,}) *$/.exec(line.text);
    if (underlined && this.lines.length > 0) {
      const heading = this.lines.pop()!;
      this.endParagraph();
      return this.heading(heading, underlined[1]!.startsWith('=') ? 2 : 3);
    }
    const marked = /^ {0,3}(#{1,6})( |$)/.exec(line.text);
    if (marked) {
      this.endParagraph();
      return this.heading(line, Math.max(2, marked[1]!.length));
    }
    if (/^ {0,9}([-+*•·–▪o]|\(?\d{1,2}[.)]|\(?[a-z][.)]) /i.test(line.text) || /^ {0,3}>/.test(line.text))
      this.endParagraph();
    this.lines.push(line);
  }

  endParagraph(): void {
    const [first] = this.lines;
    if (!first) return;
    const lines = this.lines;
    this.lines = [];
    const text = cleaned(first.text);
    if (lines.length === 1 && isHeadingLine(text)) {
      return this.heading(first, /^ *(\*\*|__)/.test(first.text) ? 5 : 6);
    }
    const isItem = /^ {0,9}([-+*•·–▪o]|\(?\d{1,2}[.)]|\(?[a-z][.)]) /i.test(first.text);
    const last = lines.at(-1)!;
    // Lines of one paragraph lie one after another; a line end counts as one space.
    const whole = lines
      .map((line) => line.text)
      .join(' ')
      .slice(0, last.start + last.text.length - first.start);
    this.cut(whole, first.start, isItem ? 'item' : 'prose');
    this.paragraph++;
  }

  private heading(line: Line, level: number): void {
    this.sentences.push({
      text: cleaned(line.text.slice(0, LONGEST_SENTENCE)),
      start: line.start,
      kind: 'heading',
      paragraph: this.paragraph++,
      level,
    });
  }

  private cut(text: string, start: number, kind: 'prose' | 'item'): void {
    const body = cleaned(text);
    const end = /[.?!]{1,5}["')\]»”]{0,3}(?= {1,3}["'(«„“¿]*[\p{Lu}\p{N}*_[])/gu;
    let from = 0;
    const add = (to: number): void => {
      for (let at = from; at < to; at += LONGEST_SENTENCE) {
        const part = body.slice(at, Math.min(to, at + LONGEST_SENTENCE));
        if (/[\p{L}\p{N}]/u.test(part)) {
          const lead = part.length - part.trimStart().length;
          this.sentences.push({
            text: part.trim(),
            start: start + at + lead,
            kind,
            paragraph: this.paragraph,
            level: NO_HEADING,
          });
        }
      }
      from = to;
    };
    for (const match of body.matchAll(end)) {
      if (endsSentence(body, match.index, match[0])) add(match.index + match[0].length);
    }
    add(body.length);
  }
}

const ABBREVIATION =
  /(?:^|[ (])(?:art|nr|no|st|mr|mrs|ms|dr|mme|mevr|dhr|prof|bv|bijv|d\.w\.z|o\.a|z\.b|bzw|ca|tel|tél|e\.g|i\.e|etc|usw|ggf|u\.a|d\.h|p\.ex|cf|env|resp|inkl|vgl|str|p|s|\p{L})$/iu;

/** A full stop after an abbreviation or an initial ends nothing. */
function endsSentence(text: string, at: number, mark: string): boolean {
  return !mark.startsWith('.') || mark.length > 1 || !ABBREVIATION.test(text.slice(Math.max(0, at - 8), at));
}

/** Marks of Markdown become spaces: the text keeps its length. */
function cleaned(text: string): string {
  return text
    .replace(/^( *)(#{1,6}|>+|[-+*•·▪])(?= |$)/, (mark) => ' '.repeat(mark.length))
    .replace(/[*_~]+/g, (mark, at: number, all: string) =>
      /[\p{L}\p{N}]/u.test(all[at - 1] ?? ' ') && /[\p{L}\p{N}]/u.test(all[at + mark.length] ?? ' ')
        ? mark
        : ' '.repeat(mark.length),
    );
}

/** A short line that stands alone and is neither a sentence, a greeting, an address nor a number to call. */
function isHeadingLine(text: string): boolean {
  const line = text.trim();
  if (line.length > 100 || /[.,;!]$/.test(line) || /[@|]|\d{4,}|https?:/.test(line) || !/\p{L}{2}/u.test(line))
    return false;
  return line.split(/ +/).length <= MOST_HEADING_WORDS;
}
