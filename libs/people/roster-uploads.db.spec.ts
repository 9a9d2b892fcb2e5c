import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { openBytes } from '#libs/platform/index.js';
import { breachKey } from '#libs/breach/index.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { JO, LOTTE, ROSTER_HEADER, givenRoster, rosterBytes } from '#test/support/given-roster.js';
import { givenUploads } from '#test/support/given-upload.js';
import { LARGEST_UPLOAD, headerOf, samplesOf } from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let at: ReturnType<typeof givenUploads>;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  at = givenUploads(db.source, given, givenRoster(db.source, given).roster);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  await db.source.query(`delete from roster_upload`);
});

async function count(): Promise<number> {
  const [row]: { count: number }[] = await db.source.query(`select count(*)::int as count from roster_upload`);
  return row!.count;
}

/** A file in bits of odd sizes, as a line delivers it; fails after `most` bytes. */
async function* arriving(bytes: Buffer, most = Infinity): AsyncIterable<Buffer> {
  for (let from = 0; from < bytes.length; from += 7_919) {
    if (from > most) throw new Error('the line was cut');
    yield await Promise.resolve(bytes.subarray(from, from + 7_919));
  }
}

function longRoster(rows: number): Buffer {
  return rosterBytes(
    ...Array.from(
      { length: rows },
      (_, i) => `R-${i},staff,nl,Lotte,Voorbeeld,r${i}@agency.example,,cv:copy:presumed,`,
    ),
  );
}

describe('given a file that arrives', () => {
  it('when it is whole, then it is kept in sealed pieces, and its account alone opens it', async () => {
    const bytes = longRoster(40_000);
    expect(bytes.length).toBeGreaterThan(2 * 1024 * 1024);
    const id = await at.uploads.receive(given.hr, given.breach.reference, {
      name: 'people.csv',
      stream: arriving(bytes),
    });
    const key = await breachKey(db.source.manager, given.keyring, given.breach.id);
    const rows: { number: number; sealed: Buffer }[] = await db.source.query(
      `select number, sealed from roster_upload_piece where upload_id = $1 order by number`,
      [id],
    );
    const pieces = rows.map(({ number, sealed }) => openBytes(key, `roster_upload|${id}|${number}|1`, sealed));
    expect(pieces.every((piece) => piece.length <= 1024 * 1024)).toBe(true);
    expect(Buffer.concat(pieces)).toEqual(bytes);
    expect(await at.open(id)).toMatchObject({
      state: 'kept',
      head: { name: 'people.csv', header: ROSTER_HEADER.split(',') },
    });
    expect(await codeOf(at.open(id, given.dpo))).toBe('roster.upload-gone');
    expect(await codeOf(at.open('-'.repeat(36)))).toBe('roster.upload-gone');
  }, 120_000);

  it('when pieces of it are swapped in the database, then none is taken for the other', async () => {
    const id = await at.receive(longRoster(40_000));
    await db.source.query(
      `update roster_upload_piece p set sealed = o.sealed from roster_upload_piece o
        where p.upload_id = $1 and o.upload_id = $1 and p.number = 1 - o.number and p.number < 2 and o.number < 2`,
      [id],
    );
    await expect(at.setMapping(id)).rejects.toThrow('does not open');
  });

  it('when the line is cut, then nothing of it is kept', async () => {
    const bytes = longRoster(40_000);
    const cut = { name: 'people.csv', stream: arriving(bytes, 2_000_000) };
    await expect(at.uploads.receive(given.hr, given.breach.reference, cut)).rejects.toThrow('the line was cut');
    expect([await count(), await at.pieces()]).toEqual([0, 0]);
  });

  it('when it is larger than a page takes, then it says so and nothing of it is kept', async () => {
    const piece = Buffer.from(`${LOTTE}\r\n`.repeat(20_000));
    const endless = (async function* () {
      yield Buffer.from(`${ROSTER_HEADER}\r\n`);
      for (let sent = 0; sent <= LARGEST_UPLOAD; sent += piece.length) yield await Promise.resolve(piece);
    })();
    const receiving = at.uploads.receive(given.hr, given.breach.reference, { name: 'people.csv', stream: endless });
    expect(await codeOf(receiving)).toBe('roster.upload-too-large');
    expect([await count(), await at.pieces()]).toEqual([0, 0]);
  }, 60_000);

  it('when no file was chosen, or it is empty, then it says so', async () => {
    expect(await codeOf(at.receive(Buffer.alloc(0), given.hr, ''))).toBe('roster.no-file');
    expect(await codeOf(at.receive(Buffer.alloc(0)))).toBe('roster.empty');
  });

  it('when it marks protected persons, then only the security officer can send it', async () => {
    const bytes = rosterBytes(LOTTE, `${JO.slice(0, -2)}yes`);
    expect(await codeOf(at.receive(bytes))).toBe('roster.protected-rows');
    expect(await count()).toBe(0);
    const id = await at.receive(bytes, given.security);
    expect(samplesOf(await at.open(id, given.security), given.security)[3]).toEqual(['Lotte', 'Jo']);
    expect(samplesOf(await at.open(id, given.security), given.hr)[3]).toEqual(['Lotte']);
  });

  it('when a day has passed, or it was cut off by the end of its process, then it is forgotten', async () => {
    const [old, fresh] = [await at.receive(rosterBytes(LOTTE)), await at.receive(rosterBytes(JO))];
    await db.source.query(`update roster_upload set uploaded_at = now() - interval '25 hours' where id = $1`, [old]);
    await db.source.query(
      `insert into roster_upload (id, breach_id, uploaded_by, uploaded_at) values (gen_random_uuid(), $1, $2, now() - interval '61 minutes')`,
      [given.breach.id, given.hr.accountId],
    );
    await at.uploads.forgetOld();
    expect(await codeOf(at.open(old))).toBe('roster.upload-gone');
    expect((await at.open(fresh)).state).toBe('kept');
    expect([await count(), await at.pieces()]).toEqual([1, 1]);
  });

  it('when its account does not want it any more, then nothing of it is left', async () => {
    const id = await at.receive(rosterBytes(LOTTE));
    expect(await codeOf(at.uploads.discard(given.dpo, given.breach.reference, id))).toBe('roster.upload-gone');
    await at.uploads.discard(given.hr, given.breach.reference, id);
    expect([await count(), await at.pieces()]).toEqual([0, 0]);
  });
});

