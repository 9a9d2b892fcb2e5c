import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { breachKey, lockBreach } from '#libs/breach/index.js';
import { Clock, KEYRING, Problem, openBytes, sealBytes, uuidv7, type Keyring } from '#libs/platform/index.js';
import { requirePermission, type Actor } from '#libs/staff/index.js';
import { isId } from './people.queries.js';

/** Roster files between their check and their import: sealed under the breach's key, gone after a day. */
@Injectable()
export class RosterUploadsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** Keeps an uploaded file between its check and its import, sealed; answers its id. Older ones of a day go. */
  async keep(actor: Actor, reference: string, bytes: Buffer): Promise<string> {
    requirePermission(actor, 'people.import');
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const id = uuidv7(this.clock.now());
      const key = await breachKey(tx, this.keyring, breach.id);
      await tx.query(`delete from roster_upload where uploaded_at < now() - interval '1 day'`);
      await tx.query(`insert into roster_upload (id, breach_id, sealed, uploaded_by) values ($1, $2, $3, $4)`, [
        id,
        breach.id,
        sealBytes(key, `roster_upload|${id}|1`, bytes),
        actor.accountId,
      ]);
      return id;
    });
  }

  /** The bytes of a kept upload of this account. Throws `roster.upload-gone` when it is no longer there. */
  async open(actor: Actor, reference: string, uploadId: string): Promise<Buffer> {
    requirePermission(actor, 'people.import');
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const rows: { sealed: Buffer }[] = isId(uploadId)
        ? await tx.query(`select sealed from roster_upload where id = $1 and breach_id = $2 and uploaded_by = $3`, [
            uploadId,
            breach.id,
            actor.accountId,
          ])
        : [];
      if (!rows[0])
        throw new Problem('not-found', 'roster.upload-gone', 'This file is no longer kept. Choose it again.');
      return openBytes(await breachKey(tx, this.keyring, breach.id), `roster_upload|${uploadId}|1`, rows[0].sealed);
    });
  }

  async drop(actor: Actor, uploadId: string): Promise<void> {
    await this.database.query(`delete from roster_upload where id = $1 and uploaded_by = $2`, [
      uploadId,
      actor.accountId,
    ]);
  }
}
