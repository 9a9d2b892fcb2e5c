import { Clock, type Problem } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { AccountsService } from './accounts.service.js';
import type { Actor, Role } from './permissions.js';

const PASSWORD = 'kettle orbit mustard';
let db: TestDatabase;
let accounts: AccountsService;

beforeAll(async () => {
  db = await testDatabase();
  accounts = new AccountsService(db.source, new Clock());
});
afterAll(() => db.drop());

let count = 0;
/** Adds an account of its own for a test, and signs in nowhere. */
async function given(roles: Role[] = ['hr']): Promise<{ email: string; actor: Actor }> {
  const email = `person${++count}@agency.example`;
  await accounts.add({ email, name: 'Mira Claes', roles, password: PASSWORD }, null);
  return { email, actor: await accounts.actorByEmail(email, 'web') };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as Problem).code ?? String(error);
  }
}

async function ledgerOf(kind: string, accountId: string): Promise<{ actor: string; facts: Record<string, unknown> }[]> {
  return await db.source.query(`select actor, facts from ledger_outbox where kind = $1 and facts ->> 'account' = $2`, [
    kind,
    accountId,
  ]);
}

describe('add', () => {
  it('given no password, when an account is added, then a one-time password is answered that opens a session which must change it', async () => {
    const { oneTimePassword } = await accounts.add(
      { email: 'first@agency.example', name: 'Mira Claes', roles: ['hr'] },
      null,
    );
    const signedIn = await accounts.signIn('first@agency.example', oneTimePassword!);
    expect(signedIn.mustChangePassword).toBe(true);
    expect((await accounts.actorOfSession(signedIn.token))!.mustChangePassword).toBe(true);
  });

  it('given an account, when it is added, then the ledger holds its id and roles, and neither its address nor its name', async () => {
    const { actor } = await given(['dpo', 'auditor']);
    const [entry] = await ledgerOf('account.added', actor.accountId);
    expect(entry).toEqual({ actor: 'cli', facts: { account: actor.accountId, roles: ['dpo', 'auditor'] } });
  });

  it('given an address that has an account, when it is added again in capitals, then it is refused at its field', async () => {
    const { email } = await given();
    expect(await codeOf(accounts.add({ email: email.toUpperCase(), name: 'Other', roles: ['hr'] }, null))).toBe(
      'account.exists',
    );
  });

  it.each([
    ['no address', { email: 'nobody', name: 'A', roles: ['hr'] }, 'email'],
    ['two addresses', { email: 'a@x.example, b@x.example', name: 'A', roles: ['hr'] }, 'email'],
    ['no name', { email: 'a@x.example', name: '  ', roles: ['hr'] }, 'name'],
    ['an unknown role', { email: 'a@x.example', name: 'A', roles: ['king'] }, 'roles'],
    ['no role', { email: 'a@x.example', name: 'A', roles: [] }, 'roles'],
  ])('given %s, when an account is added, then the fault names the field', async (_, input, at) => {
    await expect(accounts.add(input, null)).rejects.toMatchObject({ code: 'account.faulty', faults: [{ at }] });
  });

  it('given an HR officer, when they add an account, then they are refused', async () => {
    const { actor } = await given(['hr']);
    expect(await codeOf(accounts.add({ email: 'new@x.example', name: 'New', roles: ['hr'] }, actor))).toBe(
      'permission.missing',
    );
  });
});

