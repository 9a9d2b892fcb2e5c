import type { EntityManager } from 'typeorm';
import type { Breach } from '#libs/breach/index.js';
import { Problem, isLoopback, type Config } from '#libs/platform/index.js';

/** Whether letters cross a network, to real people: then a breach has to be let live once. */
export function isRealRelay(config: Config): boolean {
  return config.SMTP_URL !== undefined && !isLoopback(new URL(config.SMTP_URL).hostname);
}

/** Throws `breach.not-live` where SMTP_URL names a server and nobody has let letters of this breach leave yet. */
export async function requireLive(
  tx: EntityManager,
  config: Config,
  breach: Pick<Breach, 'id' | 'reference'>,
): Promise<void> {
  if (!isRealRelay(config)) return;
  const [row]: { live: boolean }[] = await tx.query(
    `select exists (select from breach_go_live g, installation i where g.breach_id = $1 and g.fence = i.fence) as live`,
    [breach.id],
  );
  if (row!.live) return;
  throw new Problem(
    'refused',
    'breach.not-live',
    `SMTP_URL names a real server, and nobody has said yet that letters of ${breach.reference} may really leave. Send yourself a test letter, then let it live: \`bin/tocsin breach go-live ${breach.reference} --as EMAIL\`.`,
  );
}
