import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Problem, syncFolder } from '#libs/platform/index.js';
import { readHeader, type ArchiveHeader } from './archive-header.js';

/**
 * The file of a backup: one line of magic, one line of header (JSON, in clear: it holds figures and no name), the
 * frames of the tables through gzip, and 32 bytes of SHA-256 over everything before them.
 */
const MAGIC = 'TOCSIN-BACKUP 1\n';
const DIGEST_BYTES = 32;
const LARGEST_HEADER = 16 * 1024 * 1024;
/** Before each frame: its kind and its length. */
const FRAME_HEAD = 5;
const LARGEST_FRAME = 1024 * 1024;
/** Rows are gathered into frames of about this size. */
const FRAME = 256 * 1024;

/** `T` opens a table (JSON), `D` is data of it, `E` ends the whole (JSON). */
export interface Frame {
  kind: 'T' | 'D' | 'E';
  bytes: Buffer;
}

export function jsonFrame(kind: 'T' | 'E', value: unknown): Frame {
  return { kind, bytes: Buffer.from(JSON.stringify(value)) };
}

/** The pieces of one table as data frames of a good size; how they are cut means nothing. */
export async function* dataFrames(pieces: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size < FRAME) continue;
    yield* cut(Buffer.concat(waiting));
    waiting = [];
    size = 0;
  }
  yield* cut(Buffer.concat(waiting));
}

function* cut(bytes: Buffer): Generator<Frame> {
  for (let from = 0; from < bytes.length; from += LARGEST_FRAME)
    yield { kind: 'D', bytes: bytes.subarray(from, from + LARGEST_FRAME) };
}

/**
 * Writes a backup with flat memory to `file`.part, readable by this user only, and renames it when all of it is on the
 * disk: what bears the name is whole. Answers its size. Throws `backup.exists`, `backup.unfinished`, `backup.unwritable`.
 */
