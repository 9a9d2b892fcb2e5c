import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { openBytes, sealBytes, type SealingKey } from '#libs/platform/index.js';

/** One file of a print run, as it is known for ever. */
export interface PrintFile {
  name: string;
  /** `nl` or `nl-fr`, and the pages of each letter; null for the list of addresses and the manifest. */
  languages: string | null;
  pages: number | null;
  letters: number;
  size: number;
  hash: Buffer;
  /** Whether its bytes are here now. */
  isHere: boolean;
}

function place(runId: string, name: string): string {
  return `print_file|${runId}|${name}`;
}

/** Keeps a file, sealed under the breach's key; kept again it replaces what was there. Answers its SHA-256. */
export async function keepPrintFile(
  tx: EntityManager,
  key: SealingKey,
  runId: string,
  file: Pick<PrintFile, 'name' | 'languages' | 'pages' | 'letters'>,
  bytes: Buffer,
): Promise<Buffer> {
  const hash = createHash('sha256').update(bytes).digest();
  await tx.query(
    `insert into print_file (run_id, name, languages, pages, letters, size, hash) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (run_id, name) do update set languages = excluded.languages, pages = excluded.pages, letters = excluded.letters, size = excluded.size, hash = excluded.hash`,
    [runId, file.name, file.languages, file.pages, file.letters, bytes.length, hash],
  );
  await tx.query(
    `insert into print_file_content (run_id, name, sealed) values ($1, $2, $3) on conflict (run_id, name) do update set sealed = excluded.sealed`,
    [runId, file.name, sealBytes(key, place(runId, file.name), bytes)],
  );
  return hash;
}

/** The files of a run by name. */
export async function listPrintFiles(tx: EntityManager, runId: string): Promise<PrintFile[]> {
  return await tx.query(
    `select f.name, f.languages, f.pages, f.letters, f.size, f.hash, c.name is not null as "isHere"
       from print_file f left join print_file_content c on c.run_id = f.run_id and c.name = f.name where f.run_id = $1 order by f.name`,
    [runId],
  );
}

/** The bytes of one file; null where they are not here, because they were not made or went with the run. */
export async function readPrintFile(
  tx: EntityManager,
  key: SealingKey,
  runId: string,
  name: string,
): Promise<Buffer | null> {
  const rows: { sealed: Buffer }[] = await tx.query(
    `select sealed from print_file_content where run_id = $1 and name = $2`,
    [runId, name.slice(0, 100)],
  );
  return rows[0] ? openBytes(key, place(runId, name), rows[0].sealed) : null;
}

/** Files that the run has no longer, because what they held was set anew. */
export async function forgetOtherPrintFiles(tx: EntityManager, runId: string, names: string[]): Promise<void> {
  await tx.query(`delete from print_file where run_id = $1 and name <> all ($2)`, [runId, names]);
}

/** The bytes of a run's files; their names and hashes stay. */
export async function forgetPrintContents(tx: EntityManager, runId: string): Promise<void> {
  await tx.query(`delete from print_file_content where run_id = $1`, [runId]);
}
