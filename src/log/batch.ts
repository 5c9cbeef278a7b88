import type { Entry } from "./contract.ts";
import { writeRecord } from "./record.ts";
import type { Segment } from "./segment.ts";
import { INDEX_EVERY_BYTES, type IndexPoint } from "./sparse-index.ts";
import { BATCH_BYTES_MAX, ChainHash, TRAILER_BYTES, writeTrailer } from "./trailer.ts";

/** The one batch that is being made, in memory that is used again for the next. */
export class Batch {
  private readonly buffer = Buffer.allocUnsafeSlow(BATCH_BYTES_MAX);
  private readonly chain = new ChainHash(BATCH_BYTES_MAX);
  private segment: Segment | undefined;
  private firstPosition = 0;
  private recordBytes = 0;
  private added = 0;
  private indexPoints: IndexPoint[] = [];

  /** Entries in it. */
  get count(): number {
    return this.added;
  }

  /** Places of some of its records, close enough for the segment's index. */
  get points(): readonly IndexPoint[] {
    return this.indexPoints;
  }

  /** Of its records so far. */
  get bytes(): number {
    return this.recordBytes;
  }

  /** @param segment where the batch will stand, at its end. */
  start(segment: Segment, previousHash: Uint8Array): void {
    this.segment = segment;
    this.firstPosition = segment.firstPosition + segment.entries;
    this.recordBytes = 0;
    this.added = 0;
    this.indexPoints = [];
    this.chain.start(previousHash);
  }

  add(organization: string, sequence: number, { header, body }: Entry): { position: number; leafHash: Buffer } {
    const segment = this.started();
    const offsetInBatch = this.recordBytes;
    const position = this.firstPosition + this.added;
    const ordinal = segment.entries + this.added;
    const offset = segment.end + offsetInBatch;
    const { leafHash, chained, bytes } = writeRecord(
      this.buffer,
      offsetInBatch,
      { organization, sequence, ordinal, offsetInBatch, header, body },
      segment.crc,
      segment.logical(offset),
    );
    this.chain.add(chained);
    this.recordBytes += bytes;
    this.added++;
    const last = this.indexPoints.at(-1);
    if (last === undefined || offset - last.offset >= INDEX_EVERY_BYTES) this.indexPoints.push({ ordinal, offset });
    return { position, leafHash };
  }

  /** @returns the whole batch, valid until `start`, and the chain's new end. */
  finish(recordedAt: number): { bytes: Buffer; chainHash: Buffer } {
    const segment = this.started();
    const { recordBytes, firstPosition, added: count } = this;
    const chainHash = this.chain.finish();
    const logicalOffset = segment.logical(segment.end + recordBytes);
    const trailer = { count, recordBytes, firstPosition, recordedAt, chainHash };
    writeTrailer(this.buffer, recordBytes, trailer, segment.crc, logicalOffset);
    return { bytes: this.buffer.subarray(0, recordBytes + TRAILER_BYTES), chainHash };
  }

  private started(): Segment {
    if (this.segment === undefined) throw new Error("a batch is started before anything is added");
    return this.segment;
  }
}
