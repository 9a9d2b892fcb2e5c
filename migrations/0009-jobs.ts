import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Signs of life of the workers, so that the jobs of a killed one are freed. */
export class Jobs1764000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table job_worker (
        -- The id under which graphile-worker locks jobs.
        pool_id text primary key,
        seen_at timestamptz not null default clock_timestamp()
      );
    `);
  }

  down(): Promise<void> {
    throw new Error('Migrations go forward only. Restore a backup instead.');
  }
}
