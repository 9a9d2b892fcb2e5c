import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { breachKey } from '#libs/breach/index.js';
import { reasonsFor } from '#libs/delivery/index.js';
import {
  countLeftOut,
  gatherAddressees,
  getNotice,
  isWhyLeftOut,
  leftOutIds,
  requireNoticeOf,
} from '#libs/letters/index.js';
import { openPeople } from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';

import { may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages } from './pages.js';

const PAGE = 25;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who gets no letter of a notice, by the reason for it: the people behind each number of the page that allows letters. */
@Controller('breaches/:reference/notices/:notice/left-out')
export class NoticeLeftOutController {
  constructor(
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  @Permit('people.read')
  @Get(':why')
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') noticeReference: string,
    @Param('why') why: string,
    @Query('after') after = '',
  ): Promise<void> {
    const withProtected = may(session.actor.roles, 'people.protected');
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx, { breach }) => {
      await requireNoticeOf(tx, reference, noticeReference);
      const notice = await getNotice(tx, noticeReference);
      if (!isWhyLeftOut(notice.kind, why)) throw unknownPage();
      await gatherAddressees(tx, this.keyring, notice);
      const count = (await countLeftOut(tx, notice)).find((group) => group.why === why)?.count ?? 0;
      const all = { after: null, limit: count, withProtected };
      const shown = withProtected ? count : (await leftOutIds(tx, notice, why, all)).length;
      const from = UUID.test(after) ? after : null;
      const ids = await leftOutIds(tx, notice, why, { after: from, limit: PAGE + 1, withProtected });
      const page = ids.slice(0, PAGE);
      const people = await openPeople(tx, breach.id, await breachKey(tx, this.keyring, breach.id), page);
      const reasons = await reasonsFor(tx, page);
      return {
        notice,
        count,
        hidden: count - shown,
        people: page.map((id) => ({ ...people.get(id)!, reason: reasons.get(id)! })),
        next: ids.length > PAGE ? page.at(-1)! : '',
      };
    });
    this.pages.show(reply, session, 'staff/notice-left-out', { ...frame, ...more, why });
  }
}

function unknownPage(): Problem {
  return new Problem(
    'not-found',
    'page.unknown',
    'There is no such page. Check the address, or start from the first page.',
  );
}
