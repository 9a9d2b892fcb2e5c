// Import of a roster beside its peers, in one run: `npm run build`, then `node bench/import.mjs [ROWS] [ROUNDS]`.
// DATABASE_URL names a server (an empty database; everything in it is dropped); without it an embedded one is started.
//   copy      the limit: COPY of the same rows in clear into one table with the same indexes (id, reference unique,
//             e-mail, e-mail domain, national number), nothing looked at
//   copy-two  the same with the two indexes of id and reference alone
//   typeorm   TypeORM's `insert`, a thousand at a time, of at most 50,000 rows
//   tocsin    `bin/tocsin roster import`: checked, sealed, indexed, with contact points, exposures, counters and ledger
//   again     the same file once more: everybody is known
// One JSON line each: rows, seconds, rows a second, and for ours the largest resident memory of the process.
import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DataSource, EntitySchema } from 'typeorm';
import { COLUMNS, peopleFile } from './people-file.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const ROWS = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const TYPEORM_ROWS = 50_000;
const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-bench-'));
const file = path.join(folder, 'people.csv');
const env = { ...process.env, TOCSIN_DATA_DIR: path.join(folder, 'data') };
const PASSWORD = 'a password for this measurement only';
const INDEXES = [
  'create unique index on peer (reference)',
  'create index on peer (email)',
  "create index on peer ((split_part(email, '@', 2)))",
  'create index on peer (national_number)',
];

function tocsin(args, input) {
  const { status, stdout, stderr } = spawnSync(path.join(root, 'bin/tocsin'), args, { env, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tocsin ${args.join(' ')}: ${stderr || stdout}`);
  return stdout;
}

/** Runs ours as a process of its own; answers its JSON and the peak of its resident memory in MB. */
async function measured(args) {
  const child = spawn(path.join(root, 'bin/tocsin'), args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let peak = 0;
  const timer = setInterval(() => {
    const status = `/proc/${child.pid}/status`;
    if (!existsSync(status)) return;
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0));
  }, 100);
  let out = '';
  child.stdout.on('data', (text) => (out += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`tocsin ${args.join(' ')} ended with ${code}`);
  return { ...JSON.parse(out), memoryMb: Math.round(peak / 1024) };
}

async function client(url) {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  await connection.query('set client_min_messages = error');
  return connection;
}

const PEER = `drop table if exists peer;
  create table peer (id bigint generated always as identity primary key, ${COLUMNS.map((column) => `${column} ${column === 'birth_date' ? 'date' : 'text'}`).join(', ')},
    state text not null default 'imported', created_at timestamptz not null default now())`;

async function copy(url, indexes) {
  const connection = await client(url);
  await connection.query(PEER);
  for (const index of indexes) await connection.query(index);
  const started = performance.now();
  await pipeline(
    createReadStream(file, { highWaterMark: 1 << 20 }),
    connection.query(copyFrom(`copy peer (${COLUMNS}) from stdin (format csv, header)`)),
  );
  const seconds = (performance.now() - started) / 1000;
  await connection.query('drop table peer');
  await connection.end();
  return { rows: ROWS, seconds };
}

async function typeorm(url) {
  const connection = await client(url);
  await connection.query(PEER);
  for (const index of INDEXES) await connection.query(index);
  const Peer = new EntitySchema({
    name: 'peer',
    tableName: 'peer',
    columns: {
      id: { type: 'bigint', primary: true, generated: 'identity' },
      ...Object.fromEntries(
        COLUMNS.map((column) => [column, { type: column === 'birth_date' ? 'date' : 'text', nullable: true }]),
      ),
      state: { type: 'text', default: 'imported' },
      created_at: { type: 'timestamptz', createDate: true },
    },
  });
  const source = await new DataSource({ type: 'postgres', url, entities: [Peer] }).initialize();
  const started = performance.now();
  let rows = 0;
  let batch = [];
  for await (const row of createReadStream(file).pipe(parse({ columns: true }))) {
    if (rows === Math.min(ROWS, TYPEORM_ROWS)) break;
    rows += 1;
    batch.push(row);
    if (batch.length < 1000) continue;
    await source.getRepository('peer').insert(batch);
    batch = [];
  }
  if (batch.length > 0) await source.getRepository('peer').insert(batch);
  const seconds = (performance.now() - started) / 1000;
  await source.destroy();
  await connection.query('drop table peer');
  await connection.end();
  return { rows, seconds };
}

const results = [];
function say(name, { rows, seconds, memoryMb }) {
  const line = { name, rows, seconds: Number(seconds.toFixed(2)), rowsPerSecond: Math.round(rows / seconds), ...(memoryMb ? { memoryMb } : {}) }; // prettier-ignore
  results.push(line);
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
const middle = (name) => results.filter((line) => line.name === name).map((line) => line.rowsPerSecond).toSorted((a, b) => a - b)[Math.floor(results.filter((line) => line.name === name).length / 2)]; // prettier-ignore

try {
  await pipeline(Readable.from(peopleFile(ROWS)), createWriteStream(file));
  tocsin(['migrate']);
  const { ensureEmbeddedPostgres } = await import('../dist/libs/platform/index.js');
  const url = process.env.DATABASE_URL ?? (await ensureEmbeddedPostgres(env.TOCSIN_DATA_DIR)).url;
  tocsin(['staff', 'add', 'dpo@agency.example', '--name', 'DPO', '--role', 'dpo', '--password-stdin'], PASSWORD);
  tocsin(['staff', 'add', 'hr@agency.example', '--name', 'HR', '--role', 'hr', '--password-stdin'], PASSWORD);
  const facts = path.join(root, 'samples/gateway/breach.json');
  for (let round = 0; round < ROUNDS; round++) {
    say('copy', await copy(url, INDEXES));
    const { breach } = JSON.parse(tocsin(['breach', 'open', facts, '--json', '--as', 'dpo@agency.example']));
    say('tocsin', await measured(['roster', 'import', breach, file, '--json', '--as', 'hr@agency.example']));
    say('copy-two', await copy(url, INDEXES.slice(0, 1)));
    say('again', await measured(['roster', 'import', breach, file, '--json', '--as', 'hr@agency.example']));
    say('typeorm', await typeorm(url));
    // Each round on empty tables, as the first.
    const connection = await client(url);
    await connection.query('truncate person, contact_point, exposure, open_row, roster_import, people_step cascade');
    await connection.query('checkpoint');
    await connection.end();
  }
  const ratio = (ours, peer) => Number((middle(ours) / middle(peer)).toFixed(2));
  process.stdout.write(
    `${JSON.stringify({ import: { ofCopy: ratio('tocsin', 'copy'), ofCopyWithTwoIndexes: ratio('tocsin', 'copy-two'), ofTypeorm: ratio('tocsin', 'typeorm') }, again: { ofCopy: ratio('again', 'copy') } })}\n`,
  );
} finally {
  if (!process.env.DATABASE_URL) spawnSync(path.join(root, 'bin/tocsin'), ['stop'], { env });
  rmSync(folder, { recursive: true, force: true });
}
