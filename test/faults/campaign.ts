import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { openPlatform } from '#apps/assembly.js';
import { BreachesService } from '#libs/breach/index.js';
import { RelayLogReader, RelaySettlingService, SendingService } from '#libs/delivery/index.js';
import { migrateJobs } from '#libs/jobs/index.js';
import { NoticesService } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import {
  Clock,
  connect,
  ensureEmbeddedPostgres,
  makeDataSource,
  migrate,
  type Config,
  type Keyring,
} from '#libs/platform/index.js';
import { migrations } from '#migrations/index.js';
import { aBreachFile, aController, givenActor, someFacts } from '#test/support/given-breach.js';
import { ROOT } from '#test/support/root.js';
import { aMachine, type Machine } from '#test/support/tocsin.js';
import { until } from '#test/support/until.js';

export interface Plan {
  letters: number;
  /** How often each is killed with -9, spread over the campaign. */
  workers: number;
  databases: number;
  peers: number;
  seed: number;
}

/** What a campaign came to, once nothing was in doubt any more. */
export interface Outcome {
  /** Letters that no peer has and nobody will ever send or print: must be none. */
  lost: number;
  /** Mails that the peer took more than once: must be none. */
  twice: number;
  /** Letters that are said to be taken and stand in no log: must be none. */
  claimed: number;
  /** Attempts in doubt when the campaign had come to rest, and after the log was compared. */
  inDoubt: number;
  stillInDoubt: number;
  /** Letters that the peer has, and those that go on by post because it refused them. */
  taken: number;
  byPost: number;
  /** Persons whose counted facts differ from a recount, and whether the sum closes. */
  miscounted: number;
  kills: { workers: number; databases: number; peers: number };
  seconds: number;
}

export interface Prepared {
  /** Of the breach. */
  reference: string;
  config: Config;
  keyring: Keyring;
  notices: (source: DataSource) => NoticesService;
}

const TEXTS = {
  whatHappened: 'Een indringer las onze mail.',
  likelyConsequences: 'Iemand kan zich voor u uitgeven.',
  measuresTaken: 'We sloten het toestel af.',
  whoPays: 'Wij betalen.',
};
const WORKERS = 2;
/** A letter that meets silence waits a minute, and its batch with it; at the end such minutes add up. */
const REST_SECONDS = 600;
const ENV = {
  LEASE_SECONDS: '5',
  RETRY_SCHEDULE: '1',
  AUTO_PAUSE: '1',
  LOG_LEVEL: 'silent',
};

/**
 * Sends a campaign while its workers, its database and its relay are killed by turns, each time after some more letters
 * have left, and counts what became of every letter. Everything is real: the built commands, the embedded database, a
 * relay on a socket that writes down what it takes before it says so.
 */
