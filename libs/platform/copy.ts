import type { Duplex } from 'node:stream';
import type { Submittable } from 'pg';
import type { EntityManager } from 'typeorm';

/** What of pg's connection a COPY needs; its types leave these out. */
interface Wire {
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
  stream: Duplex;
}

/** A connection of pg, as the pool or TypeORM's query runner gives it. */
export interface CopyClient {
  query(query: Submittable): unknown;
}

/** Bytes that wait on either side before the other one is held up. */
const WAITING_BYTES = 1024 * 1024;

/** pg calls these as the server answers. One COPY is one statement: it ends with the server ready for the next. */
abstract class Copy {
  private failure: Error | null = null;
  /** Rows that the server counted, once it is done. */
  protected rows = 0;
  protected wire!: Wire;

  constructor(private readonly sql: string) {}

  submit(connection: unknown): void {
    this.wire = connection as Wire;
    this.wire.query(this.sql);
  }
  handleError(error: Error): void {
    this.failure ??= error;
    // A lost connection is never ready again; a refused statement is, and pg then asks for the next one.
    this.ended(this.failure);
  }
  handleReadyForQuery(): void {
    this.ended(this.failure);
  }
  handleCommandComplete({ text }: { text: string }): void {
    this.rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCopyData(_message: { chunk: Buffer }): void {}
  handleCopyInResponse(connection: unknown): void {
    (connection as Wire).sendCopyFail('nothing to copy');
  }

  protected abstract ended(failure: Error | null): void;
}

class CopyOut extends Copy {
  private readonly waiting: Buffer[] = [];
  private bytes = 0;
  private end: { failure: Error | null } | null = null;
  private wake: (() => void) | null = null;
  private isLeft = false;

  override handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.isLeft) return;
    // The parser of pg writes the next bytes over these.
    this.waiting.push(Buffer.from(chunk));
    this.bytes += chunk.length;
    if (this.bytes > WAITING_BYTES) this.wire.stream.pause();
    this.wake?.();
  }
  protected ended(failure: Error | null): void {
    this.end ??= { failure };
    this.wake?.();
  }

  async *chunks(): AsyncGenerator<Buffer, number> {
    try {
      for (;;) {
        if (this.waiting.length > 0) {
          const chunk = Buffer.concat(this.waiting.splice(0));
          this.bytes = 0;
          this.wire.stream.resume();
          yield chunk;
        } else if (this.end) {
          if (this.end.failure) throw this.end.failure;
          return this.rows;
        } else {
          await new Promise<void>((resolve) => (this.wake = resolve));
          this.wake = null;
        }
      }
    } finally {
      // Whoever stops reading early leaves a connection that runs to the end of the statement.
      this.isLeft = true;
      this.wire?.stream.resume();
    }
  }
}

class CopyIn extends Copy {
  readonly done: Promise<number>;
  private settle!: { resolve(rows: number): void; reject(error: Error): void };
  private hasEnded = false;

  constructor(
    sql: string,
    private readonly source: AsyncIterable<Buffer>,
  ) {
    super(sql);
    this.done = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
  }
  override handleCopyInResponse(): void {
    this.send().catch((error: Error) => {
      // The server then refuses the statement, and its transaction with it; our own reason is the one to tell.
      this.settle.reject(error);
      this.wire.sendCopyFail('the source of the rows failed');
    });
  }
  protected ended(failure: Error | null): void {
    this.hasEnded = true;
    if (failure) this.settle.reject(failure);
    else this.settle.resolve(this.rows);
  }
  private async send(): Promise<void> {
    for await (const chunk of this.source) {
      if (this.hasEnded) return;
      this.wire.sendCopyFromChunk(chunk);
      if (this.wire.stream.writableLength > WAITING_BYTES) await this.drained();
    }
    if (!this.hasEnded) this.wire.endCopyFrom();
  }
  private async drained(): Promise<void> {
    const { stream } = this.wire;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        stream.off('drain', goOn);
        stream.off('close', goOn);
        resolve();
      };
      stream.on('drain', goOn);
      stream.on('close', goOn);
    });
  }
}

/**
 * What `copy … to stdout` gives, piece by piece with flat memory: a reader that is slow holds the server up. The
 * connection takes no other statement until the last piece was read. Returns the number of rows at its end. `sql` is our
 * own, never input.
 */
export function copyOut(client: CopyClient, sql: string): AsyncGenerator<Buffer, number> {
  const copy = new CopyOut(sql);
  client.query(copy);
  return copy.chunks();
}

/**
 * Feeds `copy … from stdin` until the source ends, and answers the number of rows. Throws what the source or the server
 * throws; the transaction is then lost.
 */
export async function copyIn(client: CopyClient, sql: string, source: AsyncIterable<Buffer>): Promise<number> {
  const copy = new CopyIn(sql, source);
  client.query(copy);
  return await copy.done;
}

/** Brings rows in COPY's binary format (`CopyRows`) into a table, in the caller's transaction. */
export async function copyRows(tx: EntityManager, table: string, columns: string, rows: Uint8Array): Promise<void> {
  const client = (await tx.queryRunner!.connect()) as CopyClient;
  await copyIn(
    client,
    `copy ${table} (${columns}) from stdin (format binary)`,
    once(Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)),
  );
}

async function* once(rows: Buffer): AsyncGenerator<Buffer> {
  yield rows;
}
