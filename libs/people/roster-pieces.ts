import type { EntityManager } from 'typeorm';
import { Problem, openBytes, sealBytes, type SealingKey } from '#libs/platform/index.js';
import type { RosterSource } from './roster-source.js';
import { isSpreadsheet } from './spreadsheet.js';
import { notATable } from './table.js';
import { wholeFault } from './table-row.js';

/** What is held in memory of a file on its way, and one row of the table. */
const PIECE_BYTES = 1024 * 1024;
/** A roster of a hundred thousand persons, the most that a page takes, has about 20 MB as text. */
export const LARGEST_UPLOAD = 100 * 1024 * 1024;

type Query = Pick<EntityManager, 'query'>;

/**
 * Keeps a file as it arrives, in sealed pieces, each in a statement of its own: no transaction stays open while somebody's
 * line is slow. Answers the number of pieces. Throws `roster.not-csv` at the first piece of what is no table,
 * `roster.upload-too-large`, and whatever the stream throws that was cut off.
 */
export async function keepPieces(
  database: Query,
  key: SealingKey,
  uploadId: string,
  stream: AsyncIterable<Buffer>,
): Promise<number> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let [filled, pieces, total] = [0, 0, 0];
  const keep = async (): Promise<void> => {
    const bytes = piece.subarray(0, filled);
    if (pieces === 0) requireTable(bytes);
    await database.query(`insert into roster_upload_piece (upload_id, number, sealed) values ($1, $2, $3)`, [
      uploadId,
      pieces,
      sealBytes(key, placeOf(uploadId, pieces), bytes),
    ]);
    pieces += 1;
    filled = 0;
  };
  for await (const chunk of stream) {
    total += chunk.length;
    if (total > LARGEST_UPLOAD) throw tooLarge();
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.copy(piece, filled, at);
      at += taken;
      filled += taken;
      if (filled === PIECE_BYTES) await keep();
    }
  }
  if (filled > 0) await keep();
  return pieces;
}

/**
 * The bytes of a kept file, read piece by piece on the connection of `tx`: a second connection, asked for while a
 * transaction holds one, could wait for itself. Throws `roster.upload-gone` where a piece is no longer there.
 */
export function piecesOf(tx: Query, key: SealingKey, uploadId: string, pieces: number): RosterSource {
  return async function* () {
    for (let number = 0; number < pieces; number++) {
      const rows: { sealed: Buffer }[] = await tx.query(
        `select sealed from roster_upload_piece where upload_id = $1 and number = $2`,
        [uploadId, number],
      );
      if (!rows[0]) throw uploadGone();
      yield openBytes(key, placeOf(uploadId, number), rows[0].sealed);
    }
  };
}

export function uploadGone(): Problem {
  return new Problem('not-found', 'roster.upload-gone', 'This file is no longer kept. Choose it again.');
}

export function importAsked(): Problem {
  return new Problem(
    'conflict',
    'roster.import-asked',
    'The import of this file was asked for already. To import it otherwise, choose it again.',
  );
}

function placeOf(uploadId: string, number: number): string {
  return `roster_upload|${uploadId}|${number}|1`;
}

/** Tab, line feed, vertical tab, form feed, carriage return. */
const SPACES = new Set([9, 10, 11, 12, 13]);

/** Refuses what is neither text nor a spreadsheet by its beginning, before the rest of it is taken. */
function requireTable(beginning: Buffer): void {
  const mark = beginning.subarray(0, 2).toString('hex');
  if (isSpreadsheet(beginning) || mark === 'fffe' || mark === 'feff') return;
  if (beginning.some((byte) => byte < 32 && !SPACES.has(byte))) throw notATable();
}

function tooLarge(): Problem {
  return wholeFault(
    'roster.upload-too-large',
    `This file is larger than ${LARGEST_UPLOAD / 1024 / 1024} MB, which is the most that a page takes. Split the list, or have it imported with \`bin/tocsin roster import\`.`,
  );
}
