import dgram from 'node:dgram';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';

/** A name server on a loopback port that knows text records alone. */
export interface NameServer {
  /** Asks this server and no other. */
  resolver: dns.Resolver;
  /** Names that were asked for, in order. */
  asked: string[];
  stop(): void;
}

/** A server that holds these texts; with `silent` it answers nobody. */
export async function startNameServer(
  texts: Record<string, string[]>,
  how?: 'silent' | 'failing',
): Promise<NameServer> {
  const socket = dgram.createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, end } = questionOf(query);
    asked.push(name);
    if (how === 'silent') return;
    socket.send(answer(query.subarray(0, end), texts[name], how === 'failing'), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const resolver = new dns.Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return { resolver, asked, stop: () => socket.close() };
}

/** RFC 1035 section 4.1.2: one question, its labels each with their length before them. */
function questionOf(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

function answer(question: Buffer, texts: string[] | undefined, isFailing: boolean): Buffer {
  const head = Buffer.from(question);
  // An answer, with recursion; 0 is well, 2 that the server failed, 3 that there is no such name.
  head.writeUInt16BE(0x8180 | (isFailing ? 2 : texts ? 0 : 3), 2);
  head.writeUInt16BE(texts?.length ?? 0, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...(isFailing ? [] : (texts ?? []).map(record))]);
}

function record(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const chunk = bytes.subarray(at, at + 255);
    chunks.push(Buffer.from([chunk.length]), chunk);
  }
  const data = Buffer.concat(chunks);
  // The name of the question, TXT, IN, a minute, and how long the text is.
  const fixed = Buffer.from([0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 60, 0, 0]);
  fixed.writeUInt16BE(data.length, 10);
  return Buffer.concat([fixed, data]);
}
