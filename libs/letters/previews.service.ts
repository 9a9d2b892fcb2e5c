import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreachById } from '#libs/breach/index.js';
import { getPerson, personIdByReference, referenceIndex } from '#libs/people/index.js';
import { CONFIG, KEYRING, Problem, type Config, type Keyring } from '#libs/platform/index.js';
import { may, requirePermission, type Actor } from '#libs/staff/index.js';
import { sampleAddressees } from './addressees.js';
import { LetterMaker, type MadeLetter } from './letter-maker.js';
import { formerLetters, openLetters } from './letters.store.js';
import { gatherAddressees } from './notice-addressees.js';
import { refersBack } from './notice-kind.js';
import { getNotice, type Notice } from './notice.js';
import { NoticesService } from './notices.service.js';

export interface Preview extends Pick<MadeLetter, 'subject' | 'html' | 'text'> {
  reference: string;
  languages: string[];
}

@Injectable()
export class PreviewsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    private readonly notices: NoticesService,
  ) {}

  /**
   * The letter of any person of the breach: as it was made once the notice was sent, else as it would be made now,
   * with a code that belongs to no letter.
   */
  async preview(actor: Actor, noticeReference: string, personReference: string): Promise<Preview> {
    requirePermission(actor, 'notice.read');
    requirePermission(actor, 'people.read');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, noticeReference);
      const breach = await getBreachById(tx, notice.breachId);
      const withProtected = may(actor.roles, 'people.protected');
      const personId = await personIdByReference(
        tx,
        breach.id,
        referenceIndex(this.keyring, personReference),
        withProtected,
      );
      return await this.previewOf(tx, notice, personId, withProtected);
    });
  }

  /** Previews of some addressees, for the page that asks for approval. */
  async samples(actor: Actor, noticeReference: string, count: number): Promise<Preview[]> {
    requirePermission(actor, 'notice.read');
    requirePermission(actor, 'people.read');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, noticeReference);
      await gatherAddressees(tx, this.keyring, notice);
      const ids = await sampleAddressees(tx, notice, count);
      const previews: Preview[] = [];
      for (const id of ids) previews.push(await this.previewOf(tx, notice, id, false));
      return previews;
    });
  }

  private async previewOf(
    tx: EntityManager,
    notice: Notice,
    personId: string,
    withProtected: boolean,
  ): Promise<Preview> {
    const key = await breachKey(tx, this.keyring, notice.breachId);
    const person = await getPerson(tx, notice.breachId, key, personId, withProtected);
    if (!person.record)
      throw new Problem('not-found', 'person.erased', 'This person was erased. What outlives it stands in the ledger.');
    const [row]: { id: string }[] = await tx.query(`select id from letter where notice_id = $1 and person_id = $2`, [
      notice.id,
      personId,
    ]);
    const sources = notice.sources ?? (await this.notices.checkIn(tx, notice)).sources;
    const maker = await LetterMaker.of(
      tx,
      { ...notice, sources, dated: notice.dated ?? (await this.notices.today(tx)) },
      this.keyring,
      this.config,
    );
    const former = !row && refersBack(notice.kind) ? await formerLetters(tx, key, notice, [personId]) : null;
    const made = row
      ? maker.remake((await openLetters(tx, key, [row.id])).get(row.id)!)
      : maker.make(person, former?.get(personId) ?? null);
    return {
      reference: person.record.reference,
      languages: person.languages,
      subject: made.subject,
      html: made.html,
      text: made.text,
    };
  }
}
