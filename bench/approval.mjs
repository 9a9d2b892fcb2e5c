// The page on which letters are allowed, with many addressees: how long the page takes to be made, at first, again, and
// after something changed. Prints a JSON line for each figure; processor time of this process, and by the clock.
//   npm run build && node bench/approval.mjs [PEOPLE...]
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeWebApp } from '../dist/apps/web/main.js';
import { BreachesService } from '../dist/libs/breach/index.js';
import { migrateJobs } from '../dist/libs/jobs/index.js';
import { NoticesService, letterTemplates, NoticeTextsService } from '../dist/libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '../dist/libs/people/index.js';
import * as platform from '../dist/libs/platform/index.js';
import { AccountsService } from '../dist/libs/staff/index.js';
import { migrations } from '../dist/migrations/index.js';
import { aController, someFacts } from '../dist/test/support/given-breach.js';

const SIZES = process.argv.slice(2).map(Number);
const PASSWORD = 'kettle orbit mustard';
const KINDS = ['BE:id-card:scan:confirmed', 'BE:passport:number:presumed', 'NL:passport:scan:presumed', 'BE:driving-licence:scan:not-excluded']; // prettier-ignore
const TEXTS = {
  whatHappened: 'An intruder read our mail server for two years.',
  likelyConsequences: 'Somebody can pose as you, open an account or order goods in your name.',
  measuresTaken: 'We replaced the device and told the police.',
  whoPays: 'We pay the fee of each new document.',
};

for (const people of SIZES.length > 0 ? SIZES : [2_000, 35_000]) {
  const server = await platform.startThrowAwayPostgres();
  const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-bench-'));
  const source = await platform.connect(platform.makeDataSource(server.url, migrations));
  let app = null;
  try {
    await platform.migrate(source);
    await migrateJobs(server.url);
    const keyring = await platform.openKeyring(source, createHash('sha256').update('approval').digest());
    const clock = new platform.Clock();
    const config = platform.readConfig({ NODE_ENV: 'test', DATABASE_URL: server.url, TOCSIN_DATA_DIR: folder, PUBLIC_URL: 'http://localhost' }); // prettier-ignore
    app = await makeWebApp({
      config,
      databaseUrl: server.url,
      database: source,
      keyring,
      clock,
      close: async () => {},
    });
    const accounts = app.get(AccountsService);
    const sign = async (email, roles) => {
      await accounts.add({ email, name: 'Mira Claes', roles, password: PASSWORD }, null);
      const first = await app.inject({ method: 'POST', url: '/sign-in', payload: new URLSearchParams({ email, password: PASSWORD }).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' } }); // prettier-ignore
      const cookie = `tocsin=${first.cookies.find((one) => one.name === 'tocsin').value}`;
      return { cookie, actor: await accounts.actorByEmail(email, 'web') };
    };
    const hr = await sign('hr@agency.example', ['hr']);
    const dpo = await sign('dpo@agency.example', ['dpo']);
    const facts = someFacts({ dataKinds: ['id-card', 'passport', 'driving-licence'] });
    const texts = { nl: TEXTS, fr: TEXTS, de: TEXTS, en: TEXTS };
    const file = { facts, texts, controller: aController({ kind: 'other' }) };
    const breach = (await app.get(BreachesService).open(hr.actor, file)).reference;
    const rows = Array.from({ length: people }, (_, at) => [
      `P-${at}`, ['staff', 'applicant', 'past-applicant'][at % 3], ['nl', 'fr', 'de', 'en'][at % 4], `Given${at}`, `Family${at}`,
      `p${at}@post.example`, KINDS[at % KINDS.length],
    ]); // prettier-ignore
    const csv = ['reference,category,language,given_name,family_name,private_email,documents', ...rows].join('\n');
    const imported = await app.get(RosterImportService, { strict: false }).import(hr.actor, breach, sourceOfBytes(Buffer.from(csv)), { keepGood: true }); // prettier-ignore
    const notice = (await app.get(NoticesService).draft(hr.actor, breach, 'initial')).reference;
    const opened = async (figure, { cookie }) => {
      const [from, cpu] = [performance.now(), process.cpuUsage()];
      const page = await app.inject({ method: 'GET', url: `/breaches/${breach}/notices/${notice}`, headers: { cookie, accept: 'text/html' } }); // prettier-ignore
      const used = process.cpuUsage(cpu);
      if (page.statusCode !== 200) throw new Error(`${page.statusCode}: ${page.body.slice(0, 500)}`);
      console.log(JSON.stringify({ figure, people: imported.imported, ms: Math.round(performance.now() - from), cpuMs: Math.round((used.user + used.system) / 1000), bytes: page.body.length })); // prettier-ignore
    };
    await opened('draft, first look', hr);
    await opened('draft, again', hr);
    const body = `${letterTemplates('initial').en}\nBye.\n`;
    await app.get(NoticeTextsService).save(hr.actor, notice, 'en', { source: body, basedOn: 1, follows: true });
    await opened('draft, after its text changed', hr);
    const from = performance.now();
    await app.get(NoticesService).submit(hr.actor, notice);
    console.log(JSON.stringify({ figure: 'handing in', ms: Math.round(performance.now() - from) }));
    await opened('approval, first look', dpo);
    await opened('approval, again', dpo);
  } finally {
    await app?.close();
    if (source.isInitialized) await source.destroy();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}
