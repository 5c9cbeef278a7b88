import { join } from "node:path";
import { type Disk, type DiskFile, readFully, writeFully } from "./disk.ts";
import { LogCorruption } from "./errors.ts";
import { footerBytes, type PlacedFooter, readFooter } from "./footer.ts";
import { BatchScanner, type Damage, type ScanState } from "./scan.ts";
import { Segment, segmentPath, segmentPositions, UNFINISHED } from "./segment.ts";
import { CHAIN_START, decodeSegmentHeader, SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { SequenceCounters } from "./sequence-counters.ts";
import { cutTornTail, readTornTail, type TornTail } from "./tail.ts";

/** The log as it stands on disk. */
export interface Recovered {
  /** In order; all but the last are sealed. */
  readonly segments: Segment[];
  readonly state: ScanState;
  /** The last segment's file, open for writing; undefined when it is sealed, too, or there is none. */
  readonly file: DiskFile | undefined;
  readonly tornTail: TornTail | undefined;
}

/**
 * Finds out what the log holds, and makes all of it durable again before anything builds on it. Reads the footers of sealed
 * segments and every batch of the open one.
 *
 * @param directory exists and is locked.
 * @throws LogCorruption when anything but the last write is damaged; LogIoError.
 */
export async function recover(disk: Disk, directory: string, now: () => number): Promise<Recovered> {
  const names = await disk.list(directory);
  for (const name of names) {
    if (name.endsWith(UNFINISHED)) await disk.unlink(join(directory, name));
  }
  const positions = segmentPositions(names);
  const segments: Segment[] = [];
  const state: ScanState = {
    position: 0,
    recordedAt: 0,
    chainHash: CHAIN_START,
    counters: new SequenceCounters(),
  };
  let logicalOffset = 0;
  for (const firstPosition of positions.slice(0, -1)) {
    const file = await disk.open(segmentPath(directory, firstPosition), "read");
    try {
      const segment = await readSegmentHeader(file, directory, firstPosition, state, logicalOffset);
      const bytes = await file.size();
      const footer = await readFooter(file, bytes, segment.crc, segment.header.logicalOffset);
      if (footer === undefined) throw new LogCorruption(segment.path, bytes, "a sealed segment has no valid footer");
      takeFooter(segment, footer, state);
      segment.sealedBytes = bytes;
      segments.push(segment);
      logicalOffset += bytes;
    } finally {
      await file.close();
    }
  }
  const newest = positions.at(-1);
  if (newest === undefined) return { segments, state, file: undefined, tornTail: undefined };
  return recoverNewest(disk, directory, newest, { segments, state, logicalOffset, now });
}

async function readSegmentHeader(
  file: DiskFile,
  directory: string,
  firstPosition: number,
  state: ScanState,
  logicalOffset: number,
): Promise<Segment> {
  const path = segmentPath(directory, firstPosition);
  const buffer = Buffer.alloc(SEGMENT_HEADER_BYTES);
  const header = decodeSegmentHeader(buffer.subarray(0, await readFully(file, buffer, 0)));
  if (typeof header === "string") throw new LogCorruption(path, 0, header);
  if (header.firstPosition !== firstPosition) {
    throw new LogCorruption(path, 32, `its header says that it begins at position ${header.firstPosition}`);
  }
  if (firstPosition !== state.position) {
    throw new LogCorruption(
      path,
      32,
      `it begins at position ${firstPosition} where ${state.position} is next: a segment is missing`,
    );
  }
  if (header.logicalOffset !== logicalOffset) {
    throw new LogCorruption(path, 40, "the segments before it are not as long as they were when it was made");
  }
  if (!header.previousHash.equals(state.chainHash) || header.recordedAt !== state.recordedAt) {
    throw new LogCorruption(path, 48, "it does not continue the segment before it");
  }
  return new Segment(directory, header);
}

/** Carries the state over a sealed segment by what its footer says. */
function takeFooter(segment: Segment, footer: PlacedFooter, state: ScanState): void {
  for (const { organization, first, next } of footer.organizations) {
    if (first !== state.counters.size(organization)) {
      const expected = state.counters.size(organization);
      const reason = `the footer has ${organization} begin at sequence ${first} where ${expected} is next`;
      throw new LogCorruption(segment.path, footer.offset, reason);
    }
    state.counters.restore(organization, next);
  }
  segment.entries = footer.entries;
  segment.end = footer.offset;
  segment.index = undefined;
  state.position += footer.entries;
  state.recordedAt = footer.recordedAt;
  state.chainHash = footer.chainHash;
}

async function recoverNewest(
  disk: Disk,
  directory: string,
  firstPosition: number,
  before: { segments: Segment[]; state: ScanState; logicalOffset: number; now: () => number },
): Promise<Recovered> {
  const { segments, state } = before;
  const path = segmentPath(directory, firstPosition);
  const file = await disk.open(path, "write");
  try {
    const segment = await readSegmentHeader(file, directory, firstPosition, state, before.logicalOffset);
    const bytes = await file.size();
    const footer = await readFooter(file, bytes, segment.crc, segment.header.logicalOffset);
    const { damage, lastBatchOffset } = await scanSegment(file, segment, footer?.offset ?? bytes, state);
    let tornTail: TornTail | undefined;
    if (damage !== undefined) {
      if (footer !== undefined) throw new LogCorruption(path, damage.badOffset, damage.reason);
      const footerBytesNow = footerBytes(state.counters.organizationsInSegment(), segment.index?.length ?? 0);
      const tail = await readTornTail(file, bytes, segment, damage, footerBytesNow);
      tornTail = await cutTornTail(disk, file, segment, tail, damage.offset, before.now());
    }
    if (footer !== undefined) checkFooter(segment, footer, state);
    await persistAgain(file, lastBatchOffset, footer === undefined ? segment.end : bytes);
    segments.push(segment);
    if (footer === undefined) return { segments, state, file, tornTail };
    segment.sealedBytes = bytes;
    segment.index = undefined;
    state.counters.startSegment();
    await file.close();
    return { segments, state, file: undefined, tornTail };
  } catch (error) {
    // The first error is the one to tell; the process ends with it, and takes the file along.
    await file.close().catch(() => undefined);
    throw error;
  }
}

async function scanSegment(file: DiskFile, segment: Segment, limit: number, state: ScanState) {
  const scanner = new BatchScanner(file, segment, limit, state);
  let lastBatchOffset = segment.end;
  let damage: Damage | undefined;
  for (;;) {
    const batch = await scanner.next();
    if (batch === undefined) break;
    if ("damaged" in batch) {
      damage = batch;
      break;
    }
    for (const { ordinal, offsetInBatch } of batch.records) {
      segment.index?.offer({ ordinal, offset: batch.offset + offsetInBatch });
    }
    segment.entries += batch.records.length;
    segment.end = batch.end;
    lastBatchOffset = batch.offset;
  }
  return { damage, lastBatchOffset };
}

/** A sealed segment without a successor was read in full: its footer must say just what was read. */
function checkFooter(segment: Segment, footer: PlacedFooter, state: ScanState): void {
  if (!footerMatches(footer, segment.entries, state)) {
    throw new LogCorruption(segment.path, footer.offset, "the footer does not say what the segment holds");
  }
}

/** Whether a footer says what a scan of its whole segment found. */
export function footerMatches(footer: PlacedFooter, entries: number, state: ScanState): boolean {
  const ranges = new Map(state.counters.ranges().map((range) => [range.organization, range]));
  return (
    footer.entries === entries &&
    footer.recordedAt === state.recordedAt &&
    footer.chainHash.equals(state.chainHash) &&
    footer.organizations.length === ranges.size &&
    footer.organizations.every(({ organization, first, next }) => {
      const range = ranges.get(organization);
      return range?.first === first && range.next === next;
    })
  );
}

/**
 * Writes the last batch (and a footer after it) once more and syncs it. After a failed fsync the kernel may hold pages that it
 * believes clean and that never reached the disk; a process that starts then reads them like any others. Only what was
 * written last can be in that state, because everything before it was synced before it was begun. An fsync alone would not
 * help: it writes dirty pages, and only a write makes them dirty.
 */
async function persistAgain(file: DiskFile, from: number, to: number): Promise<void> {
  const bytes = Buffer.allocUnsafe(to - from);
  await readFully(file, bytes, from);
  await writeFully(file, bytes, from);
  await file.datasync();
}
