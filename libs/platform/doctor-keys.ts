import { existsSync, statSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import type { Config } from './config.js';
import { erasuresFile, readErasures } from './erasures.js';
import { fault, ok, skipped, type HealthCheck } from './health.js';
import type { FenceReason } from './installation.js';
import { keyCopyCheckedAt } from './key-copy.js';
import { liesIn } from './key-place.js';
import { keyFingerprint, openKeyring, readKeyFile } from './keyring.js';

/** What the loss of the key means, in the words of whoever has to answer for it. */
export const KEY_MEND =
  'Put the key back from its copy. Without it nothing that is sealed can be opened, by anybody: names, addresses and letters of every affected person are lost, and no backup helps, because none holds the key. The sum, the dates and the ledger stay.';

/** `database` is null when it does not answer: then only the file is looked at. */
export async function checkKeyFile(config: Config, database: DataSource | null): Promise<HealthCheck> {
  const { keyFile } = config;
  const sealed = database ? await isSealed(database) : false;
  if (!existsSync(keyFile)) {
    if (sealed) return fault('key file', `${keyFile} is missing, and the database is sealed with it`, KEY_MEND);
    if (!config.isProduction) return ok('key file', `${keyFile} is made on first start`);
    return fault(
      'key file',
      `${keyFile} is missing`,
      `Make one with \`bin/tocsin keys make --out ${keyFile}\`, and keep a copy of it in a safe place.`,
    );
  }
  const key = readKeyFile(keyFile);
  if ((statSync(keyFile).mode & 0o077) !== 0) {
    return fault('key file', `${keyFile} can be read by other users`, `Run \`chmod 600 ${keyFile}\`.`);
  }
  if (config.isProduction && liesIn(config.dataFolder, keyFile)) {
    return fault(
      'key file',
      `${keyFile} lies in the data folder`,
      `Move it and ${erasuresFile(keyFile)} out, as to /etc/tocsin/, and set TOCSIN_KEY_FILE: a copy of the data must not hold its key.`,
    );
  }
  // Opens the keys that are there and would make those of a new database, so it must not run on one.
  if (database && sealed) await openKeyring(database, key);
  return ok(
    'key file',
    `${keyFile} (${keyFingerprint(key)})${sealed ? ' opens this database' : ''}; keep a copy: without it nothing sealed can be opened`,
  );
}

async function isSealed(database: DataSource): Promise<boolean> {
  if (!(await hasTable(database, 'installation_key'))) return false;
  const [row]: { sealed: boolean }[] = await database.query(`select exists (select from installation_key) as sealed`);
  return row!.sealed;
}

async function hasTable(database: DataSource, name: string): Promise<boolean> {
  const [table]: { exists: boolean }[] = await database.query(`select to_regclass($1) is not null as exists`, [name]);
  return table!.exists;
}

/** Whether a copy of the key in use was ever proved. In production what was not tried counts as no copy. */
export async function checkKeyCopyProved(config: Config, database: DataSource): Promise<HealthCheck> {
  const name = 'copy of the key';
  if (!existsSync(config.keyFile)) return skipped(name, 'looked at once the key is there');
  if (!(await hasTable(database, 'installation'))) return skipped(name, 'looked at once the schema is current');
  const at = await keyCopyCheckedAt(database.manager, keyFingerprint(readKeyFile(config.keyFile)));
  if (at) return ok(name, `opened this database on ${at.toISOString().slice(0, 10)}`);
  if (!config.isProduction) return ok(name, 'none was proved yet, which production asks for');
  return fault(
    name,
    'none of the key in use was proved yet; if the key is lost, everything sealed is lost with it',
    `Copy ${config.keyFile} and ${erasuresFile(config.keyFile)} to another medium, and run \`bin/tocsin keys check COPY\` with that copy.`,
  );
}

export function checkErasures({ keyFile }: Config): HealthCheck {
  const name = 'erasures';
  if (!existsSync(keyFile)) return skipped(name, 'looked at once the key is there');
  const erasures = readErasures(keyFile);
  if (erasures) return ok(name, `${erasures.length} on ${erasuresFile(keyFile)}; copy it with the key`);
  return fault(
    name,
    `${erasuresFile(keyFile)} is missing, so a backup would bring back who was erased`,
    'Put it back from its copy; if nobody was erased yet, start `bin/tocsin serve` once, which makes it.',
  );
}

const FENCE_WORDS: Record<FenceReason, string> = {
  restored: 'was restored from a backup',
  copied: 'is a copy of another one, or was moved',
  'rolled-back': 'was set back to an older state',
};

/** Whether letters wait since the database was restored, copied or set back. */
export async function checkFence(database: DataSource): Promise<HealthCheck> {
  const name = 'sending';
  if (!(await hasTable(database, 'installation'))) return skipped(name, 'looked at once the schema is current');
  const [row]: { fenced: number; at: Date | null; because: FenceReason | null; here: boolean }[] = await database.query(
    `select fenced_breaches() as fenced, fenced_at as at, fenced_because as because, home is null or home = database_home() as here from installation`,
  );
  const { fenced, at, because, here } = row!;
  if (fenced === 0) return ok(name, 'letters of every open breach may leave');
  const what = because && here ? `${FENCE_WORDS[because]} on ${at!.toISOString().slice(0, 16)}Z` : FENCE_WORDS.copied;
  return fault(
    name,
    `the database ${what}: letters of ${fenced === 1 ? 'one breach' : `${fenced} breaches`} wait, because some that it takes for unsent may have left`,
    "Compare with the relay's log, then let each breach go on: `bin/tocsin breach go-live BREACH --as EMAIL`.",
  );
}
