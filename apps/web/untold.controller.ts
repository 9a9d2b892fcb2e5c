import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { breachKey } from '#libs/breach/index.js';
import {
  NEXT_STEPS,
  listUntold,
  reasonOf,
  untoldGroups,
  type NextStep,
  type UntoldGroup,
} from '#libs/delivery/index.js';
import { openPeople } from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import { may, type Actor } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages } from './pages.js';

const PAGE = 25;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** "Who did not get it?": everybody neither told nor exempt, by what is to be done next. */
@Controller('breaches/:reference/untold')
export class UntoldController {
  constructor(
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  @Permit('notice.read')
  @Get()
  async groups(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    const { frame, more } = await this.frame.read(
      session.actor,
      reference,
      'people',
      async (tx, { breach }) => await untoldGroups(tx, breach.id),
    );
    this.pages.show(reply, session, 'staff/untold', {
      ...frame,
      steps: stepsOf(more, (failure) => this.knows(failure)),
      count: more.reduce((sum, group) => sum + group.count, 0),
    });
  }

  @Permit('people.read')
  @Get(':step')
  async people(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('step') name: string,
    @Query('after') after = '',
  ): Promise<void> {
    const step = requireStep(name);
    const withProtected = maySeeAll(session.actor);
    const { frame, more } = await this.frame.read(session.actor, reference, 'people', async (tx, { breach }) => {
      const groups = (await untoldGroups(tx, breach.id)).filter((group) => group.step === step);
      const from = UUID.test(after) ? after : null;
      const found = await listUntold(tx, breach.id, { step, withProtected, after: from, limit: PAGE + 1 });
      const page = found.slice(0, PAGE);
      const key = await breachKey(tx, this.keyring, breach.id);
      const people = await openPeople(tx, breach.id, key, page.map(({ id }) => id)); // prettier-ignore
      return {
        count: groups.reduce((sum, group) => sum + group.count, 0),
        hidden: withProtected ? 0 : groups.reduce((sum, group) => sum + group.protected, 0),
        people: page.map((one) => ({ ...people.get(one.id)!, reason: reasonOf(one) })),
        next: found.length > PAGE ? page.at(-1)!.id : '',
      };
    });
    this.pages.show(reply, session, 'staff/untold-people', { ...frame, ...more, step });
  }

  private knows(failure: string | null): string {
    return failure !== null && this.pages.views.knows(`failure.${failure}`) ? failure : '';
  }
}

interface Step {
  step: NextStep;
  count: number;
  reasons: { reason: string; failure: string; count: number }[];
}

/** What is to be done, in the order of NEXT_STEPS, with the reasons for each; `known` is a class that has words, or none. */
function stepsOf(groups: UntoldGroup[], known: (failure: string | null) => string): Step[] {
  return NEXT_STEPS.flatMap((step) => {
    const here = groups.filter((group) => group.step === step);
    if (here.length === 0) return [];
    const reasons = here.map((group) => ({ reason: reasonOf(group), failure: known(group.class), count: group.count }));
    return [{ step, count: reasons.reduce((sum, { count }) => sum + count, 0), reasons }];
  });
}

function maySeeAll({ roles }: Actor): boolean {
  return may(roles, 'people.protected');
}

function requireStep(name: string): NextStep {
  const step = NEXT_STEPS.find((one) => one === name);
  if (step) return step;
  throw new Problem(
    'not-found',
    'page.unknown',
    'There is no such page. Check the address, or start from the first page.',
  );
}
