import fs from 'node:fs';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { connect, ensureEmbeddedPostgres, makeDataSource } from '#libs/platform/index.js';
import { ROOT } from '#test/support/repository.js';
import { aMachine, type Machine } from '#test/support/tocsin.js';
import { until } from '#test/support/until.js';

jest.setTimeout(300_000);

const ROWS = 60_000;
let machine: Machine;
let database: DataSource;
let breach: string;
let file: string;

beforeAll(async () => {
  machine = aMachine();
  await machine.done(['keys', 'make', '--out', machine.keyFile]);
  await machine.done(['migrate']);
  await machine.done(['staff', 'add', 'hr@werk.example', '--name', 'HR', '--role', 'hr']);
  const facts = path.join(ROOT, 'samples/gateway/breach.json');
  breach = String((await machine.done(['breach', 'open', facts, '--as', 'hr@werk.example']))['breach']);
  file = path.join(machine.base, 'people.csv');
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `P-${i},staff,nl,Voornaam${i},Familie${i % 997},p${i}@werk.example,BE:id-card:scan:confirmed`,
  );
  fs.writeFileSync(file, ['reference,category,language,given_name,family_name,email,documents', ...rows].join('\n'));
  const { url } = await ensureEmbeddedPostgres(machine.dataFolder);
  database = await connect(makeDataSource(url, [], [], 1));
});
afterAll(async () => {
  await database.destroy();
  await machine.remove();
});

const count = async (table: string): Promise<number> => {
  const [row]: { count: number }[] = await database.query(`select count(*)::int as count from ${table}`);
  return row!.count;
};
/** Rows that are being written, seen by no other transaction yet. */
const isWriting = async (): Promise<boolean> => {
  const rows: unknown[] = await database.query(
    `select from pg_stat_activity where application_name = 'tocsin' and pid <> pg_backend_pid() and query ilike 'copy exposure%'`,
  );
  return rows.length > 0;
};

describe('given an import of sixty thousand persons', () => {
  it.each([1, 2, 3])('when its process is killed in the middle, time %i, then nothing of it is left', async () => {
    const killed = await machine.killed(['roster', 'import', breach, file, '--as', 'hr@werk.example'], () =>
      until('rows are written', isWriting),
    );
    expect(killed).toBe('SIGKILL');
    await until('the server ended its work', async () => !(await isWriting()));
    for (const table of ['person', 'contact_point', 'exposure', 'roster_import', 'open_row', 'people_step'])
      expect([table, await count(table)]).toEqual([table, 0]);
  });

  it('when two start at once afterwards, then everybody is there once', async () => {
    const results = await Promise.all([1, 2].map(() => machine.done(['roster', 'import', breach, file, '--as', 'hr@werk.example']))); // prettier-ignore
    expect(
      results.map(({ imported, updated }) => `${String(imported)} added, ${String(updated)} known`).toSorted(),
    ).toEqual([`0 added, ${ROWS} known`, `${ROWS} added, 0 known`]);
    expect([await count('person'), await count('contact_point'), await count('exposure')]).toEqual([ROWS, ROWS, ROWS]);
  });
});
