import { uptime as machineUptime } from "node:os";
import { join, resolve } from "node:path";
import { allSettled, closeAll } from "../close-all.ts";
import type { EntryPacking } from "../packing.ts";
import { scanSealed } from "./background-scan.ts";
import { BALLAST_BYTES, Ballast } from "./ballast.ts";
import { LogClock } from "./clock.ts";
import type { CommitPoint, Replica } from "./commit-point.ts";
import { compressSegment } from "./compressed/compress.ts";
import { Compressor } from "./compressed/compressor.ts";
import { type CompressionRunner, CompressionThread } from "./compressed/thread.ts";
import type { RemovedTwin } from "./compressed/twins.ts";
import type { ScanState } from "./continuity.ts";
import type { Log } from "./contract.ts";
import { type Disk, nameFailures, realDisk } from "./disk.ts";
import { makeDurableDirectory } from "./durable-directory.ts";
import { earlierIds } from "./earlier-ids.ts";
import { isOutOfSpace } from "./errors.ts";
import { outwaitHolder, requireHeld, watch } from "./held-log.ts";
import type { Lock } from "./lock.ts";
import { type Recovered, recover } from "./recovery.ts";
import type { Segment } from "./segment.ts";
import { SegmentFiles } from "./segment-files.ts";
import { SegmentReader } from "./segment-reader.ts";
import { SegmentWriter } from "./segment-writer.ts";
import type { TornTail } from "./torn-tail.ts";
import { entryPacking } from "./unpacked.ts";
import { bytesOfUuid, uuidBytes, uuidText } from "./uuid.ts";
import { Writer } from "./writer.ts";

export const SEGMENT_BYTES = 64 * 1024 * 1024;
/** Offsets in a segment's index have 32 bits. */
const SEGMENT_BYTES_MAX = 2 ** 31;
const PROBE_INTERVAL_MS = 1000;
const DAMAGED = "stored entries are damaged";

/** What an operator should hear of, once, when it happens. */
export type LogNotice =
  /** Appends are refused from now on, for as long as `readOnly` says why. */
  | { readonly kind: "read_only"; readonly reason: string; readonly error: Error }
  /** Space is back on the disk: appends are taken again. */
  | { readonly kind: "writable" }
  /** The background scan of sealed segments ended; without an error, all are sound. */
  | { readonly kind: "scanned"; readonly segments: number; readonly error?: Error }
  /** A start found a segment in two forms, and removed the one that does not count. */
  | ({ readonly kind: "twin" } & RemovedTwin)
  /** A segment was compressed. */
  | { readonly kind: "compressed"; readonly file: string }
  /** The wall clock is too far from the log's own time to be followed, or `isOff` no more. `offset`: how far it is ahead, in milliseconds. */
  | { readonly kind: "clock"; readonly isOff: boolean; readonly offset: number }
  /** Compressing failed, and stays off until the next start; the log is as it was. */
  | { readonly kind: "not_compressed"; readonly error: Error };

export interface LogOptions {
  /** Made when it is missing. One log alone is in it. */
  readonly directory: string;
  readonly disk?: Disk;
  /** The log is shared with other nodes. It is read-only, until `replica` leads. Default: this process alone has it. */
  readonly shared?: SharedLog;
  /** Milliseconds since the Unix epoch. Default: Date.now. */
  readonly now?: () => number;
  /** Milliseconds that nobody can set, and the same with the machine's sleep included. Default: the system's; with `now`, that. */
  readonly monotonic?: () => number;
  readonly uptime?: () => number;
  /** A segment that has this many bytes is sealed and the next one begun. Default 64 MiB. */
  readonly segmentBytes?: number;
  /** Space set aside for the system's own entries on a full disk. Default 4 MiB. */
  readonly ballastBytes?: number;
  /** While the disk is full, how often to see whether space is back. Default 1 s. */
  readonly probeIntervalMs?: number;
  /** How headers are stored in compressed segments. Default: as they are. */
  readonly packing?: EntryPacking;
  /** Where sealed segments are compressed. Default: in a thread of their own; in this one when `disk` is given. */
  readonly compression?: "thread" | "here" | "off";
  /** Whether sealed segments are scanned in the background. Default: true. */
  readonly scan?: boolean;
  readonly onNotice?: (notice: LogNotice) => void;
  /**
   * A write, fsync or close failed for another reason than a full disk: nothing can be known any more, and the process must
   * end. Default: the error is thrown where nothing catches it.
   */
  readonly onFatal?: (error: Error) => void;
}

export interface SharedLog {
  /** UUID. */
  readonly id: string;
  readonly commitPoint: CommitPoint;
}

/** What a log does in the background while it is open. */
export type LogBackground = Pick<LogOptions, "compression" | "scan">;
/** For a command that holds the log for a moment. */
export const NO_BACKGROUND: LogBackground = { compression: "off", scan: false };

