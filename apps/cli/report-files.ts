import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** More mails than a bounce mailbox gathers in one case; beyond it the folder is named in parts. */
export const MOST_FILES = 200_000;
const DEPTH = 8;

/** One file that may hold a mail, and its name as it was given, or within the folder that was given. */
export interface MailFile {
  name: string;
  path: string;
}

/**
 * The files of a folder and of the folders within it, by name; hidden ones are left out. A link that leads nowhere or
 * to a folder is left out too, so that no circle is walked.
 */
export function filesOf(folder: string): MailFile[] {
  const found: MailFile[] = [];
  const walk = (within: string, depth: number): void => {
    const entries = readdirSync(path.join(folder, within), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || found.length > MOST_FILES) continue;
      const name = path.join(within, entry.name);
      if (entry.isDirectory() && depth < DEPTH) walk(name, depth + 1);
      else if (entry.isFile() || (entry.isSymbolicLink() && isFile(path.join(folder, name))))
        found.push({ name, path: path.join(folder, name) });
    }
  };
  walk('', 0);
  return found;
}

export function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** At most the first `most` bytes of a file: what is not looked at is not read either. */
export function readStart(file: string, most: number): Uint8Array {
  const opened = openSync(file, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.min(most, statSync(file).size));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(opened, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(opened);
  }
}
