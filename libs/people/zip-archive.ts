import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

/** One file of a ZIP archive as its directory states it. */
export interface ZipEntry {
  name: string;
  method: number;
  compressedSize: number;
  size: number;
  offset: number;
}

/** Size or offset that stands in the extra field instead (ZIP64). */
const ELSEWHERE = 0xffffffff;

/**
 * The directory of a ZIP archive, without unpacking anything; null when it has none. Sizes are what the archive says
 * of itself: enough to refuse a bomb that tells, while one that lies meets the limits of whoever unpacks it.
 */
export function zipEntries(bytes: Buffer): ZipEntry[] | null {
  // The end record is 22 bytes and a comment of at most 65,535.
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  if (end < 0 || end < bytes.length - 65_557 || end + 22 > bytes.length) return null;
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) return null;
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    const next = nameEnd + bytes.readUInt16LE(at + 30);
    const [size, compressedSize, offset] = large(bytes.subarray(nameEnd, next), [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ]);
    const name = bytes
      .subarray(at + 46, nameEnd)
      .toString('utf8')
      .replaceAll('\\', '/');
    entries.push({ name, method: bytes.readUInt16LE(at + 10), compressedSize: compressedSize!, size: size!, offset: offset! }); // prettier-ignore
    at = next + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Numbers of the directory, those that do not fit taken in turn from the extra field 1 (ZIP64). */
function large(extra: Buffer, numbers: number[]): number[] {
  if (!numbers.includes(ELSEWHERE)) return numbers;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let from = 0;
    return numbers.map((number) => {
      if (number !== ELSEWHERE || from + 8 > field.length) return number;
      from += 8;
      return Number(field.readBigUInt64LE(from - 8));
    });
  }
  return numbers;
}

/** An archive that is damaged or packed in a way that spreadsheets are not. */
export class ZipFault extends Error {}
/** An archive that unpacks to more than it may. */
export class ZipTooLarge extends Error {}

/** Packed sheets unpack to 4 to 50 times their size; an archive made to exhaust its reader to a thousand times. */
const MOST_SWELLING = 200;
const BEFORE_SWELLING_COUNTS = 8 * 1024 * 1024;

/** Whether a size is what no sheet swells to: a first stretch may be all alike, but not the whole. */
export function swells(packed: number, unpacked: number): boolean {
  return unpacked > BEFORE_SWELLING_COUNTS && unpacked > packed * MOST_SWELLING;
}

/**
 * Unpacks one entry piece by piece, at most `most` bytes of it, whatever the directory says. Throws `ZipTooLarge` beyond
 * that, and as soon as it swells as no sheet does; `ZipFault` for damage.
 */
export async function* unzipped(bytes: Buffer, entry: ZipEntry, most: number): AsyncGenerator<Buffer> {
  if (entry.offset + 30 > bytes.length || bytes.readUInt32LE(entry.offset) !== 0x04034b50) throw new ZipFault();
  const start = entry.offset + 30 + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
  const packed = bytes.subarray(start, start + entry.compressedSize);
  if (entry.method !== 0 && entry.method !== 8) throw new ZipFault();
  const pieces: AsyncIterable<Buffer> =
    entry.method === 0 ? Readable.from([packed]) : Readable.from([packed]).pipe(createInflateRaw({ chunkSize: 131_072 }));
  let size = 0;
  try {
    for await (const piece of pieces) {
      size += piece.length;
      if (size > most || swells(packed.length, size)) throw new ZipTooLarge();
      yield piece;
    }
  } catch (error) {
    throw error instanceof ZipTooLarge ? error : new ZipFault();
  }
} // prettier-ignore
