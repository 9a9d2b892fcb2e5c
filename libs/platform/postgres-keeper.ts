import pg from 'pg';
import { stopEmbeddedPostgres } from './embedded-postgres.js';

/**
 * The keeper of the embedded server: asks every few seconds who is connected and stops the server once nobody was for
 * `idleSeconds`. Ends with the server. Started by `ensureEmbeddedPostgres` as a process of its own.
 */
const [url, serverPid, idleSeconds, dataFolder] = process.argv.slice(2) as [string, string, string, string];
const ASK_SECONDS = Math.min(5, Number(idleSeconds) / 3);

async function othersConnected(): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: 'tocsin-keeper' });
  client.on('error', () => process.exit(0)); // the server ended while we asked
  await client.connect();
  const found = await client.query<{ others: number }>(
    `select count(*)::int as others from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  await client.end();
  return found.rows[0]!.others > 0;
}

function serverRuns(): boolean {
  try {
    process.kill(Number(serverPid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

let idle = 0;
while (serverRuns()) {
  await new Promise((resolve) => setTimeout(resolve, ASK_SECONDS * 1000));
  let busy: boolean;
  try {
    busy = await othersConnected();
  } catch {
    break; // no answer: the server is gone, and with it our task
  }
  idle = busy ? 0 : idle + ASK_SECONDS;
  if (idle >= Number(idleSeconds)) {
    await stopEmbeddedPostgres(dataFolder);
    break;
  }
}
