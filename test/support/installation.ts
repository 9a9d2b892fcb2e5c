import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeWebApp } from '#apps/web/main.js';
import { startWorker, type Worker } from '#apps/worker/main.js';
import type { Platform } from '#apps/assembly.js';
import { Clock, newKey, openKeyring, readConfig, startMailCatcher, type CaughtMail } from '#libs/platform/index.js';
import { AccountsService, type Role } from '#libs/staff/index.js';
import { testDatabase } from './database.js';
import { PASSWORD, TestBrowser } from './web-browser.js';

/** Pages on a socket, a worker, a relay that keeps what it takes, and a database of their own. */
export interface Installation {
  platform: Platform;
  url: string;
  /** What the relay took, oldest first. */
  mails: CaughtMail[];
  /** A browser in which somebody with these roles is signed in. */
  browser(email: string, ...roles: Role[]): Promise<TestBrowser>;
  close(): Promise<void>;
}

export async function anInstallation(): Promise<Installation> {
  const db = await testDatabase();
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'tocsin-installation-'));
  const mails: CaughtMail[] = [];
  const relay = await startMailCatcher((mail) => Promise.resolve(void mails.push(mail)));
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: db.url,
    SMTP_URL: relay.url,
    PUBLIC_URL: 'https://brief.example',
    PORT: '0',
    TOCSIN_DATA_DIR: dataFolder,
  });
  const platform: Platform = {
    config,
    databaseUrl: db.url,
    database: db.source,
    keyring: await openKeyring(db.source, newKey()),
    clock: new Clock(),
    close: () => Promise.resolve(),
  };
  // The pages are reached on plain http here, whatever the address in the letters says.
  const app = await makeWebApp({ ...platform, config: { ...config, publicUrl: 'http://localhost' } });
  await app.listen(0, '127.0.0.1');
  const worker: Worker = await startWorker(platform);
  const { port } = app.getHttpServer().address() as { port: number };
  return {
    platform,
    url: `http://127.0.0.1:${port}`,
    mails,
    async browser(email, ...roles) {
      await app.get(AccountsService).add({ email, name: email.split('@')[0], roles, password: PASSWORD }, null);
      const browser = new TestBrowser(app);
      await browser.post('/sign-in', { email, password: PASSWORD });
      await browser.get('/account');
      return browser;
    },
    async close() {
      await worker.stop();
      await app.close();
      await relay.stop();
      await db.drop();
      rmSync(dataFolder, { recursive: true });
    },
  };
}
