import { MACHINE_TABLES } from '#libs/jobs/index.js';
import { OUTSIDE_TABLES } from '#libs/delivery/index.js';
import { PASSING_TABLES } from '#libs/people/index.js';
import { CREDENTIAL_TABLES } from '#libs/staff/index.js';

/**
 * Tables that a backup leaves out; each lib says which and why. Background work (schema graphile_worker) is left out
 * as well: a restored job would act on a world that went on, and whatever still has to happen stands in the rows
 * themselves, where the sweeps of the worker find it again.
 */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  ...CREDENTIAL_TABLES,
  ...PASSING_TABLES,
  ...OUTSIDE_TABLES,
  ...MACHINE_TABLES,
]);
