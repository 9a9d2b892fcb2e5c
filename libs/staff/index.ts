export { PERMISSIONS, ROLES, actorName, may, requirePermission, type Actor, type Permission, type Role } from './permissions.js';
export { AccountsService, accountNames, type AccountView, type SignedIn } from './accounts.service.js';
export { StaffModule } from './staff.module.js';
