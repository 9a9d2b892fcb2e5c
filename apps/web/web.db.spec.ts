import { Controller, Get } from '@nestjs/common';
import { testWeb, type TestWeb } from '#test/support/web-browser.js';
import { Public, requirePermissions, routesOf } from './guard.js';
import { CONTROLLERS } from './main.js';

let web: TestWeb;
beforeAll(async () => {
  web = await testWeb();
});
afterAll(() => web?.close());

describe('sign-in', () => {
  it('given an account, when its password is typed, then the browser gets a cookie that scripts cannot read and goes on to the breaches', async () => {
    const { email, password } = await web.account(['hr']);
    const answer = await (await web.browser()).post('/sign-in', { email, password });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/breaches');
    expect(answer.cookies[0]).toMatchObject({ name: 'tocsin', path: '/', httpOnly: true, sameSite: 'Lax' });
  });

  it('given an unknown address and a wrong password, when each is tried, then the page says the same, keeps the address and never the password', async () => {
    const { email } = await web.account(['hr']);
    const pageOf = async (address: string): Promise<string> => {
      const answer = await (await web.browser()).post('/sign-in', { email: address, password: 'my wrong password' });
      expect(answer.statusCode).toBe(422);
      expect(answer.body).toContain(`value="${address}"`);
      expect(answer.body).not.toContain('my wrong password');
      return answer.body.replaceAll(address, '');
    };
    expect(await pageOf(email)).toBe(await pageOf('nobody@agency.example'));
  });

  it.each([
    ['//evil.example', '/breaches'],
    ['https://evil.example', '/breaches'],
    ['/\\evil.example', '/breaches'],
    ['/%2f%2fevil.example', '/breaches'],
    ['javascript:alert(1)', '/breaches'],
    ['/breaches/BR-2026-0001?a=b', '/breaches/BR-2026-0001?a=b'],
  ])('given the wish to go on to %s, when somebody signs in, then they go on to %s', async (to, expected) => {
    const { email, password } = await web.account(['hr']);
    expect((await (await web.browser()).post('/sign-in', { email, password, to })).headers.location).toBe(expected);
  });

  it('given nobody signed in, when a page of staff accounts is asked for, then the browser is sent to sign in and the wish is kept', async () => {
    const answer = await (await web.browser()).get('/breaches/new');
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/?to=%2Fbreaches%2Fnew');
    expect((await (await web.browser()).get(answer.headers.location as string)).body).toContain(
      'name="to" value="/breaches/new"',
    );
  });

  it('given nobody signed in, when a program asks, then it gets 401 as a problem of RFC 9457', async () => {
    const answer = await (await web.browser()).get('/breaches', { accept: 'application/json' });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ type: 'urn:tocsin:problem:session.missing', status: 401, faults: [] });
    expect(answer.json().title).not.toBe('');
  });

  it('given a session, when its owner signs out, then the same cookie opens nothing', async () => {
    const browser = await web.browser(['hr']);
    const { cookie } = browser;
    await browser.post('/sign-out', {});
    expect(browser.cookie).toBe('');
    browser.cookie = cookie;
    expect((await browser.get('/account')).statusCode).toBe(303);
  });

  it('given a one-time password, when its owner signs in, then every page leads to choosing an own one, and none after it', async () => {
    const { email, password } = await web.account(['hr'], null);
    const browser = await web.browser();
    expect((await browser.post('/sign-in', { email, password })).headers.location).toBe('/password');
    expect((await browser.get('/breaches')).headers.location).toBe('/password');
    await browser.get('/password');
    const weak = await browser.post('/password', { current: password, password: 'short' });
    expect(weak.statusCode).toBe(422);
    expect(weak.body).toContain('href="#password"');
    expect(weak.body).toMatch(/<title>[^<]*:/);
    await browser.post('/password', { current: password, password: 'window pepper sailing' });
    expect((await browser.get('/breaches')).statusCode).toBe(200);
  });

  it('given ten wrong passwords, when the right one is typed, then the page says how long to wait', async () => {
    const { email, password } = await web.account(['hr']);
    for (let i = 0; i < 10; i++) await (await web.browser()).post('/sign-in', { email, password: 'wrong' });
    const answer = await (await web.browser()).post('/sign-in', { email, password });
    expect(answer.statusCode).toBe(429);
    expect(answer.body).toContain('Wait 15 minutes');
  });
});

