import { MARK } from "./format.ts";
import { declaredBytes, type LogRecord, leafHashMatches, RECORD_BYTES_MIN, readRecord } from "./record.ts";
import type { Segment } from "./segment.ts";
import { readTrailer, TRAILER_BYTES, type Trailer } from "./trailer.ts";

export interface ScannedBatch {
  /** Byte offsets in the file: where the batch begins, and where the next one would. */
  readonly offset: number;
  readonly end: number;
  readonly trailer: Trailer;
  readonly records: readonly LogRecord[];
}

/** Why the batch at `offset` cannot be taken. */
export interface BatchDamage {
  readonly damaged: true;
  /** Where the batch begins. */
  readonly offset: number;
  /** Where the first thing is that is wrong. */
  readonly badOffset: number;
  readonly reason: string;
  /** Bytes are missing or fail their checksum, as after a write that was cut off. Otherwise they are whole, yet contradict the log. */
  readonly incomplete: boolean;
}

/**
 * Reads the batch that begins with the first of these bytes, and checks all that can be known of it by itself.
 * @param offset of the first byte in the segment's file. @param checkLeaves whether to compute the hash of every header.
 */
export function readBatch(
  bytes: Buffer,
  segment: Segment,
  offset: number,
  checkLeaves: boolean,
): ScannedBatch | BatchDamage {
  const records: LogRecord[] = [];
  const damage = (at: number, reason: string, incomplete = true): BatchDamage => {
    return { damaged: true, offset, badOffset: offset + at, reason, incomplete };
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
    const record = readRecord(bytes, at, recordBytes, segment.crc, segment.logical(offset + at));
    if (typeof record === "string") return damage(at, record);
    if (checkLeaves && !leafHashMatches(record))
      return damage(at, "a record's leaf hash is not that of its header", false);
    records.push(record);
    at += recordBytes;
  }
  const trailer = readTrailer(bytes, at, segment.crc, segment.logical(offset + at));
  if (trailer === undefined) return damage(at, "the checksum of a batch's trailer does not match");
  if (trailer.recordBytes !== at) return damage(at, "a batch's trailer is that of another batch", false);
  return { offset, end: offset + at + TRAILER_BYTES, trailer, records };
}

/** Whether the records of a batch are where it says. @returns in a few words what is wrong. */
export function outOfOrder({ trailer, records }: ScannedBatch, firstOrdinal: number): string | undefined {
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
