import type { EntityManager } from 'typeorm';
import type { RosterResult } from './roster-check.js';
import type { FaultyRow } from './roster-chunks.js';
import type { MappingOf } from './roster-file.js';
import type { RosterSource } from './roster-source.js';

export interface ImportOptions {
  /** Leave faulty rows out and import the others; without it a file with faulty rows imports nobody. */
  keepGood: boolean;
  /** The most rows that are taken: 100,000 on a page, none in the CLI. */
  mostRows?: number;
  /** Which column of the file is which of ours; by the column names where nothing is said. */
  mappingOf?: MappingOf;
  /** Somebody looked at the columns, found them right, and says so: a file is not stopped because they seem to have slid. */
  columnsAreRight?: boolean;
  /** Told, in the import's transaction, once it has its breach to itself: another import, or an act, may have come before. */
  onBegin?: (tx: EntityManager, breachId: string) => void | Promise<void>;
  /** Told after each batch how many rows are done. */
  onProgress?: (rows: number) => void;
  /** Given the faulty rows as they stand in the file, batch by batch, in the order of their numbers. */
  onFaulty?: (rows: FaultyRow[]) => void;
  /** Written in the import's own transaction, at its end: what must not be there without it, nor it without that. */
  alongWith?: (tx: EntityManager, result: RosterResult) => Promise<void>;
}

/** A list, or one that is kept in the database and is read on the connection of the import's transaction. */
export type RosterOrigin = RosterSource | { within(tx: EntityManager): RosterSource };
