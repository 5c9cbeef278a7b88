import { resolve } from "node:path";
import type { EntryPacking } from "../packing.ts";
import type { FramedBatch } from "./commit-point.ts";
import { type ScanState, startState } from "./continuity.ts";
import type { EarlierId } from "./contract.ts";
import { type Disk, nameFailures, realDisk } from "./disk.ts";
import { earlierIds } from "./earlier-ids.ts";
import { BATCH_BYTES_TARGET } from "./format.ts";
import { holdLog } from "./held-log.ts";
import { recover } from "./recovery.ts";
import { batchesOf } from "./segment-batches.ts";
import { encodeSegmentHeader } from "./segment-header.ts";
import { uuidText } from "./uuid.ts";

/** A log that this process has locked and nobody appends to, as the rows of a shared log. */
export interface FramedLog {
  /** UUID. */
  readonly id: string;
  readonly entries: number;
  /** Ids under which it was kept before. */
  readonly earlier: readonly EarlierId[];
  /** All of it, in order; what is small comes together. @throws LogCorruption, LogLockLost */
  batches(): AsyncGenerator<FramedBatch, void, undefined>;
  /** Before anything rests on what was read. @throws LogLockLost when another process can have changed it. */
  requireLock(): void;
  /** Releases the lock. */
  close(): void;
}

export interface FramedLogOptions {
  readonly directory: string;
  readonly disk?: Disk;
  readonly packing: EntryPacking;
}

/**
 * Recovers a log as a start does, and adds nothing to it: not even the mark of a clean stop.
 * @throws LogLocked, LogCorruption, LogIoError; RangeError when there is no log.
 */
export async function openFramedLog({ directory: path, disk: given, packing }: FramedLogOptions): Promise<FramedLog> {
  const directory = resolve(path);
  const disk = nameFailures(given ?? realDisk);
  const held = await holdLog(disk, directory);
  try {
    const { segments, state, file } = await recover(disk, directory, packing, Date.now);
    await file?.close();
    const logId = segments.at(-1)?.header.logId;
    if (logId === undefined) throw new RangeError(`${directory} holds no log.`);
    const batches = async function* () {
      const at = startState();
      for (const segment of segments) {
        held.require();
        const { compressed: _, ...header } = segment.header;
        at.counters.startSegment();
        yield* inRows(batchesOf({ disk, directory, packing, segment }, at), encodeSegmentHeader(header));
      }
      held.require();
      requireEnd(at, state);
    };
    return {
      id: uuidText(logId),
      entries: state.position,
      earlier: earlierIds(segments),
      batches,
      requireLock: () => held.require(),
      close: () => held.release(),
    };
  } catch (error) {
    held.release();
    throw error;
  }
}

function requireEnd(read: ScanState, expected: ScanState): void {
  if (read.position === expected.position && read.chainHash.equals(expected.chainHash)) return;
  throw new Error("the log was changed while it was read");
}

/** Puts the batches of one segment together to rows of about a megabyte. So a batch of no entries, the mark of a clean stop, is in the row before it. */
export async function* inRows(
  batches: AsyncIterable<FramedBatch>,
  segmentHeader: Buffer,
): AsyncGenerator<FramedBatch, void, undefined> {
  let parts: FramedBatch[] = [];
  let bytes = 0;
  let isFirst = true;
  for await (const batch of batches) {
    if (batch.entries > 0 && bytes > 0 && bytes + batch.bytes.length > BATCH_BYTES_TARGET) {
      yield joined(parts, isFirst ? segmentHeader : undefined);
      isFirst = false;
      parts = [];
      bytes = 0;
    }
    parts.push(batch);
    bytes += batch.bytes.length;
  }
  if (parts.length > 0) yield joined(parts, isFirst ? segmentHeader : undefined);
}

function joined(parts: readonly FramedBatch[], segmentHeader: Buffer | undefined): FramedBatch {
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("a row has a batch");
  return {
    firstPosition: first.firstPosition,
    entries: parts.reduce((sum, { entries }) => sum + entries, 0),
    recordedAt: last.recordedAt,
    bytes: Buffer.concat(parts.map((part) => part.bytes)),
    previousHash: first.previousHash,
    chainHash: last.chainHash,
    segmentHeader,
  };
}
