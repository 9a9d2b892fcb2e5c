import { randomBytes } from 'node:crypto';
import { connect, makeDataSource } from '#libs/platform/index.js';
import { serverUrl } from './database.js';

/**
 * A database without anything in it, of a role of its own that may nothing but own it: what an operator gets from
 * whoever runs the server.
 */
export async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `e_${randomBytes(8).toString('hex')}`;
  const server = await connect(makeDataSource(serverUrl('postgres'), [], [], 1));
  await server.query(`create role ${name} login password '${name}'`);
  await server.query(`create database ${name} owner ${name}`);
  await server.destroy();
  const url = new URL(serverUrl(name));
  url.username = name;
  url.password = name;
  return {
    url: url.href,
    async drop() {
      const again = await connect(makeDataSource(serverUrl('postgres'), [], [], 1));
      await again.query(`drop database ${name} with (force)`);
      await again.query(`drop role ${name}`);
      await again.destroy();
    },
  };
}
