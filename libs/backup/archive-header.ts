import { z } from 'zod';
import { Problem } from '#libs/platform/index.js';

const count = z.number().int().min(0);

/** What a backup says of itself before its tables: what it needs, and what must come out when it is restored. */
const schema = z.object({
  product: z.string().max(40),
  madeAt: z.iso.datetime({ offset: true }),
  /** Steps of the schema that the database had had, in order. */
  steps: z.array(z.string().regex(/^\w{1,100}$/)).max(10_000),
  installation: z.uuid(),
  /** Fingerprint of the key that opens what is sealed; the key itself is not in a backup. */
  key: z.string().regex(/^[0-9a-f]{16}$/),
  ledger: z.object({ size: count, root: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  /** The sum of each breach. */
  sums: z
    .array(
      z.object({
        breach: z.string().max(40),
        affected: count,
        told: count,
        exempt: count,
        underWay: count,
        notReached: count,
      }),
    )
    .max(100_000),
});
export type ArchiveHeader = z.output<typeof schema>;

/** Throws `backup.damaged` for a header that is none: only a program that is not ours wrote it so. */
export function readHeader(bytes: Buffer): ArchiveHeader {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new Problem(
      'bad-input',
      'backup.damaged',
      'The header of the backup cannot be read. Take another copy of it.',
    );
  }
}
