import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  aligned,
  HASH_BYTES,
  MARK,
  ORGANIZATION_BYTES_MAX,
  type PlacedCrc,
  readUint64,
  STORED_BYTES_MAX,
  writeUint64,
} from "./format.ts";

/** Bytes before the organization, its length byte among them. */
const FIXED_BYTES = 33;
const SEQUENCE_BYTES = 8;
const CRC_FROM = 8;
/** The body was erased: its bytes are zeros, its length and everything else are as they were. */
const FLAG_BODY_ERASED = 1;

/** Fewest bytes from which `declaredBytes` can tell a record's length. */
export const RECORD_BYTES_MIN = aligned(FIXED_BYTES + 1 + SEQUENCE_BYTES + HASH_BYTES);
export const RECORD_BYTES_MAX = recordBytes(ORGANIZATION_BYTES_MAX, STORED_BYTES_MAX);

/**
 * What one record says. The views share the memory of the buffer that it was read from, and are made when they are asked for: a chunk holds
 * records by the thousand, and objects that wait cost more than those that are made twice.
 */
export class LogRecord {
  readonly organization: string;
  readonly sequence: number;
  /** Place in the segment: position less the segment's first position. */
  readonly ordinal: number;
  /** Bytes from the batch's first record to this one. */
  readonly offsetInBatch: number;
  readonly flags: number;
  /** Bytes of the whole record, padding included. */
  readonly bytes: number;
  private readonly buffer: Buffer;
  private readonly at: number;
  private readonly leafAt: number;
  /** Where its stored body is in the buffer. */
  readonly bodyAt: number;
  readonly bodyEnd: number;

  /** Takes what a mark and its declared length (see `declaredBytes`) make out at `at`, unchecked. */
  constructor(buffer: Buffer, at: number, bytes: number) {
    const sequenceAt = at + FIXED_BYTES + (buffer[at + 32] ?? 0);
    this.organization = buffer.toString("latin1", at + FIXED_BYTES, sequenceAt);
    this.sequence = readUint64(buffer, sequenceAt);
    this.ordinal = buffer.readUInt32LE(at + 28);
    this.offsetInBatch = buffer.readUInt32LE(at + 24);
    this.flags = buffer.readUInt32LE(at + 20);
    this.bytes = bytes;
    this.buffer = buffer;
    this.at = at;
    this.leafAt = sequenceAt + SEQUENCE_BYTES;
    this.bodyAt = this.leafAt + HASH_BYTES + buffer.readUInt32LE(at + 12);
    this.bodyEnd = this.bodyAt + buffer.readUInt32LE(at + 16);
  }

  get leafHash(): Buffer {
    return this.buffer.subarray(this.leafAt, this.leafAt + HASH_BYTES);
  }

  get header(): Buffer {
    return this.buffer.subarray(this.leafAt + HASH_BYTES, this.bodyAt);
  }

  /** Zeros when it was erased. */
  get storedBody(): Buffer {
    return this.buffer.subarray(this.bodyAt, this.bodyEnd);
  }

  /** Undefined when it was erased. */
  get body(): Buffer | undefined {
    return this.flags === FLAG_BODY_ERASED ? undefined : this.storedBody;
  }

  /** CRC-32 of the stored body. */
  get bodyCrc(): number {
    return this.buffer.readUInt32LE(this.at + 8);
  }

  /** What the chain hash takes: length-prefixed organization ‖ sequence ‖ leaf hash. */
  get chained(): Buffer {
    return this.buffer.subarray(
      this.at + 32,
      this.at + 32 + 1 + this.organization.length + SEQUENCE_BYTES + HASH_BYTES,
    );
  }
}

export function recordBytes(organizationBytes: number, entryBytes: number): number {
  return aligned(FIXED_BYTES + organizationBytes + SEQUENCE_BYTES + HASH_BYTES + entryBytes);
}

/**
 * Writes a record at `at`.
 * @returns its leaf hash, SHA-256(0x00 ‖ header), in hex; what the chain takes of it; and its bytes.
 */
