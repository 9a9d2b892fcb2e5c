import { BounceMailboxService, DeliveryReportsService } from '#libs/delivery/index.js';
import { Clock, connect, makeDataSource, openKeyring, readConfig, readKeyFile } from '#libs/platform/index.js';
import { migrations } from '#migrations/index.js';

/** A program of its own that looks into the bounce mailbox once, so that it can be killed while it does. */
const config = readConfig(process.env);
const database = await connect(makeDataSource(config.DATABASE_URL!, migrations));
const keyring = await openKeyring(database, readKeyFile(config.keyFile));
const clock = new Clock();
const reports = new DeliveryReportsService(database, keyring, clock);
const look = await new BounceMailboxService(database, config, reports, clock).poll();
await database.destroy();
process.stdout.write(JSON.stringify(look));
