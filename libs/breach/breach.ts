import type { EntityManager } from 'typeorm';
import { Problem, openBytes, type Keyring, type Language, type SealingKey } from '#libs/platform/index.js';
import type { BreachFacts, BreachTexts, Controller } from './breach-file.js';

/** One row of the register: only what does not change. Facts and texts stand in its revisions. */
export interface Breach {
  id: string;
  reference: string;
  isDrill: boolean;
  openedAt: Date;
  closedAt: Date | null;
}

const BREACH = `id, reference, is_drill as "isDrill", opened_at as "openedAt", closed_at as "closedAt"`;

/** Throws `breach.unknown` when no breach has that reference. */
export async function getBreach(tx: EntityManager, reference: string): Promise<Breach> {
  const rows: Breach[] = await tx.query(`select ${BREACH} from breach where reference = $1`, [reference.slice(0, 40)]);
  return known(rows[0]);
}

export async function getBreachById(tx: EntityManager, id: string): Promise<Breach> {
  const rows: Breach[] = await tx.query(`select ${BREACH} from breach where id = $1`, [id]);
  return known(rows[0]);
}

function known(breach: Breach | undefined): Breach {
  if (!breach)
    throw new Problem(
      'not-found',
      'breach.unknown',
      'No breach has that reference. Look it up in the list of breaches.',
    );
  return breach;
}

/** Every breach there is, by its reference. */
export async function allBreaches(tx: EntityManager): Promise<Breach[]> {
  return await tx.query(`select ${BREACH} from breach order by reference`);
}

/** The key under which everything of one breach is sealed; destroying the row's wrapped key wipes the breach. */
export async function breachKey(tx: EntityManager, keyring: Keyring, breachId: string): Promise<SealingKey> {
  const [row]: { wrapped: Buffer }[] = await tx.query(`select key_wrapped as wrapped from breach where id = $1`, [
    breachId,
  ]);
  if (!row)
    throw new Problem(
      'not-found',
      'breach.unknown',
      'No breach has that reference. Look it up in the list of breaches.',
    );
  return openBytes(keyring.kek, breachKeyPlace(breachId), row.wrapped);
}

export function breachKeyPlace(breachId: string): string {
  return `breach|${breachId}|key`;
}

export interface FactsRevision {
  revision: number;
  facts: BreachFacts;
  recordedAt: Date;
}

/** The facts as known now, or as of one revision. */
export async function factsOf(tx: EntityManager, breachId: string, revision?: number): Promise<FactsRevision> {
  const rows: FactsRevision[] = await tx.query(
    `select revision, facts, recorded_at as "recordedAt" from breach_revision
      where breach_id = $1 and ($2::int is null or revision = $2) order by revision desc limit 1`,
    [breachId, revision ?? null],
  );
  return rows[0]!;
}

/** The words of the letters, by language: the newest revision of each, or the revisions named. */
export async function textsOf(
  tx: EntityManager,
  breachId: string,
  revisions?: Partial<Record<Language, number>>,
): Promise<Partial<Record<Language, { revision: number; texts: BreachTexts }>>> {
  const rows: { language: Language; revision: number; texts: BreachTexts }[] = await tx.query(
    `select distinct on (language) language, revision, texts from breach_text
      where breach_id = $1 and ($2::jsonb is null or revision = ($2::jsonb ->> language)::int)
      order by language, revision desc`,
    [breachId, revisions ? JSON.stringify(revisions) : null],
  );
  return Object.fromEntries(rows.map(({ language, revision, texts }) => [language, { revision, texts }]));
}

export interface ControllerRevision {
  revision: number;
  controller: Controller;
}

/** The controller's own data as they stand now, or as of one revision; null before they were recorded once. */
export async function findController(tx: EntityManager, revision?: number): Promise<ControllerRevision | null> {
  const rows: ControllerRevision[] = await tx.query(
    `select revision, facts as controller from controller_revision where $1::int is null or revision = $1 order by revision desc limit 1`,
    [revision ?? null],
  );
  return rows[0] ?? null;
}

/** Throws `controller.missing` before the controller was recorded once. */
export async function getController(tx: EntityManager, revision?: number): Promise<ControllerRevision> {
  const controller = await findController(tx, revision);
  if (!controller) {
    throw new Problem(
      'refused',
      'controller.missing',
      'Record the controller first, on the settings page or as "controller" in the file of the breach: letters carry its name and the contact of its data protection officer.',
    );
  }
  return controller;
}
