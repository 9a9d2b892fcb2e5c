import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { channelBasis, countFirstChannels, type Channel, type ChannelCount } from '#libs/delivery/index.js';
import {
  TextPreviewsService,
  changesSinceApproval,
  gatherAddressees,
  textStatesOf,
  type Notice,
  type NoticeCheck,
  type ValueChange,
} from '#libs/letters/index.js';
import { KEYRING, type Keyring } from '#libs/platform/index.js';
import { accountNames, may } from '#libs/staff/index.js';
import { factsInWords, type FactChange } from './fact-words.js';
import type { Session } from './guard.js';
import { tabsOf } from './notice-text-page.js';
import { Views } from './views.js';

/** Letters in these languages, by the way in which they would first go. */
interface ChannelRow {
  languages: string[];
  counts: { channel: string; count: number }[];
  total: number;
}

const CHANNELS: (Channel | null)[] = ['email', 'post', 'hand', null];

/** Everything that somebody looks at before they allow letters, put together from what letters and delivery know. */
@Injectable()
export class ApprovalView {
  /** Counts of the notice that was looked at last; to count them every addressee is opened. */
  private counted: { key: string; channels: ChannelCount[] } | null = null;

  constructor(
    private readonly database: DataSource,
    private readonly previews: TextPreviewsService,
    private readonly views: Views,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /** Times are said in `zone`. */
  async read(session: Session, notice: Notice, check: NoticeCheck, zone: string): Promise<Record<string, unknown>> {
    const { channels, changes, names, states } = await this.database.transaction('REPEATABLE READ', async (tx) => {
      await gatherAddressees(tx, this.keyring, notice);
      const since = await changesSinceApproval(tx, notice);
      const found = await textStatesOf(tx, notice);
      const accounts = found.flatMap(({ newest, checked }) => [newest.author, ...(checked ? [checked.by] : [])]);
      if (since.since) accounts.push(since.since.approver);
      return {
        channels: await this.channelsOf(tx, notice, check.hash),
        changes: since,
        states: found,
        names: await accountNames(tx, [...new Set(accounts)]),
      };
    });
    const inWords = (changed: ValueChange[]): FactChange[] =>
      factsInWords(this.views, session.actor.language, zone, changed);
    const isShown = may(session.actor.roles, 'people.read') && check.faults.length === 0;
    return {
      tabs: tabsOf(states, names, null),
      channels: channelTable(channels),
      changes: {
        ...changes,
        facts: inWords(changes.facts),
        controller: inWords(changes.controller),
        approverName: changes.since ? (names.get(changes.since.approver) ?? '') : '',
      },
      samples: isShown ? await this.previews.sampled(session.actor, notice.reference, check.hash) : [],
      leftOut: check.leftOut,
    };
  }

  /** Counted again only where an addressee, a contact or a ban changed since. */
  private async channelsOf(tx: EntityManager, notice: Notice, hash: string): Promise<ChannelCount[]> {
    const key = `${notice.id} ${hash} ${await channelBasis(tx, notice.breachId)}`;
    if (this.counted?.key === key) return this.counted.channels;
    const channels = await countFirstChannels(tx, this.keyring, notice);
    this.counted = { key, channels };
    return channels;
  }
}

/** A row for each combination of languages, a column for each way that any letter goes. */
function channelTable(counted: Awaited<ReturnType<typeof countFirstChannels>>): {
  columns: string[];
  rows: ChannelRow[];
} {
  const used = CHANNELS.filter((channel) => counted.some((one) => one.channel === channel));
  const groups = new Map<string, typeof counted>();
  for (const one of counted) groups.set(one.languages.join(), [...(groups.get(one.languages.join()) ?? []), one]);
  const rows = [...groups.values()].map((group) => ({
    languages: group[0]!.languages,
    counts: used.map((channel) => ({
      channel: channel ?? 'none',
      count: group.find((one) => one.channel === channel)?.count ?? 0,
    })),
    total: group.reduce((sum, one) => sum + one.count, 0),
  }));
  return {
    columns: used.map((channel) => channel ?? 'none'),
    rows: rows.toSorted((a, b) => b.total - a.total || a.languages.join().localeCompare(b.languages.join())),
  };
}
