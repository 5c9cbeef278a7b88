import type { LogEntry } from "./contract.ts";
import { type DiskFile, readFully, readFullySync } from "./disk.ts";
import { LogCorruption } from "./errors.ts";
import { MARK } from "./format.ts";
import { declaredBytes, type LogRecord, RECORD_BYTES_MIN, readRecord } from "./record.ts";
import type { Segment } from "./segment.ts";
import type { IndexPoint } from "./sparse-index.ts";
import { readTrailer, TRAILER_BYTES } from "./trailer.ts";

/** So much is read before `readChunk` returns, where it was waited for: handing it to a thread takes several times as long. */
const JUST_WRITTEN_BYTES_MAX = 256 * 1024;

export interface ChunkOptions {
  readonly entriesMax?: number;
  /** The reader has waited for these entries, so they were just written and are in the system's memory with all likelihood. */
  readonly waitedFor?: boolean;
}

/** Whole entries that are one after another, and where the next one is. */
export interface Chunk {
  readonly entries: LogEntry[];
  readonly next: IndexPoint;
}

/**
 * Reads the durable entries from a point on: as many whole ones as `bytes` hold, at least one if there is one, at most
 * `entriesMax`. They share the memory of one buffer.
 * @throws LogCorruption when what is there does not match its checksum or its place.
 */
export async function readChunk(
  file: DiskFile,
  segment: Segment,
  point: IndexPoint,
  bytes: number,
  { entriesMax = Number.POSITIVE_INFINITY, waitedFor = false }: ChunkOptions = {},
): Promise<Chunk> {
  const { end } = segment;
  const buffer = Buffer.allocUnsafeSlow(Math.min(bytes, end - point.offset));
  const corrupt = (at: number, reason: string) => new LogCorruption(segment.path, point.offset + at, reason);
  const read =
    waitedFor && buffer.length <= JUST_WRITTEN_BYTES_MAX
      ? readFullySync(file, buffer, point.offset)
      : await readFully(file, buffer, point.offset);
  if (read < buffer.length) throw corrupt(read, "the file is shorter than what was made durable");

  const entries: LogEntry[] = [];
  let ordinal = point.ordinal;
  let at = 0;
  while (at < buffer.length && entries.length < entriesMax) {
    const frame = frameBytes(buffer, at);
    if (typeof frame === "string") throw corrupt(at, frame);
    if (at + frame > buffer.length) {
      if (point.offset + at + frame > end) throw corrupt(at, "a record reaches beyond the end");
      if (at === 0) return readChunk(file, segment, point, frame, { entriesMax });
      break;
    }
    const logicalOffset = segment.logical(point.offset + at);
    if (buffer.readUInt32LE(at) === MARK.trailer) {
      const trailer = readTrailer(buffer, at, segment.crc, logicalOffset);
      if (trailer === undefined) throw corrupt(at, "the checksum of a batch's trailer does not match");
    } else {
      const record = readRecord(buffer, at, frame, segment.crc, logicalOffset);
      if (typeof record === "string") throw corrupt(at, record);
      if (record.ordinal !== ordinal) throw corrupt(at, "a record is out of its place");
      entries.push(new StoredEntry(record, segment.firstPosition + ordinal));
      ordinal++;
    }
    at += frame;
  }
  return { entries, next: { ordinal, offset: point.offset + at } };
}

/** An entry of a segment that is stored as it was written. */
class StoredEntry implements LogEntry {
  readonly position: number;
  readonly leaf = "stored";
  private readonly record: LogRecord;

  constructor(record: LogRecord, position: number) {
    this.record = record;
    this.position = position;
  }

  get organization(): string {
    return this.record.organization;
  }

  get sequence(): number {
    return this.record.sequence;
  }

  get leafHash(): Uint8Array {
    return this.record.leafHash;
  }

  get header(): Uint8Array {
    return this.record.header;
  }

  get body(): Uint8Array | undefined {
    return this.record.body;
  }
}

/** Bytes of the record or trailer at `at`, or of enough of it to tell, or what is wrong with it. */
function frameBytes(buffer: Buffer, at: number): number | string {
  const left = buffer.length - at;
  if (left < TRAILER_BYTES) return TRAILER_BYTES;
  const mark = buffer.readUInt32LE(at);
  if (mark === MARK.trailer) return TRAILER_BYTES;
  if (mark !== MARK.record) return "here is neither a record nor a batch's trailer";
  if (left < RECORD_BYTES_MIN) return RECORD_BYTES_MIN;
  return declaredBytes(buffer, at) ?? "a record's lengths cannot be right";
}
