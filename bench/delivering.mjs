// How fast a campaign goes, end to end:  npm run build && node bench/delivering.mjs [LETTERS] [ROUNDS]
// One JSON line a run, in turn: ours (claim, remake the letter from its inputs, send, keep state, counted facts and ledger
// entry) by one worker process and by two, and a loop that only sends the same letter by nodemailer's pool, without a
// database. All go to the same relay, a process of its own on loopback that takes everything. Goal: at least 0.8 of the
// loop, two workers at least 1.3 of one, memory level.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import nodemailer from 'nodemailer';
import { connect, ensureEmbeddedPostgres, makeDataSource } from '../dist/libs/platform/index.js';
import { inventedLetterView } from '../dist/libs/letters/render-sample.js';
import { LetterRenderer } from '../dist/libs/letters/render.js';
import { letterTemplates } from '../dist/libs/letters/template-files.js';
import { prepared } from '../dist/test/faults/campaign.js';
import { aMachine } from '../dist/test/support/tocsin.js';

const [letters = 2_000, rounds = 3] = process.argv.slice(2).map(Number);
const CONNECTIONS = 5;

/** A relay that says yes; pipelined commands are answered together. */
function takeEverything() {
  const server = net.createServer({ noDelay: true }, (socket) => {
    let inData = false;
    let tail = '';
    socket.on('error', () => socket.destroy());
    socket.write('220 relay.example\r\n');
    socket.on('data', (bytes) => {
      let text = tail + bytes.toString('latin1');
      tail = '';
      for (;;) {
        if (inData) {
          const end = text.indexOf('\r\n.\r\n');
          if (end < 0) return void (tail = text.slice(-4));
          inData = false;
          text = text.slice(end + 5);
          socket.write('250 2.0.0 taken\r\n');
          continue;
        }
        const end = text.indexOf('\r\n');
        if (end < 0) return void (tail = text);
        const verb = text.slice(0, 4).toUpperCase();
        text = text.slice(end + 2);
        inData = verb === 'DATA';
        socket.write(
          inData ? '354 go on\r\n' : verb === 'EHLO' ? '250-relay.example\r\n250 PIPELINING\r\n' : '250 ok\r\n',
        );
      }
    });
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function main() {
  const relay = fork(import.meta.filename, ['relay']);
  const [port] = await once(relay, 'message');
  try {
    for (let round = 1; round <= rounds; round++) {
      const loop = await nodemailerLoop(port);
      print({ engine: 'nodemailer-only loop', round, ...loop });
      for (const workers of [1, 2]) {
        const run = await ours(port, workers);
        print({
          engine: `tocsin, ${workers} worker${workers > 1 ? 's' : ''}`,
          round,
          ...run,
          ofTheLoop: ratio(run, loop),
        });
      }
    }
  } finally {
    relay.kill();
  }
}

const ratio = (one, other) => Number((one.perSecond / other.perSecond).toFixed(2));

/** The same letter, rendered once: what the loop of a mail merge does beyond that is its own. */
async function nodemailerLoop(port) {
  const renderer = new LetterRenderer(letterTemplates('initial').nl);
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: CONNECTIONS, maxMessages: Infinity, ignoreTLS: true }); // prettier-ignore
  let left = letters;
  const send = async () => {
    while (left-- > 0) {
      const { html, text, subject } = renderer.render(inventedLetterView('nl'));
      await transport.sendMail({ from: 'notices@agency.example', to: `p${left}@work.example`, subject, text, html });
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS * 2 }, send));
  transport.close();
  return figures(performance.now() - started);
}

async function ours(port, count) {
  const machine = aMachine();
  const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, LOG_LEVEL: 'error', NODE_ENV: 'development' };
  await prepared(machine, env, letters);
  const { url } = await ensureEmbeddedPostgres(machine.dataFolder);
  const database = await connect(makeDataSource(url, [], [], 1));
  const tocsin = path.join(import.meta.dirname, '../bin/tocsin');
  const workers = Array.from({ length: count }, () =>
    spawn(process.execPath, [tocsin, 'work'], {
      env: { PATH: process.env.PATH, ...env, TOCSIN_DATA_DIR: machine.dataFolder, TOCSIN_KEY_FILE: machine.keyFile },
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const memory = [];
  try {
    for (;;) {
      const [row] = await database.query(
        `select count(*) filter (where state = 'accepted')::int as taken, extract(epoch from max(settled_at) - min(sending_at)) * 1000 as ms from dispatch`,
      );
      memory.push(Math.max(...workers.map(({ pid }) => rssOf(pid))));
      if (row.taken === letters) {
        const ledger = await database.query(`select count(*)::int as count from ledger_outbox where kind = 'dispatch.accepted'`); // prettier-ignore
        return {
          ...figures(Number(row.ms)),
          ledger: ledger[0].count,
          rssMb: [memory.at(-3) ?? 0, Math.max(...memory)],
        };
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    for (const worker of workers) {
      const exit = once(worker, 'exit');
      worker.kill('SIGTERM');
      await exit;
    }
    await database.destroy();
    await machine.remove();
  }
}

function rssOf(pid) {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}

function figures(milliseconds) {
  return {
    letters,
    seconds: Number((milliseconds / 1000).toFixed(2)),
    perSecond: Math.round((letters / milliseconds) * 1000),
  };
}

function print(line) {
  console.log(JSON.stringify(line));
}

if (process.argv[2] === 'relay') takeEverything();
else await main();
