import { readChunk } from "./chunk.ts";
import type { LogEntry } from "./contract.ts";
import { LogCorruption } from "./errors.ts";
import { MARK } from "./format.ts";
import type { SegmentWants, Wanted } from "./lookup.ts";
import { declaredBytes, RECORD_BYTES_MIN, readRecord } from "./record.ts";
import type { Segment } from "./segment.ts";
import type { RawFile } from "./segment-files.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { INDEX_EVERY_BYTES } from "./sparse-index.ts";

/** Reaches from one point of the index to the next, and mostly one record further. */
export const LOOKUP_BYTES = INDEX_EVERY_BYTES + 16 * 1024;

/** Looks entries up in raw segments: the open one, and those that are not compressed yet. */
export class RawLookup {
  wants(file: RawFile, segment: Segment): SegmentWants {
    const wanted: Wanted[] = [];
    return {
      add: async (one) => {
        wanted.push(one);
        return recordRange(segment, one.ordinal)?.bytes ?? LOOKUP_BYTES;
      },
      read: async (found) => {
        for (const { ordinal, slot } of wanted) {
          try {
            found(slot, await readOne(file, segment, ordinal));
          } catch (error) {
            if (!(error instanceof LogCorruption)) throw error;
            found(slot, error);
          }
        }
      },
    };
  }
}

/** Where a record is, as far as this is in memory. `bytes` may take in the trailer of its batch. */
function recordRange({ offsets, end }: Segment, ordinal: number): { offset: number; bytes: number } | undefined {
  const offset = offsets?.at(ordinal);
  if (offset === undefined) return undefined;
  return { offset, bytes: (offsets?.at(ordinal + 1) ?? end) - offset };
}

async function readOne(file: RawFile, segment: Segment, ordinal: number): Promise<LogEntry> {
  const range = recordRange(segment, ordinal);
  return range === undefined ? findOne(file, segment, ordinal) : readAt(file, segment, ordinal, range);
}

/**
 * Reads one record without leaving the event loop: what was written lately is in memory, where a read takes two microseconds, and
 * twenty times that when it goes through the thread pool.
 */
function readAt(
  { file }: RawFile,
  segment: Segment,
  ordinal: number,
  { offset, bytes }: { offset: number; bytes: number },
): LogEntry {
  const corrupt = (reason: string) => new LogCorruption(segment.path, offset, reason);
  const buffer = Buffer.allocUnsafeSlow(bytes);
  for (let done = 0; done < bytes; ) {
    const read = file.readSync(buffer.subarray(done), offset + done);
    if (read === 0) throw corrupt("the file is shorter than what was made durable");
    done += read;
  }
  if (bytes < RECORD_BYTES_MIN || buffer.readUInt32LE(0) !== MARK.record) throw corrupt("here is no record");
  const length = declaredBytes(buffer, 0);
  if (length === undefined || length > bytes) throw corrupt("a record's lengths cannot be right");
  const record = readRecord(buffer, 0, length, segment.crc, segment.logical(offset));
  if (typeof record === "string") throw corrupt(record);
  if (record.ordinal !== ordinal) throw corrupt("a record is out of its place");
  const { organization, sequence, leafHash, header, body } = record;
  const position = segment.firstPosition + ordinal;
  return { position, organization, sequence, leafHash, header, body, leaf: "stored" };
}

/** Reads from the index's last point before the record to it: for a segment that this process has not read. */
async function findOne(file: RawFile, segment: Segment, ordinal: number): Promise<LogEntry> {
  let point = (await file.index()).find(ordinal) ?? { ordinal: 0, offset: SEGMENT_HEADER_BYTES };
  for (;;) {
    const { entries, next } = await readChunk(file.file, segment, point, LOOKUP_BYTES, ordinal + 1 - point.ordinal);
    const last = entries.at(-1);
    if (last?.position === segment.firstPosition + ordinal) return last;
    point = next;
  }
}
