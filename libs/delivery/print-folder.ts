import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Problem } from '#libs/platform/index.js';

/**
 * Writes one file of a print run where the user asked for it, readable by them alone. It takes its name only when it is
 * whole, so that a disk that is full, or a process that is killed, leaves no half of one under that name. Throws
 * `print-run.unwritable`.
 */
export function writePrintFile(folder: string, name: string, bytes: Buffer): void {
  const part = path.join(folder, `.${name}.part`);
  try {
    // Only the last part of the path is made: Node never ends where it is asked for folders below /proc.
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    const file = openSync(part, 'w', 0o600);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    chmodSync(part, 0o600);
    renameSync(part, path.join(folder, name));
  } catch (error) {
    rmSync(part, { force: true });
    throw new Problem(
      'refused',
      'print-run.unwritable',
      `The files cannot be written to ${folder} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). The run is made: choose a folder of your own on a disk with room, and write its files again with --run.`,
    );
  }
}
