// A relay that fails: `node peer.js PORT LOG SEED`. What it takes it writes down and forces to disk before it says so, as
// `EPOCH message-id=<ID> to=ADDRESS status=sent`; then it may still hang up, be silent or be killed. Each mail meets a
// fault by chance: answers of 4xx, 5xx and 421, silence, resets and broken answers, before and after the final dot.
import { fsyncSync, openSync, writeSync } from 'node:fs';
import net from 'node:net';

const [port, file, seed] = process.argv.slice(2);
const log = openSync(file!, 'a');

/** Shares of a thousand mails that meet each fault. */
const FAULTS: [share: number, act: (socket: net.Socket, mail: Mail) => void][] = [
  [15, (socket) => socket.write('451 4.3.0 later\r\n')],
  [5, (socket) => socket.write('554 5.7.1 no, thanks\r\n')],
  [8, (socket) => socket.end('421 4.3.2 closing\r\n')],
  [8, (socket) => void socket.destroy()],
  [8, (socket) => void socket.resetAndDestroy()],
  // Silence costs a minute each, and holds its whole batch up.
  [1, () => undefined],
  [8, (socket, mail) => keep(mail) && void socket.destroy()],
  [8, (socket, mail) => keep(mail) && void socket.resetAndDestroy()],
  [1, (_, mail) => void keep(mail)],
  [4, (socket, mail) => keep(mail) && void socket.end('25')],
  [4, (socket, mail) => keep(mail) && socket.write('what was that?\r\n')],
];

interface Mail {
  recipient: string;
  text: string;
}

function keep({ recipient, text }: Mail): true {
  const id = /^message-id:\s*(<[^>]*>)/im.exec(text)![1]!;
  writeSync(log, `${(Date.now() / 1000).toFixed(3)} message-id=${id} to=${recipient} status=sent\n`);
  fsyncSync(log);
  return true;
}

let state = Number(seed) || 1;
/** A number below 1000 (a linear congruence: the same seed meets the same faults). */
function chance(): number {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((state / 2_147_483_648) * 1000);
}

function answer(socket: net.Socket, mail: Mail): void {
  let drawn = chance();
  for (const [share, act] of FAULTS) {
    if (drawn < share) return act(socket, mail);
    drawn -= share;
  }
  keep(mail);
  socket.write('250 2.0.0 taken\r\n');
}

net
  .createServer((socket) => {
    let mail: Mail | null = null;
    let recipient = '';
    socket.on('error', () => socket.destroy());
    socket.write('220 peer.example\r\n');
    socket.on('data', (bytes) => {
      if (mail) {
        mail.text += bytes.toString('latin1');
        if (!mail.text.endsWith('\r\n.\r\n')) return;
        const whole = mail;
        mail = null;
        // Letters are under way for a moment, so that a kill finds some.
        setTimeout(() => socket.destroyed || answer(socket, whole), 25);
        return;
      }
      // Commands may come together where the client does not wait.
      for (const line of bytes.toString('latin1').split('\r\n').filter(Boolean)) {
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === 'RCPT') recipient = /<([^>]*)>/.exec(line)![1]!;
        if (verb === 'DATA') {
          mail = { recipient, text: '' };
          socket.write('354 go on\r\n');
        } else if (verb === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('250 peer.example\r\n');
      }
    });
  })
  .listen(Number(port), '127.0.0.1', () => process.stdout.write('listens\n'));
