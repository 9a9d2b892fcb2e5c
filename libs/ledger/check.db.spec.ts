import { createHash } from 'node:crypto';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { Sequencer, checkLedger, ledgerHead, recordMany } from './index.js';

const TABLES = ['ledger_entry', 'ledger_node', 'ledger_root'];
let db: TestDatabase;

/** Ten entries, sealed in three batches: roots stand for 4, 7 and 10 entries. */
beforeAll(async () => {
  db = await testDatabase();
  const sequencer = new Sequencer(db.source);
  for (const count of [4, 3, 3]) {
    const events = Array.from({ length: count }, (_, n) => ({
      kind: 'letter.sent' as const,
      actor: 'worker',
      facts: { n },
    }));
    await db.source.transaction((tx) => recordMany(tx, events));
    await sequencer.drain();
  }
  for (const table of TABLES) await db.source.query(`create table kept_${table} as table ${table}`);
});
afterAll(() => db.drop());
afterEach(() =>
  withoutTriggers(...TABLES.flatMap((table) => [`truncate ${table}`, `insert into ${table} table kept_${table}`])),
);

/** What somebody can do who owns the database: change what is stored, past its triggers. */
async function withoutTriggers(...statements: string[]): Promise<void> {
  await db.source.transaction(async (tx) => {
    await tx.query(`set local session_replication_role = replica`);
    for (const statement of statements) await tx.query(statement);
  });
}

async function faultsAfter(...statements: string[]): Promise<string[]> {
  await withoutTriggers(...statements);
  const { ok, faults } = await checkLedger(db.source);
  expect(ok).toBe(faults.length === 0);
  return faults;
}

const sha256 = (...parts: Uint8Array[]): string => createHash('sha256').update(Buffer.concat(parts)).digest('hex');
/** An entry that would pass for itself: its columns, bytes and hash agree. */
function forged(seq: number, body: string): string {
  const hash = sha256(Buffer.from([0]), Buffer.from(body));
  const { id, at } = JSON.parse(body) as { id: string; at: string };
  return `insert into ledger_entry (seq, outbox_id, kind, at, leaf_hash, body)
          values (${seq}, ${id}, 'letter.sent', '${at}', decode('${hash}', 'hex'), convert_to('${body}', 'UTF8'))`;
}
const BODY = '{"actor":"worker","at":"2026-01-01T00:00:00.000Z","facts":{},"id":"99","kind":"letter.sent","v":1}';

describe('given a ledger that nobody touched', () => {
  it('when it is checked, then it is whole, and its root is the one that is stored last', async () => {
    const check = await checkLedger(db.source);
    expect(check).toMatchObject({ ok: true, faults: [], entries: 10, pending: 0 });
    expect(await db.source.transaction((tx) => ledgerHead(tx))).toEqual({ size: 10, root: check.root });
  });

  it('when events wait, then they are counted apart', async () => {
    const fresh = await testDatabase();
    await fresh.source.transaction((tx) => recordMany(tx, [{ kind: 'letter.sent', actor: 'worker' }]));
    expect(await checkLedger(fresh.source)).toEqual({ entries: 0, pending: 1, root: null, ok: true, faults: [] });
    await fresh.drop();
  });
});

