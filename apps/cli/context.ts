import { hostname, userInfo } from 'node:os';
import { Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Sequencer } from '#libs/ledger/index.js';
import { Problem } from '#libs/platform/index.js';
import { AccountsService, type Actor } from '#libs/staff/index.js';
import { domainModules, openPlatform, type Platform } from '../assembly.js';

@Module({})
class CommandModule {
  static of(platform: Platform): DynamicModule {
    return {
      module: CommandModule,
      imports: domainModules(platform),
    };
  }
}

/** The ground and the services of one command. */
export interface CommandContext {
  platform: Platform;
  app: INestApplicationContext;
  get: <T>(service: Type<T>) => T;
  /** The account that a command acts as. */
  actor: (email: string | undefined) => Promise<Actor>;
}

/** Opens the ground, runs a command, seals what it recorded, and closes everything. */
export async function withContext<T>(work: (context: CommandContext) => Promise<T>): Promise<T> {
  const platform = await openPlatform(process.env);
  try {
    const app = await NestFactory.createApplicationContext(CommandModule.of(platform), {
      logger: false,
      abortOnError: false,
    });
    try {
      const done = await work({
        platform,
        app,
        get: (service) => app.get(service),
        actor: (email) => actorOf(app, platform, email),
      });
      await app.get(Sequencer).drain();
      return done;
    } finally {
      await app.close();
    }
  } finally {
    await platform.close();
  }
}

/** An act by command says so in the ledger, with the system's user and host. */
export function origin(): `cli ${string}` {
  return `cli ${`${userInfo().username}:${hostname()}`.slice(0, 196)}`;
}

/** In production `--as` proves itself by the account's password on stdin or its token; elsewhere the address is enough. */
async function actorOf(app: INestApplicationContext, platform: Platform, email: string | undefined): Promise<Actor> {
  const accounts = app.get(AccountsService);
  if (email === undefined)
    throw new Problem('bad-input', 'account.not-named', 'Say for which staff account you act: --as EMAIL.');
  if (!platform.config.isProduction) return await accounts.actorByEmail(email, origin());
  const token = platform.config.TOCSIN_TOKEN;
  if (token) {
    const actor = await accounts.actorOfToken(token, origin());
    if (actor.email !== email.trim().toLowerCase())
      throw new Problem('forbidden', 'token.of-another', 'TOCSIN_TOKEN belongs to another account than --as names.');
    return actor;
  }
  return await accounts.prove(email, await firstLineOfStdin(), origin());
}

/** The first line of stdin, for passwords: never an argument, which others could read in the list of processes. */
export async function firstLineOfStdin(): Promise<string> {
  if (process.stdin.isTTY)
    throw new Problem('bad-input', 'password.not-given', 'Give the password on standard input, or set TOCSIN_TOKEN.');
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes('\n') || text.length > 10_000) break;
  }
  return text.split(/\r?\n/, 1)[0]!;
}
