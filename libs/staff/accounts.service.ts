import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { record } from '#libs/ledger/index.js';
import { Clock, LANGUAGES, Problem, readAddress, uuidv7 } from '#libs/platform/index.js';
import { FAILURE_MINUTES, MOST_FAILURES, NobodysAttempts } from './attempts.js';
import { hashPassword, isPassword, oneTimePassword, requireStrong } from './passwords.js';
import { ROLES, actorName, requirePermission, type Actor, type Role } from './permissions.js';

const newAccountSchema = z.strictObject({
  email: z.string().transform((text, context) => {
    const address = readAddress(text.trim());
    if (!address) context.addIssue({ code: 'custom', message: 'Enter one e-mail address, as name@example.org.' });
    return (address ?? '').toLowerCase();
  }),
  name: z.string().trim().min(1, 'Enter the name of the person.').max(200),
  roles: z.array(z.enum(ROLES, `Choose roles among ${ROLES.join(', ')}.`)).min(1, 'Choose at least one role.'),
  password: z.string().optional(),
  language: z.enum(LANGUAGES).default('en'),
});

export interface AccountView {
  id: string;
  email: string;
  name: string;
  roles: Role[];
  disabledAt: Date | null;
}

interface AccountRow extends AccountView {
  language: Actor['language'];
  passwordHash: string;
  passwordIsOneTime: boolean;
}

const ACCOUNT = `a.id, a.email, a.name, a.roles, a.language, a.disabled_at as "disabledAt", a.password_hash as "passwordHash", a.password_is_one_time as "passwordIsOneTime"`;

/** Half an hour without a click ends a session, eight hours end it anyway. */
const IDLE_MINUTES = 30;
const SESSION_HOURS = 8;

/** A token of an account as its owner sees it; the token itself is shown once, when it is made. */
export interface TokenView {
  id: string;
  label: string;
  madeAt: Date;
  endsAt: Date;
}

export interface SignedIn {
  /** Goes into the cookie; only its hash is stored. */
  token: string;
  actor: Actor;
  mustChangePassword: boolean;
}

@Injectable()
export class AccountsService {
  /** Made once: what an unknown account's password is compared with, so that it takes as long as a known one's. */
  private readonly nobodysHash = hashPassword(randomBytes(16).toString('hex'));
  private readonly nobodysAttempts = new NobodysAttempts();

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Adds a staff account; without a password a one-time one is answered. By an administrator, or by the CLI (null). */
  async add(input: unknown, by: Actor | null): Promise<{ account: AccountView; oneTimePassword: string | null }> {
    if (by) requirePermission(by, 'account.manage');
    const read = newAccountSchema.safeParse(input);
    if (!read.success) {
      const faults = read.error.issues.map((issue) => ({
        at: String(issue.path[0] ?? 'account'),
        message: issue.message,
      }));
      throw new Problem('bad-input', 'account.faulty', faults[0]!.message, faults);
    }
    const { email, name, roles, language, password } = read.data;
    if (password !== undefined) requireStrong(password, { email, name });
    const oneTime = password === undefined ? oneTimePassword() : null;
    const passwordHash = await hashPassword(password ?? oneTime!);
    return await this.database.transaction(async (tx) => {
      const id = uuidv7(this.clock.now());
      const rows: AccountView[] = await tx.query(
        `insert into account as a (id, email, name, roles, language, password_hash, password_is_one_time) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (email) do nothing returning ${ACCOUNT}`,
        [id, email, name, [...new Set(roles)], language, passwordHash, oneTime !== null],
      );
      if (!rows[0]) {
        const message = 'There is an account with this e-mail address already. Choose another address.';
        throw new Problem('conflict', 'account.exists', message, [{ at: 'email', message }]);
      }
      await record(tx, {
        kind: 'account.added',
        actor: by ? actorName(by) : 'cli',
        facts: { account: id, roles: [...new Set(roles)] },
      });
      return { account: view(rows[0]), oneTimePassword: oneTime };
    });
  }

  /** Throws `sign-in.refused`, the same for an unknown account and a wrong password, and `sign-in.slowed`. */
  async signIn(email: string, password: string): Promise<SignedIn> {
    const account = await this.proved(email, password);
    const token = randomBytes(32).toString('base64url');
    await this.database.query(
      `delete from account_session where account_id = $1 and (ends_at < now() or last_seen_at < now() - make_interval(mins => $2))`,
      [account.id, IDLE_MINUTES],
    );
    await this.database.query(
      `insert into account_session (token_hash, account_id, ends_at) values ($1, $2, now() + make_interval(hours => $3))`,
      [hashOf(token), account.id, SESSION_HOURS],
    );
    return { token, actor: actorOf(account, 'web'), mustChangePassword: account.passwordIsOneTime };
  }

  /** The account with that address, once its password was proved; for the CLI in production. */
  async prove(email: string, password: string, origin: string): Promise<Actor> {
    return actorOf(await this.proved(email, password), origin);
  }

