import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { breachKey } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { Clock, KEYRING, Problem, uuidv7, type Keyring } from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { textHash } from './notice-findings.js';
import { materialOf } from './notice-lint.js';
import { addOverride } from './notice-overrides.store.js';
import { getNotice, type Notice } from './notice.js';
import { NoticesService } from './notices.service.js';

/** Characters. */
const LONGEST_REASON = 2_000;
const REASON_MISSING = 'Say why this may pass, in at most 2000 characters.';
/** States in which a notice's findings can be let pass. */
const OPEN: Notice['state'][] = ['draft', 'submitted', 'approved'];

@Injectable()
export class OverridesService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly notices: NoticesService,
  ) {}

  /**
   * Lets a blocking finding pass in one language, for the text as it is now; the override ends when the text changes.
   * Throws `override.idle` where nothing of that rule blocks, `override.reason-missing` without a reason.
   */
  async override(actor: Actor, reference: string, rule: string, language: string, reason: string): Promise<Notice> {
    requirePermission(actor, 'notice.approve');
    const why = reason.trim();
    if (why === '' || why.length > LONGEST_REASON)
      throw new Problem('bad-input', 'override.reason-missing', REASON_MISSING, [
        { at: 'reason', message: REASON_MISSING },
      ]);
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference, true);
      const { blocking, sources } = await this.notices.checkIn(tx, notice);
      const found =
        OPEN.includes(notice.state) && blocking.find((one) => one.rule === rule && one.language === language);
      if (!found)
        throw new Problem(
          'bad-input',
          'override.idle',
          `Nothing of that rule blocks ${notice.reference} in that language. Look at its findings again.`,
          [],
          { reference: notice.reference },
        );
      const hash = textHash(await materialOf(tx, { ...notice, sources }), sources.shared, found.language);
      await addOverride(tx, await breachKey(tx, this.keyring, notice.breachId), notice.id, {
        id: uuidv7(this.clock.now()),
        rule: found.rule,
        language: found.language,
        textHash: hash,
        reason: why,
        overriddenBy: actor.accountId,
      });
      await record(tx, {
        kind: 'notice.overridden',
        actor: actorName(actor),
        breachId: notice.breachId,
        facts: { notice: notice.reference, rule: found.rule, language: found.language, text: hash.toString('hex') },
      });
      return notice;
    });
  }
}
