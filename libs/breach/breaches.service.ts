import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { z } from 'zod';
import { record } from '#libs/ledger/index.js';
import {
  Clock,
  KEYRING,
  Problem,
  databaseNow,
  newKey,
  nextReference,
  sealBytes,
  uuidv7,
  type Fault,
  type Keyring,
  type Language,
} from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import {
  breachFactsSchema,
  breachFileSchema,
  breachTextsSchema,
  controllerSchema,
  type BreachFacts,
  type BreachFile,
  type Controller,
} from './breach-file.js';
import { breachKeyPlace, factsOf, getBreach, getController, type Breach } from './breach.js';
import type { ChannelBan } from './channel-ban.js';
import { domainIndex } from './domain-index.js';
import { inWords } from './fault-words.js';
import { recordGoLive, type LiveProof } from './go-live.js';

@Injectable()
export class BreachesService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a breach from what `breach open FILE.json` or the page gives: one transaction for the row, its first facts,
   * its texts, its channel bans and, where the file brings them, the controller's own data.
   * Throws `breach.faulty` with one fault a field.
   */
  async open(actor: Actor, input: unknown): Promise<Breach> {
    requirePermission(actor, 'breach.write');
    const file = read(breachFileSchema, input, 'breach.faulty', 'Mend the facts of the breach');
    return await this.database.transaction(async (tx) => {
      checkTimes(file.facts, await databaseNow(tx));
      if (file.controller) await saveControllerRevision(tx, actor, file.controller);
      await getController(tx);
      const id = uuidv7(this.clock.now());
      const reference = await nextReference(tx, 'BR');
      await tx.query(
        `insert into breach (id, reference, is_drill, key_wrapped, opened_by) values ($1, $2, $3, $4, $5)`,
        [id, reference, file.isDrill, sealBytes(this.keyring.kek, breachKeyPlace(id), newKey()), actor.accountId],
      );
      await record(tx, {
        kind: 'breach.opened',
        actor: actorName(actor),
        breachId: id,
        facts: { reference, drill: file.isDrill },
      });
      await this.saveFacts(tx, actor, id, file.facts, 1);
      for (const language of Object.keys(file.texts) as Language[])
        await this.saveTextRevision(tx, actor, id, language, file.texts[language]);
      for (const ban of file.bannedDomains) await this.saveBan(tx, actor, id, ban);
      return await getBreach(tx, reference);
    });
  }

  /** Records new facts as a new revision; the old ones stay. Throws `breach.faulty`. */
  async recordFacts(actor: Actor, reference: string, input: unknown): Promise<void> {
    requirePermission(actor, 'breach.write');
    const facts = read(breachFactsSchema, input, 'breach.faulty', 'Mend the facts of the breach');
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      checkTimes(facts, await databaseNow(tx));
      const { revision } = await factsOf(tx, breach.id);
      await this.saveFacts(tx, actor, breach.id, facts, revision + 1);
    });
  }

  /** Records the words of the letters in one language as a new revision. Throws `breach.faulty`. */
  async recordTexts(actor: Actor, reference: string, language: Language, input: unknown): Promise<void> {
    requirePermission(actor, 'breach.write');
    const texts = read(breachTextsSchema, input, 'breach.faulty', 'Mend the text');
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      await this.saveTextRevision(tx, actor, breach.id, language, texts);
    });
  }

  /** Records the controller's own data, once for the installation; every save is a new revision. */
  async recordController(actor: Actor, input: unknown): Promise<void> {
    requirePermission(actor, 'controller.write');
    const controller = read(controllerSchema, input, 'controller.faulty', 'Mend the data of the controller');
    await this.database.transaction((tx) => saveControllerRevision(tx, actor, controller));
  }

  /**
   * Lets letters of a breach leave. `prove` finds, in the same transaction, what shows that they may, or throws. Answers
   * whether they waited until now.
   */
  async goLive(
    actor: Actor,
    reference: string,
    prove: (tx: EntityManager, breachId: string) => Promise<LiveProof | null> = () => Promise.resolve(null),
  ): Promise<boolean> {
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      return await recordGoLive(tx, actor, breach, await prove(tx, breach.id));
    });
  }

  private async saveFacts(
    tx: EntityManager,
    actor: Actor,
    breachId: string,
    facts: BreachFacts,
    revision: number,
  ): Promise<void> {
    await tx.query(`insert into breach_revision (breach_id, revision, facts, recorded_by) values ($1, $2, $3, $4)`, [
      breachId,
      revision,
      facts,
      actor.accountId,
    ]);
    await record(tx, {
      kind: 'breach-facts.recorded',
      actor: actorName(actor),
      breachId,
      facts: { revision, awareAt: facts.awareAt },
    });
  }

  private async saveTextRevision(
    tx: EntityManager,
    actor: Actor,
    breachId: string,
    language: Language,
    texts: BreachFile['texts'][Language],
  ): Promise<void> {
    const [row]: { revision: number }[] = await tx.query(
      `insert into breach_text (breach_id, language, revision, texts, recorded_by)
       select $1, $2, coalesce(max(revision), 0) + 1, $3, $4 from breach_text where breach_id = $1 and language = $2
       returning revision`,
      [breachId, language, texts, actor.accountId],
    );
    await record(tx, {
      kind: 'breach-text.recorded',
      actor: actorName(actor),
      breachId,
      facts: { language, revision: row!.revision },
    });
  }

  private async saveBan(tx: EntityManager, actor: Actor, breachId: string, ban: ChannelBan): Promise<void> {
    const id = uuidv7(this.clock.now());
    // A domain that a file lists twice is banned once.
    const added: unknown[] = await tx.query(
      `insert into channel_ban (id, breach_id, domain, domain_index, side, reason, recorded_by) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict on constraint channel_ban_domain_key do nothing returning id`,
      [id, breachId, ban.domain, domainIndex(this.keyring, ban.domain), ban.side, ban.reason, actor.accountId],
    );
    if (added.length === 0) return;
    await record(tx, { kind: 'channel.banned', actor: actorName(actor), breachId, facts: { ban: id, side: ban.side } });
  }
}

