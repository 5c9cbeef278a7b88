import { join } from "node:path";
import type { EntryPacking } from "../packing.ts";
import { readCompressedFooter, requirePacking } from "./compressed/file.ts";
import { type RemovedTwin, removeTwin } from "./compressed/twins.ts";
import { type ScanState, startState } from "./continuity.ts";
import { type Disk, type DiskFile, readFully, writeFully } from "./disk.ts";
import { LogCorruption } from "./errors.ts";
import { footerBytes, type PlacedFooter, readFooter, type SegmentSummary } from "./footer.ts";
import type { BatchDamage } from "./read-batch.ts";
import { RecordOffsets } from "./record-offsets.ts";
import { BatchScanner } from "./scan.ts";
import { Segment, type SegmentForm, segmentNames, segmentPath, UNFINISHED } from "./segment.ts";
import { readHeader, summaryMatches } from "./segment-start.ts";
import { cutTornTail, readTornTail, type TornTail } from "./torn-tail.ts";

/** The log as it is on disk. */
export interface Recovered {
  /** In order; all but the last are sealed. */
  readonly segments: Segment[];
  readonly state: ScanState;
  /** The last segment's file, open for writing; undefined when it is sealed, too, or there is none. */
  readonly file: DiskFile | undefined;
  readonly tornTail: TornTail | undefined;
  readonly twins: readonly RemovedTwin[];
}

interface Recovering {
  readonly disk: Disk;
  readonly directory: string;
  readonly packing: EntryPacking;
  readonly now: () => number;
  readonly segments: Segment[];
  readonly state: ScanState;
  logicalOffset: number;
}

/**
 * Finds out what the log holds, and makes all of it durable again before anything builds on it. Reads the footers of sealed
 * segments and every batch of the open one.
 *
 * @param directory exists, is locked, and its names are durable.
 * @throws LogCorruption when anything but the last write is damaged; LogUnsupported; LogIoError.
 */
export async function recover(
  disk: Disk,
  directory: string,
  packing: EntryPacking,
  now: () => number,
): Promise<Recovered> {
  const names = await disk.list(directory);
  for (const name of names) {
    if (name.endsWith(UNFINISHED)) await disk.unlink(join(directory, name));
  }
  const state = startState();
  const recovering: Recovering = { disk, directory, packing, now, segments: [], state, logicalOffset: 0 };
  const twins: RemovedTwin[] = [];
  const found = segmentNames(names);
  for (const name of found.slice(0, -1)) {
    let [form = "raw"] = name.forms;
    if (name.forms.length > 1) {
      const removed = await removeTwin(disk, directory, name, packing);
      twins.push(removed.twin);
      form = removed.form;
    }
    await recoverSealed(recovering, name.firstPosition, form);
  }
  const newest = found.at(-1);
  if (newest === undefined) return { segments: [], state, file: undefined, tornTail: undefined, twins };
  if (newest.forms.includes("compressed")) {
    const path = segmentPath(directory, newest.firstPosition, "compressed");
    throw new LogCorruption(path, 0, "a segment is compressed only when another one follows it, and that is missing");
  }
  return { ...(await recoverNewest(recovering, newest.firstPosition)), twins };
}

async function recoverSealed(recovering: Recovering, firstPosition: number, form: SegmentForm): Promise<void> {
  const { disk, directory, packing, segments, state } = recovering;
  const file = await disk.open(segmentPath(directory, firstPosition, form), "read");
  try {
    const segment = await readStart(file, recovering, firstPosition, form);
    const { path, header, crc } = segment;
    const bytes = await file.size();
    let end: SealedEnd;
    if (form === "compressed") {
      requirePacking(path, header, packing);
      end = await readCompressedFooter(file, { path, crc, firstPosition, packing });
    } else {
      const footer = await readFooter(file, bytes, crc, header.logicalOffset);
      if (footer === undefined) throw new LogCorruption(path, bytes, "a sealed segment has no valid footer");
      end = { summary: footer, offset: footer.offset };
    }
    takeFooter(segment, end, state);
    segment.sealedBytes = header.compressed?.rawBytes ?? bytes;
    segments.push(segment);
    recovering.logicalOffset += segment.sealedBytes;
  } finally {
    await file.close();
  }
}

/** Reads a segment's header, and checks that it continues what comes before it. */
async function readStart(
  file: DiskFile,
  { directory, state, logicalOffset }: Recovering,
  firstPosition: number,
  form: SegmentForm,
): Promise<Segment> {
  const path = segmentPath(directory, firstPosition, form);
  const header = await readHeader(file, path);
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
  if ((header.compressed === undefined) !== (form === "raw")) {
    throw new LogCorruption(path, 96, "its header is not that of a segment with such a name");
  }
  return new Segment(directory, header);
}

interface SealedEnd {
  readonly summary: SegmentSummary;
  /** Where the footer begins. */
  readonly offset: number;
}

/** Carries the state over a sealed segment by what its footer says. */
function takeFooter(segment: Segment, { summary, offset }: SealedEnd, state: ScanState): void {
  for (const { organization, first, next } of summary.organizations) {
    if (first !== state.counters.size(organization)) {
      const expected = state.counters.size(organization);
      const reason = `the footer has ${organization} begin at sequence ${first} where ${expected} is next`;
      throw new LogCorruption(segment.path, offset, reason);
    }
    state.counters.restore(organization, next);
  }
  segment.entries = summary.entries;
  segment.end = offset;
  segment.index = undefined;
  state.position += summary.entries;
  state.recordedAt = summary.recordedAt;
  state.chainHash = summary.chainHash;
}

async function recoverNewest(recovering: Recovering, firstPosition: number): Promise<Omit<Recovered, "twins">> {
  const { disk, directory, segments, state } = recovering;
  const path = segmentPath(directory, firstPosition);
  const file = await disk.open(path, "write");
  try {
    const segment = await readStart(file, recovering, firstPosition, "raw");
    segment.offsets = new RecordOffsets();
    const bytes = await file.size();
    const footer = await readFooter(file, bytes, segment.crc, segment.header.logicalOffset);
    const { damage, lastBatchOffset } = await scanSegment(file, segment, footer?.offset ?? bytes, state);
    let tornTail: TornTail | undefined;
    if (damage !== undefined) {
      if (footer !== undefined) throw new LogCorruption(path, damage.badOffset, damage.reason);
      const footerBytesNow = footerBytes(state.counters.organizationsInSegment(), segment.index?.length ?? 0);
      const tail = await readTornTail(file, bytes, segment, damage, footerBytesNow);
      tornTail = await cutTornTail(disk, file, segment, tail, damage.offset, recovering.now());
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
  let damage: BatchDamage | undefined;
  for (;;) {
    const batch = await scanner.next();
    if (batch === undefined) break;
    if ("damaged" in batch) {
      damage = batch;
      break;
    }
    for (const { ordinal, offsetInBatch } of batch.records) {
      segment.addRecord(ordinal, batch.offset + offsetInBatch);
    }
    segment.entries += batch.records.length;
    segment.end = batch.end;
    lastBatchOffset = batch.offset;
  }
  return { damage, lastBatchOffset };
}

/** A sealed segment without a successor was read in full: its footer must say just what was read. */
function checkFooter(segment: Segment, footer: PlacedFooter, state: ScanState): void {
  if (!summaryMatches(footer, segment.header, state)) {
    throw new LogCorruption(segment.path, footer.offset, "the footer does not say what the segment holds");
  }
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