  private async proved(email: string, password: string): Promise<AccountRow> {
    const address = email.trim().toLowerCase().slice(0, 254);
    const rows: AccountRow[] = await this.database.query(
      `select ${ACCOUNT} from account a where a.email = $1 and a.disabled_at is null`,
      [address],
    );
    const account = rows[0];
    if (!(account ? await this.takeAttempt(account.id) : this.nobodysAttempts.take(address, this.clock.now())))
      throw slowed();
    const right = await isPassword(account?.passwordHash ?? (await this.nobodysHash), password);
    if (account && right) {
      await this.database.query(`delete from sign_in_failure where account_id = $1`, [account.id]);
      return account;
    }
    const message = 'Enter the e-mail address and the password of your account; these two do not belong together.';
    throw new Problem('forbidden', 'sign-in.refused', message, [{ at: 'email', message }]);
  }

  /**
   * Counts one attempt as a failure before the password is looked at, under the account's lock: many at once cannot
   * all pass the count. A right password takes the failures away. False when the account has to wait.
   */
  private async takeAttempt(accountId: string): Promise<boolean> {
    return await this.database.transaction(async (tx) => {
      await tx.query(`select from account where id = $1 for update`, [accountId]);
      const [row]: { failures: number }[] = await tx.query(
        `select count(*)::int as failures from sign_in_failure where account_id = $1 and at > now() - make_interval(mins => $2)`,
        [accountId, FAILURE_MINUTES],
      );
      if (row!.failures >= MOST_FAILURES) return false;
      await tx.query(`insert into sign_in_failure (account_id) values ($1)`, [accountId]);
      return true;
    });
  }

  /** Who a session's cookie belongs to, or null when the session ended. Moves its end of idleness once a minute. */
  async actorOfSession(token: string): Promise<{ actor: Actor; mustChangePassword: boolean } | null> {
    const hash = hashOf(token);
    const rows: (AccountRow & { stale: boolean })[] = await this.database.query(
      `select ${ACCOUNT}, s.last_seen_at < now() - interval '1 minute' as stale
         from account_session s join account a on a.id = s.account_id
        where s.token_hash = $1 and a.disabled_at is null and s.ends_at > now() and s.last_seen_at > now() - make_interval(mins => $2)`,
      [hash, IDLE_MINUTES],
    );
    if (!rows[0]) return null;
    if (rows[0].stale)
      await this.database.query(`update account_session set last_seen_at = now() where token_hash = $1`, [hash]);
    return { actor: actorOf(rows[0], 'web'), mustChangePassword: rows[0].passwordIsOneTime };
  }

  async signOut(token: string): Promise<void> {
    await this.database.query(`delete from account_session where token_hash = $1`, [hashOf(token)]);
  }

  /** Changes the own password and ends the account's other sessions. Throws `password.wrong` and `password.weak`. */
  async changePassword(actor: Actor, current: string, next: string, keepToken?: string): Promise<void> {
    const account = await this.byId(actor.accountId);
    if (!(await this.takeAttempt(account.id))) throw slowed();
    if (!(await isPassword(account.passwordHash, current))) {
      const message = 'Enter the password with which you signed in.';
      throw new Problem('bad-input', 'password.wrong', message, [{ at: 'current', message }]);
    }
    if (next.normalize('NFC') === current.normalize('NFC')) {
      const message = 'Choose another password than the one you have now.';
      throw new Problem('bad-input', 'password.weak', message, [{ at: 'password', message }]);
    }
    requireStrong(next, actor);
    const passwordHash = await hashPassword(next);
    await this.database.transaction(async (tx) => {
      await tx.query(`update account set password_hash = $2, password_is_one_time = false where id = $1`, [
        actor.accountId,
        passwordHash,
      ]);
      await tx.query(`delete from sign_in_failure where account_id = $1`, [actor.accountId]);
      await tx.query(`delete from account_session where account_id = $1 and token_hash <> $2`, [
        actor.accountId,
        keepToken ? hashOf(keepToken) : Buffer.alloc(0),
      ]);
      await record(tx, { kind: 'password.changed', actor: actorName(actor), facts: { account: actor.accountId } });
    });
  }

  /** Ends an account, its sessions and its tokens at once; what it did stays. Ending it twice changes nothing. */
  async disable(by: Actor, accountId: string): Promise<void> {
    requirePermission(by, 'account.manage');
    if (accountId === by.accountId)
      throw new Problem('refused', 'account.own', 'You cannot end your own account. Ask another administrator.');
    await this.database.transaction(async (tx) => {
      const rows: { disabledAt: Date | null }[] = await tx.query(
        `select disabled_at as "disabledAt" from account where id::text = $1 for update`,
        [accountId],
      );
      if (!rows[0])
        throw new Problem(
          'not-found',
          'account.unknown',
          'There is no such staff account. Look it up in the list of accounts.',
        );
      if (rows[0].disabledAt) return;
      await tx.query(`update account set disabled_at = now() where id = $1`, [accountId]);
      await tx.query(`delete from account_session where account_id = $1`, [accountId]);
      await record(tx, { kind: 'account.disabled', actor: actorName(by), facts: { account: accountId } });
    });
  }

