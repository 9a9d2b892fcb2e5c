export {
  PERMISSIONS,
  ROLES,
  actorName,
  may,
  requirePermission,
  type Actor,
  type Permission,
  type Role,
} from './permissions.js';
export { AccountsService, accountNames, type AccountView, type SignedIn, type TokenView } from './accounts.service.js';
export { StaffModule } from './staff.module.js';

/** Not in a backup: a session that was ended, or a token that was revoked, would open again when it is restored. */
export const CREDENTIAL_TABLES = ['account_session', 'api_token'] as const;
