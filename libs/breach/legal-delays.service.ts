import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { record } from '#libs/ledger/index.js';
import { Clock, Problem, uuidv7 } from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { getBreach } from './breach.js';
import { listDelays } from './legal-delay.js';

const text = (most: number) => z.string().trim().min(1).max(most);
const DELAY = z.strictObject({
  askedBy: text(200),
  document: text(200),
  /** Until when the authority asks to wait; null where it does not say. */
  until: z.iso.datetime({ offset: true }).nullable(),
  reviewOn: z.iso.date(),
});
const END = z.strictObject({ reason: text(2_000), isNevertheless: z.boolean() });

export type DelayInput = z.input<typeof DELAY>;
export type DelayEndInput = z.input<typeof END>;

const MENDS: Record<string, string> = {
  askedBy: 'Say which authority asked, in 1 to 200 characters.',
  document: 'Give the reference of its letter: without one in writing nobody may wait.',
  until: 'Write a moment with its zone, as 2026-12-01T12:00:00+01:00, or leave it out.',
  reviewOn: 'Give the day on which somebody asks whether it still holds, as 2026-12-01.',
  reason: 'Say why it ends, in 1 to 2000 characters.',
};

/** Requests of law enforcement to wait, and their ends. */
@Injectable()
export class LegalDelaysService {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Keeps a request. `pause` stops, in the same transaction, what of the breach is being sent. Throws `delay.faulty`. */
  async begin(
    actor: Actor,
    reference: string,
    input: DelayInput,
    pause: (tx: EntityManager, breachId: string) => Promise<void>,
  ): Promise<void> {
    requirePermission(actor, 'breach.delay');
    const delay = read(DELAY, input);
    const now = this.clock.now();
    if (delay.reviewOn < now.toISOString().slice(0, 10))
      throw faulty('reviewOn', 'The day of the review is over. Give a later one.');
    if (delay.until && new Date(delay.until) <= now)
      throw faulty('until', 'That moment is over. Give a later one, or leave it out.');
    await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, reference);
      const id = uuidv7(now);
      await tx.query(
        `insert into legal_delay (id, breach_id, asked_by, document, until, review_on, recorded_by) values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, breach.id, delay.askedBy, delay.document, delay.until, delay.reviewOn, actor.accountId],
      );
      await record(tx, {
        kind: 'breach.delayed',
        actor: actorName(actor),
        breachId: breach.id,
        facts: { delay: id, review: delay.reviewOn },
      });
      await pause(tx, breach.id);
    });
  }

  /** Ends every request in force: the authority took it back, or the controller sends nevertheless. Throws `delay.none`. */
  async end(actor: Actor, reference: string, input: DelayEndInput): Promise<void> {
    requirePermission(actor, 'breach.delay');
    const { reason, isNevertheless } = read(END, input);
    await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, reference);
      const inForce = (await listDelays(tx, breach.id)).filter((one) => one.inForce);
      if (inForce.length === 0)
        throw new Problem(
          'conflict',
          'delay.none',
          'No authority asks to wait with this breach: there is nothing to end.',
        );
      for (const { id } of inForce) {
        await tx.query(
          `insert into legal_delay_end (delay_id, is_nevertheless, reason, recorded_by) values ($1, $2, $3, $4)`,
          [id, isNevertheless, reason, actor.accountId],
        );
        await record(tx, {
          kind: 'breach.delay-ended',
          actor: actorName(actor),
          breachId: breach.id,
          facts: { delay: id, nevertheless: String(isNevertheless) },
        });
      }
    });
  }
}

function read<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const at = String(result.error.issues[0]?.path[0] ?? '');
  throw faulty(at, MENDS[at] ?? 'Fill in the form again.');
}

function faulty(at: string, message: string): Problem {
  return new Problem('bad-input', 'delay.faulty', message, [{ at, message, code: `delay.${at}` }]);
}
