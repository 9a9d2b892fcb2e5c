import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Problem } from '#libs/platform/pure.js';
import { templatesFolder } from './template-files.js';

/** What of the compiler we use; its platform package comes without types. */
interface NodeCompiler {
  pdf(
    source: { mainFileContent: string; inputs: Record<string, string> },
    options: { pdfStandard: string; creationTimestamp: number },
  ): Buffer;
  evictCache(maxAge: number): void;
}
interface CompilerPackage {
  NodeCompiler: {
    create(options: { workspace: string; fontArgs: { fontPaths: string[] }[] }): NodeCompiler;
  };
}

const COMPILER = '@myriaddreamin/typst-ts-node-compiler-linux-x64-gnu';
/** Latin, Greek and Cyrillic, then Hebrew and Arabic for names; whole fonts, of which a PDF gets the glyphs it uses. */
const FONTS = [
  '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
  '@expo-google-fonts/noto-sans/400Regular_Italic/NotoSans_400Regular_Italic.ttf',
  '@embedpdf/fonts-hebrew/fonts/NotoSansHebrew-Regular.ttf',
  '@embedpdf/fonts-hebrew/fonts/NotoSansHebrew-Bold.ttf',
  '@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Regular.ttf',
  '@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Bold.ttf',
];

/**
 * Letters for which the compiler remembers a paragraph that was not used again: enough for four languages in any order.
 * Without an end every letter stays in its memory: a gigabyte after 1,500.
 */
const REMEMBERED_FOR = 12;
/** Letters between two sweeps of memory. */
const SWEPT_EVERY = 50;

let compiler: NodeCompiler | null = null;
let lettersSet = 0;
let sweep: ((options: { type: 'minor' }) => void) | null = null;

/** Loaded at the first letter: 50 MB of program and 0.2 s that nobody waits for who prints nothing. */
function loaded(): NodeCompiler {
  if (compiler) return compiler;
  let typst: CompilerPackage;
  try {
    typst = createRequire(import.meta.url)(COMPILER) as CompilerPackage;
  } catch {
    throw new Problem(
      'refused',
      'paper.no-typesetter',
      'This machine cannot set letters on paper: the program for it exists for Linux on x86-64 with glibc only. Make them on such a machine, or look at the letter as HTML or text.',
    );
  }
  return (compiler = typst.NodeCompiler.create({
    // Nothing is read from it: a letter's source and data are handed over, and reads end at this folder.
    workspace: path.join(templatesFolder(), 'letters'),
    fontArgs: [{ fontPaths: FONTS.map(fontFile) }],
  }));
}

/** A font's file, looked for as Node looks for packages, because these packages open no door to it. */
function fontFile(name: string): string {
  for (let place = templatesFolder(); ; place = path.dirname(place)) {
    const file = path.join(place, 'node_modules', name);
    if (existsSync(file)) return file;
    if (place === path.dirname(place)) throw new Error(`the font ${name} is not installed`);
  }
}

/**
 * The PDF (1.7, PDF/UA-1: tagged, with language and title) of one letter: `source` is print.typ, `data` all that it says.
 * The same source, data and day give the same bytes in any process. Synchronous, some 10 ms; whoever sets many gives the
 * event loop a turn between them, or no memory is given back. Throws `NotSet` for a character that no font has and for an
 * address that is too long for the window, and `paper.no-typesetter`.
 */
export function setPdf(source: string, data: unknown, day: Date): Buffer {
  return setWith(source, { letter: JSON.stringify(data) }, day);
}

/** The PDF of anything that is set from `inputs`; as `setPdf`, which is for one letter. */
export function setWith(source: string, inputs: Record<string, string>, day: Date): Buffer {
  const typesetter = loaded();
  try {
    return withoutSuspects(
      typesetter.pdf(
        { mainFileContent: source, inputs },
        { pdfStandard: 'ua-1', creationTimestamp: day.getTime() / 1000 },
      ),
    );
  } catch (error) {
    throw reasonOf(error);
  } finally {
    // Without this every letter stays in the compiler's memory: a gigabyte after 1,500.
    typesetter.evictCache(REMEMBERED_FOR);
    if (++lettersSet % SWEPT_EVERY === 0) sweepPdfs();
  }
}

/**
 * Frees the PDFs that nobody holds any more. V8 counts the bytes of each and not the several times larger room that the
 * compiler gave it, so by itself it would sweep after some 100 MB. What is freed is given back in the next turn of the
 * event loop.
 */
function sweepPdfs(): void {
  if (!sweep) {
    setFlagsFromString('--expose-gc');
    sweep = runInNewContext('gc') as NonNullable<typeof sweep>;
  }
  sweep({ type: 'minor' });
}

/**
 * The entry `Suspects` says by default what the compiler writes out, and poppler takes the written default for a fault
 * (ISO 32000-1, table 321). Blanks of the same length keep every offset.
 */
function withoutSuspects(pdf: Buffer): Buffer {
  const entry = '/Suspects false';
  const at = pdf.indexOf(entry, pdf.lastIndexOf('/MarkInfo'));
  if (at !== -1) pdf.fill(' ', at, at + entry.length);
  return pdf;
}

/** Why a letter cannot be set: its address is too long, or it has characters that no font has. */
export class NotSet extends Error {
  constructor(
    readonly why: 'address' | 'characters',
    readonly characters: string[] = [],
  ) {
    super(`not set: ${why}`);
  }
}

/** The compiler says what went wrong in words: a check of PDF/UA in `message`, our own panic in `code`. */
function reasonOf(error: unknown): unknown {
  const { message, code } = error as { message: string; code?: string };
  if (code?.includes('address-too-long')) return new NotSet('address');
  const found = [...message.matchAll(/the text `\\?"(.+?)\\?"` could not be displayed/gu)];
  const lacking = found.map(([, one]) => one!.replace(/^\\+u\{([0-9a-f]+)\}$/, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))); // prettier-ignore
  if (lacking.length > 0 || message.includes('missing codepoints')) return new NotSet('characters', [...new Set(lacking)]); // prettier-ignore
  return error;
}