describe('signIn', () => {
  it('given an account, when its address is typed in capitals with the right password, then it is signed in, and only the hash of the token is stored', async () => {
    const { email, actor } = await given();
    const { token } = await accounts.signIn(` ${email.toUpperCase()} `, PASSWORD);
    expect((await accounts.actorOfSession(token))!.actor.accountId).toBe(actor.accountId);
    const [row]: { plain: number; hashed: number }[] = await db.source.query(
      `select count(*) filter (where token_hash = convert_to($1, 'UTF8'))::int as plain, count(*) filter (where token_hash = sha256(convert_to($1, 'UTF8')))::int as hashed from account_session`,
      [token],
    );
    expect(row).toEqual({ plain: 0, hashed: 1 });
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  it('given an unknown address and a wrong password, when each is tried, then the answers are the same, before and after both are slowed', async () => {
    const { email } = await given();
    const answers = async (address: string): Promise<string[]> => {
      const messages = [];
      for (let i = 0; i < 11; i++)
        messages.push(
          await accounts.signIn(address, 'not the password').then(
            () => '',
            (error: Problem) => `${error.code} ${error.message}`,
          ),
        );
      return messages;
    };
    const known = await answers(email);
    expect(await answers('nobody@agency.example')).toEqual(known);
    expect(known[9]).toContain('sign-in.refused');
    expect(known[10]).toContain('sign-in.slowed');
  });

  it('given an account that was slowed, when a quarter of an hour has passed, then the right password opens it', async () => {
    const { email, actor } = await given();
    for (let i = 0; i < 11; i++) await codeOf(accounts.signIn(email, 'wrong'));
    expect(await codeOf(accounts.signIn(email, PASSWORD))).toBe('sign-in.slowed');
    await db.source.query(`update sign_in_failure set at = at - interval '16 minutes' where account_id = $1`, [
      actor.accountId,
    ]);
    expect(await codeOf(accounts.signIn(email, PASSWORD))).toBe('done');
  });

  it('given thirty wrong passwords at once, when they are tried, then ten are looked at and no more', async () => {
    const { email } = await given();
    const codes = await Promise.all(Array.from({ length: 30 }, () => codeOf(accounts.signIn(email, 'wrong'))));
    expect(codes.filter((code) => code === 'sign-in.refused')).toHaveLength(10);
  });
});

describe('actorOfSession', () => {
  it.each([
    ['nothing was clicked for 31 minutes', `last_seen_at = now() - interval '31 minutes'`],
    ['its eight hours are over', `ends_at = now() - interval '1 second'`],
  ])('given a session, when %s, then it ended', async (_, change) => {
    const { email } = await given();
    const { token } = await accounts.signIn(email, PASSWORD);
    await db.source.query(`update account_session set ${change} where token_hash = sha256(convert_to($1, 'UTF8'))`, [
      token,
    ]);
    expect(await accounts.actorOfSession(token)).toBeNull();
  });

  it('given a session that was last seen two minutes ago, when it is used, then its idle time starts anew', async () => {
    const { email } = await given();
    const { token } = await accounts.signIn(email, PASSWORD);
    await db.source.query(
      `update account_session set last_seen_at = now() - interval '2 minutes' where token_hash = sha256(convert_to($1, 'UTF8'))`,
      [token],
    );
    await accounts.actorOfSession(token);
    const [row]: { fresh: boolean }[] = await db.source.query(
      `select last_seen_at > now() - interval '1 minute' as fresh from account_session where token_hash = sha256(convert_to($1, 'UTF8'))`,
      [token],
    );
    expect(row!.fresh).toBe(true);
  });

  it('given a session, when its owner signs out, then the token opens nothing', async () => {
    const { email } = await given();
    const { token } = await accounts.signIn(email, PASSWORD);
    await accounts.signOut(token);
    expect(await accounts.actorOfSession(token)).toBeNull();
  });
});

describe('changePassword', () => {
  it('given two sessions, when the password is changed in one, then the other ends, this one stays, and only the new password signs in', async () => {
    const { email, actor } = await given();
    const [here, there] = [await accounts.signIn(email, PASSWORD), await accounts.signIn(email, PASSWORD)];
    await accounts.changePassword(actor, PASSWORD, 'window pepper sailing', here.token);
    expect(await accounts.actorOfSession(here.token)).not.toBeNull();
    expect(await accounts.actorOfSession(there.token)).toBeNull();
    expect(await codeOf(accounts.signIn(email, PASSWORD))).toBe('sign-in.refused');
    expect(await codeOf(accounts.signIn(email, 'window pepper sailing'))).toBe('done');
    expect(await ledgerOf('password.changed', actor.accountId)).toHaveLength(1);
  });

  it.each([
    ['a wrong present password', 'wrong', 'window pepper sailing', 'password.wrong'],
    ['the present password as the new one', PASSWORD, PASSWORD, 'password.weak'],
    ['a short new password', PASSWORD, 'short', 'password.weak'],
  ])(
    'given %s, when the password is changed, then it is refused and the old one stays',
    async (_, current, next, code) => {
      const { email, actor } = await given();
      expect(await codeOf(accounts.changePassword(actor, current, next))).toBe(code);
      expect(await codeOf(accounts.signIn(email, PASSWORD))).toBe('done');
    },
  );
});

describe('disable', () => {
  it('given an account with a session and a token, when an administrator ends it, then both open nothing at once and it signs in no more', async () => {
    const admin = await given(['admin']);
    const { email, actor } = await given();
    const { token } = await accounts.signIn(email, PASSWORD);
    const apiToken = await accounts.makeToken(actor, 'script');
    await accounts.disable(admin.actor, actor.accountId);
    await accounts.disable(admin.actor, actor.accountId);
    expect(await accounts.actorOfSession(token)).toBeNull();
    expect(await codeOf(accounts.actorOfToken(apiToken, 'cli'))).toBe('token.unknown');
    expect(await codeOf(accounts.signIn(email, PASSWORD))).toBe('sign-in.refused');
    expect(await ledgerOf('account.disabled', actor.accountId)).toEqual([
      { actor: `account:${admin.actor.accountId}`, facts: { account: actor.accountId } },
    ]);
  });

  it('given an administrator, when they end their own account or one that is not there, then they are refused', async () => {
    const { actor } = await given(['admin']);
    expect(await codeOf(accounts.disable(actor, actor.accountId))).toBe('account.own');
    expect(await codeOf(accounts.disable(actor, 'no-such-id'))).toBe('account.unknown');
  });
});

describe('tokens', () => {
  it('given a token, when it is used, then it names its account and where it came from, until it is revoked or its ninety days are over', async () => {
    const { actor } = await given();
    const [kept, revoked, old] = [
      await accounts.makeToken(actor, 'kept'),
      await accounts.makeToken(actor, 'revoked'),
      await accounts.makeToken(actor, 'old'),
    ];
    expect(kept).toMatch(/^tk1_[0-9a-f]{40}$/);
    expect(await accounts.actorOfToken(kept, 'cli root@host')).toMatchObject({
      accountId: actor.accountId,
      origin: 'cli root@host',
    });
    await accounts.revokeToken(
      actor,
      (await accounts.listTokens(actor)).find((token) => token.label === 'revoked')!.id,
    );
    await db.source.query(`update api_token set ends_at = now() where label = 'old' and account_id = $1`, [
      actor.accountId,
    ]);
    expect(await codeOf(accounts.actorOfToken(revoked, 'cli'))).toBe('token.unknown');
    expect(await codeOf(accounts.actorOfToken(old, 'cli'))).toBe('token.unknown');
    expect((await accounts.listTokens(actor)).map((token) => token.label)).toEqual(['kept']);
  });

  it('given a token of somebody else, when it is revoked, then it is not found and goes on working', async () => {
    const [owner, other] = [await given(), await given()];
    const token = await accounts.makeToken(owner.actor, 'mine');
    const { id } = (await accounts.listTokens(owner.actor))[0]!;
    expect(await codeOf(accounts.revokeToken(other.actor, id))).toBe('token.unknown');
    expect(await codeOf(accounts.actorOfToken(token, 'cli'))).toBe('done');
  });
});
