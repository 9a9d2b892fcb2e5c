import { createReadStream } from 'node:fs';
import { wholeFault } from './table-row.js';

/** Bytes of a list, read anew from the start by each call: once to look at them, once to take them apart. */
export type RosterSource = () => AsyncIterable<Buffer>;

const PIECE_BYTES = 256 * 1024;

export function sourceOfBytes(bytes: Buffer): RosterSource {
  return async function* () {
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) yield bytes.subarray(from, from + PIECE_BYTES);
  };
}

/** A file, never held in memory whole. */
export function sourceOfFile(path: string): RosterSource {
  return () => createReadStream(path, { highWaterMark: PIECE_BYTES });
}

/** All of it in memory, for formats that cannot be read otherwise. Throws `roster.too-large`. */
export async function allBytes(source: RosterSource, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of source()) {
    length += piece.length;
    if (length > most) {
      throw wholeFault(
        'roster.too-large',
        `This spreadsheet is larger than ${most / 1024 / 1024} MB. Save the list as "CSV UTF-8", and choose that file.`,
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
