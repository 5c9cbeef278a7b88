import { crc32 } from "node:zlib";
import { FORMAT_VERSION, HASH_BYTES, readUint64, writeUint64 } from "./format.ts";

export const SEGMENT_HEADER_BYTES = 128;
const MAGIC = Buffer.from("\x89DAYBOOK", "latin1");
const CRC_AT = SEGMENT_HEADER_BYTES - 4;
/** The chain's start: what the first segment has in the place of a previous batch's hash. */
export const CHAIN_START: Buffer = Buffer.alloc(HASH_BYTES);

/** The first bytes of a segment file; durable before the file gets its name, and never changed. */
export interface SegmentHeader {
  /** 16 bytes. The newest segment's is the log's. */
  readonly logId: Buffer;
  readonly firstPosition: number;
  /** Where this file begins in the endless space of the log's bytes: the lengths of all segments before it. */
  readonly logicalOffset: number;
  /** Chain hash of the last batch before this segment. */
  readonly previousHash: Buffer;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** `recordedAt` of the last batch before this segment, 0 when there is none: no later batch has less. */
  readonly recordedAt: number;
}

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const buffer = Buffer.alloc(SEGMENT_HEADER_BYTES);
  buffer.set(MAGIC, 0);
  buffer.writeUInt32LE(FORMAT_VERSION, 8);
  buffer.writeUInt32LE(SEGMENT_HEADER_BYTES, 12);
  buffer.set(header.logId, 16);
  writeUint64(buffer, header.firstPosition, 32);
  writeUint64(buffer, header.logicalOffset, 40);
  buffer.set(header.previousHash, 48);
  writeUint64(buffer, header.createdAt, 80);
  writeUint64(buffer, header.recordedAt, 88);
  buffer.writeUInt32LE(crc32(buffer.subarray(0, CRC_AT)), CRC_AT);
  return buffer;
}

/** @returns the header, or in a few words what is wrong with it. */
export function decodeSegmentHeader(buffer: Buffer): SegmentHeader | string {
  if (buffer.length < SEGMENT_HEADER_BYTES) return "the file is shorter than a segment's header";
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) return "this is no segment of a Daybook log";
  if (buffer.readUInt32LE(CRC_AT) !== crc32(buffer.subarray(0, CRC_AT))) {
    return "the checksum of the segment's header does not match";
  }
  const version = buffer.readUInt32LE(8);
  if (version !== FORMAT_VERSION) return `format version ${version} is newer than this Daybook (${FORMAT_VERSION})`;
  return {
    logId: Buffer.from(buffer.subarray(16, 32)),
    firstPosition: readUint64(buffer, 32),
    logicalOffset: readUint64(buffer, 40),
    previousHash: Buffer.from(buffer.subarray(48, 80)),
    createdAt: readUint64(buffer, 80),
    recordedAt: readUint64(buffer, 88),
  };
}