describe('given a file that is no list of persons', () => {
  /** An archive that says of itself what it unpacks to. */
  function bomb(entries: number): Buffer {
    const blanks = deflateRawSync(Buffer.alloc(16 * 1024 * 1024));
    const name = Buffer.from('xl/worksheets/sheet1.xml');
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(blanks.length, 20);
    central.writeUInt32LE(16 * 1024 * 1024, 24);
    central.writeUInt16LE(name.length, 28);
    const body = Buffer.concat([local, name, blanks]);
    const directory = Buffer.concat(Array.from({ length: entries }, () => Buffer.concat([central, name])));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(entries, 8);
    end.writeUInt16LE(entries, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(body.length, 16);
    return Buffer.concat([body, directory, end]);
  }
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), randomBytes(3_000_000)]);

  it.each([
    ['a picture with another name', png, 'roster.not-csv'],
    ['an archive that unpacks to gigabytes', bomb(200), 'roster.too-large'],
    ['a first row that holds a person', Buffer.from(`${LOTTE}\n${JO}\n`), 'roster.no-header'],
    ['column names alone', Buffer.from(`${ROSTER_HEADER}\n`), 'roster.no-rows'],
  ])('when it is %s, then it is refused in under a second and nothing of it is kept', async (_, bytes, code) => {
    const started = performance.now();
    expect(await codeOf(at.receive(bytes, given.hr, 'people.xlsx'))).toBe(code);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect([await count(), await at.pieces()]).toEqual([0, 0]);
  });

  it('when its beginning is no text, then the rest of it is not asked for', async () => {
    let asked = 0;
    const stream = (async function* () {
      for (const piece of [png.subarray(0, 1_100_000), png, png]) {
        asked += 1;
        yield await Promise.resolve(piece);
      }
    })();
    const receiving = at.uploads.receive(given.hr, given.breach.reference, { name: 'people.csv', stream });
    expect(await codeOf(receiving)).toBe('roster.not-csv');
    expect(asked).toBe(1);
  });
});

describe('given files of one source, one after the other', () => {
  const FILE = 'Nr;Achternaam;Opmerking;Mail\n1;Peeters;;a@agency.example\n2;Janssens;;b@agency.example\n';

  it('when the columns of the first were set, then the next is read like it, wherever its columns stand', async () => {
    const first = await at.receive(Buffer.from(FILE));
    expect((await at.open(first)).mapping).toMatchObject({ by: 'guess' });
    await at.steps.setMapping(given.hr, given.breach.reference, first, {
      columns: ['reference', 'family_name', null, 'private_email'],
      everybody: {
        category: 'past-applicant',
        language: 'nl',
        documents: 'BE:id-card:scan:presumed',
        addressee_family_name: 'Whoever',
      },
    });
    const moved = 'Mail;Nr;Achternaam;Opmerking\nc@agency.example;3;Maes;\n';
    const next = await at.open(await at.receive(Buffer.from(moved), given.dpo), given.dpo);
    expect(next.mapping).toMatchObject({
      by: 'saved',
      savedBy: given.hr.accountId,
      columns: ['private_email', 'reference', 'family_name', null],
    });
    // What names somebody is kept no longer than its file.
    expect(next.mapping.everybody).toEqual({
      category: 'past-applicant',
      language: 'nl',
      documents: 'BE:id-card:scan:presumed',
    });
    expect(headerOf(next, 'private_email')).toBe('Mail');
    const other = await at.receive(Buffer.from(moved.replace('Opmerking', 'Dienst')));
    expect((await at.open(other)).mapping.by).toBe('guess');
  });

  it('when the next is of another breach, then its columns are known, and nothing is said of everybody', async () => {
    const first = await at.receive(Buffer.from(FILE));
    await at.steps.setMapping(given.hr, given.breach.reference, first, {
      columns: ['reference', 'family_name', null, 'private_email'],
      everybody: { category: 'past-applicant', language: 'nl' },
    });
    given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
    const next = await at.open(await at.receive(Buffer.from(FILE)));
    expect(next.mapping).toMatchObject({
      by: 'saved',
      columns: ['reference', 'family_name', null, 'private_email'],
      everybody: {},
    });
  });

  it('when the columns are faulty, then each fault stands at its place and nothing is kept for the next', async () => {
    const id = await at.receive(Buffer.from(FILE));
    const setting = at.steps.setMapping(given.hr, given.breach.reference, id, {
      columns: ['reference', 'family_name', null, null],
      everybody: { category: 'boss', language: 'nl' },
    });
    await expect(setting).rejects.toMatchObject({
      code: 'roster.mapping-faulty',
      faults: [{ at: 'everybody-category' }],
    });
    const rows: unknown[] = await db.source.query(`select from roster_mapping where breach_id = $1`, [given.breach.id]);
    expect(rows).toEqual([]);
  });
});
