import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { deadlinesOf, factsOf, getBreach } from '#libs/breach/index.js';
import { letterClocks } from '#libs/delivery/index.js';
import { ledgerHead } from '#libs/ledger/index.js';
import { databaseNow } from '#libs/platform/index.js';
import { countReplies } from '#libs/replies/index.js';
import type { PartsOfSum, Report } from './report.js';
import { notInSumOf, recountedSumOf } from './sum.queries.js';

@Injectable()
export class ReportsService {
  constructor(private readonly database: DataSource) {}

  /** All figures of one breach, read in one snapshot so that they agree with each other. */
  async report(breachReference: string): Promise<Report> {
    return await this.database.transaction('REPEATABLE READ', async (tx) => {
      const breach = await getBreach(tx, breachReference);
      const { facts } = await factsOf(tx, breach.id);
      const sum = await recountedSumOf(tx, breach.id);
      const replies = await countReplies(tx, breach.id);
      const clocks = await letterClocks(tx, breach.id);
      const head = await ledgerHead(tx);
      return {
        breach: breach.reference,
        title: facts.title,
        at: (await databaseNow(tx)).toISOString(),
        sum,
        notInSum: await notInSumOf(tx, breach.id, sum.affected),
        byLanguage: await partsBy(tx, breach.id, `array_to_string(languages, '+')`),
        byCategory: await partsBy(tx, breach.id, 'category'),
        acknowledged: replies.acknowledged,
        renewals: { declared: replies.renewed, byDocument: replies.renewals },
        clocks: {
          awareAt: new Date(facts.awareAt).toISOString(),
          authorityDeadline: deadlinesOf(new Date(facts.awareAt)).deadline.toISOString(),
          firstLetterAt: clocks.firstLetterAt?.toISOString() ?? null,
          lastLetterAt: clocks.lastLetterAt?.toISOString() ?? null,
        },
        notices: await tx.query(
          `select n.reference as notice, n.kind, n.state, (select count(*)::int from letter l where l.notice_id = n.id) as letters
             from notice n where n.breach_id = $1 order by n.id`,
          [breach.id],
        ),
        ledger: { size: head?.size ?? 0, root: head?.root ?? null },
      };
    });
  }
}

/** The parts of the sum by one property of the persons; `property` is our own SQL, never input. */
async function partsBy(tx: EntityManager, breachId: string, property: string): Promise<Record<string, PartsOfSum>> {
  const rows: ({ name: string } & PartsOfSum)[] = await tx.query(
    `select ${property} as name, count(*)::int as affected, (count(*) filter (where standing = 'told'))::int as told,
            (count(*) filter (where standing = 'exempt'))::int as exempt, (count(*) filter (where standing = 'under-way'))::int as "underWay",
            (count(*) filter (where standing = 'not-reached'))::int as "notReached"
       from person where breach_id = $1 and merged_into is null group by 1 order by 1`,
    [breachId],
  );
  return Object.fromEntries(rows.map(({ name, ...parts }) => [name, parts]));
}