/** A log that is open, and what its start found. */
export interface OpenLog extends Log {
  /** For a log that is shared with other nodes. */
  readonly replica: Replica;
  readonly recovery: {
    readonly entries: number;
    readonly segments: number;
    /** A last write that was cut off and never acknowledged: where it was and which file keeps its bytes. */
    readonly tornTail: TornTail | undefined;
  };
}

/**
 * Opens a log for this process alone: takes the lock, recovers, makes a first segment where there is none, and begins to scan
 * the sealed segments in the background.
 *
 * @throws LogLocked, LogCorruption, LogIoError; the directory is as it was, but for a torn tail that was set aside.
 */
export async function openLog(options: LogOptions): Promise<OpenLog> {
  const { segmentBytes = SEGMENT_BYTES } = options;
  if (segmentBytes > SEGMENT_BYTES_MAX) throw new RangeError(`a segment has at most ${SEGMENT_BYTES_MAX} bytes`);
  const directory = resolve(options.directory);
  const disk = nameFailures(options.disk ?? realDisk);
  await makeDurableDirectory(disk, directory);
  const lock = await disk.lock(join(directory, "lock"));
  try {
    return await open(disk, directory, lock, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function open(disk: Disk, directory: string, lock: Lock, options: LogOptions): Promise<OpenLog> {
  const now = options.now ?? Date.now;
  const notice = options.onNotice ?? (() => undefined);
  const ballast = new Ballast(disk, directory, options.ballastBytes ?? BALLAST_BYTES);

  const packing = options.packing ?? entryPacking;
  await outwaitHolder(lock, disk, directory);
  // First: recovery builds on the names it finds, and removes others for them. One that a process gave before it was killed may not be durable yet.
  await disk.syncDirectory(directory);
  const recovered = await recoverWithSpace(disk, directory, packing, now, ballast);
  const { segments, state, tornTail, twins } = recovered;
  for (const twin of twins) notice({ kind: "twin", ...twin });
  const sealedAtStart = segments.filter(({ sealedBytes }) => sealedBytes !== undefined);

  const clock = clockOf(options, state.recordedAt, notice);
  const files = new SegmentFiles(disk, packing);
  const reader = new SegmentReader(segments, files, (error) => writer.stop(DAMAGED, error));
  const compressor = compressorOf({ disk, directory, packing, files, options, writer: () => writer });
  const onSealed = (segment: Segment) => compressor?.add(segment);
  const segmentWriter = segmentWriterOf({ disk, directory, now, options, recovered, onSealed });
  const writer: Writer = new Writer(
    {
      ...writerNotices(options, notice),
      commitPoint: options.shared?.commitPoint,
      ballast,
      time: () => clock.take(),
      requireLock: () => requireHeld(lock, directory),
      onDurable: () => reader.wake(),
    },
    segmentWriter,
    state,
  );
  // A log that has no segment yet has no id either: without room for one there is nothing to open.
  if (segments.length === 0) await segmentWriter.makeRoom();
  await writer.start();
  if (options.shared !== undefined) writer.follow("this node has not read the shared log yet");

  for (const segment of sealedAtStart.slice(0, recovered.file === undefined ? -1 : undefined)) {
    if (segment.form === "raw") onSealed(segment);
  }
  const toScan = options.scan === false ? [] : sealedAtStart;
  const scan = scanInBackground(disk, toScan, packing, (error) => {
    notice({ kind: "scanned", segments: toScan.length, ...(error && { error }) });
    if (error !== undefined) writer.stop(DAMAGED, error);
  });
  const unwatch = watch(directory, lock, clock, (error) => writer.fail(error));
  const close = () =>
    closeAll([
      unwatch,
      () => allSettled([scan.end(), compressor?.close(), writer.close()]),
      () => segmentWriter.release(),
      () => reader.close(),
      () => lock.release(),
    ]);
  const recovery = { entries: state.position, segments: segments.length, tornTail };
  return assemble(nameOf(segments), recovery, { state, reader, writer, clock, close });
}

function assemble(
  name: Pick<OpenLog, "id" | "earlier">,
  recovery: OpenLog["recovery"],
  parts: { state: ScanState; reader: SegmentReader; writer: Writer; clock: LogClock; close: () => Promise<void> },
): OpenLog {
  const { state, reader, writer, clock } = parts;
  let closing: Promise<void> | undefined;
  return {
    ...name,
    recovery,
    get end() {
      return state.position;
    },
    get readOnly() {
      return writer.readOnly;
    },
    get clockOffset() {
      return clock.offset;
    },
    size: (organization) => state.counters.size(organization),
    entry: (position) => reader.entry(position),
    entries: (positions, signal) => reader.entries(positions, signal),
    pieces: (positions, signal) => reader.pieces(positions, signal),
    follow: (from, signal) => reader.follow(from, signal),
    submit: (batch) => writer.submit(batch),
    append: (batch) => writer.append(batch),
    replica: {
      get chainHash() {
        return state.chainHash;
      },
      get trouble() {
        return writer.trouble;
      },
      adopt: (batches) => writer.adopt(batches),
      lead: () => {
        clock.runOnFrom(state.recordedAt);
        writer.lead();
      },
      follow: (reason) => writer.follow(reason),
    },
    close: () => {
      closing ??= parts.close();
      return closing;
    },
  };
}

function nameOf(segments: readonly Segment[]): Pick<OpenLog, "id" | "earlier"> {
  const logId = segments.at(-1)?.header.logId;
  if (logId === undefined) throw new Error("a log that was started has a segment");
  return { id: uuidText(logId), earlier: earlierIds(segments) };
}

/** Goes on where recovery ended. A shared log has its id from the nodes; another one gives itself one. */
function segmentWriterOf(parts: {
  disk: Disk;
  directory: string;
  now: () => number;
  options: LogOptions;
  recovered: Recovered;
  onSealed: (segment: Segment) => void;
}): SegmentWriter {
  const { disk, directory, now, options, recovered, onSealed } = parts;
  const { shared, segmentBytes = SEGMENT_BYTES } = options;
  return new SegmentWriter(
    {
      disk,
      directory,
      now,
      segmentBytes,
      newLogId: () => (shared === undefined ? uuidBytes() : bytesOfUuid(shared.id)),
      shared: shared !== undefined,
      onSealed,
    },
    recovered.segments,
    recovered.state,
    recovered.file,
  );
}

function clockOf(
  { now, monotonic = now, uptime = now }: LogOptions,
  last: number,
  notice: (notice: LogNotice) => void,
): LogClock {
  const sources = {
    wall: now ?? Date.now,
    monotonic: monotonic ?? (() => performance.now()),
    uptime: uptime ?? (() => machineUptime() * 1000),
    onOffset: (offset: number, isOff: boolean) => notice({ kind: "clock", isOff, offset }),
  };
  return new LogClock(sources, last);
}

function writerNotices(
  { probeIntervalMs = PROBE_INTERVAL_MS, onFatal = rethrow }: LogOptions,
  notice: (notice: LogNotice) => void,
) {
  return {
    probeIntervalMs,
    onReadOnly: (reason: string, error: Error) => notice({ kind: "read_only", reason, error }),
    onWritable: () => notice({ kind: "writable" }),
    onFatal,
  };
}

/** Scans until all is read or `end` is called; `onEnd` hears of the former, with the error that ended it. */
function scanInBackground(
  disk: Disk,
  segments: readonly Segment[],
  packing: EntryPacking,
  onEnd: (error?: Error) => void,
) {
  const ended = new AbortController();
  const scanning = scanSealed(disk, segments, packing, ended.signal).then(
    () => {
      if (!ended.signal.aborted) onEnd();
    },
    (error: Error) => onEnd(error),
  );
  return {
    end: () => {
      ended.abort();
      return scanning;
    },
  };
}

/** Recovers; for a torn tail that finds no room on a full disk, the ballast makes some. */
async function recoverWithSpace(
  disk: Disk,
  directory: string,
  packing: EntryPacking,
  now: () => number,
  ballast: Ballast,
): Promise<Recovered> {
  try {
    return await recover(disk, directory, packing, now);
  } catch (error) {
    if (!isOutOfSpace(error)) throw error;
    await ballast.release();
    return recover(disk, directory, packing, now);
  }
}

/** Undefined where sealed segments stay raw. */
function compressorOf(parts: {
  disk: Disk;
  directory: string;
  packing: EntryPacking;
  files: SegmentFiles;
  options: LogOptions;
  writer: () => Writer;
}): Compressor | undefined {
  const { disk, directory, packing, files, options, writer } = parts;
  const where = options.compression ?? (options.disk === undefined ? "thread" : "here");
  if (where === "off") return undefined;
  const notice = options.onNotice ?? (() => undefined);
  const runner: CompressionRunner =
    where === "thread"
      ? new CompressionThread(directory, packing)
      : {
          run: (firstPosition, signal) => compressSegment({ disk, directory, firstPosition, packing, signal }),
          rest: () => undefined,
          close: async () => undefined,
        };
  return new Compressor({
    disk,
    directory,
    files,
    runner,
    onCompressed: ({ path }) => notice({ kind: "compressed", file: path }),
    onFailure: (error) => notice({ kind: "not_compressed", error }),
    onCorruption: (error) => {
      notice({ kind: "not_compressed", error });
      writer().stop(DAMAGED, error);
    },
    onFatal: (error) => writer().fail(error),
  });
}

function rethrow(error: Error): never {
  throw error;
}
