import type { PrintFile } from './print-files.store.js';
import { sheetCode } from './sheet-code.js';

/** A letter that was set once, so that the number of its pages is known. */
export interface SetSheet {
  sheet: number;
  languages: string[];
  pages: number;
}

/** Letters of one PDF: one language and one number of pages, so that the machine that folds them is set once. */
export interface PrintBatch<T extends SetSheet = SetSheet> {
  name: string;
  languages: string;
  pages: number;
  sheets: T[];
}

/**
 * Letters of one PDF. Setting them takes memory for all their pages at once (a few MB a letter) and keeps its process
 * busy until it is done, some two seconds.
 */
const MOST_OF_A_FILE = 50;

/** The letters of a run by language and number of pages, in the order of their sheets. The names of files name nobody. */
export function batchesOf<T extends SetSheet>(run: string, sheets: T[]): PrintBatch<T>[] {
  const groups = new Map<string, T[]>();
  for (const sheet of sheets) {
    const key = `${sheet.languages.join('-')}|${String(sheet.pages).padStart(4, '0')}`;
    const group = groups.get(key);
    if (group) group.push(sheet);
    else groups.set(key, [sheet]);
  }
  return [...groups.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => {
    const [first] = group;
    const languages = first!.languages.join('-');
    return Array.from({ length: Math.ceil(group.length / MOST_OF_A_FILE) }, (_, at) => ({
      name: `${run}-${languages}-${first!.pages}-pages-${String(at + 1).padStart(2, '0')}.pdf`,
      languages,
      pages: first!.pages,
      sheets: group.slice(at * MOST_OF_A_FILE, (at + 1) * MOST_OF_A_FILE),
    }));
  }); // prettier-ignore
}

export interface ManifestOf {
  run: string;
  notice: string;
  madeAt: Date;
  letters: number;
  files: (Pick<PrintFile, 'name' | 'letters' | 'size' | 'hash'> & {
    languages: string | null;
    pages: number | null;
    sheets: number[];
  })[];
  /** Sheets of the run that are in no file, because their letter cannot be set or its person was erased. */
  leftOut: number[];
}

/**
 * What a run consists of, for whoever prints it and for whoever counts afterwards: each file with its hash, and which
 * letters are in it. It names nobody. The same run gives the same bytes.
 */
export function manifestOf({ run, notice, madeAt, letters, files, leftOut }: ManifestOf): Buffer {
  const code = (sheet: number): string => sheetCode({ run, sheet });
  const manifest = {
    run,
    notice,
    madeAt: madeAt.toISOString(),
    envelope:
      'Neutral window envelope: nothing outside but the sender and the address that the window shows. One letter each.',
    letters,
    pages: files.reduce((sum, file) => sum + (file.pages ?? 0) * file.sheets.length, 0),
    files: files.map((file) => ({
      name: file.name,
      sha256: file.hash.toString('hex'),
      bytes: file.size,
      ...(file.pages === null
        ? {}
        : { languages: file.languages, pagesOfEachLetter: file.pages, sheets: file.sheets.map(code) }),
      letters: file.letters,
    })),
    leftOut: leftOut.map(code),
  };
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}