export async function writeArchive(file: string, header: ArchiveHeader, frames: AsyncIterable<Frame>): Promise<number> {
  requireFree(file);
  const part = `${file}.part`;
  const handle = openPart(part);
  try {
    const hash = createHash('sha256');
    let size = 0;
    const put = (bytes: Buffer): void => {
      hash.update(bytes);
      // Unlike writeSync it goes on until all is written.
      fs.writeFileSync(handle, bytes);
      size += bytes.length;
    };
    put(Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`));
    // Level 1: what is sealed does not get smaller, whatever it costs; what is not does so at once.
    const gzip = createGzip({ level: 1, chunkSize: FRAME });
    await pipeline(
      Readable.from(encoded(frames), { objectMode: false }),
      gzip,
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) put(chunk);
      },
    );
    const digest = hash.digest();
    fs.writeFileSync(handle, digest);
    fs.fsyncSync(handle);
    fs.closeSync(handle);
    requireFree(file);
    fs.renameSync(part, file);
    syncFolder(path.dirname(path.resolve(file)));
    return size + digest.length;
  } catch (error) {
    fs.rmSync(part, { force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new Problem('refused', 'backup.unwritable', `${part} has no more room on its disk. Choose a disk that has.`);
  }
}

async function* encoded(frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  for await (const { kind, bytes } of frames) {
    const head = Buffer.alloc(FRAME_HEAD);
    head.write(kind, 'latin1');
    head.writeUInt32BE(bytes.length, 1);
    yield Buffer.concat([head, bytes]);
  }
}

/** Refuses a file that is there: an older backup is not written over. */
export function requireFree(file: string): void {
  if (!fs.existsSync(file)) return;
  throw new Problem('conflict', 'backup.exists', `${file} exists already. Choose another name: no backup is replaced.`);
}

function openPart(part: string): number {
  try {
    return fs.openSync(part, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new Problem(
        'conflict',
        'backup.unfinished',
        `${part} is there: a backup is being written, or one was cut short. Remove it if no backup runs, or choose another name.`,
      );
    throw new Problem(
      'refused',
      'backup.unwritable',
      `${part} cannot be written. Choose a folder that this user may write.`,
    );
  }
}

/** A backup whose every byte was looked at. */
export interface Archive {
  header: ArchiveHeader;
  frames(): AsyncGenerator<Frame>;
}

/**
 * Reads a backup through and compares its hash, before anything of it is used. Throws `backup.unreadable`,
 * `backup.foreign` for a file that is none, `backup.newer`, and `backup.damaged` for one that was cut or changed.
 */
export async function openArchive(file: string): Promise<Archive> {
  const size = sizeOf(file);
  const hash = createHash('sha256');
  let start = Buffer.alloc(0);
  let isHeaderWhole = false;
  const hashed = Math.max(0, size - DIGEST_BYTES);
  for await (const chunk of read(file, 0, hashed)) {
    hash.update(chunk);
    if (isHeaderWhole) continue;
    start = Buffer.concat([start, chunk]);
    requireMagic(start);
    isHeaderWhole = start.indexOf('\n', MAGIC.length) >= 0;
    if (!isHeaderWhole && start.length > LARGEST_HEADER) throw damaged(file);
  }
  requireMagic(start);
  const digest: Buffer[] = [];
  for await (const chunk of read(file, hashed, size)) digest.push(chunk);
  if (!Buffer.concat(digest).equals(hash.digest())) throw damaged(file);
  const end = start.indexOf('\n', MAGIC.length);
  const header = readHeader(start.subarray(MAGIC.length, end));
  return { header, frames: () => decoded(file, read(file, end + 1, hashed)) };
}

function requireMagic(start: Buffer): void {
  const magic = Buffer.from(MAGIC);
  if (start.length >= magic.length && start.subarray(0, magic.length).equals(magic)) return;
  if (start.subarray(0, 13).toString('latin1') === MAGIC.slice(0, 13) && start.length >= magic.length)
    throw new Problem(
      'bad-input',
      'backup.newer',
      'The backup was made by a newer version of Tocsin. Restore it with that version.',
    );
  throw new Problem(
    'bad-input',
    'backup.foreign',
    'The file is no backup of Tocsin. Choose what `bin/tocsin backup` wrote.',
  );
}

function damaged(file: string): Problem {
  return new Problem(
    'bad-input',
    'backup.damaged',
    `${file} was cut short or changed. Nothing of it was used: take another copy of this backup, or an older one.`,
  );
}

function sizeOf(file: string): number {
  try {
    const stat = fs.statSync(file);
    if (stat.isFile()) return stat.size;
  } catch {
    // Said below, as for what is no file.
  }
  throw new Problem('bad-input', 'backup.unreadable', `${file} cannot be read. Check the name and the permissions.`);
}

/** Bytes of a file from `from` up to and without `to`. */
async function* read(file: string, from: number, to: number): AsyncGenerator<Buffer> {
  if (to <= from) return;
  for await (const chunk of fs.createReadStream(file, { start: from, end: to - 1, highWaterMark: FRAME }))
    yield chunk as Buffer;
}

async function* decoded(file: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const source = Readable.from(bytes, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: FRAME });
  source.on('error', (error) => gunzip.destroy(error));
  let waiting: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of source.pipe(gunzip)) {
      waiting = waiting.length === 0 ? (chunk as Buffer) : Buffer.concat([waiting, chunk as Buffer]);
      let from = 0;
      for (let frame = frameAt(waiting, from); frame; frame = frameAt(waiting, from)) {
        yield frame;
        from += FRAME_HEAD + frame.bytes.length;
      }
      waiting = waiting.subarray(from);
      if (waiting.length > FRAME_HEAD + LARGEST_FRAME) throw damaged(file);
    }
  } finally {
    source.destroy();
  }
  if (waiting.length > 0) throw damaged(file);
}

/** The whole frame at a place, or null while its end has not come. */
function frameAt(bytes: Buffer, from: number): Frame | null {
  if (bytes.length - from < FRAME_HEAD) return null;
  const end = from + FRAME_HEAD + bytes.readUInt32BE(from + 1);
  if (bytes.length < end) return null;
  return { kind: String.fromCharCode(bytes[from]!) as Frame['kind'], bytes: bytes.subarray(from + FRAME_HEAD, end) };
}
