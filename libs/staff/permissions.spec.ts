import { Problem } from '#libs/platform/index.js';
import { PERMISSIONS, ROLES, actorName, may, requirePermission, type Actor } from './permissions.js';

const actor: Actor = {
  accountId: '0193a000-0000-7000-8000-000000000001',
  email: 'lena@agency.example',
  name: 'Lena Maes',
  roles: ['hr'],
  language: 'en',
  origin: 'web',
};

describe('may', () => {
  it('given the administrator, when they want to see affected persons, notices or mail, then no permission lets them', () => {
    const held = Object.keys(PERMISSIONS).filter((name) => may(['admin'], name as keyof typeof PERMISSIONS));
    expect(held.toSorted()).toEqual(['account.manage', 'account.own', 'controller.write']);
  });

  it('given the auditor, when they want to change something, then no permission but their own account lets them', () => {
    const held = Object.keys(PERMISSIONS).filter((name) => may(['auditor'], name as keyof typeof PERMISSIONS));
    expect(held.filter((name) => !name.endsWith('.read'))).toEqual(['account.own']);
  });

  it('given all roles but dpo, when they want to approve a notice, then none may', () => {
    expect(
      may(
        ROLES.filter((role) => role !== 'dpo'),
        'notice.approve',
      ),
    ).toBe(false);
  });

  it('given all roles but security, when they want to see protected persons, then none may', () => {
    expect(
      may(
        ROLES.filter((role) => role !== 'security'),
        'people.protected',
      ),
    ).toBe(false);
  });
});

describe('requirePermission', () => {
  it('given an HR officer, when they want to approve, then the refusal says which role can', () => {
    let refused: unknown;
    try {
      requirePermission(actor, 'notice.approve');
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(Problem);
    expect(refused).toMatchObject({ kind: 'forbidden', code: 'permission.missing' });
    expect((refused as Problem).message).toContain('the data protection officer');
  });
});

describe('actorName', () => {
  it('given an actor, when the ledger names them, then it is by id, with the origin unless it is the web, never by name or address', () => {
    expect(actorName(actor)).toBe(`account:${actor.accountId}`);
    expect(actorName({ ...actor, origin: 'cli root@host' })).toBe(`account:${actor.accountId} by cli root@host`);
  });
});
