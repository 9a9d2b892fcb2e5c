import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, factsOf, getController, lockBreach } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import { factsAsTold, openPeople, pseudonymOf } from '#libs/people/index.js';
import {
  CONFIG,
  Clock,
  KEYRING,
  LANGUAGES,
  Problem,
  databaseNow,
  nextReference,
  uuidv7,
  type Config,
  type Fault,
  type Keyring,
  type Language,
} from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import {
  addresseeIds,
  addresseesHash,
  changedBackAgain,
  comparesLetters,
  countAddressees,
  countLeftOut,
  type Addressed,
  type AddresseeCount,
  type LeftOut,
} from './addressees.js';
import { CheckedLetters, type Checked } from './checked-letters.js';
import { dayIn } from './day-in.js';
import { LetterMaker } from './letter-maker.js';
import { formerLetters } from './letters.store.js';
import { gatherAddressees, whyNobody } from './notice-addressees.js';
import { keepApproval } from './notice-approvals.js';
import { SampleLetters, type NoticeFinding } from './notice-findings.js';
import { NOTICE_KINDS, refersBack, type NoticeKind } from './notice-kind.js';
import { lintNotice } from './notice-lint.js';
import { insertText, textStatesOf } from './notice-texts.store.js';
import { currentSources, getNotice, requireMove, wrongState, type Notice, type NoticeSources } from './notice.js';
import { keepSharedTemplates } from './shared-templates.store.js';
import { subjectFormFor } from './subject-form.js';
import { letterTemplates } from './template-files.js';
import { SUBJECT_FORMS, type SubjectForm } from './template.js';

/** What an approval is asked for, and what stands in its way. */
export interface NoticeCheck {
  /** SHA-256 over texts, facts and addressees, hex. */
  hash: string;
  sources: NoticeSources;
  letters: number;
  addressees: AddresseeCount[];
  leftOut: LeftOut[];
  /** What keeps the notice from going on; empty when nothing does. */
  faults: Fault[];
  /** What the linter says of the letters; empty while faults keep them from being made. */
  findings: NoticeFinding[];
  /** Those that keep the notice from going on: they block, and nobody let them pass. */
  blocking: NoticeFinding[];
}

const BATCH = 1_000;
/** Persons whose letter cannot be made are named up to here; more is one fault of the texts. */
const MOST_FAULTS = 20;

@Injectable()
export class NoticesService {
  private readonly checked = new CheckedLetters();

  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Drafts a notice with the shipped text of its kind in each language. `subject` is `plain` or `neutral`; without it
   * the breach decides. Throws `notice.kind-unknown`, `notice.subject-unknown` and, for a kind that refers to former
   * letters, `notice.nobody-due` where nobody would get one. `reminds` is the id of the notice by whose schedule it is.
   */
  async draft(
    actor: Actor,
    breachReference: string,
    kind: string,
    subject = '',
    reminds: string | null = null,
  ): Promise<Notice> {
    requirePermission(actor, 'notice.write');
    const known = kindOf(kind);
    const chosen = subject === '' ? null : subjectOf(subject);
    const templates = letterTemplates(known);
    const drafted = await this.database.transaction(async (tx): Promise<Notice | { nobody: Fault }> => {
      const breach = await lockBreach(tx, breachReference);
      const { revision, facts } = await factsOf(tx, breach.id);
      const form = chosen ?? (await subjectFormFor(tx, breach.id, facts));
      const id = uuidv7(this.clock.now());
      const nobody = await this.whyNobodyWaits(tx, { id, breachId: breach.id, kind: known });
      if (nobody) return { nobody };
      const reference = await nextReference(tx, 'N');
      await tx.query(
        `insert into notice (id, reference, breach_id, kind, state, facts_revision, author, subject_form, reminds) values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8)`,
        [id, reference, breach.id, known, revision, actor.accountId, form, reminds],
      );
      for (const language of LANGUAGES) {
        const body = templates[language];
        await insertText(tx, { noticeId: id, language, version: 1, body, author: actor.accountId });
      }
      await record(tx, {
        kind: 'notice.drafted',
        actor: actorName(actor),
        breachId: breach.id,
        facts: { notice: reference, kind: known, subject: form },
      });
      return await getNotice(tx, reference);
    });
    if (!('nobody' in drafted)) return drafted;
    throw new Problem('refused', 'notice.nobody-due', drafted.nobody.message, [{ ...drafted.nobody, at: 'kind' }]);
  }

