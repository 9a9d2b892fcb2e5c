import type { EntityManager } from 'typeorm';
import { sharedTemplates, sharedTemplatesHash, type SharedTemplates } from './template-files.js';

/** Keeps a copy of the shipped wrapper, words and advice, once for each state of them. */
export async function keepSharedTemplates(tx: EntityManager): Promise<void> {
  const shared = sharedTemplates();
  await tx.query(
    `insert into letter_shared_template (hash, content) values (decode($1, 'hex'), $2) on conflict (hash) do nothing`,
    [sharedTemplatesHash(shared), JSON.stringify(shared)],
  );
}

/** The wrapper, words and advice of that hash: the shipped ones while they are the same, else the copy that was kept. */
export async function getSharedTemplates(tx: EntityManager, hash: string): Promise<SharedTemplates> {
  if (sharedTemplatesHash(sharedTemplates()) === hash) return sharedTemplates();
  const rows: { content: SharedTemplates }[] = await tx.query(
    `select content from letter_shared_template where hash = decode($1, 'hex')`,
    [hash],
  );
  if (!rows[0]) throw new Error(`the shared templates ${hash} of a notice were not kept`);
  return rows[0].content;
}
