import type { Entry } from "./contract.ts";
import { grown } from "./format.ts";
import { recordBytes, writeRecord } from "./record.ts";
import type { Segment } from "./segment.ts";
import { ChainHash, TRAILER_BYTES, writeTrailer } from "./trailer.ts";

/** The one batch that is being made, in memory that is used again for the next. */
export class Batch {
  /** As large as the largest batch so far needed. */
  private buffer: Buffer = Buffer.allocUnsafe(64 * 1024);
  private readonly chain = new ChainHash();
  private segment: Segment | undefined;
  private firstPosition = 0;
  private recordsEnd = 0;
  private added = 0;
  private recordOffsets: number[] = [];

  /** Entries in it. */
  get count(): number {
    return this.added;
  }

  /** Byte offsets in the file of its records, in order. */
  get offsets(): readonly number[] {
    return this.recordOffsets;
  }

  /** Of its records so far. */
  get bytes(): number {
    return this.recordsEnd;
  }

  /** @param segment where the batch will be, at its end. */
  start(segment: Segment, previousHash: Uint8Array): void {
    this.segment = segment;
    this.firstPosition = segment.firstPosition + segment.entries;
    this.recordsEnd = 0;
    this.added = 0;
    this.recordOffsets = [];
    this.chain.start(previousHash);
  }

  add(organization: string, sequence: number, { header, body }: Entry): { position: number; leafHash: string } {
    const segment = this.started();
    const offsetInBatch = this.recordsEnd;
    const position = this.firstPosition + this.added;
    const ordinal = segment.entries + this.added;
    const offset = segment.end + offsetInBatch;
    const needed = offsetInBatch + recordBytes(organization.length, header.length + body.length) + TRAILER_BYTES;
    if (needed > this.buffer.length) this.buffer = grown(this.buffer, needed);
    const { leafHash, chained, bytes } = writeRecord(
      this.buffer,
      offsetInBatch,
      { organization, sequence, ordinal, offsetInBatch, header, body },
      segment.crc,
      segment.logical(offset),
    );
    this.chain.add(chained);
    this.recordsEnd += bytes;
    this.added++;
    this.recordOffsets.push(offset);
    return { position, leafHash };
  }

  /** @returns the whole batch, valid until `start`, and the chain's new end. */
  finish(recordedAt: number): { bytes: Buffer; chainHash: Buffer } {
    const segment = this.started();
    const { buffer, bytes, firstPosition, count } = this;
    const chainHash = this.chain.finish();
    const trailer = { count, recordBytes: bytes, firstPosition, recordedAt, chainHash };
    writeTrailer(buffer, bytes, trailer, segment.crc, segment.logical(segment.end + bytes));
    return { bytes: buffer.subarray(0, bytes + TRAILER_BYTES), chainHash };
  }

  private started(): Segment {
    if (this.segment === undefined) throw new Error("a batch is started before anything is added");
    return this.segment;
  }
}
