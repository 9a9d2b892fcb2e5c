import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';

/** Where a session can go wrong; CONNECT is before the first byte, BODY after the first bytes of the mail. */
export type PeerStage =
  'CONNECT' | 'GREETING' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'BODY' | 'DOT' | 'RSET' | 'QUIT';

/**
 * What the peer does at a stage: answers that line, or does what the line says where it is `close`, `reset`, `silent` or
 * `go on` (without a word); breaks off a line and closes (`fragment`), answers and closes (`last`), or sends an answer
 * without end, a byte at a time (`trickle`).
 */
export type PeerAct = string | { fragment: string } | { last: string } | { trickle: string };

export type PeerScript = Partial<Record<PeerStage, PeerAct>>;

const TRICKLE_MILLISECONDS = 20;

export interface PeerOptions {
  /** What it offers at EHLO, besides its name. */
  offers?: string[];
  /** Its key and certificate: then it takes STARTTLS, or speaks TLS from the start. */
  tls?: { key: string; cert: string };
  isImplicitTls?: boolean;
}

export interface SmtpPeer {
  url: string;
  /** Commands as they came, and `DOT` for each mail that came whole. */
  commands: string[];
  /** The mails that came whole, as their bytes on the wire, before the final dot. */
  mails: string[];
  connections: number;
  hangUp(): Promise<void>;
  stop(): void;
}

const GOOD: Record<PeerStage, PeerAct> = {
  CONNECT: 'go on',
  GREETING: '220 peer.example',
  EHLO: '250 peer.example',
  STARTTLS: '220 go ahead',
  AUTH: '235 2.7.0 welcome',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  BODY: 'go on',
  DOT: '250 2.0.0 taken <1.2@agency.example>',
  RSET: '250 ok',
  QUIT: '221 bye',
};

/** A peer on a loopback port that speaks a script, and remembers what it was told. */
export async function startSmtpPeer(script: PeerScript = {}, options: PeerOptions = {}): Promise<SmtpPeer> {
  const sessions = new Set<PeerSession>();
  const peer: Omit<SmtpPeer, 'url' | 'hangUp' | 'stop'> = { commands: [], mails: [], connections: 0 };
  const acts = { ...GOOD, ...script };
  if (!script.EHLO && options.offers) acts.EHLO = ehlo(options.offers);
  const accept = (socket: net.Socket): void => {
    peer.connections += 1;
    const session = new PeerSession(socket, acts, peer, options.isImplicitTls ? undefined : options.tls);
    sessions.add(session);
    socket.on('close', () => sessions.delete(session));
    session.greet();
  };
  const server =
    options.tls && options.isImplicitTls ? tls.createServer(options.tls, accept) : net.createServer(accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(peer, {
    url: `${options.isImplicitTls ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    async hangUp() {
      await Promise.all([...sessions].map((session) => session.hangUp()));
    },
    stop() {
      server.close();
      for (const session of sessions) session.end();
    },
  });
}

function ehlo(offers: string[]): string {
  return ['peer.example', ...offers].map((line, i, all) => `250${i < all.length - 1 ? '-' : ' '}${line}`).join('\r\n');
}

class PeerSession {
  private body: string | null = null;
  private buffered = '';
  private hasActedOnBody = false;
  private drip: NodeJS.Timeout | undefined;
  /** Where answers go: the connection itself, or the TLS within it. */
  private socket: net.Socket;

  constructor(
    private readonly connection: net.Socket,
    private readonly acts: Record<PeerStage, PeerAct>,
    private readonly peer: Pick<SmtpPeer, 'commands' | 'mails'>,
    private readonly tls: PeerOptions['tls'],
  ) {
    this.socket = connection;
    this.listen();
  }

  greet(): void {
    if (this.act('CONNECT')) this.act('GREETING');
  }

  async hangUp(): Promise<void> {
    await once(this.connection.end(), 'close');
  }

  end(): void {
    clearInterval(this.drip);
    this.socket.destroy();
    this.connection.destroy();
  }

  private listen(): void {
    const { socket } = this;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => this.read(bytes.toString('latin1')));
  }

  /** Does what the script says; true where it says to go on without a word. */
  private act(stage: PeerStage): boolean {
    const what = this.acts[stage];
    if (what === 'go on') return true;
    if (what === 'close') this.socket.destroy();
    else if (what === 'reset') this.connection.resetAndDestroy();
    else if (typeof what === 'string') {
      if (what !== 'silent') this.socket.write(`${what}\r\n`);
    } else if ('fragment' in what) this.socket.end(what.fragment);
    else if ('last' in what) this.socket.end(`${what.last}\r\n`);
    else this.trickle(what.trickle);
    return false;
  }

  private trickle(text: string): void {
    let at = 0;
    this.drip = setInterval(() => this.socket.write(text[at++ % text.length]!), TRICKLE_MILLISECONDS);
    this.socket.on('close', () => clearInterval(this.drip));
  }

  private read(text: string): void {
    if (this.body !== null) return this.readBody(text);
    this.buffered += text;
    for (let end = this.buffered.indexOf('\r\n'); end >= 0; end = this.buffered.indexOf('\r\n')) {
      const line = this.buffered.slice(0, end);
      this.buffered = this.buffered.slice(end + 2);
      this.command(line);
      // What follows a command that opens a body or TLS is no command.
      if (this.body !== null) return this.readBody(this.buffered);
    }
  }

  private command(line: string): void {
    const verb = line.split(/[\s:]/)[0]!.toUpperCase();
    this.peer.commands.push(line);
    const stage: PeerStage = verb === 'HELO' ? 'EHLO' : (verb as PeerStage);
    if (stage === 'DATA' && this.acts.DATA === GOOD.DATA) {
      this.body = '';
      this.hasActedOnBody = false;
    }
    if (stage in this.acts) this.act(stage);
    if (stage === 'STARTTLS' && this.acts.STARTTLS === GOOD.STARTTLS && this.tls) this.upgrade(this.tls);
  }

  private upgrade(options: { key: string; cert: string }): void {
    this.socket.removeAllListeners('data');
    this.socket = new tls.TLSSocket(this.socket, { isServer: true, ...options });
    this.listen();
  }

  private readBody(text: string): void {
    if (text === '') return;
    this.body += text;
    if (!this.hasActedOnBody) {
      this.hasActedOnBody = true;
      if (!this.act('BODY')) return;
    }
    // A mail whose body was answered already has its answer.
    if (this.acts.BODY !== GOOD.BODY || !this.body!.endsWith('\r\n.\r\n')) return;
    this.peer.mails.push(this.body!.slice(0, -3));
    this.body = null;
    this.buffered = '';
    this.peer.commands.push('DOT');
    this.act('DOT');
  }
}
