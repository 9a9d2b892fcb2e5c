import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreachById } from '#libs/breach/index.js';
import {
  getPerson,
  personIdByReference,
  referenceIndex,
  type PersonRecord,
  type PersonRow,
} from '#libs/people/index.js';
import { CONFIG, KEYRING, Problem, composeMail, type Config, type Keyring } from '#libs/platform/index.js';
import { may, requirePermission, type Actor } from '#libs/staff/index.js';
import { LetterMaker, NO_LETTER, type MadeLetter, type OpenedLetter } from './letter-maker.js';
import { letterMail } from './letter-mail.js';
import { nameOnEnvelope } from './letter-inputs.js';
import { formerLetters, openLetters } from './letters.store.js';
import { refersBack } from './notice-kind.js';
import { currentSources, getNotice, hasLetters, type Notice } from './notice.js';
import { NoticesService } from './notices.service.js';

/** How a letter can be looked at: as mail, as its text, on paper, on paper in large print, and as the file of a mail. */
export const PREVIEW_FORMS = ['html', 'text', 'pdf', 'large', 'eml'] as const;
export type PreviewForm = (typeof PREVIEW_FORMS)[number];

export function isPreviewForm(text: string): text is PreviewForm {
  return (PREVIEW_FORMS as readonly string[]).includes(text);
}

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
    return previewOf(await this.shown(actor, noticeReference, personReference));
  }

  private async shown(actor: Actor, noticeReference: string, personReference: string): Promise<Shown> {
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
      return await this.show(tx, notice, personId, withProtected);
    });
  }

  /** The same letter in one form, as the bytes of its file. Throws what `preview` throws, and `letter.unprintable`. */
  async file(
    actor: Actor,
    noticeReference: string,
    personReference: string,
    form: PreviewForm,
  ): Promise<{ form: PreviewForm; bytes: Buffer }> {
    const shown = await this.shown(actor, noticeReference, personReference);
    return { form, bytes: await bytesOf(shown, form) };
  }

  private async show(tx: EntityManager, notice: Notice, personId: string, withProtected: boolean): Promise<Shown> {
    const key = await breachKey(tx, this.keyring, notice.breachId);
    const person = await getPerson(tx, notice.breachId, key, personId, withProtected);
    if (!person.record)
      throw new Problem('not-found', 'person.erased', 'This person was erased. What outlives it stands in the ledger.');
    const [row]: { id: string }[] = await tx.query(`select id from letter where notice_id = $1 and person_id = $2`, [
      notice.id,
      personId,
    ]);
    const sources = hasLetters(notice) ? notice.sources : await currentSources(tx, notice);
    const maker = await LetterMaker.of(
      tx,
      { ...notice, sources, dated: notice.dated ?? (await this.notices.today(tx)) },
      this.keyring,
      this.config,
    );
    const former = !row && refersBack(notice.kind) ? await formerLetters(tx, key, notice, [personId]) : null;
    const letter: OpenedLetter = row
      ? (await openLetters(tx, key, [row.id])).get(row.id)!
      : {
          id: NO_LETTER,
          languages: person.languages,
          inputs: maker.make(person, former?.get(personId) ?? null).inputs,
        };
    return { person, record: person.record, maker, letter, made: maker.remake(letter) };
  }
}

/** A letter that somebody looks at, with all that its forms are made from. */
interface Shown {
  person: PersonRow;
  record: PersonRecord;
  maker: LetterMaker;
  letter: OpenedLetter;
  made: MadeLetter;
}

function previewOf({ record, person, made }: Shown): Preview {
  const { subject, html, text } = made;
  return { reference: record.reference, languages: person.languages, subject, html, text };
}

async function bytesOf(shown: Shown, form: PreviewForm): Promise<Buffer> {
  const { made, maker, letter, record } = shown;
  if (form === 'html' || form === 'text') return Buffer.from(made[form]);
  if (form === 'eml') return await emlOf(shown);
  const postal = record.contacts.find((contact) => contact.kind === 'post')?.value.split('\n') ?? [];
  return maker.print(letter, { large: form === 'large', postal });
}

/**
 * The mail as it leaves. Date, Message-ID and boundary stand for those of the attempt: they come from the letter itself,
 * so that the file of the same letter is the same. A person without e-mail address gets one that no mail reaches.
 */
async function emlOf({ person, record, maker, letter, made }: Shown): Promise<Buffer> {
  const order =
    person.category === 'staff' ? (['email', 'private-email'] as const) : (['private-email', 'email'] as const);
  const contact = order.flatMap((kind) => record.contacts.filter((one) => one.kind === kind))[0];
  const to = { name: nameOnEnvelope(letter.inputs), address: contact?.value ?? 'no-address@preview.invalid' };
  const domain = maker.sender.address.slice(maker.sender.address.lastIndexOf('@') + 1);
  const messageId = `<preview.${made.inputsHash.toString('hex').slice(0, 32)}@${domain}>`;
  return await composeMail(
    letterMail(
      letter.inputs.form === 'plain-text' ? { ...made, html: null } : made,
      letter.languages[0]!,
      maker.sender,
      to,
      messageId,
    ),
    new Date(`${maker.dated}T12:00:00Z`),
  );
}