describe('the guard', () => {
  it('given all routes, when they are listed, then each says who may call it', () => {
    const routes = routesOf(CONTROLLERS);
    expect(routes.length).toBeGreaterThan(30);
    expect(() => requirePermissions(routes)).not.toThrow();
  });

  it('given a route that says nothing, when the program starts, then it refuses and names the route', () => {
    @Controller('things')
    class Things {
      @Public()
      @Get()
      open(): void {}
      @Get(':id/secret')
      silent(): void {}
    }
    expect(() => requirePermissions(routesOf([Things]))).toThrow('GET /things/:id/secret');
  });

  it('given every unsafe route of staff accounts, when its form comes without the token of the session, then nothing is done and the answer is 403', async () => {
    const browser = await web.browser(['hr', 'dpo', 'security', 'auditor', 'admin']);
    const unsafe = routesOf(CONTROLLERS).filter((route) => route.method !== 'GET' && route.permission !== 'public');
    expect(unsafe.length).toBeGreaterThan(10);
    for (const route of unsafe) {
      const url = route.path.replace(/:\w+/g, 'x');
      for (const csrf of ['', 'x'.repeat(43), 'é'.repeat(43)]) {
        const answer = await browser.post(url, { _csrf: csrf });
        expect(`${route.path} ${answer.statusCode}`).toBe(`${route.path} 403`);
      }
    }
    expect((await browser.get('/account')).statusCode).toBe(200);
  });

  it('given a form that a page of another site sent, when it reaches a form without session, then it is refused', async () => {
    const { email, password } = await web.account(['hr']);
    expect(
      (await (await web.browser()).post('/sign-in', { email, password }, { 'sec-fetch-site': 'cross-site' }))
        .statusCode,
    ).toBe(403);
    expect((await (await web.browser()).post('/n', { code: 'x' }, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(
      403,
    );
  });

  it('given an administrator, when they ask for the breaches, then the page says which role can', async () => {
    const answer = await (await web.browser(['admin'])).get('/breaches');
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toMatch(/<h1[^>]*>[^<]*Ask somebody who may: HR officer/);
    expect(answer.body).toContain('/sign-out');
  });

  it.each([
    ['/breaches/BR-2026-0001/import', 401],
    ['/sign-in', 401],
    ['/n', 422],
  ])(
    'given nobody signed in, when somebody sends a file to %s, then it is refused before it is read',
    async (url, status) => {
      const answer = await (
        await web.browser()
      ).go({
        method: 'POST',
        url,
        headers: { 'content-type': 'multipart/form-data; boundary=x', accept: 'application/json' },
        payload: '--x--',
      });
      expect(answer.statusCode).toBe(status);
    },
  );

  it('given somebody signed in, when an address is not there, then the page stands in their frame', async () => {
    const answer = await (await web.browser(['hr'])).get('/no-such-page');
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain('/sign-out');
  });

  it('given an administrator, when they sign in, then they go on to the accounts, for they see no breach', async () => {
    const answer = await (await web.browser()).post('/sign-in', await web.account(['admin']));
    expect(answer.headers.location).toBe('/accounts');
  });
});

describe('answers', () => {
  it('given any page, when it is answered, then it runs and loads nothing foreign, is kept in no cache, and tells no other site where it was read', async () => {
    const browser = await web.browser(['hr']);
    for (const url of ['/', '/account', '/breaches', '/no-such-page', '/n', '/real']) {
      const { headers } = await browser.get(url);
      const csp = String(headers['content-security-policy']);
      expect(csp).toContain("default-src 'none'");
      expect(csp).toContain("form-action 'self'");
      expect(csp).toContain("frame-ancestors 'none'");
      expect(csp).not.toMatch(/unsafe|https?:|data:|upgrade/);
      expect(headers).toMatchObject({
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('given a page, when its HTML is read, then it has no inline script or style, and all it loads is our own', async () => {
    const browser = await web.browser(['hr', 'admin']);
    for (const url of ['/account', '/breaches', '/breaches/new', '/accounts', '/password']) {
      const { body } = await browser.get(url);
      expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|\sstyle="|<style|\son\w+="/);
      for (const [, address] of body.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^[/#?]/);
    }
  });

  it('given a page, when its styles, scripts and fonts are fetched, then each is there and may be kept for ever', async () => {
    const page = await (await web.browser()).get('/');
    const css = /href="(\/assets\/[^"]+\.css)"/.exec(page.body)![1]!;
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page.body)![1]!;
    const sheet = await web.app.inject(css);
    const fonts = [...sheet.body.matchAll(/url\(([^)]+)\)/g)].map((match) => match[1]!);
    expect(fonts).toHaveLength(4);
    expect(sheet.body).not.toContain('GDS Transport');
    for (const url of [css, script, ...fonts]) {
      const asset = await web.app.inject(url);
      expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
  });

  it('given an address that is not there, when a person or a program asks for it, then one gets a page, the other a problem', async () => {
    const page = await (await web.browser()).get('/no-such-page');
    expect(page.statusCode).toBe(404);
    expect(page.headers['content-type']).toContain('text/html');
    const problem = await web.app.inject({ url: '/api/v1/no-such-thing' });
    expect(problem.statusCode).toBe(404);
    expect(problem.json()).toMatchObject({ type: 'urn:tocsin:problem:page.unknown', status: 404 });
  });

  it.each([
    ['larger than a form may be', 'application/x-www-form-urlencoded', `a=${'x'.repeat(1_100_000)}`, 413],
    ['no form at all', 'application/json', '{"a":', 400],
    ['of a type that nobody reads', 'text/plain', 'a', 415],
  ])(
    'given a form %s, when it is sent, then the answer is a page that says what to do',
    async (_, type, payload, status) => {
      const answer = await (
        await web.browser()
      ).go({
        method: 'POST',
        url: '/sign-in',
        headers: { 'content-type': type },
        payload,
      });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toContain('text/html');
    },
  );

  it('given the database answers, when the health is asked for, then it is live and ready', async () => {
    expect((await web.app.inject('/health/live')).json()).toEqual({ status: 'live' });
    expect((await web.app.inject('/health/ready')).statusCode).toBe(200);
  });
});

describe('accounts', () => {
  it('given an administrator, when they add an account with a fault, then the page keeps what was typed and links to the field', async () => {
    const browser = await web.browser(['admin']);
    await browser.get('/accounts');
    const answer = await browser.post('/accounts', { email: 'not an address', name: '<b>Lena</b>', roles: 'hr' });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('href="#email"');
    expect(answer.body).toContain('value="not an address"');
    expect(answer.body).toContain('&lt;b&gt;Lena&lt;/b&gt;');
    expect(answer.body).not.toContain('<b>Lena');
  });

  it('given an administrator, when they add an account and end it, then its one-time password is shown once and its session ends', async () => {
    const browser = await web.browser(['admin']);
    await browser.get('/accounts');
    const added = await browser.post('/accounts', { email: 'new@agency.example', name: 'New Person', roles: 'hr' });
    const password = /([0-9a-z]{5}-){3}[0-9a-z]{5}/.exec(added.body)![0];
    expect((await browser.get('/accounts')).body).not.toContain(password);
    const other = await web.browser();
    await other.post('/sign-in', { email: 'new@agency.example', password });
    expect((await other.get('/password')).statusCode).toBe(200);
    const [{ id }]: [{ id: string }] = await web.db.source.query(
      `select id from account where email = 'new@agency.example'`,
    );
    await browser.post(`/accounts/${id}/disable`, {});
    expect((await other.get('/password')).statusCode).toBe(303);
  });

  it('given a language, when it is chosen in the footer, then the pages are in it and the browser stays on its page', async () => {
    const browser = await web.browser(['hr']);
    await browser.get('/breaches/new');
    const answer = await browser.post('/account/language', { language: 'nl', back: '/breaches/new' });
    expect(answer.headers.location).toBe('/breaches/new');
    expect((await browser.get('/breaches/new')).body).toContain('<html class="govuk-template" lang="nl">');
  });
});
