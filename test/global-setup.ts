import { existsSync } from 'node:fs';
import path from 'node:path';

interface Server {
  url: string;
  stop(): Promise<void>;
}
declare global {
  var testServer: Server | undefined;
}

/**
 * Starts one throw-away server for all test files. Jest runs this file outside its own resolver, so the launcher comes
 * from the last build; the schema is migrated from the source, by the first test that asks for a database.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env['TEST_ADMIN_URL']) return;
  const built = path.resolve(import.meta.dirname, '../dist/libs/platform/index.js');
  if (!existsSync(built)) throw new Error('Run `npm run build` first: the test server is started by the built launcher.');
  const { startThrowAwayPostgres } = (await import(built)) as { startThrowAwayPostgres(): Promise<Server> };
  globalThis.testServer = await startThrowAwayPostgres();
  process.env['TEST_ADMIN_URL'] = globalThis.testServer.url;
}
