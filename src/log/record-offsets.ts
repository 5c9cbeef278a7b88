/** Where each record of a segment begins in its file; in memory for the segments that this process wrote or read whole. */
export class RecordOffsets {
  private offsets = new Uint32Array(1024);
  private count = 0;

  push(offset: number): void {
    if (this.count === this.offsets.length) {
      const larger = new Uint32Array(2 * this.count);
      larger.set(this.offsets);
      this.offsets = larger;
    }
    this.offsets[this.count++] = offset;
  }

  /** Undefined for a record that was not added. */
  at(ordinal: number): number | undefined {
    return ordinal < this.count ? this.offsets[ordinal] : undefined;
  }
}
