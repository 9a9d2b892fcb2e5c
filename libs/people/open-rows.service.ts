import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockBreach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { Problem } from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { isId } from './people.queries.js';

@Injectable()
export class OpenRowsService {
  constructor(private readonly database: DataSource) {}

  /** Says of a row left out that it is nobody to be told, with a reason; it leaves the count beside the sum. */
  async dismiss(actor: Actor, reference: string, openRowId: string, reason: string): Promise<void> {
    requirePermission(actor, 'people.import');
    const why = reason.trim().slice(0, 1000);
    if (why === '')
      throw new Problem('bad-input', 'open-row.reason-missing', 'Say why this row is nobody to be told.', [
        { at: 'reason', message: 'Say why this row is nobody to be told.' },
      ]);
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const rows: unknown[] = !isId(openRowId)
        ? []
        : await tx.query(
            `with dismissed as (
           update open_row set state = 'dismissed', reason = $3, settled_by = $4, settled_at = clock_timestamp()
            where id = $1 and breach_id = $2 and state = 'open' returning id)
         select id from dismissed`,
            [openRowId, breach.id, why, actor.accountId],
          );
      if (rows.length === 0)
        throw new Problem('conflict', 'open-row.settled', 'This row was settled meanwhile. Load the page again.');
      await record(tx, {
        kind: 'open-row.dismissed',
        actor: actorName(actor),
        breachId: breach.id,
        facts: { row: openRowId },
      });
    });
  }
}
