import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { settleFenceToSend } from '#libs/breach/index.js';
import {
  BounceMailboxService,
  DeliveringService,
  DeliveryModule,
  PrintFilesService,
  RemindersService,
  SettlingService,
  SilenceService,
  deliverNotice,
  makePrintFiles,
} from '#libs/delivery/index.js';
import { JobRunner, handle } from '#libs/jobs/index.js';
import { LedgerModule, Sequencer } from '#libs/ledger/index.js';
import {
  DuplicatesService,
  PeopleModule,
  RosterRunsService,
  RosterUploadsService,
  findDuplicates,
  foldCounts,
  importRoster,
} from '#libs/people/index.js';
import { PlatformModule, type Platform } from '../assembly.js';

@Module({})
class WorkerModule {
  static of(platform: Platform): DynamicModule {
    return { module: WorkerModule, imports: [PlatformModule.of(platform), LedgerModule, PeopleModule, DeliveryModule] };
  }
}

export interface Worker {
  app: INestApplicationContext;
  /** Ends after the work at hand; what is queued waits for the next worker. */
  stop(): Promise<void>;
}

/** Runs background jobs, the clock of every minute, and the sequencer of the ledger. Refuses to start when a job has no handler. */
export async function startWorker(platform: Platform): Promise<Worker> {
  // A worker that cannot write down how far it has come does not begin to send.
  await settleFenceToSend(platform.database, platform.config, platform.clock.now());
  const app = await NestFactory.createApplicationContext(WorkerModule.of(platform), {
    logger: false,
    abortOnError: false,
  });
  const delivering = app.get(DeliveringService);
  const printing = app.get(PrintFilesService);
  const duplicates = app.get(DuplicatesService);
  const imports = app.get(RosterRunsService);
  const uploads = app.get(RosterUploadsService);
  const mailbox = app.get(BounceMailboxService);
  const settling = app.get(SettlingService);
  const reminders = app.get(RemindersService);
  const silence = app.get(SilenceService);
  const sequencer = app.get(Sequencer);
  const runner = new JobRunner({
    connectionString: platform.databaseUrl,
    bindings: [
      handle(deliverNotice, ({ noticeId }, { signal }) => delivering.deliver(noticeId, signal)),
      handle(makePrintFiles, ({ runId }, { signal }) => printing.make(runId, signal)),
      handle(importRoster, ({ uploadId }, { signal }) => imports.run(uploadId, signal)),
      handle(findDuplicates, async ({ breachId }) => void (await duplicates.runDue(breachId))),
    ],
    everyFiveSeconds: [() => delivering.sweep()],
    everyMinute: [
      () => foldCounts(platform.database),
      () => uploads.forgetOld(),
      async () => void (await mailbox.poll()),
      async () => void (await settling.settleArrivals()),
      async () => void (await reminders.draftDue()),
      async () => void (await silence.escalate()),
    ],
  });
  await runner.start();
  sequencer.start();
  return {
    app,
    async stop() {
      await runner.stop();
      await sequencer.stop();
      await sequencer.drain();
      await app.close();
    },
  };
}
