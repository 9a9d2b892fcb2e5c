import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { isDocumentKind } from '#libs/breach/pure.js';
import { LANGUAGES, Problem, type Fault } from '#libs/platform/pure.js';
import type { LetterView } from './letter-view.js';
import { blocksOf, breakable, wordsOf, type Block, type Inline } from './paper-blocks.js';
import { qrSvg } from './paper-qr.js';
import { NotSet, setPdf, setWith } from './paper-typesetter.js';
import { plainLine } from './plain-line.js';
import type { LetterPart } from './render.js';
import { sharedTemplates, type PaperTemplates } from './template-files.js';

/** How a letter is put on paper. */
export interface PaperForm {
  /** Where the window of the envelope is: `left` as DIN 5008 form B, `right` as in Belgium and France. */
  window: 'left' | 'right';
  /** Nothing of the letter is set smaller than 16 pt but what stands in the window. */
  large: boolean;
  /** Lines below the name, as written on an envelope; none where no postal address is known. */
  postal: string[];
}

/** One language of a letter: what was made of it, and what it was made from. */
export interface PaperPart {
  part: LetterPart;
  view: LetterView & { addressee?: { givenName: string; familyName: string } | null };
}

const words = z.string().trim().min(1).max(300);
const wordsSchema = z.record(
  z.enum(LANGUAGES),
  z.strictObject({
    page: words,
    qr: words,
    scan: words,
    counter: z.strictObject({
      title: words,
      request: words,
      why: words,
      belgian: words,
      phone: words,
      real: words,
    }),
  }),
);
/** The box with address, code and word gets the QR code beside it and is never broken. */
type PaperBlock = Block | { t: 'code'; blocks: Block[] };
type PaperWords = z.output<typeof wordsSchema>;

const POINTS = 10.5;
/** Large print as organisations of people with low vision ask for it. */
const LARGE_POINTS = 16;

const LONGEST_IN_WINDOW = 100;

let lastRead: { source: string; words: PaperWords } | null = null;

/**
 * A letter as PDF: its languages in their order, each on a new page, and a page for the counter where a document is to
 * be renewed. `templates` are those kept with a letter that is made again. A pure function: the same parts and form give
 * the same bytes. Throws `letter.unprintable`, `template.faulty`, `paper.no-typesetter`.
 */
export function paperOf(
  parts: PaperPart[],
  form: PaperForm,
  templates: PaperTemplates = sharedTemplates().paper!,
): Buffer {
  const data = dataOf(parts, form, wordsIn(templates.words));
  try {
    return setPdf(templates.print, data, noonOf(parts));
  } catch (error) {
    throw error instanceof NotSet ? unprintable(error, data.address) : error;
  }
}

/** One letter among the sheets of a print run. */
export interface RunLetter {
  parts: PaperPart[];
  form: PaperForm;
  /** What is printed on each of its pages, for people. */
  code: string;
  /** What the QR code of each page holds, page by page. */
  marks: string[];
}

/**
 * Letters of a print run one after the other in one PDF, each on pages of its own that count from one, every page with
 * its mark. A pure function: the same letters and title give the same bytes. Each letter must have been set alone
 * before, which says what is wrong with it; here such a fault is ours.
 */
export function papersOf(
  letters: RunLetter[],
  title: string,
  templates: PaperTemplates = sharedTemplates().paper!,
): Buffer {
  const inWords = wordsIn(templates.words);
  const data = letters.map(({ parts, form, code, marks }) => ({
    ...dataOf(parts, form, inWords),
    sheet: { code, marks: marks.map(qrSvg) },
  }));
  // A text that was kept before there were print runs sets one letter alone; the shipped one stands in for it.
  const source = templates.print.includes(SETS_MANY) ? templates.print : sharedTemplates().paper!.print;
  return setWith(source, { letters: JSON.stringify(data), title }, noonOf(letters[0]!.parts));
}

const SETS_MANY = 'sys.inputs.letters';

/** Pages of a PDF that was set here. */
export function pagesOf(pdf: Buffer): number {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}

function noonOf(parts: PaperPart[]): Date {
  return new Date(`${parts[0]!.view.date}T12:00:00Z`);
}

/** All that one letter says, as print.typ reads it. */
function dataOf(
  parts: PaperPart[],
  form: PaperForm,
  inWords: PaperWords,
): Record<string, unknown> & { address: string[] } {
  const { view } = parts[0]!;
  const [year, month, day] = view.date.split('-').map(Number);
  return {
    size: form.large ? LARGE_POINTS : POINTS,
    large: form.large,
    window: form.window,
    title: [...new Set(parts.map(({ part }) => part.subject))].join(' / '),
    year,
    month,
    day,
    // The post brings back what it cannot deliver, and nobody reads from outside who wrote to whom.
    sender: view.controller.postalAddress.join(' · '),
    address: addressLines(view, form.postal),
    qr: qrSvg(view.address),
    pointers: parts[0]!.part.frame.book.pointers(parts.map(({ part }) => part.language)),
    parts: parts.map((one) => partOf(one, inWords)),
    counter: counterOf(parts, inWords),
  };
}