  /**
   * Why nobody waits for a letter of a kind that refers to a former one; null where somebody does. Whose facts are again
   * as their letter states them waits no longer, which is kept also where nothing is drafted.
   */
  private async whyNobodyWaits(tx: EntityManager, notice: Addressed): Promise<Fault | null> {
    if (!refersBack(notice.kind)) return null;
    await gatherAddressees(tx, this.keyring, notice);
    if (comparesLetters(notice.kind)) await factsAsTold(tx, await changedBackAgain(tx, notice));
    return await whyNobody(tx, notice);
  }

  private async makerOf(tx: EntityManager, notice: Notice, sources: NoticeSources): Promise<LetterMaker> {
    return await LetterMaker.of(tx, { ...notice, sources, dated: await this.today(tx) }, this.keyring, this.config);
  }

  /**
   * Says what the notice would send and what stands in its way; changes nothing. Letters that were all made once from
   * exactly what holds now are not made again.
   */
  async check(reference: string, wordsIn: Language = 'en'): Promise<NoticeCheck> {
    return await this.database.transaction(
      async (tx) => await this.checkIn(tx, await getNotice(tx, reference), wordsIn, true),
    );
  }

  /** Hands a draft to the second person. Throws `notice.not-ready` with what is missing. */
  async submit(actor: Actor, reference: string): Promise<Notice> {
    requirePermission(actor, 'notice.write');
    return await this.move(actor, reference, 'submitted', async (tx, notice) => {
      const check = await this.checkIn(tx, notice, actor.language);
      requireReady(check);
      await keepSharedTemplates(tx);
      await tx.query(
        `update notice set state = 'submitted', submitted_at = clock_timestamp(), note = null, facts_revision = $2, sources = $3 where id = $1`,
        [notice.id, check.sources.facts, check.sources],
      );
      return { kind: 'notice.submitted', facts: { letters: check.letters, hash: check.hash } };
    });
  }

  /**
   * Allows the letters, by another account than the author's. The approval holds for exactly these texts, facts and
   * addressees: `expectedHash`, when given, is the one that the page showed.
   */
  async approve(actor: Actor, reference: string, expectedHash?: string): Promise<Notice> {
    requirePermission(actor, 'notice.approve');
    return await this.move(actor, reference, 'approved', async (tx, notice) => {
      if (notice.author === actor.accountId) {
        throw new Problem(
          'forbidden',
          'notice.own',
          'You wrote this notice. Ask another data protection officer account to approve it.',
        );
      }
      const check = await this.checkIn(tx, notice, actor.language);
      if (expectedHash && expectedHash !== check.hash) throw changed();
      requireReady(check);
      await keepSharedTemplates(tx);
      await tx.query(
        `update notice set state = 'approved', approver = $2, approved_at = clock_timestamp(), approved_hash = decode($3, 'hex'), sources = $4, facts_revision = $5 where id = $1`,
        [notice.id, actor.accountId, check.hash, check.sources, check.sources.facts],
      );
      await keepApproval(tx, notice, actor.accountId, check);
      return { kind: 'notice.approved', facts: { letters: check.letters, hash: check.hash } };
    });
  }