export function writeRecord(
  buffer: Buffer,
  at: number,
  record: {
    organization: string;
    sequence: number;
    ordinal: number;
    offsetInBatch: number;
    header: Uint8Array;
    body: Uint8Array;
  },
  crc: PlacedCrc,
  logicalOffset: number,
): { leafHash: string; chained: Buffer; bytes: number } {
  const { organization, header, body } = record;
  const sequenceAt = at + FIXED_BYTES + organization.length;
  const leafAt = sequenceAt + SEQUENCE_BYTES;
  const headerAt = leafAt + HASH_BYTES;
  const bodyAt = headerAt + header.length;
  const bytes = recordBytes(organization.length, header.length + body.length);

  buffer.writeUInt32LE(MARK.record, at);
  buffer.writeUInt32LE(crc32(body), at + 8);
  buffer.writeUInt32LE(header.length, at + 12);
  buffer.writeUInt32LE(body.length, at + 16);
  buffer.writeUInt32LE(0, at + 20);
  buffer.writeUInt32LE(record.offsetInBatch, at + 24);
  buffer.writeUInt32LE(record.ordinal, at + 28);
  buffer[at + 32] = organization.length;
  buffer.write(organization, at + FIXED_BYTES, "latin1");
  writeUint64(buffer, record.sequence, sequenceAt);
  buffer.set(header, headerAt);
  buffer.set(body, bodyAt);
  buffer.fill(0, bodyAt + body.length, at + bytes);

  const leafHash = hashLeaf(buffer, headerAt, header.length);
  buffer.write(leafHash, leafAt, "hex");
  buffer.writeUInt32LE(crc.of(buffer.subarray(at + CRC_FROM, bodyAt), logicalOffset), at + 4);
  return { leafHash, chained: buffer.subarray(at + 32, headerAt), bytes };
}

/** Hashes 0x00 ‖ header in place, borrowing the byte before the header; whoever calls writes or restores that byte. */
function hashLeaf(buffer: Buffer, headerAt: number, headerBytes: number): string {
  buffer[headerAt - 1] = 0;
  // As a string: a Buffer for each would take longer to make than the hash.
  return hash("sha256", buffer.subarray(headerAt - 1, headerAt + headerBytes), "hex");
}

/** Whether a record's leaf hash is the hash of its header; its CRC alone says only that both are as they were written. */
export function leafHashMatches(record: LogRecord): boolean {
  const leaf = Buffer.allocUnsafe(1 + record.header.length);
  leaf[0] = 0;
  leaf.set(record.header, 1);
  return hash("sha256", leaf, "buffer").equals(record.leafHash);
}

/**
 * Length of the record at `at` as its own fields have it, not yet checked against its CRC; undefined when they cannot be
 * right. At least RECORD_BYTES_MIN bytes must be there.
 */
export function declaredBytes(buffer: Buffer, at: number): number | undefined {
  const entryBytes = buffer.readUInt32LE(at + 12) + buffer.readUInt32LE(at + 16);
  const organizationBytes = buffer[at + 32] ?? 0;
  if (entryBytes > STORED_BYTES_MAX || organizationBytes === 0 || organizationBytes > ORGANIZATION_BYTES_MAX) {
    return undefined;
  }
  return recordBytes(organizationBytes, entryBytes);
}

/**
 * Reads the record of `bytes` bytes (see `declaredBytes`) at `at`, all of which must be there, its mark first.
 * @returns the record, or in a few words what is wrong with it.
 */
export function readRecord(
  buffer: Buffer,
  at: number,
  bytes: number,
  crc: PlacedCrc,
  logicalOffset: number,
): LogRecord | string {
  const record = new LogRecord(buffer, at, bytes);
  const { bodyAt, bodyEnd } = record;
  if (buffer.readUInt32LE(at + 4) !== crc.of(buffer.subarray(at + CRC_FROM, bodyAt), logicalOffset)) {
    return "a record's checksum does not match";
  }
  if (record.flags > FLAG_BODY_ERASED) return "a record has flags that this version does not know";
  if (record.bodyCrc !== crc32(buffer.subarray(bodyAt, bodyEnd)))
    return "the checksum of a record's body does not match";
  for (let index = bodyEnd; index < at + bytes; index++) {
    if (buffer[index] !== 0) return "a record's padding is not zero";
  }
  return record;
}
