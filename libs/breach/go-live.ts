import type { DataSource, EntityManager } from 'typeorm';
import { record } from '#libs/ledger/index.js';
import { Problem, rememberInstallation, settleInstallation, type Config } from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import type { Breach } from './breach.js';

/**
 * Looks whether this database is a copy or an older state of itself, and if so stops all letters, with a ledger entry;
 * then writes down for this machine how far it is. Done whenever the database is opened and before letters are claimed.
 */
export async function settleFence(database: DataSource, config: Config, now: Date): Promise<void> {
  await database.transaction(async (tx) => {
    const reason = await settleInstallation(tx, config, now);
    if (reason) await record(tx, { kind: 'installation.fenced', actor: 'system', facts: { reason } });
  });
  // A copy of the data folder is known by what stands in it from the beginning; a server is remembered by who sends.
  if (config.DATABASE_URL === undefined) await rememberInstallation(database.manager, config);
}

/** The same for a process that sends: it must be able to write down what it does. Throws `data-folder.unwritable`. */
export async function settleFenceToSend(database: DataSource, config: Config, now: Date): Promise<void> {
  await settleFence(database, config, now);
  await rememberInstallation(database.manager, config);
}

/** Whether letters of a breach wait until somebody lets them leave again. */
export async function isFenced(tx: EntityManager, breachId: string): Promise<boolean> {
  const [row]: { fenced: boolean | null }[] = await tx.query(`select breach_is_fenced($1) as fenced`, [breachId]);
  return row?.fenced !== false;
}

/** How many open breaches there are whose letters wait. */
export async function countFenced(tx: EntityManager): Promise<number> {
  const [row]: { fenced: number }[] = await tx.query(`select fenced_breaches() as fenced`);
  return row!.fenced;
}

/** Throws `breach.fenced`. */
export async function requireNotFenced(tx: EntityManager, breach: Pick<Breach, 'id' | 'reference'>): Promise<void> {
  if (!(await isFenced(tx, breach.id))) return;
  throw new Problem(
    'refused',
    'breach.fenced',
    `This database was restored, copied or set back, so letters that it takes for unsent may have left. Nothing is sent before the data protection officer has compared and says so: \`bin/tocsin breach go-live ${breach.reference} --as EMAIL\`.`,
  );
}

/** What showed that letters may really leave over a relay beyond this machine. */
export interface LiveProof {
  testArrivedAt: Date | null;
  bouncesReadAt: Date | null;
  withoutBouncesReason: string | null;
}

/** Lets letters of a breach leave, in the caller's transaction; said twice it counts once. Answers whether they waited until now. */
export async function recordGoLive(
  tx: EntityManager,
  actor: Actor,
  breach: Breach,
  proof: LiveProof | null = null,
): Promise<boolean> {
  requirePermission(actor, 'breach.go-live');
  const waited = await isFenced(tx, breach.id);
  const rows: { fence: number }[] = await tx.query(
    `insert into breach_go_live (breach_id, fence, recorded_by, test_arrived_at, bounces_read_at, without_bounces_reason)
     select $1, fence, $2, $3, $4, $5 from installation
     on conflict do nothing returning fence`,
    [
      breach.id,
      actor.accountId,
      proof?.testArrivedAt ?? null,
      proof?.bouncesReadAt ?? null,
      proof?.withoutBouncesReason ?? null,
    ],
  );
  if (rows[0])
    await record(tx, {
      kind: 'breach.went-live',
      actor: actorName(actor),
      breachId: breach.id,
      facts: {
        fence: rows[0].fence,
        ...(proof ? { proof: proof.withoutBouncesReason ? 'reason' : 'test-and-mailbox' } : {}),
      },
    });
  return waited;
}
