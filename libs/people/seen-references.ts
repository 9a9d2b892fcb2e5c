/** Slots for each reference that is held: fewer make long walks, more waste memory. */
const SLOTS_FOR_EACH = 2;
const FIRST_SLOTS = 1 << 14;

/**
 * The references of one file, each with the row that it stood in first. Of a reference 8 bytes of its index are kept
 * in flat memory (a `Map` of a million texts takes a hundred megabytes): two of a million meet by chance once in
 * thirty million files.
 */
export class SeenReferences {
  private high = new Uint32Array(FIRST_SLOTS);
  private low = new Uint32Array(FIRST_SLOTS);
  /** Number of the row, 0 where the slot is free. */
  private rows = new Uint32Array(FIRST_SLOTS);
  private count = 0;

  /** The row in which this reference stood before; null, and remembered from now on, when it did not. */
  firstRow(index: Buffer, row: number): number | null {
    const [high, low] = [index.readUInt32BE(0), index.readUInt32BE(4)];
    const slot = this.slotOf(high, low);
    if (this.rows[slot] !== 0) return this.rows[slot]!;
    this.set(slot, high, low, row);
    this.count += 1;
    if (this.count * SLOTS_FOR_EACH > this.rows.length) this.grow();
    return null;
  }

  private set(slot: number, high: number, low: number, row: number): void {
    this.high[slot] = high;
    this.low[slot] = low;
    this.rows[slot] = row;
  }

  /** The slot that holds the reference, or the free one where it belongs. */
  private slotOf(high: number, low: number): number {
    const mask = this.rows.length - 1;
    let slot = low & mask;
    while (this.rows[slot] !== 0 && (this.low[slot] !== low || this.high[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { high, low, rows } = this;
    this.high = new Uint32Array(rows.length * 2);
    this.low = new Uint32Array(rows.length * 2);
    this.rows = new Uint32Array(rows.length * 2);
    rows.forEach((row, slot) => {
      if (row !== 0) this.set(this.slotOf(high[slot]!, low[slot]!), high[slot]!, low[slot]!, row);
    });
  }
}
