// Pages of the list of people of a breach with a million persons, beside what lists usually do: OFFSET, and GROUP BY
// for the counts. Prints a JSON line for each figure; milliseconds in the database are the median of some runs.
//   npm run build && node bench/list.mjs [--people 1000000] [--database postgres://… [--keep NAME]]
// Without --database it starts a server of its own and removes it again; with one, it makes a database there and drops
// it, unless --keep names the database: then it stays, and the next run uses the people that are in it.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { makeWebApp } from '../dist/apps/web/main.js';
import { BreachesService, breachKey } from '../dist/libs/breach/index.js';
import { PeopleSearchService, countPeople } from '../dist/libs/people/index.js';
import { listPeopleIds } from '../dist/libs/people/people-list.queries.js';
import { openPeople } from '../dist/libs/people/people.queries.js';
import { personPlace } from '../dist/libs/people/person-record.js';
import * as platform from '../dist/libs/platform/index.js';
import { AccountsService } from '../dist/libs/staff/index.js';
import { migrateJobs } from '../dist/libs/jobs/index.js';
import { migrations } from '../dist/migrations/index.js';

const { values } = parseArgs({
  options: { people: { type: 'string', default: '1000000' }, database: { type: 'string' }, keep: { type: 'string' } },
});
const PEOPLE = Number(values.people);
const RUNS = 7;
const PASSWORD = 'kettle orbit mustard';

const say = (figure) => console.log(JSON.stringify(figure));
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const round = (number) => Math.round(number * 100) / 100;

const server = values.database ? null : await platform.startThrowAwayPostgres();
const adminUrl = values.database ?? server.url;
const name = values.keep ?? `bench_${randomBytes(6).toString('hex')}`;
const admin = new pg.Client({ connectionString: adminUrl });
await admin.connect();
const isThere = (await admin.query(`select from pg_database where datname = $1`, [name])).rowCount === 1;
if (!isThere) await admin.query(`create database ${name}`);
const url = new URL(adminUrl);
url.pathname = `/${name}`;
const source = await platform.connect(platform.makeDataSource(url.href, migrations));
const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-bench-'));
let app = null;

