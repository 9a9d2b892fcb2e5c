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
