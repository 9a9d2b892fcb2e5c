import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  deadlinesOf,
  factsOf,
  findController,
  getBreach,
  isDelayed,
  minutesLeft,
  type Breach,
  type BreachFacts,
  type Controller,
} from '#libs/breach/index.js';
import { Clock } from '#libs/platform/index.js';
import { notInSumOf, sumOf, type NotInSum, type Sum } from '#libs/reports/index.js';
import { may, type Actor } from '#libs/staff/index.js';

/** What stands on top of every page of a breach: its name, the clock, the sum. */
export interface Frame {
  breach: { reference: string; title: string; isDrill: boolean; tab: string };
  clock: { deadline: string; hours: number; minutes: number; state: 'running' | 'soon' | 'passed' };
  sum: Sum & { bar: BarPart[] };
  notInSum: NotInSum;
  timeZone: string;
  mayReadPeople: boolean;
  /** An authority asks to wait: nothing leaves meanwhile. */
  isDelayed: boolean;
  section: string;
}

interface BarPart {
  part: string;
  x: string;
  width: string;
  count: number;
}

export interface FramedBreach {
  breach: Breach;
  facts: BreachFacts;
  controller: Controller | null;
  frame: Frame;
}

/** Amber under a day. */
const SOON_MINUTES = 24 * 60;

@Injectable()
export class BreachFrame {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Reads a breach with its frame, and whatever else the page needs, in one snapshot. */
  async read<T>(
    actor: Actor,
    reference: string,
    tab: string,
    more: (tx: EntityManager, framed: FramedBreach) => Promise<T>,
  ): Promise<FramedBreach & { more: T }> {
    return await this.database.transaction('REPEATABLE READ', async (tx) => {
      const breach = await getBreach(tx, reference);
      const { facts } = await factsOf(tx, breach.id);
      const controller = (await findController(tx))?.controller ?? null;
      const sum = await sumOf(tx, breach.id);
      const framed: FramedBreach = {
        breach,
        facts,
        controller,
        frame: {
          breach: { reference, title: facts.title, isDrill: breach.isDrill, tab },
          clock: this.clockOf(facts),
          sum: { ...sum, bar: barOf(sum) },
          notInSum: await notInSumOf(tx, breach.id, sum.affected),
          timeZone: controller?.timeZone ?? 'Europe/Brussels',
          mayReadPeople: may(actor.roles, 'people.read'),
          isDelayed: await isDelayed(tx, breach.id),
          section: 'breaches',
        },
      };
      return { ...framed, more: await more(tx, framed) };
    });
  }

  private clockOf(facts: BreachFacts): Frame['clock'] {
    const aware = new Date(facts.awareAt);
    const left = minutesLeft(aware, this.clock.now());
    const apart = Math.abs(left);
    return {
      deadline: deadlinesOf(aware).deadline.toISOString(),
      hours: Math.floor(apart / 60),
      minutes: apart % 60,
      state: left < 0 ? 'passed' : left < SOON_MINUTES ? 'soon' : 'running',
    };
  }
}

/** The parts of the bar in units of its 1000 wide drawing. */
function barOf(sum: Sum): BarPart[] {
  let x = 0;
  return (
    [
      ['told', sum.told],
      ['exempt', sum.exempt],
      ['under-way', sum.underWay],
      ['not-reached', sum.notReached],
    ] as const
  ).map(([part, count]) => {
    const width = sum.affected === 0 ? 0 : (count / sum.affected) * 1000;
    const block = { part, x: x.toFixed(2), width: width.toFixed(2), count };
    x += width;
    return block;
  });
}