export async function faultyCampaign(plan: Plan): Promise<Outcome> {
  const started = performance.now();
  const machine = aMachine();
  const log = path.join(machine.base, 'relay.log');
  fs.writeFileSync(log, '');
  const port = await freePort();
  const env = { ...ENV, SMTP_URL: `smtp://127.0.0.1:${port}` };
  const children = new Set<ChildProcess>();
  let peers = 0;
  const startPeer = async (): Promise<ChildProcess> => {
    const program = path.join(import.meta.dirname, 'peer.js');
    const peer = spawn(process.execPath, [program, String(port), log, String(plan.seed + ++peers)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.add(peer);
    await once(peer.stdout, 'data');
    return peer;
  };
  const startWorker = (): ChildProcess => {
    const worker = spawn(process.execPath, [path.join(ROOT, 'bin/tocsin'), 'work'], {
      env: { PATH: process.env['PATH'], ...env, TOCSIN_DATA_DIR: machine.dataFolder, TOCSIN_KEY_FILE: machine.keyFile, TMPDIR: machine.base }, // prettier-ignore
      stdio: 'ignore',
    });
    children.add(worker);
    return worker;
  };
  // As a service manager does: a worker that ends by itself, for want of a database, is started again.
  const workers: ChildProcess[] = [];
  const supervise = (place: number): void => {
    const worker = startWorker();
    workers[place] = worker;
    worker.once('exit', (code) => {
      children.delete(worker);
      if (code !== null && workers[place] === worker) setTimeout(() => isOver || supervise(place), 500);
    });
  };
  let isOver = false;
  try {
    // The oldest line of the log is older than the first attempt: so much of it is proof.
    fs.appendFileSync(
      log,
      `${(Date.now() / 1000 - 60).toFixed(3)} message-id=<first@line.example> to=nobody status=sent\n`,
    );
    const ready = await prepared(machine, env, plan.letters);
    let database = await openDatabase(machine);
    let peer = await startPeer();
    for (let place = 0; place < WORKERS; place++) supervise(place);
    const kills = { workers: 0, databases: 0, peers: 0 };
    const open = async (...states: string[]): Promise<number> => await countDispatches(database, states);
    for (const [step, victim] of schedule(plan).entries()) {
      // Evenly over the campaign, but only over its first nine tenths: the last letters must be there to be hit.
      const due = Math.floor(((step + 1) * plan.letters * 0.9) / (schedule(plan).length + 1));
      await until(
        `${due} letters have left`,
        async () => {
          if (lines(log) >= due) return true;
          // With nothing left to send, the rest is in doubt: what was not taken goes out again.
          if ((await open('queued', 'sending', 'deferred')) === 0) await settle(database, ready, log);
          return false;
        },
        REST_SECONDS,
      );
      if (victim === 'workers') {
        const place = kills.workers % WORKERS;
        await killed(workers[place]!);
        supervise(place);
      } else if (victim === 'peers') {
        await killed(peer);
        peer = await startPeer();
      } else {
        await database.destroy();
        await killDatabase(machine);
        database = await openDatabase(machine);
      }
      kills[victim] += 1;
    }
    await until(
      'the campaign has come to rest',
      async () => (await open('queued', 'sending', 'deferred')) === 0,
      REST_SECONDS,
    );
    const inDoubt = await open('unknown');
    // What was proved absent goes out again, meets faults again, and may be in doubt again.
    await until(
      'nothing is in doubt any more',
      async () => {
        if ((await open('queued', 'sending', 'deferred')) > 0) return false;
        await settle(database, ready, log);
        return (await open('unknown', 'queued', 'sending', 'deferred')) === 0;
      },
      REST_SECONDS,
    );
    const outcome = await counted(database, log);
    await database.destroy();
    const seconds = Math.round((performance.now() - started) / 1000);
    return { ...outcome, inDoubt, stillInDoubt: 0, kills, seconds };
  } finally {
    isOver = true;
    for (const child of children) child.kill('SIGKILL');
    await machine.remove();
  }
}

/** A breach with that many people, each with one e-mail address and one postal address, whose notice is being sent. */
export async function prepared(machine: Machine, env: Record<string, string>, letters: number): Promise<Prepared> {
  const { url } = await ensureEmbeddedPostgres(machine.dataFolder);
  const empty = await connect(makeDataSource(url, migrations));
  await migrate(empty);
  await empty.destroy();
  await migrateJobs(url);
  const platform = await openPlatform({
    ...env,
    TOCSIN_DATA_DIR: machine.dataFolder,
    TOCSIN_KEY_FILE: machine.keyFile,
  });
  const { database, keyring, config, clock } = platform;
  const hr = await givenActor(database, 'hr');
  const controller = aController({ kind: 'other' });
  const file = aBreachFile({ facts: someFacts(), texts: { nl: TEXTS }, controller });
  const { reference } = await new BreachesService(database, keyring, clock).open(hr, file);
  const rows = Array.from({ length: letters }, (_, i) => `P-${i},staff,nl,Voornaam${i},p${i}@werk.example,Kerkstraat ${i},Gent,BE,BE:id-card:scan:confirmed`); // prettier-ignore
  const roster = ['reference,category,language,given_name,email,street,city,country,documents', ...rows].join('\n');
  await new RosterImportService(database, keyring, clock).import(hr, reference, sourceOfBytes(Buffer.from(roster)), {
    keepGood: false,
  });
  const notices = new NoticesService(database, keyring, config, clock);
  const sending = new SendingService(database, keyring, config, notices);
  const notice = (await notices.draft(hr, reference, 'initial')).reference;
  await notices.submit(hr, notice);
  await notices.approve(await givenActor(database, 'dpo'), notice);
  await sending.send(hr, notice);
  await platform.close();
  return { reference, config, keyring, notices: (source) => new NoticesService(source, keyring, config, clock) };
}

/** Compares what is in doubt with the relay's log, as `dispatch settle` does for a relay on loopback. */
async function settle(
  database: DataSource,
  { reference, config, keyring, notices }: Prepared,
  log: string,
): Promise<void> {
  const now = new Clock().now();
  const reader = new RelayLogReader(now);
  for (const line of fs.readFileSync(log, 'utf8').split('\n')) reader.take(line);
  const sending = new SendingService(database, keyring, config, notices(database));
  const settling = new RelaySettlingService(database, keyring, config, sending);
  const { missing } = await settling.settle(null, reference, reader.finish(), now);
  if (missing > 0) throw new Error(`${missing} letters that the relay took do not stand in its log`);
}

/** Who is killed in which order: by turns, those that are killed most often most often. */
function schedule({ workers, databases, peers }: Plan): (keyof Outcome['kills'])[] {
  const all = { workers, databases, peers };
  const turns = (Object.keys(all) as (keyof typeof all)[]).flatMap((who) =>
    Array.from({ length: all[who] }, (_, i) => ({ who, at: (i + 0.5) / all[who] })),
  );
  return turns.toSorted((one, other) => one.at - other.at).map(({ who }) => who);
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Kills the database's own process; its back ends follow. The next that needs it starts it again, on the same port. */
async function killDatabase(machine: Machine): Promise<void> {
  const { pid } = JSON.parse(fs.readFileSync(path.join(machine.dataFolder, 'database.json'), 'utf8')) as {
    pid: number;
  };
  process.kill(pid, 'SIGKILL');
  await ensureEmbeddedPostgres(machine.dataFolder);
}

async function openDatabase(machine: Machine): Promise<DataSource> {
  const { url } = await ensureEmbeddedPostgres(machine.dataFolder);
  return await connect(makeDataSource(url, migrations));
}

async function countDispatches(database: DataSource, states: string[]): Promise<number> {
  const [row]: { count: number }[] = await database.query(
    `select count(*)::int as count from dispatch where channel = 'email' and state = any ($1)`,
    [states],
  );
  return row!.count;
}

function lines(log: string): number {
  return fs.readFileSync(log, 'utf8').split('\n').length - 2;
}

async function counted(
  database: DataSource,
  log: string,
): Promise<Pick<Outcome, 'lost' | 'twice' | 'claimed' | 'taken' | 'byPost' | 'miscounted'>> {
  const times = new Map<string, number>();
  for (const [, id] of fs.readFileSync(log, 'utf8').matchAll(/message-id=(<[^>]+>)/g))
    times.set(id!, (times.get(id!) ?? 0) + 1);
  times.delete('<first@line.example>');
  const letters: { letter: string; mails: string[]; accepted: string[]; byPost: boolean }[] = await database.query(
    `select l.id as letter, coalesce(array_agg(d.message_id) filter (where d.channel = 'email'), '{}') as mails,
            coalesce(array_agg(d.message_id) filter (where d.state = 'accepted'), '{}') as accepted,
            coalesce(bool_or(d.channel = 'post' and d.state = 'queued'), false) as "byPost"
       from letter l left join dispatch d on d.letter_id = l.id group by l.id`,
  );
  const [recount]: { wrong: number }[] = await database.query(
    `select count(*)::int as wrong from person p
      where p.attempts_open <> (select count(*) from dispatch d where d.person_id = p.id and d.state in ('queued', 'sending', 'deferred', 'unknown', 'printed'))
         or p.letters_arrived <> (select count(*) from dispatch d where d.person_id = p.id and d.arrived_at is not null)
         or p.standing not in ('told', 'under-way')`,
  );
  const has = (id: string): boolean => times.has(id);
  return {
    lost: letters.filter(({ mails, byPost }) => !byPost && !mails.some(has)).length,
    // A letter that another address gets after a refusal has another Message-ID: its mails are counted together.
    twice: letters.filter(({ mails }) => mails.reduce((sum, id) => sum + (times.get(id) ?? 0), 0) > 1).length,
    claimed: letters.filter(({ accepted }) => !accepted.every(has)).length,
    taken: letters.filter(({ mails }) => mails.some(has)).length,
    byPost: letters.filter(({ byPost }) => byPost).length,
    miscounted: recount!.wrong,
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
