import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null = null;

/**
 * Frees at once what is no longer used. A process that streams millions of rows makes garbage faster than the engine
 * thinks worth collecting while memory is there: left alone it grows by a hundred megabytes that nobody needs. Takes
 * some 50 ms; for bulk work only, every few seconds.
 */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
