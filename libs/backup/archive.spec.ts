import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { codeOf } from '#test/support/code-of.js';
import { dataFrames, jsonFrame, openArchive, writeArchive, type Frame } from './archive.js';
import type { ArchiveHeader } from './archive-header.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-archive-'));
  file = path.join(folder, 'one.backup');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const HEADER: ArchiveHeader = {
  product: '0.1.0',
  madeAt: '2026-11-24T09:30:00.000Z',
  steps: ['Installation1764000000001'],
  installation: '01936b1e-0000-7000-8000-000000000000',
  key: '0123456789abcdef',
  ledger: null,
  sums: [],
};

async function* framesOf(...tables: Buffer[]): AsyncGenerator<Frame> {
  for (const [place, bytes] of tables.entries()) {
    yield jsonFrame('T', { name: `t${place}` });
    yield* dataFrames(piecesOf(bytes));
  }
  yield jsonFrame('E', {});
}

/** Cut where it comes: a COPY gives pieces of any size. */
async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += 70_000)
    yield await Promise.resolve(bytes.subarray(from, from + 70_000));
}

/** The bytes of each table, as they are read back. */
async function tablesOf(frames: AsyncGenerator<Frame>): Promise<Buffer[]> {
  const tables: Buffer[][] = [];
  for await (const { kind, bytes } of frames) {
    if (kind === 'T') tables.push([]);
    if (kind === 'D') tables.at(-1)!.push(Buffer.from(bytes));
  }
  return tables.map((pieces) => Buffer.concat(pieces));
}

describe('given a backup on the disk', () => {
  it('when it is read, then header and tables are those that were written, however large', async () => {
    const tables = [Buffer.alloc(0), Buffer.from('one row'), randomBytes(3_000_000), Buffer.alloc(5_000_000, 7)];
    const size = await writeArchive(file, HEADER, framesOf(...tables));
    expect(fs.statSync(file)).toMatchObject({ size });
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(['one.backup']);
    const archive = await openArchive(file);
    expect(archive.header).toEqual(HEADER);
    const read = await tablesOf(archive.frames());
    expect(read).toHaveLength(tables.length);
    expect(read.every((bytes, place) => bytes.equals(tables[place]!))).toBe(true);
  });

  it('when it was cut anywhere, or one bit of it changed, then nothing of it is used', async () => {
    await writeArchive(file, HEADER, framesOf(randomBytes(2_000)));
    const whole = fs.readFileSync(file);
    const refused = ['backup.damaged', 'backup.foreign', 'backup.newer'];
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (place, bit) => {
        fs.writeFileSync(file, whole.subarray(0, place));
        expect(refused).toContain(await codeOf(openArchive(file)));
        const changed = Buffer.from(whole);
        changed[place]! ^= 1 << bit;
        fs.writeFileSync(file, changed);
        expect(refused).toContain(await codeOf(openArchive(file)));
        fs.writeFileSync(file, Buffer.concat([whole, Buffer.from([bit])]));
        expect(await codeOf(openArchive(file))).toBe('backup.damaged');
      }),
    );
  });

  it.each([
    ['empty', '', 'backup.foreign'],
    ['a text', 'Dear reader, this is no backup.\n'.repeat(10), 'backup.foreign'],
    ['of a later format', `TOCSIN-BACKUP 2\n${'{}'.repeat(30)}`, 'backup.newer'],
  ])('when the file is %s, then it is told apart', async (_, text, code) => {
    fs.writeFileSync(file, text);
    expect(await codeOf(openArchive(file))).toBe(code);
  });

  it('when there is no file, or a folder of that name, then it cannot be read', async () => {
    expect(await codeOf(openArchive(file))).toBe('backup.unreadable');
    expect(await codeOf(openArchive(folder))).toBe('backup.unreadable');
  });
});

describe('given a backup to be written', () => {
  it('when the name is taken, then nothing is written over', async () => {
    fs.writeFileSync(file, 'older');
    expect(await codeOf(writeArchive(file, HEADER, framesOf()))).toBe('backup.exists');
    expect(fs.readFileSync(file, 'utf8')).toBe('older');
  });

  it('when another one of the name is being written, then that one goes on alone', async () => {
    fs.writeFileSync(`${file}.part`, 'half');
    expect(await codeOf(writeArchive(file, HEADER, framesOf()))).toBe('backup.unfinished');
    expect(fs.readFileSync(`${file}.part`, 'utf8')).toBe('half');
  });

  it('when the folder does not exist, then it says so', async () => {
    expect(await codeOf(writeArchive(path.join(folder, 'no', 'where'), HEADER, framesOf()))).toBe('backup.unwritable');
  });

  it('when the source fails in the middle, then no file is left that looks like a backup', async () => {
    async function* failing(): AsyncGenerator<Frame> {
      yield* framesOf(Buffer.from('row'));
      throw new Error('the connection broke');
    }
    await expect(writeArchive(file, HEADER, failing())).rejects.toThrow('the connection broke');
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});
