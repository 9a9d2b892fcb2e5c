import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { domainOf, findController, isBanned, type Controller } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { TextPreviewsService, getNotice, letterMail } from '#libs/letters/index.js';
import {
  CONFIG,
  Clock,
  KEYRING,
  LANGUAGES,
  Problem,
  isLanguage,
  uuidv7,
  type Config,
  type Keyring,
  type Language,
  type SmtpOutcome,
} from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { requireSenderNotBanned } from './dispatch.js';
import { envelopeOf } from './envelope.js';
import { MailRelay } from './mail-relay.js';
import { asTest } from './test-letter.js';

/** What became of a test letter. */
export interface TestLetter {
  to: string;
  language: Language;
  outcome: SmtpOutcome;
}

/** Who it goes to, with the letter as it leaves. */
interface Reader {
  to: string;
  name: string;
  language: Language;
}

/** Throws `test-letter.not-taken` with the words of the relay. */
export function requireTaken({ outcome }: TestLetter): void {
  if (outcome.kind === 'accepted') return;
  throw new Problem(
    'refused',
    'test-letter.not-taken',
    `The mail server did not take the test letter (${outcome.stage}): ${outcome.answer} Run \`bin/tocsin doctor\`, which says what to mend.`,
  );
}

@Injectable()
export class TestLetterService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly previews: TextPreviewsService,
    private readonly relay: MailRelay,
  ) {}

  /**
   * Sends the letter of an invented person, marked as a test, to a staff account over the relay that real letters take.
   * Of what the text lacks the placeholder glows, as in its preview. No letter and no attempt is kept; the ledger says
   * that it was tried and what the relay answered. A refusal of the relay is an outcome, not thrown. Throws
   * `test-letter.to-outsider`, `test-letter.no-text`, `channel.banned`.
   */
  async send(actor: Actor, reference: string, email: string, language?: string): Promise<TestLetter> {
    requirePermission(actor, 'notice.write');
    const reader = await this.readerOf(email, language);
    const { sender, breachId } = await this.senderOf(reference, reader.to);
    const draft = await this.previews.ofText(actor, reference, reader.language, '', null);
    const id = uuidv7(this.clock.now());
    const messageId = `<${id}.test@${domainOf(sender.address)}>`;
    const to = { name: reader.name, address: reader.to };
    const mail = letterMail(asTest(draft, reader.language), reader.language, sender, to, messageId);
    const client = await this.relay.client();
    const outcome = await client.send({ ...mail, ...envelopeOf(this.keyring, this.config, id) });
    await this.database.transaction(async (tx) => {
      await record(tx, {
        kind: 'notice.tested',
        actor: actorName(actor),
        breachId,
        facts: {
          notice: reference,
          language: reader.language,
          test: id,
          outcome: outcome.kind,
          ...(outcome.code ? { code: outcome.code } : {}),
        },
      });
    });
    return { to: reader.to, language: reader.language, outcome };
  }

  /** A letter about a breach leaves for nobody but those who work with it, test or not. */
  private async readerOf(email: string, language: string | undefined): Promise<Reader> {
    if (language !== undefined && !isLanguage(language))
      throw new Problem('bad-input', 'test-letter.language-unknown', `Choose a language: ${LANGUAGES.join(', ')}.`);
    const [account]: { email: string; name: string; language: Language }[] = await this.database.query(
      `select email, name, language from account where email = $1 and disabled_at is null`,
      [email.trim().toLowerCase()],
    );
    if (!account)
      throw new Problem(
        'refused',
        'test-letter.to-outsider',
        'A test letter goes to the address of a staff account only. Name one, or add the account with `bin/tocsin staff add`.',
      );
    return { to: account.email, name: account.name, language: language ?? account.language };
  }

  /** The controller's sender, once neither side of the channel may be read by the attacker. */
  private async senderOf(reference: string, to: string): Promise<{ sender: Controller['sender']; breachId: string }> {
    return await this.database.transaction(async (tx) => {
      const { breachId } = await getNotice(tx, reference);
      const controller = (await findController(tx))?.controller;
      if (!controller)
        throw new Problem(
          'refused',
          'test-letter.no-sender',
          'There is no sender yet. Record the controller with its sender address first.',
        );
      const bans = await requireSenderNotBanned(tx, breachId, controller.sender.address);
      if (this.config.BOUNCE_ADDRESS) await requireSenderNotBanned(tx, breachId, this.config.BOUNCE_ADDRESS);
      if (isBanned(bans, domainOf(to), 'recipient'))
        throw new Problem(
          'refused',
          'channel.banned',
          'That address stands on a domain that the attacker may read. Choose the address of another account.',
        );
      return { sender: controller.sender, breachId };
    });
  }
}
