/**
 * The keeper of one embedded server, a process of its own: `node postgres-keeper.js CLUSTER IDLE-SECONDS`. Started by
 * `ensureEmbeddedPostgres`; ends with the server.
 */
import { keep } from './embedded-postgres-keeping.js';

const [cluster, idleSeconds] = process.argv.slice(2);
if (!cluster || !(Number(idleSeconds) > 0)) {
  process.stderr.write('usage: postgres-keeper CLUSTER IDLE-SECONDS\n');
  process.exitCode = 2;
} else {
  await keep(cluster, Number(idleSeconds));
}
