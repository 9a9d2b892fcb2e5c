import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, factsOf, findController, textsOf, type BreachTexts, type Controller } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { getPerson, openPeople, personIdByReference, referenceIndex, type PersonRow } from '#libs/people/index.js';
import { CONFIG, KEYRING, Problem, type Config, type Keyring, type Language } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { addresseeIds, addresseeWithMost } from './addressees.js';
import { approvalSample, type SampledLetter } from './approval-sample.js';
import { codeOf, wordOf } from './codes.js';
import { draftPart, filledText, type DraftPart } from './draft-letter.js';
import { inputsOfKind, letterView, type LetterInputs, type NoticeInputs } from './letter-inputs.js';
import { formerLetters } from './letters.store.js';
import { isAskedOf } from './lint-asked.js';
import type { NoticeKind } from './notice-kind.js';
import { NO_LETTER, codeKeyOf } from './letter-maker.js';
import { bodiesOf, getNotice, type Notice } from './notice.js';
import { normalText, readText } from './notice-text.js';
import { gatherAddressees } from './notice-addressees.js';
import { NoticesService } from './notices.service.js';
import { PREVIEW_RULES, rankOf, type NameRule } from './preview-choice.js';
import { inventedLetterOf } from './render-sample.js';
import { lintLetter, type Finding } from './lint.js';
import { LetterRenderer, type RenderedLetter } from './render.js';
import { compileLetter } from './template.js';

/** A letter to look at, with the names of the values that it lacks. */
export interface DraftLetter extends RenderedLetter {
  missing: string[];
}

/** Whose letter it is: a person of the breach, or, where there is nobody yet, somebody invented. */
export interface PreviewedPerson {
  reference: string | null;
  languages: Language[];
}

const BATCH = 1_000;
/** Some seconds of opening, as for a search by name. */
const MOST_OPENED = 200_000;
const NO_TEXTS: BreachTexts = { whatHappened: '', likelyConsequences: '', measuresTaken: '' };
/** Stands in before the controller was recorded once: every place of it glows. */
const NO_CONTROLLER = {
  name: { en: '' },
  postalAddress: [],
  website: '',
  dataProtectionOfficer: { name: '', email: '', phone: '', postalAddress: [] },
  supervisoryAuthority: { en: { name: '', address: '', website: '' } },
} as unknown as Controller;

