import { existsSync } from 'node:fs';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BreachModule, settleFence } from '#libs/breach/index.js';
import { DeliveryModule } from '#libs/delivery/index.js';
import { LedgerModule } from '#libs/ledger/index.js';
import { LettersModule } from '#libs/letters/index.js';
import { PeopleModule } from '#libs/people/index.js';
import { RepliesModule } from '#libs/replies/index.js';
import { ReportsModule } from '#libs/reports/index.js';
import { StaffModule } from '#libs/staff/index.js';
import {
  CONFIG,
  Clock,
  KEYRING,
  connect,
  makeDataSource,
  makeKeyFile,
  openKeyring,
  readConfig,
  readKeyFile,
  requireCurrentSchema,
  requireKeyApart,
  resolveDatabaseUrl,
  setLogLevel,
  type Config,
  type Keyring,
} from '#libs/platform/index.js';
import { migrations } from '#migrations/index.js';

/** What every app stands on: configuration, an open database of the right schema, the keys, the clock. */
export interface Platform {
  config: Config;
  databaseUrl: string;
  database: DataSource;
  keyring: Keyring;
  clock: Clock;
  close(): Promise<void>;
}

/**
 * Opens the ground in order: configuration, database, schema, keys, and whether this is the database it was. Throws the `Problem` of the first that fails, with
 * everything opened before it closed again.
 */
export async function openPlatform(env: NodeJS.ProcessEnv): Promise<Platform> {
  const config = readConfig(env);
  setLogLevel(config.LOG_LEVEL);
  const databaseUrl = await resolveDatabaseUrl(config);
  const database = await connect(makeDataSource(databaseUrl, migrations));
  try {
    await requireCurrentSchema(database);
    requireKeyApart(config);
    await makeFirstKey(config, database);
    const keyring = await openKeyring(database, readKeyFile(config.keyFile));
    const clock = new Clock();
    await settleFence(database, config, clock.now());
    return { config, databaseUrl, database, keyring, clock, close: () => database.destroy() };
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

/** Outside production the first start makes the key; never for a database that was sealed with another one. */
async function makeFirstKey(config: Config, database: DataSource): Promise<void> {
  if (config.isProduction || existsSync(config.keyFile)) return;
  const [row]: { sealed: boolean }[] = await database.query(`select exists (select from installation_key) as sealed`);
  if (!row!.sealed) makeKeyFile(config.keyFile);
}

/** The ground as a Nest module, for each app's own modules to inject from. */
@Module({})
export class PlatformModule {
  static of(platform: Platform): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: platform.config },
      { provide: DataSource, useValue: platform.database },
      { provide: KEYRING, useValue: platform.keyring },
      { provide: Clock, useValue: platform.clock },
    ];
    return { module: PlatformModule, global: true, providers, exports: providers };
  }
}

/** The ground and every lib's services: what an app imports that does all of the product's work. */
export function domainModules(platform: Platform): (DynamicModule | Type)[] {
  return [
    PlatformModule.of(platform),
    LedgerModule,
    StaffModule,
    BreachModule,
    PeopleModule,
    LettersModule,
    DeliveryModule,
    RepliesModule,
    ReportsModule,
  ];
}
