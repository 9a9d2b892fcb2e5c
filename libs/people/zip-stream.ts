import { Readable, pipeline } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/** The first day that a ZIP archive can name: the same content makes the same bytes. */
const DAY = 0x0021;
const UTF8_AND_SIZES_AFTER = 0x0808;
const DEFLATED = 8;

/** Writes a ZIP archive as its content comes, holding none of it. Each entry up to 4 GiB, and the whole. */
export class ZipStream {
  private offset = 0;
  private readonly directory: Buffer[] = [];

  async *entry(name: string, content: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncIterable<Buffer> {
    const start = this.offset;
    const bytes = Buffer.from(name);
    yield this.passed(
      Buffer.concat([
        header(0x04034b50, 30, bytes, [
          [6, UTF8_AND_SIZES_AFTER],
          [8, DEFLATED],
          [12, DAY],
        ]),
        bytes,
      ]),
    );
    let [crc, size, packed] = [0, 0, 0];
    const measured = async function* (): AsyncIterable<Buffer> {
      for await (const piece of content) {
        crc = crc32(piece, crc);
        size += piece.length;
        yield piece;
      }
    };
    const deflate = createDeflateRaw({ level: 6 });
    // Whatever goes wrong on the way ends the iteration below with it.
    pipeline(Readable.from(measured()), deflate, () => undefined);
    for await (const piece of deflate as AsyncIterable<Buffer>) {
      packed += piece.length;
      yield this.passed(piece);
    }
    const sizes = Buffer.alloc(16);
    sizes.writeUInt32LE(0x08074b50, 0);
    [crc, packed, size].forEach((value, i) => sizes.writeUInt32LE(value, 4 + 4 * i));
    yield this.passed(sizes);
    const listed = header(0x02014b50, 46, bytes, [
      [4, 20],
      [8, UTF8_AND_SIZES_AFTER],
      [10, DEFLATED],
      [14, DAY],
    ]);
    [crc, packed, size].forEach((value, i) => listed.writeUInt32LE(value, 16 + 4 * i));
    listed.writeUInt32LE(start, 42);
    this.directory.push(Buffer.concat([listed, bytes]));
  }

  end(): Buffer {
    const directory = Buffer.concat(this.directory);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.directory.length, 8);
    end.writeUInt16LE(this.directory.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(this.offset, 16);
    return Buffer.concat([directory, end]);
  }

  private passed(bytes: Buffer): Buffer {
    this.offset += bytes.length;
    return bytes;
  }
}

/** A header with its signature, the version that unpacking needs, the length of the name, and some fields of 16 bits. */
function header(signature: number, length: number, name: Buffer, fields: [number, number][]): Buffer {
  const bytes = Buffer.alloc(length);
  const isLocal = length === 30;
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(20, isLocal ? 4 : 6);
  for (const [place, value] of fields) bytes.writeUInt16LE(value, place);
  bytes.writeUInt16LE(name.length, isLocal ? 26 : 28);
  return bytes;
}
