import { basename } from "node:path";
import type { Disk, DiskFile } from "./disk.ts";
import { errorCode, LogCorruption } from "./errors.ts";
import { footerBytes, type PlacedFooter, readFooter } from "./footer.ts";
import type { LogRecord } from "./record.ts";
import { footerMatches } from "./recovery.ts";
import { BatchScanner, type Damage, type ScanState } from "./scan.ts";
import { Segment, segmentPath, segmentPositions } from "./segment.ts";
import { CHAIN_START, decodeSegmentHeader, SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { SequenceCounters } from "./sequence-counters.ts";
import { readTornTail } from "./tail.ts";

/** What the reading of a whole log comes upon, in order. */
export type Inspected =
  /** A batch that is right in every respect; its views hold until the next one is asked for. */
  | { readonly kind: "batch"; readonly firstPosition: number; readonly records: readonly LogRecord[] }
  /** Something that cannot be what was written. Reading goes on with the next segment. */
  | { readonly kind: "damage"; readonly error: LogCorruption }
  /** A last write that was cut off and never acknowledged: the next start sets it aside. */
  | { readonly kind: "torn"; readonly file: string; readonly offset: number };

export interface InspectOptions {
  /** Reads no further than this position, where a batch begins. Default: to the end. */
  readonly until?: number;
}

/** The log's id, by the first of its segments that says one; undefined when there is none. Changes nothing. */
export async function readLogId(disk: Disk, directory: string): Promise<Buffer | undefined> {
  let id: Buffer | undefined;
  for (const firstPosition of segmentPositions(await list(disk, directory))) {
    const file = await disk.open(segmentPath(directory, firstPosition), "read");
    try {
      const header = await readHeader(file);
      // The newest one counts: after a restore the log goes on under another id.
      if (typeof header !== "string") id = header.logId;
    } finally {
      await file.close();
    }
  }
  return id;
}

/**
 * Reads every byte of a log and changes none: all that a start checks of the newest segment, of every segment. Where something is
 * damaged, it says so and goes on with what comes after, so that one reading finds all there is to find.
 * @throws LogIoError
 */
export async function* inspectLog(
  disk: Disk,
  directory: string,
  { until = Number.POSITIVE_INFINITY }: InspectOptions = {},
): AsyncGenerator<Inspected, void, undefined> {
  const positions = segmentPositions(await list(disk, directory));
  const reading: Reading = { disk, directory, until, state: startState(), logicalOffset: 0 };
  for (const [at, firstPosition] of positions.entries()) {
    if (firstPosition >= until) return;
    yield* inspectSegment(reading, firstPosition, at === positions.length - 1);
  }
}

interface Reading {
  readonly disk: Disk;
  readonly directory: string;
  readonly until: number;
  /** What comes next, as far as it is known. */
  state: ScanState;
  logicalOffset: number;
}

function startState(): ScanState {
  return { position: 0, recordedAt: 0, chainHash: CHAIN_START, counters: new SequenceCounters() };
}

async function* inspectSegment(
  reading: Reading,
  firstPosition: number,
  newest: boolean,
): AsyncGenerator<Inspected, void, undefined> {
  const path = segmentPath(reading.directory, firstPosition);
  const damage = (offset: number, reason: string): Inspected => ({
    kind: "damage",
    error: new LogCorruption(path, offset, reason),
  });
  const file = await reading.disk.open(path, "read");
  try {
    const bytes = await file.size();
    const header = await readHeader(file);
    if (typeof header === "string") {
      yield damage(0, header);
      reading.logicalOffset += bytes;
      return;
    }
    const segment = new Segment(reading.directory, header);
    const broken = contradiction(segment, firstPosition, reading);
    if (broken !== undefined) yield damage(broken.offset, broken.reason);
    const footer = await readFooter(file, bytes, segment.crc, header.logicalOffset);
    if (!newest && footer === undefined) yield damage(bytes, "a sealed segment has no valid footer");
    // Whatever is wrong before it: this segment is read by what it says of its own place.
    reading.state = stateAt(segment, reading.state.counters, footer);
    reading.logicalOffset = header.logicalOffset + bytes;
    yield* inspectBatches(reading, { file, bytes, segment, footer, newest }, damage);
  } finally {
    await file.close();
  }
}

interface OpenSegment {
  readonly file: DiskFile;
  readonly bytes: number;
  readonly segment: Segment;
  readonly footer: PlacedFooter | undefined;
  readonly newest: boolean;
}

async function* inspectBatches(
  reading: Reading,
  opened: OpenSegment,
  damage: (offset: number, reason: string) => Inspected,
): AsyncGenerator<Inspected, void, undefined> {
  const { file, bytes, segment, footer, newest } = opened;
  const { state, until } = reading;
  const scanner = new BatchScanner(file, segment, footer?.offset ?? bytes, state);
  while (state.position < until) {
    const firstPosition = state.position;
    const batch = await scanner.next();
    if (batch === undefined) {
      const entries = state.position - segment.firstPosition;
      if (footer !== undefined && !footerMatches(footer, entries, state)) {
        yield damage(footer.offset, "the footer does not say what the segment holds");
      }
      return;
    }
    if (!("damaged" in batch)) {
      for (const { ordinal, offsetInBatch } of batch.records) {
        segment.index?.offer({ ordinal, offset: batch.offset + offsetInBatch });
      }
      yield { kind: "batch", firstPosition, records: batch.records };
      continue;
    }
    if (footer !== undefined) {
      yield damage(batch.badOffset, batch.reason);
      skipTo(footer, segment, reading);
    } else if (newest) {
      yield await tornOrDamaged(opened, batch, state);
    }
    // A sealed segment without a footer was told of already: where its batches end cannot be known.
    return;
  }
}

async function tornOrDamaged(
  { file, bytes, segment }: OpenSegment,
  found: Damage,
  { counters }: ScanState,
): Promise<Inspected> {
  try {
    const footer = footerBytes(counters.organizationsInSegment(), segment.index?.length ?? 0);
    await readTornTail(file, bytes, segment, found, footer);
    return { kind: "torn", file: basename(segment.path), offset: found.offset };
  } catch (error) {
    if (!(error instanceof LogCorruption)) throw error;
    return { kind: "damage", error };
  }
}

async function readHeader(file: DiskFile) {
  const buffer = Buffer.alloc(SEGMENT_HEADER_BYTES);
  const read = await file.read(buffer, 0);
  return decodeSegmentHeader(buffer.subarray(0, read));
}

/** How a segment does not continue what was read before it. */
function contradiction(
  { header }: Segment,
  firstPosition: number,
  { state, logicalOffset }: Reading,
): { offset: number; reason: string } | undefined {
  if (header.firstPosition !== firstPosition) {
    return { offset: 32, reason: `its header says that it begins at position ${header.firstPosition}` };
  }
  if (firstPosition !== state.position) {
    const reason = `it begins at position ${firstPosition} where ${state.position} is next: entries are missing`;
    return { offset: 32, reason };
  }
  if (header.logicalOffset !== logicalOffset) {
    return { offset: 40, reason: "the segments before it are not as long as they were when it was made" };
  }
  if (!header.previousHash.equals(state.chainHash) || header.recordedAt !== state.recordedAt) {
    return { offset: 48, reason: "it does not continue the segment before it" };
  }
  return undefined;
}

/** Sequences go on from what was read, or from what the segment's own footer says: after damage that is all there is. */
function stateAt({ header }: Segment, known: SequenceCounters, footer: PlacedFooter | undefined): ScanState {
  const counters = known;
  counters.rollback();
  counters.startSegment();
  for (const { organization, first } of footer?.organizations ?? []) counters.restore(organization, first);
  return {
    position: header.firstPosition,
    recordedAt: header.recordedAt,
    chainHash: header.previousHash,
    counters,
  };
}

/** What a damaged segment's footer says of its end: what comes after can be read as if it had been sound. */
function skipTo(footer: PlacedFooter, { firstPosition }: Segment, reading: Reading): void {
  const { counters } = reading.state;
  counters.rollback();
  for (const { organization, next } of footer.organizations) counters.restore(organization, next);
  reading.state = {
    position: firstPosition + footer.entries,
    recordedAt: footer.recordedAt,
    chainHash: footer.chainHash,
    counters,
  };
}

async function list(disk: Disk, directory: string): Promise<string[]> {
  try {
    return await disk.list(directory);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error instanceof Error ? error.cause : error) === "ENOENT")
      return [];
    throw error;
  }
}
