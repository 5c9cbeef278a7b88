import { crc32 } from "node:zlib";

/**
 * The sizes, marks and checksums that all structures on disk share; docs/log-format.md describes every byte. Numbers are
 * little-endian; every structure begins on a multiple of 8 bytes.
 */

export const FORMAT_VERSION = 2;
export const ALIGNMENT_BYTES = 8;
export const HASH_BYTES = 32;
export const ORGANIZATION_BYTES_MAX = 128;

/** Header and body of one entry together. Four times what an event may have, so that the log never is the narrow place. */
export const STORED_BYTES_MAX = 1024 * 1024;
/** A batch takes no further entry once it has this many bytes: about what one write and one fdatasync carry at the cost of a small one. */
export const BATCH_BYTES_TARGET = 1024 * 1024;

/** Four ASCII letters that begin each structure: for finding the next one after a damage, never trusted without its CRC. */
export const MARK = {
  record: mark("DbRe"),
  trailer: mark("DbBa"),
  footer: mark("DbFo"),
  block: mark("DbBk"),
  windowIndex: mark("DbIx"),
  compressedFooter: mark("DbFz"),
} as const;

function mark(text: string): number {
  return Buffer.from(text, "latin1").readUInt32LE(0);
}

export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

const TWO_TO_32 = 0x1_0000_0000;

/** Writes an unsigned 64-bit integer up to Number.MAX_SAFE_INTEGER. */
export function writeUint64(buffer: Buffer, value: number, at: number): void {
  buffer.writeUInt32LE(value % TWO_TO_32, at);
  buffer.writeUInt32LE(Math.floor(value / TWO_TO_32), at + 4);
}

/** Reads an unsigned 64-bit integer; beyond Number.MAX_SAFE_INTEGER, which is never written, it is inexact. */
export function readUint64(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at + 4) * TWO_TO_32 + buffer.readUInt32LE(at);
}

/**
 * CRC-32 (IEEE, as in zlib) seeded with where the bytes belong: CRC32(log id ‖ logical offset ‖ bytes). The right bytes in
 * another log, or at another place of this one, fail.
 */
export class PlacedCrc {
  /** 16 bytes. */
  readonly logId: Uint8Array;
  private readonly logIdCrc: number;
  private readonly offset = Buffer.alloc(8);

  constructor(logId: Uint8Array) {
    this.logId = logId;
    this.logIdCrc = crc32(logId);
  }

  of(bytes: Uint8Array, logicalOffset: number): number {
    writeUint64(this.offset, logicalOffset, 0);
    return crc32(bytes, crc32(this.offset, this.logIdCrc));
  }
}

/** A larger buffer that begins with the same bytes; at least twice as large, so that growing stays cheap. */
export function grown(buffer: Buffer, bytesMin: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(bytesMin, 2 * buffer.length));
  buffer.copy(larger);
  return larger;
}
