import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DeliveringService, DeliveryModule, deliverNotice } from '#libs/delivery/index.js';
import { JobRunner, handle } from '#libs/jobs/index.js';
import { LedgerModule, Sequencer } from '#libs/ledger/index.js';
import { foldCounts } from '#libs/people/index.js';
import { PlatformModule, type Platform } from '../assembly.js';

@Module({})
class WorkerModule {
  static of(platform: Platform): DynamicModule {
    return { module: WorkerModule, imports: [PlatformModule.of(platform), LedgerModule, DeliveryModule] };
  }
}

export interface Worker {
  app: INestApplicationContext;
  /** Ends after the work at hand; what is queued waits for the next worker. */
  stop(): Promise<void>;
}

/** Runs background jobs, the clock of every minute, and the sequencer of the ledger. Refuses to start when a job has no handler. */
export async function startWorker(platform: Platform): Promise<Worker> {
  const app = await NestFactory.createApplicationContext(WorkerModule.of(platform), {
    logger: false,
    abortOnError: false,
  });
  const delivering = app.get(DeliveringService);
  const sequencer = app.get(Sequencer);
  const runner = new JobRunner({
    connectionString: platform.databaseUrl,
    bindings: [handle(deliverNotice, ({ noticeId }, { signal }) => delivering.deliver(noticeId, signal))],
    everyMinute: [() => delivering.sweep(), () => foldCounts(platform.database)],
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