try {
  await platform.migrate(source);
  await migrateJobs(url.href);
  const keyring = await platform.openKeyring(source, createHash('sha256').update(name).digest());
  const clock = new platform.Clock();
  const config = platform.readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: url.href,
    TOCSIN_DATA_DIR: folder,
    PUBLIC_URL: 'http://localhost',
  });
  app = await makeWebApp({ config, databaseUrl: url.href, database: source, keyring, clock, close: async () => {} });
  await app.listen(0, '127.0.0.1');
  const accounts = app.get(AccountsService);
  const isNew = (await source.query('select from breach limit 1')).length === 0;
  if (isNew)
    await accounts.add({ email: 'hr@agency.example', name: 'Mira Claes', roles: ['hr'], password: PASSWORD }, null);
  const actor = await accounts.actorByEmail('hr@agency.example', 'bench');
  const file = sample();
  const breach = isNew
    ? await app.get(BreachesService).open(actor, file)
    : (await source.query('select id, reference from breach order by id limit 1'))[0];
  const seconds = isNew ? await fill(breach) : 0;
  const key = await breachKey(source.manager, keyring, breach.id);
  say({
    what: 'people made by SQL',
    people: PEOPLE,
    seconds,
    cores: cpus().length,
    cpu: cpus()[0].model,
    node: process.version,
    postgres: (await source.query('show server_version'))[0].server_version,
  });
  const sealed = await sealAPage(breach, key, keyring);
  await source.query('vacuum analyze');
  await pages(breach, key, sealed);
  await peers(breach);
  await firstBytes(breach, sealed);
  await searchByName(breach, key, keyring, actor);
} finally {
  await app?.close();
  if (source.isInitialized) await source.destroy();
  if (!values.keep) await admin.query(`drop database if exists ${name} with (force)`);
  await admin.end();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A breach as a large one is: half told, some states and countries that ten persons have; values are dummies. */
async function fill(breach) {
  const since = performance.now();
  await source.query(`set statement_timeout = 0`);
  await source.query(
    `insert into person (id, breach_id, reference_index, category, languages, country, protected, secret, sealed, exposures_known, exposures_open, letters_arrived, ladder_spent, exempted_by)
     select (lpad(to_hex(1764000000000 + i / 2000), 12, '0') || '7' || lpad(to_hex(i % 2000), 3, '0') || '8' || substr(md5(i::text), 1, 15))::uuid,
            $1, substr(sha256(i::text::bytea), 1, 16),
            (array['staff', 'staff', 'staff', 'former-staff', 'applicant', 'past-applicant', 'past-applicant', 'family'])[1 + i % 8],
            (array['{nl}', '{nl}', '{fr}', '{nl,fr}', '{de}', '{en}'])[1 + (i / 3) % 6]::text[], 'BE', i % 997 = 0,
            sha256(i::text::bytea), decode(repeat(md5(i::text), 12), 'hex'), 2, 2,
            case when i % 2 = 0 then 1 else 0 end, i % ($2::int / 10) = 5, case when i % 50 = 1 then 'not-high-risk' end
       from generate_series(1, $2::int) i`,
    [breach.id, PEOPLE],
  );
  const ids = `select id, row_number() over (order by id) as i from person where breach_id = $1`;
  await source.query(
    `insert into exposure (id, breach_id, person_id, data_kind, country, extent, confidence, source)
     select gen_random_uuid(), $1, id, case when i % ($2::int / 10) = 7 then 'kids-id' when i % 5 = 0 then 'passport' else 'id-card' end,
            case when i % ($2::int / 10) = 9 then 'IS' else (array['BE', 'BE', 'BE', 'BE', 'NL', 'FR', 'DE', 'LU'])[1 + i % 8] end, 'scan',
            (array['confirmed', 'presumed', 'presumed', 'not-excluded'])[1 + (i / 7) % 4], 'roster' from (${ids}) p`,
    [breach.id, PEOPLE],
  );
  await source.query(
    `insert into exposure (id, breach_id, person_id, data_kind, extent, confidence, source)
     select gen_random_uuid(), $1, id, (array['cv', 'iban', 'home-address'])[1 + i % 3], 'copy', case when i % ($2::int / 10) = 3 then 'excluded' else 'presumed' end, 'roster' from (${ids}) p`,
    [breach.id, PEOPLE],
  );
  await source.query(
    `insert into contact_point (breach_id, person_id, place, kind, email_index, state)
     select $1, id, 0, 'email', substr(sha256(i::text::bytea), 1, 16),
            case when i % ($2::int / 10) = 4 then 'returned' when i % 20 = 0 then 'bounced' when i % 2 = 0 then 'works' else 'untried' end from (${ids}) p`,
    [breach.id, PEOPLE],
  );
  await source.query(`select people_step_fold($1)`, [breach.id]);
  return round((performance.now() - since) / 1000);
}

/** The persons of some pages get real sealed records, so that pages open them as they always do. */
async function sealAPage(breach, key) {
  const places = { start: 0, middle: Math.floor(PEOPLE / 2), end: PEOPLE - 40 };
  const cursors = {};
  for (const [place, offset] of Object.entries(places)) {
    const rows = await source.query(
      `select id from person where breach_id = $1 and not protected order by id offset $2 limit 60`,
      [breach.id, Math.max(0, offset - 1 - Math.ceil(offset / 997))],
    );
    cursors[place] = offset === 0 ? undefined : rows[0].id;
    for (const { id } of rows) await sealPerson(key, id);
  }
  return cursors;
}

async function sealPerson(key, id) {
  const secret = platform.newKey();
  const record = {
    reference: `P-${id.slice(-6)}`,
    givenName: 'Lotte',
    familyName: `Voorbeeld ${id.slice(-4)}`,
    contacts: [{ kind: 'email', value: `p${id.slice(-8)}@agency.example` }],
  };
  await source.query(`update person set secret = $2, sealed = $3 where id = $1`, [
    id,
    secret,
    platform.sealJson(platform.personKey(key, secret, id), personPlace(id), record),
  ]);
}

/** Time in the database alone: of every statement that the page runs, the time that the server says it took. */
async function inDatabase(run) {
  const statements = [];
  const counting = {
    query: async (text, parameters) => (statements.push([text, parameters]), await source.query(text, parameters)),
  };
  const answer = await run(counting);
  const times = [];
  for (let i = 0; i < RUNS; i++) {
    let sum = 0;
    for (const [text, parameters] of statements) {
      const [row] = await source.query(`explain (analyze, timing off, format json) ${text}`, parameters);
      const [plan] = row['QUERY PLAN'];
      sum += plan['Planning Time'] + plan['Execution Time'];
    }
    times.push(sum);
  }
  return {
    answer,
    milliseconds: round(median(times)),
    worst: round(Math.max(...times)),
    statements: statements.length,
  };
}

async function pages(breach, key, cursors) {
  const filters = {
    none: {},
    'state told': { standing: 'told' },
    'state not-reached (rare)': { standing: 'not-reached' },
    'state exempt': { standing: 'exempt' },
    'category family': { category: 'family' },
    'language de': { language: 'de' },
    'document id-card': { dataKind: 'id-card' },
    'document kids-id (rare)': { dataKind: 'kids-id' },
    'document of IS (rare)': { country: 'IS' },
    'passport of BE': { dataKind: 'passport', country: 'BE' },
    'confidence presumed': { confidence: 'presumed' },
    'confidence excluded (rare)': { confidence: 'excluded' },
    'contact bounced': { contactState: 'bounced' },
    'contact returned (rare)': { contactState: 'returned' },
    'told, id-card of NL, presumed': { standing: 'told', dataKind: 'id-card', country: 'NL', confidence: 'presumed' },
    'not-reached (rare) with a CV': { standing: 'not-reached', dataKind: 'cv' },
  };
  // Opening takes dummies for what they are: here it is looked at what the database does, ids and rows alike.
  let worst = 0;
  for (const [filter, choice] of Object.entries(filters)) {
    for (const [place, after] of Object.entries(cursors)) {
      const {
        answer,
        milliseconds,
        worst: most,
      } = await inDatabase(async (tx) => {
        const page = await listPeopleIds(tx, breach.id, {
          ...choice,
          withProtected: false,
          limit: 25,
          ...(after ? { after } : {}),
        });
        await openPeople(tx, breach.id, key, page.ids).catch(() => null);
        return page;
      });
      worst = Math.max(worst, milliseconds);
      say({
        what: 'page of the list, in the database',
        filter,
        place,
        found: answer.ids.length,
        milliseconds,
        worst: most,
      });
    }
  }
  const sum = await inDatabase((tx) => countPeople(tx, breach.id));
  say({
    what: 'the sum from its counters, in the database',
    affected: sum.answer.affected,
    milliseconds: sum.milliseconds,
  });
  say({ what: 'slowest page of the list, in the database (goal 15 ms)', milliseconds: worst, reached: worst <= 15 });
}

async function peers(breach) {
  const peer = async (text, parameters) => (await inDatabase((tx) => tx.query(text, parameters))).milliseconds;
  for (const [place, offset] of Object.entries({ start: 0, middle: PEOPLE / 2, end: PEOPLE - 25 })) {
    say({
      what: 'peer: ORDER BY id OFFSET',
      place,
      milliseconds: await peer(
        `select id, sealed from person where breach_id = $1 and merged_into is null and not protected order by id offset $2 limit 25`,
        [breach.id, Math.max(0, Math.floor(offset * 0.998))],
      ),
    });
  }
  say({
    what: 'peer: GROUP BY for the counts',
    milliseconds: await peer(
      `select standing, count(*) from person where breach_id = $1 and merged_into is null group by standing`,
      [breach.id],
    ),
  });
}

async function firstBytes(breach, cursors) {
  const { port } = app.getHttpServer().address();
  const home = `http://127.0.0.1:${port}`;
  const signed = await fetch(`${home}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email: 'hr@agency.example', password: PASSWORD }),
  });
  const cookie = signed.headers.get('set-cookie').split(';')[0];
  for (const [place, after] of Object.entries(cursors)) {
    const times = [];
    for (let i = 0; i < 25; i++) {
      const since = performance.now();
      const answer = await fetch(`${home}/breaches/${breach.reference}/people${after ? `?after=${after}` : ''}`, {
        headers: { cookie },
      });
      const reader = answer.body.getReader();
      await reader.read();
      times.push(performance.now() - since);
      while (!(await reader.read()).done);
      if (answer.status !== 200) throw new Error(`the page answers ${answer.status}`);
    }
    times.sort((a, b) => a - b);
    say({
      what: 'GET of the page of people, first byte (goal 100 ms)',
      place,
      milliseconds: round(median(times)),
      p95: round(times[23]),
      first: round(times.at(-1)),
      reached: times[23] <= 100,
    });
  }
}

/** A hundred thousand people, really sealed, of whom one is looked for by name. */
async function searchByName(breach, key, keyring, actor) {
  const many = Math.min(100_000, PEOPLE);
  const other = await app.get(BreachesService).open(actor, { facts: sample().facts });
  const otherKey = await breachKey(source.manager, keyring, other.id);
  const { CopyRows, copyIn, uuidv7Bytes, uuidText, uuidBytes, Clock } = platform;
  const now = new Clock().now();
  await source.transaction(async (tx) => {
    const rows = new CopyRows();
    for (let i = 0; i < many; i++) {
      const id = uuidv7Bytes(now);
      const secret = platform.manyRandomBytes(32);
      const record = {
        reference: `P-${i}`,
        givenName: 'Lotte',
        familyName: `Voorbeeld ${i}`,
        contacts: [
          { kind: 'email', value: `p${i}@agency.example` },
          { kind: 'post', value: 'Kerkstraat 12\n9000 Gent' },
        ],
      };
      rows
        .row(7)
        .raw(id)
        .raw(uuidBytes(other.id))
        .raw(platform.manyRandomBytes(16))
        .text('staff')
        .texts(['nl'])
        .raw(secret)
        .raw(platform.sealJson(platform.personKey(otherKey, secret, uuidText(id)), personPlace(uuidText(id)), record));
    }
    await copyIn(tx, 'person', 'id, breach_id, reference_index, category, languages, secret, sealed', rows.finish());
  });
  for (const typed of [`Voorbeeld ${many - 1}`, 'Nobody Thisname']) {
    const since = performance.now();
    const found = await app.get(PeopleSearchService).find(actor, other.reference, typed);
    say({
      what: 'search by name',
      people: many,
      found: found.people.length,
      seconds: round((performance.now() - since) / 1000),
    });
  }
}

function sample() {
  return JSON.parse(readFileSync(new URL('../samples/gateway/breach.json', import.meta.url), 'utf8'));
}
