import { Problem } from '#libs/platform/index.js';

export const ROLES = ['hr', 'dpo', 'security', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who may do what: a table, read by every route and by every service that changes something. */
export const PERMISSIONS = {
  'breach.read': ['hr', 'dpo', 'security', 'auditor'],
  'breach.write': ['hr', 'dpo'],
  'breach.go-live': ['dpo'],
  'breach.delay': ['dpo'],
  'controller.write': ['hr', 'dpo', 'admin'],
  'people.read': ['hr', 'dpo', 'security'],
  'people.import': ['hr', 'dpo', 'security'],
  'people.correct': ['hr', 'dpo', 'security'],
  'people.protected': ['security'],
  'people.export': ['hr', 'dpo', 'security'],
  'person.erase': ['dpo'],
  'notice.read': ['hr', 'dpo', 'security', 'auditor'],
  'notice.write': ['hr', 'dpo'],
  'notice.approve': ['dpo'],
  'notice.send': ['hr', 'dpo'],
  'communication.read': ['hr', 'dpo', 'security', 'auditor'],
  'communication.publish': ['hr', 'dpo'],
  'delivery.read': ['hr', 'dpo', 'auditor'],
  'outbox.read': ['hr', 'dpo'],
  'returned-mail.settle': ['hr', 'dpo', 'security'],
  'report.read': ['hr', 'dpo', 'security', 'auditor'],
  'ledger.read': ['dpo', 'auditor'],
  'account.manage': ['admin'],
  'account.own': ['hr', 'dpo', 'security', 'auditor', 'admin'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof PERMISSIONS;

export function may(roles: readonly Role[], permission: Permission): boolean {
  const allowed: readonly Role[] = PERMISSIONS[permission];
  return roles.some((role) => allowed.includes(role));
}

/** Somebody who works with Tocsin, as proved at the edge. */
export interface Actor {
  accountId: string;
  email: string;
  name: string;
  roles: Role[];
  language: 'nl' | 'fr' | 'de' | 'en';
  /** `web`, or `cli user@host`: an act by command says so in the ledger. */
  origin: string;
}

const ROLE_WORDS: Record<Role, string> = {
  hr: 'an HR officer',
  dpo: 'the data protection officer',
  security: 'the security officer',
  auditor: 'an auditor',
  admin: 'an administrator',
};

/** Throws `permission.missing` with the roles that may. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (may(actor.roles, permission)) return;
  const allowed = PERMISSIONS[permission].map((role) => ROLE_WORDS[role]).join(' or ');
  throw new Problem('forbidden', 'permission.missing', `Your account may not do this. Ask ${allowed}.`, [], {
    role: PERMISSIONS[permission],
  });
}

/** How the ledger names an actor: an id, never an address. */
export function actorName(actor: Actor): string {
  return actor.origin === 'web' ? `account:${actor.accountId}` : `account:${actor.accountId} by ${actor.origin}`;
}
