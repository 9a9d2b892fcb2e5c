import { crc32, deflateRawSync } from 'node:zlib';

/** One part of an archive; `size` is what its directory says it unpacks to, where that is a lie. */
export interface ZipPart {
  name: string;
  data: string | Buffer;
  size?: number;
  isStored?: boolean;
}

/** A ZIP archive of parts, as spreadsheets are. */
export function zip(parts: ZipPart[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, size, isStored = false } of parts) {
    const bytes = Buffer.from(data);
    const packed = isStored ? bytes : deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(isStored ? 0 : 8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(size ?? bytes.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    const entry = Buffer.alloc(46);
    entry.write('PK\u0001\u0002\u0014\u0000', 'latin1');
    fields.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    const file = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), fields, nameBytes, packed]);
    files.push(file);
    directory.push(entry, nameBytes);
    offset += file.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listed, end]);
}
