import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openPlatform } from '#apps/assembly.js';
import { RosterImportService, RosterStepsService, RosterUploadsService, sourceOfBytes } from '#libs/people/index.js';
import { Clock, copyOut, stopEmbeddedPostgres, type CopyClient } from '#libs/platform/index.js';
import { givenActor } from '#test/support/given-breach.js';
import { CanarySearch, formsOf } from '#test/support/canaries.js';
import { ROOT } from '#test/support/repository.js';
import { aMachine, clusterOf, type Machine } from '#test/support/tocsin.js';

jest.setTimeout(240_000);

const PEOPLE = 25;
const COLUMNS =
  'reference,category,language,given_name,family_name,email,private_email,phone,street,city,country,birth_date,national_number,addressee_given_name,addressee_family_name,documents,other_data';

/** Eight values that stand nowhere else: of everybody a name, two addresses, a telephone, a home, a birth date, a number, a guardian. */
function canariesOf(n: number): Record<string, string> {
  const two = String(n).padStart(2, '0');
  const word = [...two].map((digit) => 'qxzvwjkfyh'[Number(digit)]).join('');
  return {
    given_name: `Givq${word}zzyx`,
    family_name: `Famq${word}zzyx`,
    email: `mailq${word}zzyx@werk.example`,
    private_email: `ownq${word}zzyx@post.example`,
    phone: `+32 2 5${two} 98 ${two}7`,
    street: `Straq${word}zzyxlaan ${two}`,
    birth_date: `1931-1${n % 3}-${String(1 + (n % 28)).padStart(2, '0')}`,
    addressee_family_name: `Guarq${word}zzyx`,
  };
}

const people = Array.from({ length: PEOPLE }, (_, n) => canariesOf(n));
/** What a mistaken file holds besides, in rows that are left out: a sentence where a document should stand, a number. */
const FREE_TEXT = 'Vrijq zzyx, heeft een geheim kaartje';
const NUMBER = '85.07.30-033.99';
const canaries = [...people.flatMap((one) => Object.values(one)), FREE_TEXT, NUMBER, NUMBER.replace(/\D/g, '')];

/** As a file brings it. The last five rows are faulty in one way each. */
function roster(): string {
  const rows = people.map((one, n) => {
    const row: Record<string, string> = {
      ...one,
      reference: `P-${n}`,
      category: n === PEOPLE - 1 ? 'boss' : 'staff',
      language: n === PEOPLE - 2 ? 'xx' : 'nl',
      city: 'Gent',
      country: n === PEOPLE - 3 ? 'Belgium' : 'BE',
      national_number: n === PEOPLE - 4 ? NUMBER : '',
      addressee_given_name: '',
      documents: n === PEOPLE - 5 ? FREE_TEXT.replace(',', '') : 'BE:id-card:scan:confirmed',
      other_data: '',
    };
    return COLUMNS.split(',')
      .map((name) => row[name])
      .join(',');
  });
  return [COLUMNS, ...rows].join('\n');
}

