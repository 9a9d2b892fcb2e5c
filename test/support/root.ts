import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of the repository, absolute: what runs lies in `dist`, below it. */
export const ROOT = folderOfPackage(import.meta.dirname);

function folderOfPackage(folder: string): string {
  return existsSync(path.join(folder, 'package.json')) ? folder : folderOfPackage(path.dirname(folder));
}