  async setLanguage(actor: Actor, language: Actor['language']): Promise<void> {
    await this.database.query(`update account set language = $2 where id = $1`, [actor.accountId, language]);
  }

  async list(by: Actor): Promise<AccountView[]> {
    requirePermission(by, 'account.manage');
    const rows: AccountRow[] = await this.database.query(
      `select ${ACCOUNT} from account a order by a.email limit 1000`,
    );
    return rows.map(view);
  }

  /** Makes a token of 160 bits for the own account, good for 90 days; it is shown once. */
  async makeToken(actor: Actor, label: string): Promise<string> {
    const token = `tk1_${randomBytes(20).toString('hex')}`;
    await this.database.transaction(async (tx) => {
      const id = uuidv7(this.clock.now());
      await tx.query(
        `insert into api_token (id, account_id, token_hash, label, ends_at) values ($1, $2, $3, $4, now() + interval '90 days')`,
        [id, actor.accountId, hashOf(token), label.trim().slice(0, 100) || 'token'],
      );
      await record(tx, { kind: 'token.made', actor: actorName(actor), facts: { token: id } });
    });
    return token;
  }

  /** The own tokens that still open something, newest first. */
  async listTokens(actor: Actor): Promise<TokenView[]> {
    return await this.database.query(
      `select id, label, created_at as "madeAt", ends_at as "endsAt" from api_token
        where account_id = $1 and revoked_at is null and ends_at > now() order by id desc limit 100`,
      [actor.accountId],
    );
  }

  /** Ends one own token at once. Throws `token.unknown` for a token of somebody else, or one that ended. */
  async revokeToken(actor: Actor, tokenId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [rows]: [{ id: string }[], number] = await tx.query(
        `update api_token set revoked_at = now() where id::text = $1 and account_id = $2 and revoked_at is null returning id`,
        [tokenId, actor.accountId],
      );
      if (!rows[0]) throw new Problem('not-found', 'token.unknown', 'You have no such token, or it ended already.');
      await record(tx, { kind: 'token.revoked', actor: actorName(actor), facts: { token: rows[0].id } });
    });
  }

  async actorOfToken(token: string, origin: string): Promise<Actor> {
    const rows: AccountRow[] = await this.database.query(
      `select ${ACCOUNT} from api_token t join account a on a.id = t.account_id
        where t.token_hash = $1 and t.revoked_at is null and t.ends_at > now() and a.disabled_at is null`,
      [hashOf(token)],
    );
    if (!rows[0])
      throw new Problem(
        'forbidden',
        'token.unknown',
        'This token belongs to no account, or it ended. Make a new one on the account page.',
      );
    return actorOf(rows[0], origin);
  }

  /** The account with that address, without proof: for commands outside production only. Throws `account.unknown`. */
  async actorByEmail(email: string, origin: string): Promise<Actor> {
    const rows: AccountRow[] = await this.database.query(
      `select ${ACCOUNT} from account a where a.email = $1 and a.disabled_at is null`,
      [email.trim().toLowerCase()],
    );
    if (!rows[0])
      throw new Problem(
        'not-found',
        'account.unknown',
        'No staff account has that e-mail address. Add it with `bin/tocsin staff add`.',
      );
    return actorOf(rows[0], origin);
  }

  /** The account that asked for a job, as it is now: what it may no longer do, the job does not. Throws `account.unknown`. */
  async actorById(accountId: string, origin: string): Promise<Actor> {
    const account = await this.byId(accountId);
    if (account && account.disabledAt === null) return actorOf(account, origin);
    throw new Problem(
      'not-found',
      'account.unknown',
      'The account that asked for this was ended. Ask for it again from another account.',
    );
  }

  private async byId(id: string): Promise<AccountRow> {
    const rows: AccountRow[] = await this.database.query(`select ${ACCOUNT} from account a where a.id = $1`, [id]);
    return rows[0]!;
  }
}

/** Names of accounts by id, for timelines and notices. */
export async function accountNames(tx: EntityManager, ids: string[]): Promise<Map<string, string>> {
  const rows: { id: string; name: string }[] = await tx.query(`select id, name from account where id = any ($1)`, [
    ids,
  ]);
  return new Map(rows.map((row) => [row.id, row.name]));
}

function slowed(): Problem {
  const message = `Too many wrong passwords were entered. Wait ${FAILURE_MINUTES} minutes, then sign in.`;
  return new Problem('refused', 'sign-in.slowed', message, [{ at: 'email', message }]);
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function actorOf(account: AccountRow, origin: string): Actor {
  return {
    accountId: account.id,
    email: account.email,
    name: account.name,
    roles: account.roles,
    language: account.language,
    origin,
  };
}

function view({ id, email, name, roles, disabledAt }: AccountView): AccountView {
  return { id, email, name, roles, disabledAt };
}