/** Every value of every table, as the database gives it out: what a dump holds. */
async function* dump(env: NodeJS.ProcessEnv): AsyncGenerator<{ table: string; bytes: Buffer }> {
  const platform = await openPlatform(env);
  try {
    const runner = platform.database.createQueryRunner();
    const client = (await runner.connect()) as CopyClient;
    const tables: { name: string }[] = await runner.query(
      `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of tables) {
      for (const format of ['text', 'binary']) {
        const pieces: Buffer[] = [];
        for await (const piece of copyOut(client, `copy ${name} to stdout (format ${format})`)) pieces.push(piece);
        yield { table: name, bytes: Buffer.concat(pieces) };
      }
    }
    // What waits in memory goes to the files that are looked at.
    await runner.query('checkpoint');
    await runner.query('select pg_switch_wal()');
    await runner.release();
  } finally {
    await platform.close();
  }
}

let machine: Machine;
let env: NodeJS.ProcessEnv;
let breach: string;
let imported: Record<string, unknown>;

beforeAll(async () => {
  machine = aMachine();
  env = { TOCSIN_DATA_DIR: machine.dataFolder, TOCSIN_KEY_FILE: machine.keyFile };
  const as = ['--as', 'hr@x.example'];
  await machine.done(['migrate']);
  for (const role of ['hr', 'dpo'])
    await machine.done(['staff', 'add', `${role}@x.example`, '--name', role, '--role', role]);
  breach = String(
    (await machine.done(['breach', 'open', path.join(ROOT, 'samples/gateway/breach.json'), ...as]))['breach'],
  );
  // Outside of everything that is searched: it is what somebody brings.
  const file = path.join(machine.base, 'roster.csv');
  fs.writeFileSync(file, roster());
  // Refused, with row and column of each fault and never the cell; then without the faulty rows.
  await machine.run(['roster', 'import', breach, file, ...as]);
  imported = await machine.done(['roster', 'import', breach, file, '--keep-good', ...as]);
  const { notice } = await machine.done(['notice', 'draft', breach, ...as]);
  await machine.done(['notice', 'submit', String(notice), ...as]);
  await machine.done(['notice', 'approve', String(notice), '--as', 'dpo@x.example']);
  await machine.done(['notice', 'send', String(notice), ...as, '--wait']);
  const platform = await openPlatform(env);
  const hr = await givenActor(platform.database, 'hr');
  const imports = new RosterImportService(platform.database, platform.keyring, new Clock());
  const uploads = new RosterUploadsService(platform.database, platform.keyring, new Clock());
  const upload = await uploads.receive(hr, breach, {
    name: canaries[0]!,
    stream: sourceOfBytes(Buffer.from(roster()))(),
  });
  const { mapping } = await uploads.open(hr, breach, upload);
  await new RosterStepsService(platform.database, platform.keyring, imports).setMapping(hr, breach, upload, mapping);
  await platform.close();
});
afterAll(() => machine.remove());

describe('given two hundred values that stand nowhere else, in people, faulty rows, an upload, letters and caught mail', () => {
  const search = new CanarySearch(canaries);

  it('when the file is imported, then those without a fault are there', () => {
    expect(imported).toMatchObject({ rows: PEOPLE, imported: PEOPLE - 5 });
  });

  it('when they are counted and hidden by a test, then the search finds each in each of its forms', () => {
    expect(new Set(canaries).size).toBeGreaterThanOrEqual(200);
    for (const value of canaries)
      for (const form of formsOf(value)) {
        const hidden = Buffer.concat([Buffer.from('before '), form, Buffer.from(' after')]);
        expect(search.in(hidden)).toContain(value);
      }
    const sentence = Buffer.from(`Dear ${people[3]!['given_name']}, we wrote`).toString('base64');
    expect(search.in(Buffer.from(sentence))).toEqual([people[3]!['given_name']]);
  });

  it('when the database is dumped and backed up, then neither names anybody', async () => {
    let looked = 0;
    const finds: string[] = [];
    for await (const { table, bytes } of dump(env)) {
      looked += bytes.length;
      finds.push(...search.in(bytes).map((value) => `${table}: ${value}`));
    }
    expect(finds).toEqual([]);
    expect(looked).toBeGreaterThan(100_000);
    const backup = path.join(machine.base, 'one.backup');
    await machine.done(['backup', backup]);
    const bytes = fs.readFileSync(backup);
    const start = bytes.indexOf('\n', bytes.indexOf('\n') + 1) + 1;
    const tables = gunzipSync(bytes.subarray(start, -32));
    expect(search.in(bytes)).toEqual([]);
    expect(search.in(tables)).toEqual([]);
    // The same search finds what a backup does hold in clear.
    expect(new CanarySearch(['Mail gateway read', 'hr@x.example']).in(tables)).toHaveLength(2);
  });

  it('when the files of the database, its log, the data folder and temporary files are read raw, then none names anybody', async () => {
    await stopEmbeddedPostgres(machine.dataFolder);
    const cluster = clusterOf(machine.dataFolder)!;
    const places = new Set([
      path.dirname(cluster),
      machine.dataFolder,
      path.join(machine.base, 'tmp'),
      path.dirname(machine.keyFile),
    ]);
    for (const place of places) expect(search.below(place).finds).toEqual([]);
    expect(search.below(path.join(cluster, 'pg_wal')).bytes).toBeGreaterThan(16_000_000);
    const control = new CanarySearch(['Mail gateway read', 'hr@x.example']).below(cluster).finds;
    expect(control.some((find) => find.startsWith('base/'))).toBe(true);
    expect(control.some((find) => find.startsWith('pg_wal/'))).toBe(true);
  });

  it('when the commands printed their answers and logs, then neither names anybody', () => {
    const printed = Buffer.from(machine.printed.join('\n'));
    expect(printed.toString()).toContain('row ');
    expect(search.in(printed)).toEqual([]);
  });
});
