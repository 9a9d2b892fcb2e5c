import { inflateRawSync } from 'node:zlib';

/** One file of a ZIP archive as its directory states it. */
export interface ZipEntry {
  name: string;
  method: number;
  compressedSize: number;
  size: number;
  offset: number;
}

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
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      method: bytes.readUInt16LE(at + 10),
      compressedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
      name: bytes.subarray(at + 46, at + 46 + nameLength).toString('utf8'),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Unpacks one entry, at most `most` bytes; null when it is packed in an unknown way. */
export function unzip(bytes: Buffer, entry: ZipEntry, most: number): Buffer | null {
  if (entry.offset + 30 > bytes.length) return null;
  const start = entry.offset + 30 + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
  const packed = bytes.subarray(start, start + entry.compressedSize);
  if (entry.method === 0) return packed;
  return entry.method === 8 ? inflateRawSync(packed, { maxOutputLength: most }) : null;
}
