import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions, Response } from 'light-my-request';
import { makeWebApp } from '#apps/web/main.js';
import { Clock, newKey, openKeyring, readConfig } from '#libs/platform/index.js';
import { AccountsService, type Role } from '#libs/staff/index.js';
import { testDatabase, type TestDatabase } from './database.js';

export const PASSWORD = 'kettle orbit mustard';

export interface TestWeb {
  db: TestDatabase;
  app: NestFastifyApplication;
  accounts: AccountsService;
  /** Adds an account; without a password it has a one-time one. */
  account(roles: Role[], password?: string | null): Promise<{ email: string; password: string }>;
  /** A browser in which nobody is signed in, or somebody with these roles. */
  browser(roles?: Role[]): Promise<TestBrowser>;
  close(): Promise<void>;
}

/** The pages on a database of their own, reached without a port. */
export async function testWeb(): Promise<TestWeb> {
  const db = await testDatabase();
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: db.url, PUBLIC_URL: 'http://localhost:3000' });
  const keyring = await openKeyring(db.source, newKey());
  const app = await makeWebApp({
    config,
    databaseUrl: db.url,
    database: db.source,
    keyring,
    clock: new Clock(),
    close: () => Promise.resolve(),
  });
  const accounts = app.get(AccountsService);
  let count = 0;
  const account: TestWeb['account'] = async (roles, password = PASSWORD) => {
    const email = `someone${++count}@agency.example`;
    const own = password === null ? {} : { password };
    const { oneTimePassword } = await accounts.add({ email, name: 'Mira Claes', roles, ...own }, null);
    return { email, password: oneTimePassword ?? PASSWORD };
  };
  return {
    db,
    app,
    accounts,
    account,
    async browser(roles) {
      const browser = new TestBrowser(app);
      if (!roles) return browser;
      await browser.post('/sign-in', await account(roles));
      await browser.get('/account');
      return browser;
    },
    async close() {
      await app.close();
      await db.drop();
    },
  };
}

/** Keeps the session cookie, and the token of the form on the last page. */
export class TestBrowser {
  cookie = '';
  csrf = '';

  constructor(private readonly app: NestFastifyApplication) {}

  async get(url: string, headers: Record<string, string> = {}): Promise<Response> {
    return await this.go({ method: 'GET', url, headers });
  }

  /** Sends a form; a list is a field that comes more than once. */
  async post(
    url: string,
    form: Record<string, string | string[]>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const fields = Object.entries({ _csrf: this.csrf, ...form });
    const payload = new URLSearchParams(
      fields.flatMap(([name, value]) => [value].flat().map((one) => [name, one] as [string, string])),
    ).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return await this.go({ method: 'POST', url, payload, headers: { ...type, ...headers } });
  }

  /** Sends a form with one file in the field `file`. */
  async upload(url: string, file: string | Buffer, name = 'people.csv'): Promise<Response> {
    const part = (head: string, body: string | Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(`--cut\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
        Buffer.from(body),
        Buffer.from('\r\n'),
      ]);
    const payload = Buffer.concat([
      part('name="_csrf"', this.csrf),
      part(`name="file"; filename="${name}"`, file),
      Buffer.from('--cut--\r\n'),
    ]);
    return await this.go({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': 'multipart/form-data; boundary=cut' },
    });
  }

  async go(request: InjectOptions): Promise<Response> {
    const own = { accept: 'text/html', ...(this.cookie ? { cookie: this.cookie } : {}) };
    const answer = await this.app.inject({ ...request, headers: { ...own, ...request.headers } });
    const set = answer.cookies.find((one) => one.name === 'tocsin');
    if (set) this.cookie = set.value === '' ? '' : `tocsin=${set.value}`;
    this.csrf = /name="_csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? this.csrf;
    return answer;
  }
}
