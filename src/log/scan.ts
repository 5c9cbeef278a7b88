import { Continuity, type ScanState } from "./continuity.ts";
import { type DiskFile, readFully } from "./disk.ts";
import { MARK } from "./format.ts";
import { declaredBytes, type LogRecord, leafHashMatches, RECORD_BYTES_MIN, readRecord } from "./record.ts";
import type { Segment } from "./segment.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { BATCH_BYTES_MAX, readTrailer, TRAILER_BYTES, type Trailer } from "./trailer.ts";

/** Several of the largest batches, so that little is read twice. */
const WINDOW_BYTES = 4 * BATCH_BYTES_MAX;

export interface ScannedBatch {
  /** Byte offsets in the file: where the batch begins, and where the next one would. */
  readonly offset: number;
  readonly end: number;
  readonly trailer: Trailer;
  readonly records: readonly LogRecord[];
}

/** Why the batch at `offset` cannot be taken. */
export interface Damage {
  readonly damaged: true;
  /** Where the batch begins. */
  readonly offset: number;
  /** Where the first thing stands that is wrong. */
  readonly badOffset: number;
  readonly reason: string;
  /** Bytes are missing or fail their checksum, as after a write that was cut off. Otherwise they are whole, yet contradict the log. */
  readonly incomplete: boolean;
}

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
  async next(): Promise<ScannedBatch | Damage | undefined> {
    if (this.offset >= this.limit) return undefined;
    await this.fill();
    const batch = this.readBatch();
    if ("damaged" in batch) return batch;
    const contradiction = misplaced(batch, this.state.position - this.segment.firstPosition) ?? this.takeBatch(batch);
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

  private readBatch(): ScannedBatch | Damage {
    const start = this.offset - this.windowStart;
    const bytes = this.window.subarray(start, Math.min(this.windowBytes, start + BATCH_BYTES_MAX));
    const records: LogRecord[] = [];
    const damage = (at: number, reason: string, incomplete = true): Damage => {
      return { damaged: true, offset: this.offset, badOffset: this.offset + at, reason, incomplete };
    };
    let at = 0;
    for (;;) {
      if (at + TRAILER_BYTES > bytes.length) return damage(at, "a batch does not end");
      const mark = bytes.readUInt32LE(at);
      if (mark === MARK.trailer) break;
      if (mark !== MARK.record) return damage(at, "here is neither a record nor a batch's trailer");
      if (at + RECORD_BYTES_MIN > bytes.length) return damage(at, "a record does not end");
      const recordBytes = declaredBytes(bytes, at);
      if (recordBytes === undefined) return damage(at, "a record's lengths cannot be right");
      if (at + recordBytes > bytes.length) return damage(at, "a record reaches beyond the end");
      const record = readRecord(bytes, at, recordBytes, this.segment.crc, this.segment.logical(this.offset + at));
      if (typeof record === "string") return damage(at, record);
      if (this.checkLeaves && !leafHashMatches(record))
        return damage(at, "a record's leaf hash is not that of its header", false);
      records.push(record);
      at += recordBytes;
    }
    const trailer = readTrailer(bytes, at, this.segment.crc, this.segment.logical(this.offset + at));
    if (trailer === undefined) return damage(at, "the checksum of a batch's trailer does not match");
    if (trailer.recordBytes !== at) return damage(at, "a batch's trailer is that of another batch", false);
    return { offset: this.offset, end: this.offset + at + TRAILER_BYTES, trailer, records };
  }
}

function misplaced({ trailer, records }: ScannedBatch, firstOrdinal: number): string | undefined {
  if (trailer.count !== records.length) return "a batch does not have as many records as its trailer counts";
  let offsetInBatch = 0;
  let ordinal = firstOrdinal;
  for (const record of records) {
    if (record.ordinal !== ordinal || record.offsetInBatch !== offsetInBatch) return "a record is out of its place";
    offsetInBatch += record.bytes;
    ordinal++;
  }
  return undefined;
}
