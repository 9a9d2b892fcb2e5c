import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { CopyRows, copyRows, uuidBytes } from './index.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await db.source.query(
    `create table copied (place int4, small int2, label text, is_so boolean, id uuid, bytes bytea, words text[], hashes bytea[])`,
  );
});
afterAll(() => db.drop());

interface Row {
  small: number;
  label: string | null;
  is_so: boolean;
  id: string;
  bytes: Buffer | null;
  words: string[];
  hashes: Buffer[];
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((value) => value.replaceAll('\0', ''));
const bytes = fc.uint8Array({ maxLength: 60 }).map((value) => Buffer.from(value));
const row: fc.Arbitrary<Row> = fc.record({
  small: fc.integer({ min: -32_768, max: 32_767 }),
  label: fc.option(text),
  is_so: fc.boolean(),
  id: fc.uuid(),
  bytes: fc.option(bytes),
  words: fc.array(text, { maxLength: 3 }),
  hashes: fc.array(bytes, { maxLength: 3 }),
});

describe('given rows of any values', () => {
  it('when they are copied into a table, then the table holds them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        const copy = new CopyRows(64);
        rows.forEach((one, place) => {
          copy.row(8).int4(place).int2(one.small).text(one.label).bool(one.is_so).raw(uuidBytes(one.id));
          copy.raw(one.bytes).texts(one.words).raws(one.hashes);
        });
        await db.source.query(`delete from copied`);
        await db.source.transaction((tx) =>
          copyRows(tx, 'copied', 'place, small, label, is_so, id, bytes, words, hashes', copy.finish()),
        );
        const read: Row[] = await db.source.query(
          `select small, label, is_so, id, bytes, words, hashes from copied order by place`,
        );
        expect(read).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  it('when values are repeated under a name, then each row has them', async () => {
    const copy = new CopyRows(64);
    for (const place of [1, 2, 3]) {
      copy
        .row(3)
        .int4(place)
        .repeated('é', (rows) => rows.text('é').texts(['a', 'b']));
    }
    await db.source.query(`delete from copied`);
    await db.source.transaction((tx) => copyRows(tx, 'copied', 'place, label, words', copy.finish()));
    const read: unknown[] = await db.source.query(`select place, label, words from copied order by place`);
    expect(read).toEqual([1, 2, 3].map((place) => ({ place, label: 'é', words: ['a', 'b'] })));
  });
});
