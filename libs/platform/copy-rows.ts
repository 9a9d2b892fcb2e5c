const SIGNATURE = Buffer.from('PGCOPY\n\u00ff\r\n\0', 'latin1');
/** Flags and length of the extension: none. */
const HEADER = Buffer.concat([SIGNATURE, Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
const BYTEA_OID = 17;
const TEXT_OID = 25;
const MOST_KEPT = 1_000;

/**
 * Rows in the binary format of PostgreSQL's COPY (documentation of COPY, "Binary Format"), as one growing buffer.
 * Start each row with `row`, then write exactly as many values, of the columns' own types and in their order.
 */
export class CopyRows {
  /** The file so far; what lies behind its end is nobody's. It is another one after each value that found no room. */
  bytes: Buffer;
  private end = 0;
  private readonly kept = new Map<unknown, Buffer>();
  /** Rows written so far. */
  count = 0;

  constructor(room = 65_536) {
    this.bytes = Buffer.allocUnsafe(Math.max(room, 64));
    this.end = HEADER.copy(this.bytes);
  }

  row(values: number): this {
    this.count += 1;
    this.makeRoom(2);
    this.end = this.bytes.writeInt16BE(values, this.end);
    return this;
  }

  null(): this {
    this.makeRoom(4);
    this.end = this.bytes.writeInt32BE(-1, this.end);
    return this;
  }

  /** For bytea and uuid. */
  raw(value: Uint8Array | null): this {
    if (value === null) return this.null();
    this.makeRoom(4 + value.length);
    this.end = this.bytes.writeInt32BE(value.length, this.end);
    this.bytes.set(value, this.end);
    this.end += value.length;
    return this;
  }

  /** A value of that many bytes, for bytea and uuid, which the caller writes into `bytes` from the answer on. */
  place(length: number): number {
    this.makeRoom(4 + length);
    const start = this.bytes.writeInt32BE(length, this.end);
    this.end = start + length;
    return start;
  }

  text(value: string | null): this {
    if (value === null) return this.null();
    this.makeRoom(4 + value.length * 3);
    const length = this.bytes.write(value, this.end + 4);
    this.bytes.writeInt32BE(length, this.end);
    this.end += 4 + length;
    return this;
  }

  bool(value: boolean): this {
    this.makeRoom(5);
    this.end = this.bytes.writeInt32BE(1, this.end);
    this.end = this.bytes.writeUInt8(value ? 1 : 0, this.end);
    return this;
  }

  int4(value: number): this {
    this.makeRoom(8);
    this.end = this.bytes.writeInt32BE(4, this.end);
    this.end = this.bytes.writeInt32BE(value, this.end);
    return this;
  }

  int2(value: number): this {
    this.makeRoom(6);
    this.end = this.bytes.writeInt32BE(2, this.end);
    this.end = this.bytes.writeInt16BE(value, this.end);
    return this;
  }

  texts(values: readonly string[]): this {
    return this.array(TEXT_OID, values, (value) => this.text(value));
  }

  raws(values: readonly Uint8Array[]): this {
    return this.array(BYTEA_OID, values, (value) => this.raw(value));
  }

  private array<T>(oid: number, values: readonly T[], write: (value: T) => void): this {
    this.makeRoom(24);
    const start = this.end;
    this.end += 4;
    // Dimensions, whether there are nulls, type of the elements; then length and lower bound of the one dimension.
    this.end = this.bytes.writeInt32BE(values.length === 0 ? 0 : 1, this.end);
    this.end = this.bytes.writeInt32BE(0, this.end);
    this.end = this.bytes.writeInt32BE(oid, this.end);
    if (values.length > 0) {
      this.end = this.bytes.writeInt32BE(values.length, this.end);
      this.end = this.bytes.writeInt32BE(1, this.end);
      for (const value of values) write(value);
    }
    this.bytes.writeInt32BE(this.end - start - 4, start);
    return this;
  }

  /**
   * Values that are the same in many rows: what `write` writes is kept under a name (a text, or an object that stands
   * for itself), and copied from then on. The name must stand for exactly these values.
   */
  repeated(name: unknown, write: (rows: this) => void): this {
    const known = this.kept.get(name);
    if (known) {
      this.makeRoom(known.length);
      this.bytes.set(known, this.end);
      this.end += known.length;
      return this;
    }
    const start = this.end;
    write(this);
    if (this.kept.size < MOST_KEPT) this.kept.set(name, Buffer.from(this.bytes.subarray(start, this.end)));
    return this;
  }

  /** The whole as COPY takes it. Nothing may be written afterwards. */
  finish(): Buffer {
    this.makeRoom(TRAILER.length);
    this.end += TRAILER.copy(this.bytes, this.end);
    return this.bytes.subarray(0, this.end);
  }

  private makeRoom(length: number): void {
    if (this.end + length <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.end + length));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}
