import { existsSync } from 'node:fs';
import path from 'node:path';

interface Server {
  url: string;
  stop: () => Promise<void>;
}
interface Launcher {
  startThrowAwayPostgres: () => Promise<Server>;
}
declare global {
  var testServer: Server | undefined;
}

/**
 * Starts one throw-away server for all test files, or uses the one of TEST_ADMIN_URL. Jest runs this file outside its
 * own resolver, so the launcher comes from the last build; the schema is migrated from the source, by the first test
 * that asks for a database.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env['TEST_ADMIN_URL']) return;
  const built = path.resolve(import.meta.dirname, '../dist/libs/platform/index.js');
  if (!existsSync(built))
    throw new Error('Run `npm run build` first: the test server is started by the built launcher.');
  const launcher = (await import(built)) as Launcher;
  const server = await launcher.startThrowAwayPostgres();
  globalThis.testServer = server;
  process.env['TEST_ADMIN_URL'] = server.url;
  // Jest runs no teardown when it is interrupted, and the server is detached.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => void server.stop().finally(() => process.exit(code)));
  }
}