describe('given a ledger whose entries somebody changed past the triggers', () => {
  const firstFact = `position('"n":' in convert_from(body, 'UTF8')) + 3`;

  it('when one byte of an entry was changed, then that entry is named', async () => {
    const faults = await faultsAfter(
      `update ledger_entry set body = set_byte(body, ${firstFact}, get_byte(body, ${firstFact}) + 1) where seq = 5`,
    );
    expect(faults[0]).toBe('Entry 5 was changed: its bytes do not give its stored hash.');
  });

  it('when the hash was made to fit the changed byte, then the nodes betray it', async () => {
    const faults = await faultsAfter(
      `update ledger_entry set body = set_byte(body, ${firstFact}, get_byte(body, ${firstFact}) + 1) where seq = 5`,
      `update ledger_entry set leaf_hash = sha256('\\x00'::bytea || body) where seq = 5`,
    );
    expect(faults).toContain('Node 5 of level 0 is missing or is not the one that the entries give.');
    expect(faults).toContain('The root stored for 7 entries is not the one that the entries give.');
    expect(faults).not.toContain('The root stored for 4 entries is not the one that the entries give.');
  });

  it.each([
    ['kind', `kind = 'letter.unsent'`],
    ['time', `at = at + interval '1 second'`],
    ['breach', `breach_id = gen_random_uuid()`],
    ['person', `person_id = gen_random_uuid()`],
    ['number', `outbox_id = 1000`],
  ])('when the %s beside an entry was changed, then that entry is named', async (_, change) => {
    expect(await faultsAfter(`update ledger_entry set ${change} where seq = 0`)).toEqual([
      'Entry 0 was changed: its columns say something other than its bytes.',
    ]);
  });

  it.each(['null', '7', '"text"', 'no json', ''])(
    'when an entry was made to hold %j, then it is named and the check goes on',
    async (body) => {
      const faults = await faultsAfter(`update ledger_entry set body = convert_to('${body}', 'UTF8') where seq = 9`);
      expect(faults[0]).toBe('Entry 9 was changed: its bytes do not give its stored hash.');
      expect(faults[1]).toMatch(/^Entry 9 (cannot be read\.|was changed: its columns)/);
    },
  );

  it.each([
    ['first', 'seq = 0', 'Entry 0 is missing.'],
    ['one in the middle', 'seq = 5', 'Entry 5 is missing.'],
    ['three in a row', 'seq between 4 and 6', 'Entries 4 to 6 are missing.'],
    ['first three', 'seq < 3', 'Entries 0 to 2 are missing.'],
  ])('when the %s was deleted, then what is missing is named', async (_, where, fault) => {
    const faults = await faultsAfter(`delete from ledger_entry where ${where}`);
    expect(faults.filter((one) => one.includes('missing.'))).toEqual([fault]);
  });

  it('when two were deleted apart, then both are named', async () => {
    const faults = await faultsAfter(`delete from ledger_entry where seq in (2, 7)`);
    expect(faults.filter((one) => one.includes('missing.'))).toEqual(['Entry 2 is missing.', 'Entry 7 is missing.']);
  });

  it('when two were swapped, then their nodes betray it', async () => {
    const faults = await faultsAfter(
      `update ledger_entry set seq = 1000 where seq = 2`,
      `update ledger_entry set seq = 2 where seq = 6`,
      `update ledger_entry set seq = 6 where seq = 1000`,
    );
    expect(faults).toContain('Node 2 of level 0 is missing or is not the one that the entries give.');
    expect(faults).toContain('Node 6 of level 0 is missing or is not the one that the entries give.');
    expect(faults).toContain('The root stored for 7 entries is not the one that the entries give.');
  });

  it('when one was inserted in the middle, then the nodes from there on betray it', async () => {
    const faults = await faultsAfter(
      `update ledger_entry set seq = seq + 1001 where seq >= 5`,
      `update ledger_entry set seq = seq - 1000 where seq >= 1000`,
      forged(5, BODY),
    );
    expect(faults).toContain('Node 5 of level 0 is missing or is not the one that the entries give.');
    expect(faults).toContain('11 entries are there, but the last root is stored for 10.');
  });
});

describe('given a ledger whose end somebody changed past the triggers', () => {
  it('when the last entry was deleted, then its root is left over', async () => {
    const faults = await faultsAfter(`delete from ledger_entry where seq = 9`);
    expect(faults).toContain('A root is stored for 10 entries, but only 9 are there.');
  });

  it('when the last batch was cut off with its roots, then the nodes betray it', async () => {
    const faults = await faultsAfter(
      `delete from ledger_entry where seq >= 7`,
      `delete from ledger_root where size > 7`,
    );
    // Three leaves, and the subtrees over the last two, four, eight and the two after: all that reach past the seventh.
    expect(faults).toEqual(['7 nodes are stored for entries beyond the 7 that are there.']);
  });

  it('when the last batch was cut off with its nodes, then its root betrays it', async () => {
    const faults = await faultsAfter(
      `delete from ledger_entry where seq >= 7`,
      `delete from ledger_node where (index + 1) * (2 ^ level) > 7`,
    );
    expect(faults).toEqual(['A root is stored for 10 entries, but only 7 are there.']);
  });

  it('when all entries were deleted, then what is left of the tree betrays it', async () => {
    const faults = await faultsAfter(`delete from ledger_entry`);
    expect(faults).toHaveLength(2);
    expect(await faultsAfter(`delete from ledger_root`)).toHaveLength(1);
  });

  it('when an entry was added, then it has no node and no root', async () => {
    expect(await faultsAfter(forged(10, BODY))).toEqual([
      'Node 10 of level 0 is missing or is not the one that the entries give.',
      '11 entries are there, but the last root is stored for 10.',
    ]);
  });

  it('when an entry was added with its node, then it has no root', async () => {
    const hash = sha256(Buffer.from([0]), Buffer.from(BODY));
    expect(
      await faultsAfter(forged(10, BODY), `insert into ledger_node values (0, 10, decode('${hash}', 'hex'))`),
    ).toEqual(['11 entries are there, but the last root is stored for 10.']);
  });
});

describe('given a ledger whose tree somebody changed past the triggers', () => {
  it('when a node was changed, then it is named', async () => {
    expect(await faultsAfter(`update ledger_node set hash = sha256(hash) where level = 2 and index = 1`)).toEqual([
      'Node 1 of level 2 is missing or is not the one that the entries give.',
    ]);
  });

  it('when a root was changed, then it is named', async () => {
    expect(await faultsAfter(`update ledger_root set root = sha256(root) where size = 4`)).toEqual([
      'The root stored for 4 entries is not the one that the entries give.',
    ]);
  });

  it('when everything is wrong, then at most a hundred faults are said', async () => {
    const extra = Array.from({ length: 120 }, (_, i) => forged(10 + i, BODY.replace('"99"', `"${200 + i}"`)));
    expect(await faultsAfter(...extra)).toHaveLength(100);
  });
});
