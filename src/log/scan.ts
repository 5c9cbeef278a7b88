import { Continuity, type ScanState } from "./continuity.ts";
import { type DiskFile, readFully } from "./disk.ts";
import { type BatchDamage, outOfOrder, readBatch, type ScannedBatch } from "./read-batch.ts";
import type { Segment } from "./segment.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { BATCH_BYTES_MAX } from "./trailer.ts";

/** Several of the largest batches, so that little is read twice. */
const WINDOW_BYTES = 4 * BATCH_BYTES_MAX;

/**
 * Reads a segment's batches in order and checks everything that is known of them: checksums, leaf hashes, positions,
 * contiguous sequences, times that never decrease, and the chain.
 */
export class BatchScanner {
  private readonly file: DiskFile;
  private readonly segment: Segment;
  private readonly limit: number;
  private readonly state: ScanState;
  private readonly continuity: Continuity;
  private readonly checkLeaves: boolean;
  private readonly window: Buffer;
  private windowStart = SEGMENT_HEADER_BYTES;
  private windowBytes = 0;
  private offset = SEGMENT_HEADER_BYTES;

  /**
   * @param limit byte offset in the file where its batches end.
   * @param state as of the segment's start; changed by every batch that is right, by no other.
   * @param checkLeaves whether to compute the hash of every header: false where the caller does.
   */
  constructor(file: DiskFile, segment: Segment, limit: number, state: ScanState, checkLeaves = true) {
    this.file = file;
    this.segment = segment;
    this.limit = limit;
    this.state = state;
    this.continuity = new Continuity(state);
    this.checkLeaves = checkLeaves;
    this.window = Buffer.allocUnsafeSlow(Math.min(WINDOW_BYTES, limit));
  }

  /** @returns the next batch, whose views hold until the next call; undefined at the limit. After a damage there is none. */
  async next(): Promise<ScannedBatch | BatchDamage | undefined> {
    if (this.offset >= this.limit) return undefined;
    await this.fill();
    const batch = this.readBatch();
    if ("damaged" in batch) return batch;
    const contradiction = outOfOrder(batch, this.state.position - this.segment.firstPosition) ?? this.takeBatch(batch);
    if (contradiction !== undefined) {
      return { damaged: true, offset: batch.offset, badOffset: batch.offset, reason: contradiction, incomplete: false };
    }
    this.offset = batch.end;
    return batch;
  }

  /** Makes the window hold the largest batch that may begin at the current offset. */
  private async fill(): Promise<void> {
    const wanted = Math.min(BATCH_BYTES_MAX, this.limit - this.offset);
    if (this.offset + wanted <= this.windowStart + this.windowBytes) return;
    this.windowStart = this.offset;
    const into = this.window.subarray(0, this.limit - this.offset);
    this.windowBytes = await readFully(this.file, into, this.offset);
  }

  private takeBatch({ trailer, records }: ScannedBatch): string | undefined {
    if (trailer.firstPosition !== this.state.position) {
      return `a batch begins at position ${trailer.firstPosition} where ${this.state.position} is next`;
    }
    return this.continuity.take(records, trailer.recordedAt, trailer.chainHash);
  }

  private readBatch(): ScannedBatch | BatchDamage {
    const start = this.offset - this.windowStart;
    const bytes = this.window.subarray(start, Math.min(this.windowBytes, start + BATCH_BYTES_MAX));
    return readBatch(bytes, this.segment, this.offset, this.checkLeaves);
  }
}
