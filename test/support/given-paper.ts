import type { DataSource } from 'typeorm';
import {
  HandoversService,
  PrintFilesService,
  PrintRunsService,
  ReturnedLettersService,
  SendingService,
} from '#libs/delivery/index.js';
import { NoticesService } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Clock, readConfig } from '#libs/platform/index.js';
import { AccountsService, type Actor } from '#libs/staff/index.js';
import { aController, givenActor, givenBreach, someFacts, type GivenBreach } from './given-breach.js';

const TEXTS = {
  whatHappened: 'An intruder read our mail.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We closed the gateway.',
  whoPays: 'We pay.',
};
export const POST_ROSTER =
  'reference,category,language,given_name,private_email,street,city,country,documents,protected';

/** Somebody who is reached by post alone. */
export function byPost(
  n: number,
  { language = 'nl', name = 'Lotte', documents = 'BE:id-card:scan:confirmed' } = {},
): string {
  return `P-${n},past-applicant,${language},${name},,Kerkstraat ${n},Gent,BE,${documents},`;
}

export interface GivenPaper {
  given: GivenBreach;
  notices: NoticesService;
  sending: SendingService;
  runs: PrintRunsService;
  files: PrintFilesService;
  returns: ReturnedLettersService;
  handovers: HandoversService;
  import(...rows: string[]): Promise<void>;
  /** A notice of that kind that was sent to all who are there; answers its reference. */
  sent(kind?: string): Promise<string>;
  /** A run of that notice whose files are made. */
  printed(notice: string): Promise<string>;
  sum(): Promise<Record<string, number>>;
}

/** A breach whose people are reached by post or by hand, with the services that do it. */
export async function givenPaper(source: DataSource, databaseUrl: string, as?: GivenBreach): Promise<GivenPaper> {
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: databaseUrl });
  const clock = new Clock();
  const file = {
    facts: someFacts({ affectedCategories: ['past-applicant'] }),
    texts: { nl: TEXTS, fr: TEXTS },
    controller: aController({ kind: 'other' }),
  };
  // A further breach of the same installation, with the same keys and accounts.
  const given = as ? { ...as, breach: await as.breaches.open(as.hr, file) } : await givenBreach(source, file);
  const { keyring, hr } = given;
  const roster = new RosterImportService(source, keyring, clock);
  const notices = new NoticesService(source, keyring, config, clock);
  const sending = new SendingService(source, keyring, config, notices);
  const runs = new PrintRunsService(source, keyring);
  const files = new PrintFilesService(source, keyring, config, runs);
  const dpo: Actor = await givenActor(source, 'dpo');
  return {
    given,
    notices,
    sending,
    runs,
    files,
    returns: new ReturnedLettersService(source, keyring),
    handovers: new HandoversService(source, keyring, new AccountsService(source, clock), clock),
    async import(...rows) {
      const bytes = Buffer.from([POST_ROSTER, ...rows].join('\n'));
      const by = rows.some((row) => row.endsWith(',yes')) ? given.security : hr;
      await roster.import(by, given.breach.reference, sourceOfBytes(bytes), { keepGood: false });
    },
    async sent(kind = 'initial') {
      const { reference } = await notices.draft(hr, given.breach.reference, kind);
      await notices.submit(hr, reference);
      await notices.approve(dpo, reference);
      await sending.send(hr, reference);
      return reference;
    },
    async printed(notice) {
      const run = await runs.make(hr, notice);
      await files.make(run.id);
      return run.reference;
    },
    async sum() {
      const rows: { standing: string; count: number }[] = await source.query(
        `select standing, count(*)::int as count from person where breach_id = $1 and merged_into is null group by standing`,
        [given.breach.id],
      );
      return Object.fromEntries(rows.map(({ standing, count }) => [standing, count]));
    },
  };
}
