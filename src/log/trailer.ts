import { hash } from "node:crypto";
import { BATCH_BYTES_TARGET, grown, HASH_BYTES, MARK, type PlacedCrc, readUint64, writeUint64 } from "./format.ts";
import { RECORD_BYTES_MAX } from "./record.ts";

export const TRAILER_BYTES = 64;
const CRC_FROM = 8;

/** No batch is longer: the entry that reaches the target may be the largest one. */
export const BATCH_BYTES_MAX = BATCH_BYTES_TARGET + RECORD_BYTES_MAX + TRAILER_BYTES;

/** Ends a batch. Without a valid one the batch does not exist. */
export interface Trailer {
  /** Entries in the batch; 0 in the mark that a clean stop leaves. */
  readonly count: number;
  /** Bytes of the batch's records: the batch begins that far before the trailer. */
  readonly recordBytes: number;
  /** Position of the batch's first entry. */
  readonly firstPosition: number;
  /** Milliseconds since the Unix epoch; of every entry in the batch. */
  readonly recordedAt: number;
  readonly chainHash: Buffer;
}

export function writeTrailer(
  buffer: Buffer,
  at: number,
  trailer: Trailer,
  crc: PlacedCrc,
  logicalOffset: number,
): void {
  buffer.writeUInt32LE(MARK.trailer, at);
  buffer.writeUInt32LE(trailer.count, at + 8);
  buffer.writeUInt32LE(trailer.recordBytes, at + 12);
  writeUint64(buffer, trailer.firstPosition, at + 16);
  writeUint64(buffer, trailer.recordedAt, at + 24);
  buffer.set(trailer.chainHash, at + 32);
  buffer.writeUInt32LE(crc.of(buffer.subarray(at + CRC_FROM, at + TRAILER_BYTES), logicalOffset), at + 4);
}

/** What the trailer at `at` says that the chain comes to, unchecked. */
export function trailerChainHash(buffer: Buffer, at: number): Buffer {
  return buffer.subarray(at + 32, at + 32 + HASH_BYTES);
}

/** @returns the trailer at `at`, or undefined when there is no valid one. */
export function readTrailer(buffer: Buffer, at: number, crc: PlacedCrc, logicalOffset: number): Trailer | undefined {
  if (at + TRAILER_BYTES > buffer.length || buffer.readUInt32LE(at) !== MARK.trailer) return undefined;
  if (buffer.readUInt32LE(at + 4) !== crc.of(buffer.subarray(at + CRC_FROM, at + TRAILER_BYTES), logicalOffset)) {
    return undefined;
  }
  return {
    count: buffer.readUInt32LE(at + 8),
    recordBytes: buffer.readUInt32LE(at + 12),
    firstPosition: readUint64(buffer, at + 16),
    recordedAt: readUint64(buffer, at + 24),
    chainHash: trailerChainHash(buffer, at),
  };
}

/**
 * The next link of the chain: SHA-256(previous link ‖ for each record: length-prefixed organization ‖ sequence ‖ leaf hash).
 * It commits to leaf hashes and never to bodies, so that a body can be erased and the chain still holds.
 */
export class ChainHash {
  private input: Buffer = Buffer.allocUnsafe(4096);
  private length = HASH_BYTES;

  start(previous: Uint8Array): void {
    this.input.set(previous, 0);
    this.length = HASH_BYTES;
  }

  /** @param chained see LogRecord. */
  add(chained: Uint8Array): void {
    if (this.length + chained.length > this.input.length) this.input = grown(this.input, this.length + chained.length);
    this.input.set(chained, this.length);
    this.length += chained.length;
  }

  finish(): Buffer {
    return hash("sha256", this.input.subarray(0, this.length), "buffer");
  }
}
