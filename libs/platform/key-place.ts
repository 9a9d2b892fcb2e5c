import fs from 'node:fs';
import path from 'node:path';
import type { Config } from './config.js';
import { Problem } from './problem.js';

/** Whether a file really lies in a folder, whatever symbolic links say. */
export function liesIn(folder: string, file: string): boolean {
  const way = path.relative(real(folder), real(file));
  return way === '' || (way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way));
}

/** The real place of a path; of what does not exist yet, the real place of the nearest folder that does. */
function real(target: string): string {
  const whole = path.resolve(target);
  if (fs.existsSync(whole)) return fs.realpathSync(whole);
  const above = path.dirname(whole);
  return above === whole ? whole : path.join(real(above), path.basename(whole));
}

/**
 * In production the key lies outside the data folder: whoever copies the data, for a backup or as a thief, must not
 * have its key with it. Throws `key-file.in-data-folder`.
 */
export function requireKeyApart({ isProduction, dataFolder, keyFile }: Config): void {
  if (!isProduction || !liesIn(dataFolder, keyFile)) return;
  throw new Problem(
    'refused',
    'key-file.in-data-folder',
    `The key file ${keyFile} lies in the data folder. Move it and ${keyFile}.erasures to a folder outside ${dataFolder}, as /etc/tocsin/, and set TOCSIN_KEY_FILE to its new place: a copy of the data must not hold its key.`,
  );
}