async function saveControllerRevision(tx: EntityManager, actor: Actor, controller: Controller): Promise<void> {
  await tx.query(`lock table controller_revision in exclusive mode`);
  const [row]: { revision: number }[] = await tx.query(
    `insert into controller_revision (revision, facts, recorded_by)
     select coalesce(max(revision), 0) + 1, $1, $2 from controller_revision returning revision`,
    [controller, actor.accountId],
  );
  await record(tx, { kind: 'controller.recorded', actor: actorName(actor), facts: { revision: row!.revision } });
}

/**
 * Locks the breach's row for the rest of the transaction, so that two saves make two revisions. Its key is not locked:
 * while an import holds a breach for minutes, an upload or a reply that only refers to it goes on.
 */
export async function lockBreach(tx: EntityManager, reference: string): Promise<Breach> {
  // First the lock, then the look: whoever held the lock before may have closed the breach.
  await tx.query(`select from breach where reference = $1 for no key update`, [reference.slice(0, 40)]);
  return requireOpen(await getBreach(tx, reference));
}

/** The same breach where it is open. Throws `breach.closed`. */
export function requireOpen(breach: Breach): Breach {
  if (breach.closedAt)
    throw new Problem('refused', 'breach.closed', 'This breach is closed. Open a new one for new facts.');
  return breach;
}

/** Whether somebody holds the lock of a breach at this moment, asked without waiting for it. */
export async function isBreachLocked(tx: EntityManager, breachId: string): Promise<boolean> {
  const free: unknown[] = await tx.query(`select from breach where id = $1 for no key update skip locked`, [breachId]);
  return free.length === 0;
}

/** A breach cannot be known of before it began, nor in the future. */
function checkTimes(facts: BreachFacts, now: Date): void {
  const faults: Fault[] = [];
  const aware = new Date(facts.awareAt);
  if (aware > now) faults.push({ at: 'facts.awareAt', message: 'Enter a time of awareness that lies in the past.' });
  const begins = facts.occurredFrom.map((claim) => new Date(claim.at).getTime());
  const ends = facts.occurredTo.map((claim) => new Date(claim.at).getTime());
  if (begins.length > 0 && Math.min(...begins) > aware.getTime()) {
    faults.push({
      at: 'facts.occurredFrom',
      message: 'Enter a begin of the breach that lies before the time of awareness.',
    });
  }
  if (begins.length > 0 && ends.length > 0 && Math.max(...ends) < Math.min(...begins)) {
    faults.push({ at: 'facts.occurredTo', message: 'Enter an end of the breach that lies after its begin.' });
  }
  if (faults.length > 0) throw new Problem('bad-input', 'breach.faulty', 'Mend the times of the breach.', faults);
}

/** Parses with a schema; a mismatch becomes a Problem with one fault a field, without the faulty values. */
function read<T extends z.ZodType>(schema: T, input: unknown, code: `${string}.${string}`, what: string): z.output<T> {
  const result = schema.safeParse(input, { error: inWords });
  if (result.success) return result.data;
  const faults = result.error.issues
    .slice(0, 50)
    .map((issue) => ({ at: issue.path.join('.') || 'file', message: issue.message }));
  throw new Problem(
    'bad-input',
    code,
    `${what}: ${faults
      .map((fault) => fault.at)
      .slice(0, 5)
      .join(', ')}.`,
    faults,
  );
}