  /** Sends a submitted or approved notice back to its author with a note; an approval ends with it. */
  async sendBack(actor: Actor, reference: string, note: string): Promise<Notice> {
    requirePermission(actor, 'notice.approve');
    const text = note.trim();
    if (text === '' || text.length > 2000)
      throw new Problem('bad-input', 'notice.note-missing', 'Say what should change, in at most 2000 characters.', [
        { at: 'note', message: 'Say what should change, in at most 2000 characters.' },
      ]);
    return await this.move(actor, reference, 'draft', async (tx, notice) => {
      await tx.query(
        `update notice set state = 'draft', note = $2, submitted_at = null, approver = null, approved_at = null, approved_hash = null where id = $1`,
        [notice.id, text],
      );
      return { kind: 'notice.returned', facts: {} };
    });
  }

  /**
   * Makes a draft again of a notice that was handed in or approved, to change it. An approval ends with it: what is
   * handed in next is looked at as a whole.
   */
  async takeBack(actor: Actor, reference: string): Promise<Notice> {
    requirePermission(actor, 'notice.write');
    return await this.move(actor, reference, 'draft', async (tx, notice) => {
      await tx.query(
        `update notice set state = 'draft', submitted_at = null, approver = null, approved_at = null, approved_hash = null where id = $1`,
        [notice.id],
      );
      return { kind: 'notice.taken-back', facts: { was: notice.state } };
    });
  }

  /** Takes a notice back before anything of it was sent. */
  async withdraw(actor: Actor, reference: string): Promise<Notice> {
    requirePermission(actor, 'notice.write');
    return await this.move(actor, reference, 'withdrawn', async (tx, notice) => {
      // Letters of it are on their way: delivery stops those first.
      if (notice.state === 'paused') throw wrongState(notice);
      await tx.query(`update notice set state = 'withdrawn', withdrawn_at = clock_timestamp() where id = $1`, [
        notice.id,
      ]);
      return { kind: 'notice.withdrawn', facts: {} };
    });
  }