/** Names the field, and never the characters: they are somebody's name. */
function unprintable({ why, characters }: NotSet, [name, ...postal]: string[]): Problem {
  const has = (words: string): boolean => characters.some((one) => words.includes(one));
  const faults: Fault[] = [];
  if (why === 'address')
    faults.push({
      at: 'address',
      message: 'Shorten the postal address: with the name it does not fit the window of an envelope.',
    });
  else {
    if (has(name!)) faults.push({ at: 'person.name', message: 'Enter the name in Latin letters.' });
    if (has(postal.join())) faults.push({ at: 'address', message: 'Enter the postal address in Latin letters.' });
    if (faults.length === 0)
      faults.push({ at: 'letter', message: 'Take the special characters out of the texts of this letter.' });
  }
  return new Problem(
    'refused',
    'letter.unprintable',
    `This letter cannot be printed${why === 'characters' ? ': no font here has some of its characters' : ''}. ${faults.map((fault) => fault.message).join(' ')}`,
    faults,
  );
}

function wordsIn(source: string): PaperWords {
  if (lastRead?.source === source) return lastRead.words;
  const read = wordsSchema.safeParse(parseYaml(source));
  if (!read.success) {
    const places = read.error.issues.map((issue) => issue.path.join('.')).slice(0, 5).join(', '); // prettier-ignore
    throw new Problem('bad-input', 'template.faulty', `In templates/letters/paper.yaml: mend ${places}.`);
  }
  lastRead = { source, words: read.data };
  return read.data;
}

/** Who opens the envelope: guardian or next of kin where there is one, and then nothing outside names the person. */
function addressLines({ addressee, person }: PaperPart['view'], postal: string[]): string[] {
  const { givenName, familyName } = addressee ?? person;
  const name = plainLine([givenName, familyName].filter((one) => one.trim() !== '').join(' '));
  const characters = [...name];
  // In the window a name of any length has three lines at most; the letter itself says it in full.
  const inWindow = characters.length > LONGEST_IN_WINDOW ? `${characters.slice(0, LONGEST_IN_WINDOW).join('')}…` : name;
  return [inWindow, ...postal.map(plainLine)].map(breakable);
}

function partOf({ part, view }: PaperPart, inWords: PaperWords): unknown {
  const { language } = part;
  const all = blocksOf(part.html);
  const firstHeading = all.findIndex((block) => block.t === 'h');
  const before = firstHeading === -1 ? [] : all.slice(0, firstHeading);
  const sender = before[0]?.t === 'p' ? linesOf(before[0].body) : [];
  const blocks = all
    .slice(before.length)
    .map((block): PaperBlock =>
      block.t === 'quote' && wordsOf(block.blocks).includes(view.code) ? { ...block, t: 'code' } : block,
    );
  const { page, qr, scan } = inWords[language];
  return {
    language,
    head: sender,
    reference: before.slice(sender.length > 0 ? 1 : 0),
    blocks,
    page,
    qr: qr.replace('{address}', view.address),
    scan,
  };
}

/** The letterhead: the first paragraph of the letter, line by line. */
function linesOf(body: Inline[]): Inline[][] {
  const lines: Inline[][] = [[]];
  for (const one of body) {
    if (typeof one === 'object' && 'br' in one) lines.push([]);
    else lines.at(-1)!.push(one);
  }
  return lines;
}

/** In each language of the letter, so that a clerk of either can read it. */
function counterOf(parts: PaperPart[], inWords: PaperWords): unknown[] {
  const { view: first, part: letter } = parts[0]!;
  const toRenew = first.exposures.filter(
    (exposure) => isDocumentKind(exposure.dataKind) && letter.frame.book.choose(exposure).action === 'renew',
  );
  if (toRenew.length === 0) return [];
  const isBelgian = toRenew.some(({ country }) => country === 'BE');
  return parts.map(({ part, view }) => {
    const { title, request, why, belgian, phone, real } = inWords[part.language].counter;
    return {
      language: part.language,
      title,
      request,
      documents: [...new Set(toRenew.map((one) => part.frame.book.describe(one, part.language).title))],
      why: isBelgian ? `${why} ${belgian}` : why,
      phone: phone.replace('{phone}', view.controller.dataProtectionOfficer.phone),
      real: real.replace('{real}', view.address.replace(/\/n\/?$/, '/real')),
    };
  });
}
