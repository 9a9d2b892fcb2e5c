import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Starts one throw-away server for all test files, or uses the one of TEST_ADMIN_URL. Jest runs this file outside the
 * build, so the launcher comes from there; the schema is migrated by the first test that asks for a database.
 */
export default async function globalSetup() {
  if (process.env['TEST_ADMIN_URL']) return;
  const built = path.resolve(import.meta.dirname, '../dist/libs/platform/index.js');
  if (!existsSync(built)) throw new Error('Run `npm run build` first: the tests run what was built.');
  const { startThrowAwayPostgres } = await import(built);
  const server = await startThrowAwayPostgres();
  globalThis.testServer = server;
  process.env['TEST_ADMIN_URL'] = server.url;
  // Jest runs no teardown when it is interrupted, and the server is detached.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.once(signal, () => void server.stop().finally(() => process.exit(code)));
  }
}
