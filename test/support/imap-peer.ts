import net, { type AddressInfo, type Socket } from 'node:net';

/** What a peer does with one command: breaks off before it or after it, or lets it be. */
export type Breaks = (command: string) => 'before' | 'after' | null;

export interface ImapPeer {
  /** For BOUNCE_MAILBOX_URL. */
  url: string;
  port: number;
  put(mail: Buffer): void;
  /** How many mails lie in a folder. */
  count(folder?: string): number;
  /** Where the connection ends from now on. */
  breakOff(breaks: Breaks): void;
  stop(): Promise<void>;
}

interface Mail {
  uid: number;
  bytes: Buffer;
  isDeleted: boolean;
}

/**
 * An IMAP server (RFC 3501, UIDPLUS, MOVE) with one mailbox in memory and as many commands as a reader of bounces sends:
 * for machines without a real one, and to break off where no real one does. User `bounces`, password `secret`.
 */
export async function startImapPeer(): Promise<ImapPeer> {
  const folders = new Map<string, Mail[]>([['INBOX', []]]);
  const sockets = new Set<Socket>();
  let last = 0;
  let breaks: Breaks = () => null;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.write('* OK [CAPABILITY IMAP4rev1 UIDPLUS MOVE] ready\r\n');
    const session = { folder: 'INBOX' };
    let rest = '';
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const [, tag = '*', command = ''] = /^(\S+) (.*)$/.exec(rest.slice(0, end)) ?? [];
        rest = rest.slice(end + 2);
        const how = breaks(command);
        if (how === 'before') return socket.destroy();
        const answer = answerTo(command, session, folders);
        if (how === 'after') return socket.destroy();
        for (const part of answer.slice(0, -1)) socket.write(part);
        socket.write(`${tag} ${String(answer.at(-1))}\r\n`);
        if (command === 'LOGOUT') socket.end();
      }
      return undefined;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `imap://bounces:secret@127.0.0.1:${port}/INBOX`,
    port,
    put: (bytes) => void folders.get('INBOX')!.push({ uid: ++last, bytes, isDeleted: false }),
    count: (folder = 'INBOX') => folders.get(folder)?.length ?? 0,
    breakOff: (when) => (breaks = when),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Untagged answers, and what stands behind the tag at last. */
function answerTo(command: string, session: { folder: string }, folders: Map<string, Mail[]>): (string | Buffer)[] {
  const mails = folders.get(session.folder)!;
  const [, verb = ''] = /^((?:UID )?[A-Z]+)/i.exec(command) ?? [];
  const uid = Number(/^UID \w+ (\d+)/i.exec(command)?.[1]);
  const at = mails.findIndex((mail) => mail.uid === uid);
  const name = /"?([\w/]+)"?$/.exec(command)?.[1] ?? '';
  switch (verb.toUpperCase()) {
    case 'LOGIN':
      return [/bounces"? "?secret/.test(command) ? 'OK signed in' : 'NO [AUTHENTICATIONFAILED] wrong'];
    case 'CAPABILITY':
      return ['* CAPABILITY IMAP4rev1 UIDPLUS MOVE\r\n', 'OK done'];
    case 'SUBSCRIBE':
      return ['OK done'];
    case 'LIST':
    case 'LSUB':
      // Names have no beginning in common.
      if (command.endsWith('"" ""')) return [`* LIST (\\Noselect) "/" ""\r\n`, 'OK done'];
      return [...[...folders.keys()].map((one) => `* ${verb} () "/" "${one}"\r\n`), 'OK done'];
    case 'SELECT':
      if (!folders.has(name)) return ['NO no such folder'];
      session.folder = name;
      return [
        `* FLAGS (\\Seen \\Deleted)\r\n* ${folders.get(name)!.length} EXISTS\r\n* OK [UIDVALIDITY 1] valid\r\n`,
        '* OK [PERMANENTFLAGS (\\Seen \\Deleted)] flags\r\n* OK [UIDNEXT 99999] next\r\n',
        'OK [READ-WRITE] opened',
      ];
    case 'UID SEARCH':
      return [`* SEARCH ${mails.map((mail) => mail.uid).join(' ')}\r\n`, 'OK done'];
    case 'UID FETCH': {
      if (at < 0) return ['OK done'];
      const { bytes } = mails[at]!;
      const part = /<\d+\.\d+>/.test(command) ? '<0>' : '';
      return [`* ${at + 1} FETCH (UID ${uid} BODY[]${part} {${bytes.length}}\r\n`, bytes, ')\r\n', 'OK done'];
    }
    case 'UID STORE':
      if (at >= 0) mails[at]!.isDeleted = true;
      return ['OK done'];
    case 'UID EXPUNGE':
      if (at < 0 || !mails[at]!.isDeleted) return ['OK done'];
      mails.splice(at, 1);
      return [`* ${at + 1} EXPUNGE\r\n`, 'OK done'];
    case 'UID MOVE':
      folders.get(name)!.push(...mails.splice(at, 1));
      return [`* ${at + 1} EXPUNGE\r\n`, 'OK moved'];
    case 'CREATE':
      if (folders.has(name)) return ['NO [ALREADYEXISTS] there'];
      folders.set(name, []);
      return ['OK made'];
    case 'LOGOUT':
      return ['* BYE\r\n', 'OK bye'];
    case 'NOOP':
      return ['OK done'];
    default:
      return ['BAD unknown'];
  }
}
