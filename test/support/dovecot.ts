import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from './until.js';

const BINARY = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/usr/bin/dovecot'].find(existsSync);
const IMAP = ['/usr/lib/dovecot/imap', '/usr/libexec/dovecot/imap', '/usr/local/libexec/dovecot/imap'].some(existsSync);

/** Whether this machine has Dovecot with its IMAP server (Debian: dovecot-imapd). */
export const hasDovecot = BINARY !== undefined && IMAP;

export interface Dovecot {
  /** For BOUNCE_MAILBOX_URL. */
  url: string;
  port: number;
  /** Puts a mail into the mailbox. */
  put(mail: Buffer): void;
  /** How many mails lie there. */
  count(folder?: string): number;
  stop(): Promise<void>;
}

/** A Dovecot of its own on loopback, with one empty mailbox. */
export async function startDovecot(): Promise<Dovecot> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-dovecot-'));
  const mail = path.join(folder, 'mail');
  for (const part of ['new', 'cur', 'tmp']) mkdirSync(path.join(mail, part), { recursive: true });
  const isRoot = process.getuid!() === 0;
  // The server takes no mail of the superuser's: nobody's id stands for it.
  const [uid, gid] = isRoot ? [65_534, 65_534] : [process.getuid!(), process.getgid!()];
  for (const place of isRoot ? [folder, mail, ...['new', 'cur', 'tmp'].map((part) => path.join(mail, part))] : [])
    chownSync(place, uid, gid);
  const port = await freePort();
  const configuration = path.join(folder, 'dovecot.conf');
  writeFileSync(configuration, configurationOf(folder, port, uid, gid, isRoot));
  const child = spawn(BINARY!, ['-F', '-c', configuration], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until('Dovecot greets', () => greets(port));
  let last = 0;
  return {
    url: `imap://bounces:secret@127.0.0.1:${port}/INBOX`,
    port,
    put(bytes) {
      const name = `${1_700_000_000 + ++last}.M${last}.host`;
      writeFileSync(path.join(mail, 'new', name), bytes);
      if (isRoot) chownSync(path.join(mail, 'new', name), uid, gid);
    },
    count: (within = '') =>
      ['new', 'cur']
        .map((part) => path.join(mail, within, part))
        .filter(existsSync)
        .flatMap((place) => readdirSync(place)).length,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configurationOf(folder: string, port: number, uid: number, gid: number, isRoot: boolean): string {
  const own = isRoot ? '' : `default_internal_user = ${userName()}\ndefault_login_user = ${userName()}\n`;
  return `
${own}base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:${folder}/mail
first_valid_uid = ${uid}
first_valid_gid = ${gid}
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/home
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
`;
}

function userName(): string {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.split(':')[2] === String(process.getuid!()));
  return line!.split(':')[0]!;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function greets(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('data', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    setTimeout(() => socket.destroy(), 1_000).unref();
  }).then((greeted) => greeted === true);
}
