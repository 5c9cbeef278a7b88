/** Bytes of log between two points: what a look-up reads in vain at most, against 8 bytes of memory a point. */
export const INDEX_EVERY_BYTES = 64 * 1024;

/** A record's place: its ordinal in the segment and its byte offset in the file. */
export interface IndexPoint {
  readonly ordinal: number;
  readonly offset: number;
}

/** Some of a segment's records, in order: where to begin to read for finding any other. */
export class SparseIndex {
  private readonly points: IndexPoint[] = [];

  get length(): number {
    return this.points.length;
  }

  /** Takes the point when it is far enough from the last one. Points come in order. */
  offer(point: IndexPoint): void {
    const last = this.points.at(-1);
    if (last === undefined || point.offset - last.offset >= INDEX_EVERY_BYTES) this.points.push(point);
  }

  /** The last point at or before an ordinal. */
  find(ordinal: number): IndexPoint | undefined {
    let low = 0;
    let high = this.points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const point = this.points[middle];
      if (point !== undefined && point.ordinal <= ordinal) low = middle + 1;
      else high = middle;
    }
    return this.points[low - 1];
  }

  [Symbol.iterator](): Iterator<IndexPoint> {
    return this.points.values();
  }
}
