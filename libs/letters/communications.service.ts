import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { factsOf, getBreach, getController, requireNotDelayed, textsOf } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import {
  CONFIG,
  Clock,
  LANGUAGES,
  Problem,
  databaseNow,
  uuidv7,
  type Config,
  type Fault,
  type Language,
} from '#libs/platform/index.js';
import { actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { findingsOf } from './communication-lint.js';
import { dayIn } from './day-in.js';
import { letterView } from './letter-inputs.js';
import type { Finding } from './lint.js';
import { renderCommunication, thingsOf, type RenderedCommunication, type ThingOut } from './render-communication.js';
import type { CommunicationKind } from './template-files.js';

export const PUBLICATION_MEDIA = ['website', 'press', 'newspaper', 'notice-board', 'social-media', 'other'] as const;
export type PublicationMedium = (typeof PUBLICATION_MEDIA)[number];

/** A communication with what the linter says of it; without words where something is missing. */
export interface ShownCommunication {
  kind: CommunicationKind;
  language: Language;
  rendered: RenderedCommunication | null;
  faults: Fault[];
  findings: Finding[];
}

/** What the form states. Days are ISO dates. */
export interface PublicationInput {
  medium: string;
  place: string;
  from: string;
  languages: string[];
}

export interface Publication {
  id: string;
  medium: PublicationMedium;
  place: string;
  from: string;
  until: string | null;
  languages: Language[];
  /** SHA-256 of the words as published, hex. */
  hash: string;
  recordedBy: string;
  recordedAt: Date;
}

const LONGEST_PLACE = 500;
/** Fewer persons than this with a document of one country, and naming the country would point at them. */
const FEWEST_PERSONS = 5;

/** Texts that tell the facts of a breach to others than by letter, and the proof that the public one was published. */
@Injectable()
export class CommunicationsService {
  constructor(
    private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** A communication as it would be published now. Throws `breach.unknown` and `controller.missing`. */
  async show(
    actor: Actor,
    reference: string,
    kind: CommunicationKind,
    language: Language,
  ): Promise<ShownCommunication> {
    requirePermission(actor, 'communication.read');
    return await this.database.transaction(
      async (tx) => await this.shownIn(tx, (await getBreach(tx, reference)).id, kind, language, actor.language),
    );
  }

  /** The same within the caller's transaction; what the linter says of it in the language `wordsIn`. */
  async shownIn(
    tx: EntityManager,
    breachId: string,
    kind: CommunicationKind,
    language: Language,
    wordsIn: Language = 'en',
  ): Promise<ShownCommunication> {
    const texts = await textsOf(tx, breachId);
    if (!texts[language]) {
      const message = `Write the words of this breach in ${language} first.`;
      return {
        kind,
        language,
        rendered: null,
        faults: [{ at: 'breach', message, code: 'communication.not-written', values: { language } }],
        findings: [],
      };
    }
    const { facts } = await factsOf(tx, breachId);
    const { controller } = await getController(tx);
    const inputs = {
      reference: '',
      dated: dayIn(await databaseNow(tx), controller.timeZone),
      facts,
      texts: { [language]: texts[language].texts },
      controller,
      address: `${this.config.publicUrl}/n`,
    };
    const nobody = { givenName: '', familyName: '', exposures: [] };
    const { date, address, breach, controller: named } = letterView(inputs, nobody, language, { code: '', word: '' });
    const ownCountry = controller.kind === 'other' ? null : 'BE';
    const things = thingsOf(facts.dataKinds, await documentsOf(tx, breachId), ownCountry);
    try {
      const rendered = renderCommunication(kind, { language, date, address, breach, controller: named, things });
      return { kind, language, rendered, faults: [], findings: findingsOf(rendered, wordsIn) };
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'letter.incomplete') throw error;
      return { kind, language, rendered: null, faults: error.faults, findings: [] };
    }
  }

  /**
   * Records that the public communication was published: its words as they are now in the languages named, where and
   * since which day. From then on Art. 34(3)(c) may exempt people of this breach. Throws `publication.faulty` and,
   * while an authority asks to wait, `breach.delayed`.
   */
  async publish(actor: Actor, reference: string, input: PublicationInput): Promise<Publication> {
    requirePermission(actor, 'communication.publish');
    return await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, reference);
      await requireNotDelayed(tx, breach);
      const faults = faultsOf(input, await today(tx));
      const languages = LANGUAGES.filter((language) => input.languages.includes(language));
      const words: Partial<Record<Language, string>> = {};
      for (const language of languages) {
        const { rendered, faults: missing } = await this.shownIn(tx, breach.id, 'public', language);
        if (rendered) words[language] = rendered.markdown;
        else faults.push(...missing.map((fault) => ({ ...fault, at: 'languages' })));
      }
      if (faults.length > 0) throw faulty(faults);
      const id = uuidv7(this.clock.now());
      const hash = createHash('sha256').update(JSON.stringify(words)).digest();
      await tx.query(
        `insert into communication_publication (id, breach_id, medium, place, published_from, words, words_hash, recorded_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, breach.id, input.medium, input.place.trim(), input.from, JSON.stringify(words), hash, actor.accountId],
      );
      await record(tx, {
        kind: 'communication.published',
        actor: actorName(actor),
        breachId: breach.id,
        facts: { publication: id, medium: input.medium, from: input.from, languages, words: hash.toString('hex') },
      });
      return (await publicationsOf(tx, breach.id)).find((one) => one.id === id)!;
    });
  }

  /** Records the last day of a publication, once. Throws `publication.unknown`, `publication.ended` and `publication.faulty`. */
  async end(actor: Actor, reference: string, publicationId: string, until: string): Promise<void> {
    requirePermission(actor, 'communication.publish');
    await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, reference);
      const publication = (await publicationsOf(tx, breach.id)).find(({ id }) => id === publicationId);
      if (!publication)
        throw new Problem(
          'not-found',
          'publication.unknown',
          'This breach has no such publication. Open the list again.',
        );
      if (!isDay(until) || until < publication.from || until > (await today(tx)))
        throw faulty([
          {
            at: 'until',
            message: 'Enter the last day that it was published: not before its first day, not after today.',
            code: 'publication.until',
          },
        ]);
      const rows: unknown[] = await tx.query(
        `insert into communication_publication_end (publication_id, published_until, recorded_by) values ($1, $2, $3)
         on conflict (publication_id) do nothing returning publication_id`,
        [publicationId, until, actor.accountId],
      );
      if (rows.length === 0)
        throw new Problem('conflict', 'publication.ended', 'The end of this publication is recorded already.');
      await record(tx, {
        kind: 'communication.ended',
        actor: actorName(actor),
        breachId: breach.id,
        facts: { publication: publicationId, until },
      });
    });
  }
}

/** What was published of a breach, the first of it on top. */
export async function publicationsOf(tx: EntityManager, breachId: string): Promise<Publication[]> {
  return await tx.query(
    `select p.id, p.medium, p.place, p.published_from::text as "from", e.published_until::text as until,
            array(select l from unnest(array['nl', 'fr', 'de', 'en']) with ordinality as t (l, place) where p.words ? l order by place) as languages, encode(p.words_hash, 'hex') as hash,
            p.recorded_by as "recordedBy", p.recorded_at as "recordedAt"
       from communication_publication p left join communication_publication_end e on e.publication_id = p.id
      where p.breach_id = $1 order by p.published_from, p.recorded_at`,
    [breachId],
  );
}

/** Whether Art. 34(3)(c) may exempt people of this breach: its public communication is recorded as published. */
export async function isPublished(tx: EntityManager, breachId: string): Promise<boolean> {
  return (await publicationsOf(tx, breachId)).length > 0;
}

/** Documents of which so many are out that naming their country points at nobody. */
async function documentsOf(tx: EntityManager, breachId: string): Promise<ThingOut[]> {
  return await tx.query(
    `select data_kind as "dataKind", country from exposure
      where breach_id = $1 and superseded_by is null and confidence <> 'excluded' and country is not null
      group by data_kind, country having count(distinct person_id) >= $2 order by count(distinct person_id) desc, data_kind, country`,
    [breachId, FEWEST_PERSONS],
  );
}

function faultsOf({ medium, place, from, languages }: PublicationInput, day: string): Fault[] {
  const faults: Fault[] = [];
  if (!(PUBLICATION_MEDIA as readonly string[]).includes(medium))
    faults.push({ at: 'medium', message: 'Choose how it was published.', code: 'publication.medium' });
  const where = place.trim();
  if (where === '' || where.length > LONGEST_PLACE || /\p{Cc}/u.test(where))
    faults.push({
      at: 'place',
      message: 'Write where it was published, on one line: the address of the page, or the name of the paper.',
      code: 'publication.place',
    });
  if (!isDay(from) || from > day)
    faults.push({
      at: 'from',
      message: 'Enter the first day that it was published: today or before.',
      code: 'publication.from',
    });
  if (!languages.some((one) => (LANGUAGES as readonly string[]).includes(one)))
    faults.push({ at: 'languages', message: 'Choose at least one language.', code: 'publication.languages' });
  return faults;
}

function faulty(faults: Fault[]): Problem {
  return new Problem('bad-input', 'publication.faulty', 'Mend what is said of the publication.', faults);
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Today in the controller's zone, ISO. Throws `controller.missing`. */
async function today(tx: EntityManager): Promise<string> {
  return dayIn(await databaseNow(tx), (await getController(tx)).controller.timeZone);
}
