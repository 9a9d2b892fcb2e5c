import fs from 'node:fs';
import path from 'node:path';
import {
  appendErasures,
  connect,
  ensureEmbeddedPostgres,
  makeDataSource,
  startMailCatcher,
} from '#libs/platform/index.js';
import { ROOT } from '#test/support/repository.js';
import { aMachine, type Machine } from '#test/support/tocsin.js';

// Some thirty commands, each of which starts a process.
jest.setTimeout(240_000);

const ROSTER = `reference,category,language,given_name,family_name,email,documents
P-1,staff,nl,Lotte,Voorbeeld,lotte@werk.example,BE:id-card:scan:confirmed
P-2,staff,fr,Jo,Dupont,jo@travail.example,BE:passport:scan:presumed
P-3,staff,de,Mia,Muster,mia@arbeit.example,BE:id-card:number:confirmed
`;

let first: Machine;
let second: Machine;
let breach: string;
let backup: string;
const taken: string[] = [];
let relay: Awaited<ReturnType<typeof startMailCatcher>>;

/** Drafts, submits and approves a notice on a machine; answers its reference. */
async function approved(machine: Machine): Promise<string> {
  const { notice } = await machine.done(['notice', 'draft', breach, '--as', 'hr@werk.example']);
  await machine.done(['notice', 'submit', String(notice), '--as', 'hr@werk.example']);
  await machine.done(['notice', 'approve', String(notice), '--as', 'dpo@werk.example']);
  return String(notice);
}

async function personIds(machine: Machine): Promise<string[]> {
  const { url } = await ensureEmbeddedPostgres(machine.dataFolder);
  const database = await connect(makeDataSource(url, [], [], 1));
  const rows: { id: string }[] = await database.query(`select id from person order by id`);
  await database.destroy();
  return rows.map(({ id }) => id);
}

beforeAll(async () => {
  relay = await startMailCatcher((mail) => Promise.resolve(void taken.push(...mail.envelopeTo)));
  [first, second] = [aMachine(), aMachine()];
  await first.done(['keys', 'make', '--out', first.keyFile]);
  await first.done(['migrate']);
  for (const role of ['hr', 'dpo'])
    await first.done(['staff', 'add', `${role}@werk.example`, '--name', role, '--role', role]);
  const opened = await first.done([
    'breach',
    'open',
    path.join(ROOT, 'samples/gateway/breach.json'),
    '--as',
    'hr@werk.example',
  ]);
  breach = String(opened['breach']);
  const roster = path.join(first.base, 'roster.csv');
  fs.writeFileSync(roster, ROSTER);
  await first.done(['roster', 'import', breach, roster, '--as', 'hr@werk.example']);
  backup = path.join(first.base, 'one.backup');
});
afterAll(async () => {
  await relay.stop();
  for (const machine of [first, second]) await machine.remove();
});

describe('the story of a lost machine', () => {
  it('given production, when the key lies among the data, then nothing is served, and the place to move it to is named', async () => {
    const inside = path.join(first.dataFolder, 'tocsin.key');
    fs.copyFileSync(first.keyFile, inside);
    const env = { NODE_ENV: 'production', SMTP_URL: relay.url, TOCSIN_KEY_FILE: inside };
    for (const command of ['serve', 'work'])
      expect(await first.run([command], env)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/lies in the data folder\. Move it .*TOCSIN_KEY_FILE/),
      });
    fs.rmSync(inside);
    const doctor = await first.run(['doctor'], { ...env, TOCSIN_KEY_FILE: first.keyFile });
    expect(doctor).toMatchObject({ code: 1, stdout: expect.stringMatching(/fault +copy of the key/) });
  });

  it('given a copy of the key, when it is proved, then the doctor is content in production', async () => {
    const copy = path.join(first.base, 'copy.key');
    fs.copyFileSync(first.keyFile, copy);
    expect(await first.run(['keys', 'check', first.keyFile])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('proves no copy'),
    });
    expect(await first.done(['keys', 'check', copy])).toMatchObject({ opens: true });
    const env = { NODE_ENV: 'production', SMTP_URL: relay.url };
    expect(await first.run(['doctor'], env)).toMatchObject({ code: 0 });
  });

  it('given a backup, when it is made, then it is whole, says that it holds no key, and is not written over', async () => {
    await approved(first);
    const { stderr } = await first.run(['backup', backup]);
    expect(stderr).toContain('It holds no key');
    expect(fs.readdirSync(first.base).filter((name) => name.includes('backup'))).toEqual(['one.backup']);
    expect(await first.run(['backup', backup])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('exists already'),
    });
    const key = Buffer.from(fs.readFileSync(first.keyFile, 'utf8').split(':')[1]!, 'base64');
    expect(fs.readFileSync(backup).includes(key)).toBe(false);
  });

  it('given an empty machine, when the backup is cut, foreign, or without its key, then it is refused and nothing is written', async () => {
    const cut = path.join(second.base, 'cut.backup');
    fs.writeFileSync(cut, fs.readFileSync(backup).subarray(0, -1));
    expect(await second.run(['restore', cut])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cut short or changed'),
    });
    expect(await second.run(['restore', path.join(first.base, 'roster.csv')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no backup of Tocsin'),
    });
    expect(await second.run(['restore', backup])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('tocsin.key cannot be read'),
    });
    expect(fs.readdirSync(second.dataFolder)).toEqual([]);
  });

  it('given the key and the file of erasures, when it is restored, then sum and ledger are the same and who was erased stays so', async () => {
    const before = {
      sum: (await first.done(['report', breach, '--format', 'json']))['sum'],
      ledger: await first.done(['ledger', 'check']),
    };
    const [erased] = await personIds(first);
    appendErasures(first.keyFile, [{ personId: erased!, at: new Date('2026-11-24T09:30:00Z') }]);
    for (const name of ['tocsin.key', 'tocsin.key.erasures'])
      fs.copyFileSync(path.join(path.dirname(first.keyFile), name), path.join(path.dirname(second.keyFile), name));
    expect(await second.done(['restore', backup])).toMatchObject({ erasedAgain: 1, fenced: 1 });
    expect(await second.done(['ledger', 'check'])).toMatchObject({
      ok: true,
      root: before.ledger['root'],
      entries: before.ledger['entries'],
    });
    expect((await second.done(['report', breach, '--format', 'json']))['sum']).toEqual(before.sum);
    const { items } = await second.done(['people', 'list', breach, '--as', 'hr@werk.example']);
    expect(
      (items as { reference: string | null }[]).filter(({ reference }) => /^P-[123]$/.test(reference ?? '')),
    ).toHaveLength(2);
  });

  it('given the restored machine, when letters are to leave, then they wait for go-live, and then leave', async () => {
    const env = { SMTP_URL: relay.url };
    const notice = await approved(second);
    expect(await second.run(['notice', 'send', notice, '--as', 'hr@werk.example'], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`breach go-live ${breach}`),
    });
    expect(taken).toEqual([]);
    expect(await second.run(['breach', 'go-live', breach, '--as', 'hr@werk.example'])).toMatchObject({ code: 1 });
    await second.done(['breach', 'go-live', breach, '--as', 'dpo@werk.example']);
    await second.done(['notice', 'send', notice, '--as', 'hr@werk.example', '--wait'], env);
    expect(taken).toHaveLength(2);
    expect(await second.run(['doctor'])).toMatchObject({ code: 0 });
  });
});