@Injectable()
export class TextPreviewsService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    private readonly notices: NoticesService,
  ) {}

  /**
   * The letter that a text in one language would make, of a person or of somebody invented; nothing is kept. Without
   * `source` it is the newest version that is. Throws `template.faulty` with line and mend.
   */
  async ofText(
    actor: Actor,
    reference: string,
    language: Language,
    personReference: string,
    source: string | null,
  ): Promise<DraftLetter> {
    requirePermission(actor, 'notice.read');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference);
      const compiled = readText(await this.sourceOf(tx, notice, language, source), language, notice.kind);
      const person = personReference === '' ? null : await this.personOf(tx, actor, notice, personReference);
      return joined([draftPart(compiled, await this.viewOf(tx, notice, person, language), notice.subjectForm)]);
    });
  }

  /** The linter's findings on a text, with the words of the breach in their places and the lines of the text. */
  async findings(
    actor: Actor,
    reference: string,
    language: Language,
    personReference: string,
    source: string | null,
    wordsIn: Language,
  ): Promise<Finding[]> {
    requirePermission(actor, 'notice.read');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference);
      const text = await this.sourceOf(tx, notice, language, source);
      const person = personReference === '' ? null : await this.personOf(tx, actor, notice, personReference);
      const filled = filledText(text, await this.viewOf(tx, notice, person, language), notice.subjectForm);
      return lintLetter(filled, language, wordsIn).filter(({ rule }) => isAskedOf(notice.kind, rule));
    });
  }

  private async sourceOf(tx: EntityManager, notice: Notice, language: Language, typed: string | null): Promise<string> {
    return typed === null ? ((await bodiesOf(tx, notice.id))[language]?.body ?? '') : normalText(typed);
  }

  /**
   * The whole letter of a person, in each of their languages, as the notice would make it now; what is missing glows.
   * For notices whose letters are not made yet; those that are have `PreviewsService`.
   */
  async ofPerson(actor: Actor, reference: string, personReference: string): Promise<DraftLetter & PreviewedPerson> {
    requirePermission(actor, 'notice.read');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference);
      const bodies = await bodiesOf(tx, notice.id);
      const person = await this.personOf(tx, actor, notice, personReference);
      const parts: DraftPart[] = [];
      for (const language of person.languages)
        parts.push(
          draftPart(
            compileLetter(bodies[language]!.body),
            await this.viewOf(tx, notice, person, language),
            notice.subjectForm,
          ),
        );
      return { ...joined(parts), reference: person.record!.reference, languages: person.languages };
    });
  }

  /**
   * The reference of the addressee whose letter a rule finds, or null where nobody is one. Rules that look at names open
   * the addressees in memory, at most `MOST_OPENED`; every choice is recorded as a read. Protected persons are among
   * them for the security officer only.
   */
  async choose(actor: Actor, reference: string, rule: string): Promise<string | null> {
    requirePermission(actor, 'notice.read');
    requirePermission(actor, 'people.read');
    const known = PREVIEW_RULES.find((one) => one === rule);
    if (!known) {
      const message = 'Choose whose letter to look at from the list.';
      throw new Problem('bad-input', 'preview.rule-unknown', message, [{ at: 'as', message }]);
    }
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference);
      await gatherAddressees(tx, this.keyring, notice);
      const withProtected = may(actor.roles, 'people.protected');
      const { id, opened } =
        known === 'longest-names' || known === 'strangest'
          ? await this.byName(tx, notice, known, withProtected)
          : { id: await addresseeWithMost(tx, notice, known, withProtected), opened: 1 };
      if (!id) return null;
      const facts = { notice: reference, rule: known, opened };
      await record(tx, { kind: 'preview.chosen', actor: actorName(actor), breachId: notice.breachId, facts });
      const key = await breachKey(tx, this.keyring, notice.breachId);
      return (await getPerson(tx, notice.breachId, key, id, withProtected)).record!.reference;
    });
  }

  /** The letters that whoever allows them all looks at, drawn by the hash that their approval is bound to. */
  async sampled(actor: Actor, reference: string, hash: string): Promise<(SampledLetter & { reference: string })[]> {
    requirePermission(actor, 'notice.read');
    requirePermission(actor, 'people.read');
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference);
      await gatherAddressees(tx, this.keyring, notice);
      const sample = await approvalSample(tx, notice, hash);
      const key = await breachKey(tx, this.keyring, notice.breachId);
      const ids = sample.map((one) => one.personId);
      const people = await openPeople(tx, notice.breachId, key, ids);
      return sample.map((one) => ({ ...one, reference: people.get(one.personId)!.record!.reference }));
    });
  }

  private async byName(
    tx: EntityManager,
    notice: Notice,
    rule: NameRule,
    withProtected: boolean,
  ): Promise<{ id: string | null; opened: number }> {
    const key = await breachKey(tx, this.keyring, notice.breachId);
    let best: { id: string; rank: number } | null = null;
    let opened = 0;
    for (let after: string | null = null; opened < MOST_OPENED;) {
      const ids: string[] = await addresseeIds(tx, notice, after, BATCH);
      const people = await openPeople(tx, notice.breachId, key, ids);
      for (const id of ids) {
        const person = people.get(id)!;
        if (person.isProtected && !withProtected) continue;
        opened += 1;
        const rank = rankOf(rule, person.record!);
        if (!best || rank > best.rank) best = { id, rank };
      }
      if (ids.length < BATCH) break;
      after = ids.at(-1)!;
    }
    return { id: best?.id ?? null, opened };
  }

  private async personOf(tx: EntityManager, actor: Actor, notice: Notice, reference: string): Promise<PersonRow> {
    requirePermission(actor, 'people.read');
    const withProtected = may(actor.roles, 'people.protected');
    const id = await personIdByReference(
      tx,
      notice.breachId,
      referenceIndex(this.keyring, reference.slice(0, 300)),
      withProtected,
    );
    const key = await breachKey(tx, this.keyring, notice.breachId);
    const person = await getPerson(tx, notice.breachId, key, id, withProtected);
    if (!person.record)
      throw new Problem('not-found', 'person.erased', 'This person was erased. What outlives it stands in the ledger.');
    return person;
  }

  private async viewOf(tx: EntityManager, notice: Notice, person: PersonRow | null, language: Language) {
    const controller = (await findController(tx))?.controller;
    const texts = Object.fromEntries(
      Object.entries(await textsOf(tx, notice.breachId)).map(([one, text]) => [one, text.texts]),
    ) as NoticeInputs['texts'];
    const inputs: NoticeInputs = {
      reference: notice.reference,
      dated: notice.dated ?? (controller ? await this.notices.today(tx) : notice.draftedAt.toISOString().slice(0, 10)),
      facts: (await factsOf(tx, notice.breachId)).facts,
      texts: { ...texts, [language]: texts[language] ?? NO_TEXTS },
      controller: controller ?? NO_CONTROLLER,
      address: `${this.config.publicUrl}/n`,
      ...(notice.kind === 'initial' ? {} : { kind: notice.kind }),
    };
    const breach = await breachKey(tx, this.keyring, notice.breachId);
    const key = codeKeyOf(breach);
    const own = person
      ? inputsOfKind(
          notice.kind,
          person,
          texts,
          (await formerLetters(tx, breach, notice, [person.id])).get(person.id) ?? null,
        )
      : inventedInputs(notice.kind, language);
    return letterView(inputs, own, language, { code: codeOf(key, NO_LETTER), word: wordOf(key, NO_LETTER) });
  }
}

function joined(parts: DraftPart[]): DraftLetter {
  return { ...LetterRenderer.join(parts), missing: [...new Set(parts.flatMap((part) => part.missing))] };
}

function inventedInputs(kind: NoticeKind, language: Language): LetterInputs {
  const { person, exposures, since, changes } = inventedLetterOf(kind, language);
  return { ...person, exposures, ...(since ? { since } : {}), ...(changes ? { changes } : {}) };
}
