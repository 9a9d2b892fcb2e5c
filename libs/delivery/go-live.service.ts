import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { BreachesService, type LiveProof } from '#libs/breach/index.js';
import { latestOf } from '#libs/ledger/index.js';
import { CONFIG, Problem, databaseNow, type Config } from '#libs/platform/index.js';
import { requirePermission, type Actor } from '#libs/staff/index.js';
import { isRealRelay } from './go-live.js';

/** A mailbox of reports that was read to its end within these hours can be read. */
const READ_WITHIN_HOURS = 24;

/** What the data protection officer says when letters are let leave. */
export interface LiveStatement {
  /** The test letter arrived, and looked right. */
  testArrived: boolean;
  /** Why letters may leave without a readable bounce mailbox; it stands for the test letter too. */
  withoutBounces: string | null;
}

/** Lets letters of a breach really leave. */
@Injectable()
export class GoLiveService {
  constructor(
    private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly breaches: BreachesService,
  ) {}

  /**
   * Records that letters may leave. Where `SMTP_URL` names a server it asks for a test letter of this breach that the
   * relay took and that arrived, and for a bounce mailbox that was read lately, or for the officer's reason; what showed it
   * is kept. Answers whether letters waited until now. Throws `go-live.not-ready`, naming all that is missing.
   */
  async goLive(actor: Actor, reference: string, statement: LiveStatement): Promise<boolean> {
    requirePermission(actor, 'breach.go-live');
    return await this.breaches.goLive(actor, reference, async (tx, breachId) =>
      isRealRelay(this.config) ? await this.proof(tx, breachId, statement) : null,
    );
  }

  private async proof(tx: EntityManager, breachId: string, statement: LiveStatement): Promise<LiveProof> {
    const reason = statement.withoutBounces?.trim() ?? '';
    if (reason.length > 2_000)
      throw new Problem('bad-input', 'go-live.reason-long', 'Give the reason in at most 2000 characters.');
    const now = await databaseNow(tx);
    const tested = await latestOf(tx, breachId, 'notice.tested', { outcome: 'accepted' });
    const [mailbox]: { readAt: Date | null }[] = await tx.query(
      `select case when read_at > clock_timestamp() - make_interval(hours => $1) then read_at end as "readAt" from mailbox_poll`,
      [READ_WITHIN_HOURS],
    );
    const readAt = this.config.BOUNCE_MAILBOX_URL ? (mailbox?.readAt ?? null) : null;
    const proof: LiveProof = {
      testArrivedAt: tested && statement.testArrived ? now : null,
      bouncesReadAt: readAt,
      withoutBouncesReason: reason || null,
    };
    if (reason) return proof;
    const missing = [
      ...(tested ? [] : ['send yourself a test letter of this breach (`bin/tocsin notice test`)']),
      ...(statement.testArrived ? [] : ['look whether the test letter arrived, and say so (`--test-arrived`)']),
      ...(readAt
        ? []
        : ['set BOUNCE_MAILBOX_URL to a mailbox that `bin/tocsin doctor` can read, and let a worker read it']),
    ];
    if (missing.length === 0) return proof;
    throw new Problem(
      'refused',
      'go-live.not-ready',
      `Before letters leave: ${missing.join('; ')}. Or give the reason why they may leave without (\`--without-bounces REASON\`).`,
    );
  }
}
