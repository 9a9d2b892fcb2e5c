import { spawn } from 'node:child_process';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { ROOT } from './root.js';

/** What a reader of the bounce mailbox works on. */
export interface KilledReader {
  server: { url: string; port: number };
  databaseUrl: string;
  dataFolder: string;
}

/**
 * Looks into the mailbox by a process of its own, which is killed when it sends its command of that number about a mail,
 * before the server has it. Answers which command that was; empty where it came to its end.
 */
export async function readUntil(number: number, { server, databaseUrl, dataFolder }: KilledReader): Promise<string> {
  let seen = 0;
  let killedAt = '';
  const between = net.createServer((client) => {
    const upstream = net.connect(server.port, '127.0.0.1');
    upstream.pipe(client);
    client.on('data', (bytes) => {
      const command = /UID (FETCH|STORE|EXPUNGE)/.exec(bytes.toString('latin1'))?.[1];
      if (command && ++seen === number) {
        killedAt = command;
        child.kill('SIGKILL');
        upstream.destroy();
      }
      if (killedAt === '') upstream.write(bytes);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port } = between.address() as AddressInfo;
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/test/support/read-mailbox.js')], {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      TOCSIN_DATA_DIR: dataFolder,
      BOUNCE_MAILBOX_URL: server.url.replace(String(server.port), String(port)),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await new Promise<[number | null]>((resolve) => child.once('exit', (status) => resolve([status])));
  await new Promise((resolve) => between.close(resolve));
  if (killedAt === '' && code !== 0) throw new Error(`the reader ended with ${code}`);
  return killedAt;
}
