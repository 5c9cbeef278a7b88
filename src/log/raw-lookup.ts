import { readChunk } from "./chunk.ts";
import type { LogEntry } from "./contract.ts";
import { readFullySync } from "./disk.ts";
import { LogCorruption } from "./errors.ts";
import { MARK } from "./format.ts";
import { declaredBytes, RECORD_BYTES_MIN, readRecord } from "./record.ts";
import type { Segment } from "./segment.ts";
import type { RawFile } from "./segment-files.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import type { LookupListener, SegmentWants } from "./segment-wants.ts";
import { INDEX_EVERY_BYTES } from "./sparse-index.ts";

/** Reaches from one point of the index to the next, and mostly one record further. */
export const LOOKUP_BYTES = INDEX_EVERY_BYTES + 16 * 1024;

/** Records are read at once where no more than this is between one and the next: reading it costs less than another read. */
const GAP_BYTES_MAX = 8 * 1024;
/** A record that is longer is a run by itself. */
const RUN_BYTES_MAX = 128 * 1024;

/** A record that is wanted, and the slot of its entry. */
interface WantedRecord {
  readonly ordinal: number;
  readonly slot: number;
}

/** Where a record is; `bytes` can take in the trailer of its batch. */
interface PlacedRecord extends WantedRecord {
  readonly offset: number;
  readonly bytes: number;
}

/** Looks entries up in raw segments: the open one, and those that are not compressed yet. */
export class RawLookup {
  wants(file: RawFile, segment: Segment): SegmentWants {
    /** Those whose place is in memory, and those to be found by the segment's index. */
    const placed: PlacedRecord[] = [];
    const others: WantedRecord[] = [];
    return {
      add: (ordinal, slot) => {
        const record = placeOf(segment, ordinal, slot);
        if (record === undefined) others.push({ ordinal, slot });
        else placed.push(record);
        return record?.bytes ?? LOOKUP_BYTES;
      },
      read: async ({ found }) => {
        for (const run of runsOf(placed)) readRun(file, segment, run, found);
        for (const { ordinal, slot } of others) {
          found(slot, await orDamage(() => findOne(file, segment, ordinal)));
        }
      },
    };
  }
}

function placeOf({ offsets, end }: Segment, ordinal: number, slot: number): PlacedRecord | undefined {
  const offset = offsets?.at(ordinal);
  if (offset === undefined) return undefined;
  return { ordinal, slot, offset, bytes: (offsets?.at(ordinal + 1) ?? end) - offset };
}

/** Records that are near to one another in the file. */
function runsOf(records: readonly PlacedRecord[]): PlacedRecord[][] {
  const runs: PlacedRecord[][] = [];
  let run: PlacedRecord[] = [];
  let [start, end] = [0, 0];
  for (const record of [...records].sort((left, right) => left.offset - right.offset)) {
    const next = record.offset + record.bytes;
    if (run.length > 0 && record.offset - end <= GAP_BYTES_MAX && next - start <= RUN_BYTES_MAX) run.push(record);
    else {
      run = [record];
      runs.push(run);
      start = record.offset;
    }
    end = next;
  }
  return runs;
}

/**
 * Reads a run without leaving the event loop: what was written lately is in memory, where a read takes microseconds, and many times that
 * when it goes through the thread pool.
 */
function readRun(
  { file }: RawFile,
  segment: Segment,
  run: readonly PlacedRecord[],
  found: LookupListener["found"],
): void {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return;
  const buffer = Buffer.allocUnsafeSlow(last.offset + last.bytes - first.offset);
  const filled = readFullySync(file, buffer, first.offset);
  for (const record of run) {
    const at = record.offset - first.offset;
    const bytes = buffer.subarray(at, Math.min(filled, at + record.bytes));
    const entry = entryIn(bytes, segment, record);
    found(record.slot, typeof entry === "string" ? new LogCorruption(segment.path, record.offset, entry) : entry);
  }
}

/** @returns the entry, or what is wrong with the bytes. */
function entryIn(
  bytes: Buffer,
  segment: Segment,
  { ordinal, offset, bytes: expected }: PlacedRecord,
): LogEntry | string {
  if (bytes.length < expected) return "the file is shorter than what was made durable";
  if (expected < RECORD_BYTES_MIN || bytes.readUInt32LE(0) !== MARK.record) return "here is no record";
  const length = declaredBytes(bytes, 0);
  if (length === undefined || length > expected) return "a record's lengths cannot be right";
  const record = readRecord(bytes, 0, length, segment.crc, segment.logical(offset));
  if (typeof record === "string") return record;
  if (record.ordinal !== ordinal) return "a record is out of its place";
  const { organization, sequence, leafHash, header, body } = record;
  const position = segment.firstPosition + ordinal;
  return { position, organization, sequence, leafHash, header, body, leaf: "stored" };
}

async function orDamage(read: () => Promise<LogEntry>): Promise<LogEntry | LogCorruption> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LogCorruption) return error;
    throw error;
  }
}

/** Reads from the index's last point before the record to it: for a segment that this process has not read. */
async function findOne(file: RawFile, segment: Segment, ordinal: number): Promise<LogEntry> {
  let point = (await file.index()).find(ordinal) ?? { ordinal: 0, offset: SEGMENT_HEADER_BYTES };
  for (;;) {
    const { entries, next } = await readChunk(file.file, segment, point, LOOKUP_BYTES, {
      entriesMax: ordinal + 1 - point.ordinal,
    });
    const last = entries.at(-1);
    if (last?.position === segment.firstPosition + ordinal) return last;
    point = next;
  }
}
