import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { breachKey } from '#libs/breach/index.js';
import { listDispatches, reasonsFor } from '#libs/delivery/index.js';
import { record } from '#libs/ledger/index.js';
import {
  PeopleSearchService,
  contactPointsOf,
  countListed,
  countPeople,
  getPerson,
  issuingCountries,
  listPeople,
  listPseudonyms,
  type ContactPoint,
  type PeopleFilter,
  type PersonRecord,
  type PersonRow,
  pseudonymOf,
} from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import { repliesOf } from '#libs/replies/index.js';
import { actorName, may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';
import { PEOPLE_CHOICES, choiceOf, queryOf } from './people-filter.js';
import { PersonTimelines } from './person-timeline.js';
import { personDetails } from './person-details.js';

const PAGE = 25;
/** Entries of the timeline on a person's page; all of them stand on their own. */
const ENTRIES = 50;
/** Why somebody may see a person's contact details; the choice is kept in the ledger. */
export const SHOW_REASONS = ['answer-question', 'correct-data', 'check-delivery', 'authority-asks'] as const;

@Controller('breaches/:reference/people')
export class PeopleController {
  constructor(
    private readonly database: DataSource,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
    private readonly search: PeopleSearchService,
    private readonly timelines: PersonTimelines,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  @Permit('people.read')
  @Get()
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Query() query: Record<string, string>,
  ): Promise<void> {
    const filter = filterOf(query, may(session.actor.roles, 'people.protected'));
    const { frame, more } = await this.frame.read(session.actor, reference, 'people', async (tx, { breach }) => {
      const key = await breachKey(tx, this.keyring, breach.id);
      const page = await listPeople(tx, breach.id, key, filter);
      const reasons = await reasonsFor(
        tx,
        page.people.map((person) => person.id),
      );
      const hidden = filter.withProtected ? 0 : (await countPeople(tx, breach.id)).protected;
      return {
        people: page.people.map((person) => ({ ...person, reason: reasons.get(person.id)! })),
        next: page.next,
        hidden,
        pseudonyms: hidden > 0 ? await listPseudonyms(tx, this.keyring, breach.id) : [],
        countries: await issuingCountries(tx, breach.id, filter.withProtected),
        listed: await countListed(tx, breach.id, filter),
      };
    });
    const kept = new URLSearchParams(Object.entries(query).filter(([name, value]) => name !== 'after' && value !== ''));
    const choiceQuery = kept.toString();
    if (more.next) kept.set('after', more.next);
    this.pages.show(reply, session, 'staff/people', {
      typed: {},
      ...frame,
      ...more,
      nextQuery: more.next ? kept.toString() : '',
      choiceQuery,
      mayCorrect: may(session.actor.roles, 'people.correct'),
      isFiltered: Object.entries(query).some(([name, value]) => name !== 'after' && value !== ''),
      filter: query,
      choices: PEOPLE_CHOICES,
      mayExport: may(session.actor.roles, 'people.export'),
      chosenQuery: new URLSearchParams(queryOf(choiceOf(query))).toString(),
    });
  }

  /** A search by name opens everybody's name, which the ledger keeps: so it is no GET. */
  @Permit('people.read')
  @Post('find')
  async findPeople(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = { search: field(form, 'search') };
    const empty = { people: [], isCut: false, lookedThrough: null, typed };
    const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    try {
      const found = await this.search.find(session.actor, reference, typed.search);
      const reasons = await reasonsFor(
        this.database.manager,
        found.people.map((person) => person.id),
      );
      const people = found.people.map((person) => ({ ...person, reason: reasons.get(person.id)! }));
      this.pages.show(reply, session, 'staff/people-found', { ...frame, ...found, people, typed });
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/people-found', { ...frame, ...empty });
    }
  }

  @Permit('people.read')
  @Get(':id')
  async person(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.showPerson(reply, session, reference, id, false);
  }

  /** Shows contact details for a reason, which the ledger keeps. */
  @Permit('people.read')
  @Post(':id/show')
  async show(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Body() form: Form,
  ): Promise<void> {
    const reason = SHOW_REASONS.find((one) => one === field(form, 'reason'));
    if (!reason)
      throw new Problem(
        'bad-input',
        'person.reason-missing',
        'Choose why you need the contact details. Go back, and choose a reason.',
      );
    await this.database.transaction(async (tx) => {
      const found = await this.find(tx, session, reference, id);
      await record(tx, {
        kind: 'person.shown',
        actor: actorName(session.actor),
        breachId: found.breachId,
        personId: id,
        facts: { reason },
      });
    });
    await this.showPerson(reply, session, reference, id, true);
  }

  private async find(
    tx: Parameters<typeof breachKey>[0],
    session: Session,
    reference: string,
    id: string,
  ): Promise<{ breachId: string; person: PersonRow }> {
    const [row]: { id: string }[] = await tx.query(`select id from breach where reference = $1`, [reference]);
    if (!row)
      throw new Problem(
        'not-found',
        'breach.unknown',
        'No breach has that reference. Look it up in the list of breaches.',
      );
    const key = await breachKey(tx, this.keyring, row.id);
    return {
      breachId: row.id,
      person: await getPerson(tx, row.id, key, id, may(session.actor.roles, 'people.protected')),
    };
  }

  private async showPerson(
    reply: FastifyReply,
    session: Session,
    reference: string,
    id: string,
    isShown: boolean,
  ): Promise<void> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'people', async (tx, { frame: framed }) => {
      const { breachId, person } = await this.find(tx, session, reference, id);
      const replies = await repliesOf(tx, id);
      const reason = (await reasonsFor(tx, [id])).get(id)!;
      const points = (await contactPointsOf(tx, [person])).get(id)!;
      const key = await breachKey(tx, this.keyring, breachId);
      return {
        person,
        reason,
        ...(await personDetails(tx, key, { person, contacts: points, reason, replies })),
        contacts: points.map((contact) => ({
          ...contact,
          value: contactValue(person.record, contact, isShown),
        })),
        dispatches: (await listDispatches(tx, breachId, { personId: id, withProtected: true, limit: 100 })).dispatches,
        timeline: await this.timelines.read(
          tx,
          session.actor.language,
          { breachId, personId: id, timeZone: framed.timeZone },
          { after: null, limit: ENTRIES },
        ),
        notices: await tx.query<{ reference: string }[]>(
          `select n.reference from letter l join notice n on n.id = l.notice_id where l.person_id = $1 order by n.id`,
          [id],
        ),
      };
    });
    this.pages.show(reply, session, 'staff/person', {
      ...frame,
      ...more,
      isShown,
      showReasons: SHOW_REASONS,
      personId: id,
      pseudonym: more.person.isProtected ? pseudonymOf(this.keyring, id) : '',
      mayErase: may(session.actor.roles, 'person.erase'),
      mayCorrect: may(session.actor.roles, 'people.correct'),
    });
  }
}

function filterOf(query: Record<string, string>, withProtected: boolean): PeopleFilter {
  const after = /^[0-9a-f-]{36}$/.test(query['after'] ?? '') ? { after: query['after']! } : {};
  return { ...choiceOf(query), ...after, withProtected, limit: PAGE };
}

/** A contact detail, or what of it may be seen without a reason: its first letter and its domain. */
function contactValue(record: PersonRecord | null, { kind, place }: ContactPoint, isShown: boolean): string {
  const value = record?.contacts[place]?.value ?? '';
  if (value === '') return '';
  if (isShown) return value.replaceAll('\n', ', ');
  if (kind === 'email' || kind === 'private-email') return value.replace(/^(.).*@/, '$1•••@');
  return kind === 'phone' ? value.replace(/\d(?=.*\d{2})/g, '•') : '•••';
}