  /** One move of one notice: lock, rule, save, ledger, in one transaction. */
  private async move(
    actor: Actor,
    reference: string,
    next: Notice['state'],
    save: (
      tx: EntityManager,
      notice: Notice,
    ) => Promise<{ kind: `notice.${string}`; facts: Record<string, string | number> }>,
  ): Promise<Notice> {
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, reference, true);
      requireMove(notice, next);
      const { kind, facts } = await save(tx, notice);
      await record(tx, {
        kind,
        actor: actorName(actor),
        breachId: notice.breachId,
        facts: { notice: notice.reference, ...facts },
      });
      return await getNotice(tx, reference);
    });
  }

  /**
   * Everything an approval is bound to, checked by making every letter once; with `mayRemember`, not where that was done
   * before from the same texts, facts and addressees, on the same day.
   */
  async checkIn(
    tx: EntityManager,
    notice: Notice,
    wordsIn: Language = 'en',
    mayRemember = false,
  ): Promise<NoticeCheck> {
    const sources = await currentSources(tx, notice);
    const faults: Fault[] = [];
    await gatherAddressees(tx, this.keyring, notice);
    const addressees = await countAddressees(tx, notice);
    const languages = new Set(addressees.flatMap((group) => group.languages as Language[]));
    for (const language of languages) {
      if (!sources.texts[language])
        faults.push({
          at: `texts.${language}`,
          message: `Write the texts of the breach in ${language}: ${peopleIn(addressees, language)} letters need them.`,
          code: 'notice.texts',
          values: { language, letters: peopleIn(addressees, language) },
        });
    }
    const why = await whyNobody(tx, notice, addressees);
    if (why) faults.push(why);
    const hash = createHash('sha256')
      .update(JSON.stringify([notice.kind, sources]))
      .update(await addresseesHash(tx, notice))
      .digest('hex');
    const key = `${notice.id} ${hash} ${await this.today(tx)}`;
    let checked: Checked | null = mayRemember && faults.length === 0 ? this.checked.find(key) : null;
    if (!checked && faults.length === 0) {
      const made = await this.unmakeable(tx, notice, sources);
      faults.push(...made.faults);
      if (made.faults.length === 0) checked = this.checked.keep(key, made.samples);
    }
    const findings = checked
      ? await lintNotice(tx, this.keyring, { ...notice, sources }, addressees, checked, wordsIn)
      : [];
    const blocking = findings.filter(({ level, override }) => level === 'block' && override === null);
    for (const { language, behind } of await textStatesOf(tx, notice)) {
      if (!behind || !languages.has(language)) continue;
      faults.push({
        at: `text.${language}`,
        message: `Bring the text in ${language} in line with the change in ${behind.language}, or say that there is nothing to change in it.`,
        code: 'notice.text-behind',
        values: { language, other: behind.language },
      });
    }
    const letters = addressees.reduce((sum, group) => sum + group.count, 0);
    const leftOut = await countLeftOut(tx, notice);
    return { hash, sources, letters, addressees, leftOut, faults, findings, blocking };
  }

  /** Makes every letter once, names what keeps one from being made, and keeps some for the linter. */
  private async unmakeable(
    tx: EntityManager,
    notice: Notice,
    sources: NoticeSources,
  ): Promise<{ faults: Fault[]; samples: SampleLetters }> {
    const maker = await this.makerOf(tx, notice, sources);
    const key = await breachKey(tx, this.keyring, notice.breachId);
    const faults: Fault[] = [];
    const samples = new SampleLetters(maker);
    for (let after: string | null = null; ;) {
      const ids = await addresseeIds(tx, notice, after, BATCH);
      const former = refersBack(notice.kind) ? await formerLetters(tx, key, notice, ids) : null;
      for (const person of (await openPeople(tx, notice.breachId, key, ids)).values()) {
        const lacking = maker.faultsOf(person, former?.get(person.id) ?? null);
        const at = person.isProtected ? pseudonymOf(this.keyring, person.id) : person.record!.reference;
        faults.push(...lacking.map((fault) => ({ ...fault, at })));
        if (lacking.length === 0) samples.offer(person, former?.get(person.id) ?? null);
        if (faults.length >= MOST_FAULTS) return { faults, samples };
      }
      if (ids.length < BATCH) return { faults, samples };
      after = ids.at(-1)!;
    }
  }

  /** Today in the controller's zone, ISO. */
  async today(tx: EntityManager): Promise<string> {
    const { controller } = await getController(tx);
    return dayIn(await databaseNow(tx), controller.timeZone);
  }
}

export function requireReady(check: NoticeCheck): void {
  const faults = [
    ...check.faults,
    ...check.blocking.map(({ rule, language, line, why, mend }) => ({
      at: `${language}, line ${line}, ${rule}`,
      message: `${why} ${mend}`,
    })),
  ];
  if (faults.length === 0) return;
  throw new Problem('refused', 'notice.not-ready', `This notice cannot go on yet: ${faults[0]!.message}`, faults);
}

export function changed(): Problem {
  return new Problem(
    'conflict',
    'notice.changed',
    'The texts, the facts or the people changed since this was shown. Look at the notice again and have it approved as it is now.',
  );
}

function kindOf(typed: string): NoticeKind {
  const found = NOTICE_KINDS.find((kind) => kind === typed);
  if (found) return found;
  const kinds = NOTICE_KINDS.join(', ');
  const message = `Choose one of the kinds ${kinds}.`;
  throw new Problem('bad-input', 'notice.kind-unknown', message, [{ at: 'kind', message }], { kinds });
}

function subjectOf(typed: string): SubjectForm {
  const found = SUBJECT_FORMS.find((form) => form === typed);
  if (found) return found;
  const message = 'Choose the subject line "plain" or "neutral".';
  throw new Problem('bad-input', 'notice.subject-unknown', message, [{ at: 'subject', message }]);
}

function peopleIn(addressees: AddresseeCount[], language: string): number {
  return addressees.filter((group) => group.languages.includes(language)).reduce((sum, group) => sum + group.count, 0);
}
