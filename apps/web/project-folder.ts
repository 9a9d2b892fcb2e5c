import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

let folder: string | null = null;

/** The folder of package.json, from the compiled program as from its source. */
export function projectFolder(): string {
  if (folder) return folder;
  let place = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(place, 'package.json'))) place = path.dirname(place);
  return (folder = place);
}
