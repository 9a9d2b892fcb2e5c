import { manyRandomBytes, uuidv7Bytes, writeBlindIndex, type Fault, type SealingKey } from '#libs/platform/pure.js';
import { writeReferenceIndex } from './identity-indexes.js';
import { PersonRows, type RowsContext } from './person-rows.js';
import { marksProtected, readRow, type RosterLayout, type StatedPerson } from './roster-row.js';
import type { TableRow } from './table-row.js';

export const INDEX_BYTES = 16;
const ID_BYTES = 16;

/** What the making of rows stands on. Plain values: they are handed to a thread of its own. */
export interface ChunkContext extends RowsContext {
  layout: RosterLayout;
  /** The database's time at the start of the import; each chunk counts as a millisecond later, to keep the order. */
  now: number;
}

export interface FaultyRow extends TableRow {
  faults: Fault[];
}

/** A chunk of rows after its check, without the persons themselves. */
export interface CheckedChunk {
  chunk: number;
  /** By place in the chunk; null where the row is faulty. */
  numbers: (number | null)[];
  /** `INDEX_BYTES` for each row of the chunk: its reference's index, and the keyed hash of all it states. */
  references: Uint8Array;
  hashes: Uint8Array;
  faulty: FaultyRow[];
  hasProtected: boolean;
}

/** A chunk of new persons as three COPY files, and their ids one after the other. */
export interface SealedChunk {
  ids: Uint8Array;
  persons: Uint8Array;
  contacts: Uint8Array;
  exposures: Uint8Array;
  count: number;
}

interface HeldChunk {
  rows: TableRow[];
  persons: (StatedPerson | null)[];
  references: Buffer;
  hashes: Buffer;
}

/**
 * The rows of an import, some thousands at a time: checks a chunk, holds its persons until it is told which of them
 * are new, and seals those. Runs in the importing thread or in one beside it.
 */
export class RosterChunks {
  private readonly held = new Map<number, HeldChunk>();
  private readonly indexKey: SealingKey;

  constructor(private readonly context: ChunkContext) {
    this.indexKey = Buffer.from(context.keyring.index);
    this.context = {
      ...context,
      breachKey: Buffer.from(context.breachKey),
      keyring: { index: this.indexKey },
    };
  }

  check(chunk: number, rows: TableRow[]): CheckedChunk {
    const { layout } = this.context;
    const references = Buffer.alloc(rows.length * INDEX_BYTES);
    const hashes = Buffer.alloc(rows.length * INDEX_BYTES);
    const persons: (StatedPerson | null)[] = [];
    const faulty: FaultyRow[] = [];
    let hasProtected = false;
    rows.forEach((row, place) => {
      hasProtected ||= marksProtected(layout, row.cells);
      const read = readRow(layout, row.cells);
      if ('faults' in read) {
        faulty.push({ ...row, faults: read.faults });
        persons.push(null);
        return;
      }
      persons.push(read.person);
      writeReferenceIndex(this.context.keyring, read.person.record.reference, references, place * INDEX_BYTES);
      this.writeStatedHash(row.cells, hashes, place * INDEX_BYTES);
    });
    this.held.set(chunk, { rows, persons, references, hashes });
    const numbers = rows.map((row, place) => (persons[place] ? row.number : null));
    return { chunk, numbers, references, hashes, faulty, hasProtected };
  }

  /** A keyed hash of everything that a row states, whatever the order of its columns. */
  private writeStatedHash(cells: string[], target: Buffer, at: number): void {
    let text = '';
    for (const [column, place] of this.sortedPlaces) {
      const cell = cells[place];
      if (cell) text += `${column}\u001f${cell}\u001e`;
    }
    writeBlindIndex(this.indexKey, 'stated-row', `${this.everybodyText}${text}`, target, at);
  }

  private get sortedPlaces(): [string, number][] {
    return (this.placesMade ??= [...this.context.layout.places].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
  private placesMade: [string, number][] | null = null;
  private get everybodyText(): string {
    return (this.everybodyMade ??= JSON.stringify(
      Object.entries(this.context.layout.everybody).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ));
  }
  private everybodyMade: string | null = null;

  /** Seals the new persons of a checked chunk, by their places in it. */
  seal(chunk: number, places: number[]): SealedChunk {
    const { persons, references, hashes } = this.held.get(chunk)!;
    const now = new Date(this.context.now + chunk);
    const rows = new PersonRows(this.context, now);
    const ids = Buffer.alloc(places.length * ID_BYTES);
    places.forEach((place, i) => {
      const id = uuidv7Bytes(now);
      id.copy(ids, i * ID_BYTES);
      rows.add({
        id,
        referenceIndex: references.subarray(place * INDEX_BYTES, (place + 1) * INDEX_BYTES),
        secret: manyRandomBytes(32),
        stated: persons[place]!,
        statedHash: hashes.subarray(place * INDEX_BYTES, (place + 1) * INDEX_BYTES),
      });
    });
    return {
      ids,
      persons: rows.persons.finish(),
      contacts: rows.contacts.finish(),
      exposures: rows.exposures.finish(),
      count: places.length,
    };
  }

  /** Persons of a checked chunk, opened, by their places: those that are known and state something else than before. */
  stated(chunk: number, places: number[]): StatedPerson[] {
    const { persons } = this.held.get(chunk)!;
    return places.map((place) => persons[place]!);
  }

  /** Rows of a checked chunk as they were read, by their places. */
  cells(chunk: number, places: number[]): TableRow[] {
    const { rows } = this.held.get(chunk)!;
    return places.map((place) => rows[place]!);
  }

  drop(chunk: number): void {
    this.held.delete(chunk);
  }
}
