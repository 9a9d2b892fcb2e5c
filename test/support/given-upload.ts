import type { DataSource } from 'typeorm';
import {
  RosterRunsService,
  RosterStepsService,
  RosterUploadsService,
  guessMapping,
  sourceOfBytes,
  type RosterImportService,
  type RosterMapping,
  type RosterUpload,
} from '#libs/people/index.js';
import { Clock } from '#libs/platform/index.js';
import { AccountsService, type Actor } from '#libs/staff/index.js';
import type { GivenBreach } from './given-breach.js';

/** Files that HR uploads to the breach that `given` names at the moment of the call, and what is done with them. */
export function givenUploads(source: DataSource, given: GivenBreach, roster: RosterImportService) {
  const clock = new Clock();
  const uploads = new RosterUploadsService(source, given.keyring, clock);
  const steps = new RosterStepsService(source, given.keyring, roster);
  const runs = new RosterRunsService(source, given.keyring, roster, new AccountsService(source, clock));
  const reference = (): string => given.breach.reference;
  const open = async (id: string, actor: Actor = given.hr): Promise<RosterUpload> =>
    await uploads.open(actor, reference(), id);
  const receive = async (bytes: Buffer, actor: Actor = given.hr, name = 'people.csv'): Promise<string> =>
    await uploads.receive(actor, reference(), { name, stream: sourceOfBytes(bytes)() });
  /** Which column is which by the names and values, and what is said of everybody beside. */
  const setMapping = async (
    id: string,
    everybody: RosterMapping['everybody'] = {},
    actor: Actor = given.hr,
  ): Promise<RosterUpload> => {
    const { head } = await open(id, actor);
    const { columns } = guessMapping(head.header, head.rows).mapping;
    await steps.setMapping(actor, reference(), id, { columns, everybody });
    return await open(id, actor);
  };
  return {
    uploads,
    steps,
    runs,
    open,
    receive,
    setMapping,
    /** A file whose import was asked for. */
    async asked(bytes: Buffer, actor: Actor = given.hr): Promise<string> {
      const id = await receive(bytes, actor);
      const { checks, check } = await setMapping(id, {}, actor);
      const leftOut = check && 'result' in check ? check.result.rejectedRows : 0;
      await steps.start(actor, reference(), id, { checks, leftOut });
      return id;
    },
    async pieces(): Promise<number> {
      const [row]: { count: number }[] = await source.query(`select count(*)::int as count from roster_upload_piece`);
      return row!.count;
    },
  };
}
