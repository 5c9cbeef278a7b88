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
  /** Of a compressed segment. */
  readonly compressed?: CompressedHeader;
}

/** What the header of a compressed segment says besides all that the raw one's said. */
export interface CompressedHeader {
  /** See EntryPacking. */
  readonly packing: number;
  readonly dictionaryCrc: number;
  /** Length of the raw file, footer included: where in the log's bytes the next segment begins. */
  readonly rawBytes: number;
}

const COMPRESSED = 1;

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
  if (header.compressed !== undefined) {
    buffer.writeUInt32LE(COMPRESSED, 96);
    buffer.writeUInt32LE(header.compressed.packing, 100);
    buffer.writeUInt32LE(header.compressed.dictionaryCrc, 104);
    writeUint64(buffer, header.compressed.rawBytes, 108);
  }
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
  const unsupported = unsupportedVersion(buffer);
  if (unsupported !== undefined) return unsupported;
  const form = buffer.readUInt32LE(96);
  if (form > COMPRESSED) return "it has a form that this Daybook does not know";
  const compressed = {
    packing: buffer.readUInt32LE(100),
    dictionaryCrc: buffer.readUInt32LE(104),
    rawBytes: readUint64(buffer, 108),
  };
  return {
    logId: Buffer.from(buffer.subarray(16, 32)),
    firstPosition: readUint64(buffer, 32),
    logicalOffset: readUint64(buffer, 40),
    previousHash: Buffer.from(buffer.subarray(48, 80)),
    createdAt: readUint64(buffer, 80),
    recordedAt: readUint64(buffer, 88),
    ...(form === COMPRESSED && { compressed }),
  };
}

/**
 * Why a header cannot be read though it is whole; undefined when it can be, or when it is damaged.
 * @param buffer begins with a segment's header.
 */
export function unsupportedVersion(buffer: Buffer): string | undefined {
  if (buffer.length < SEGMENT_HEADER_BYTES || buffer.readUInt32LE(CRC_AT) !== crc32(buffer.subarray(0, CRC_AT))) {
    return undefined;
  }
  const version = buffer.readUInt32LE(8);
  if (version === FORMAT_VERSION) return undefined;
  const wrote = version < FORMAT_VERSION ? "an earlier Daybook wrote it" : "a later Daybook wrote it";
  return `${wrote}, in format ${version}; this one reads format ${FORMAT_VERSION} only, and nothing converts it`;
}
