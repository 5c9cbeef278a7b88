import type { EntryPacking } from "../../packing.ts";
import { type Disk, type DiskFile, unlinkIfThere, writeFully } from "../disk.ts";
import { isOutOfSpace, LogCorruption, LogIoError } from "../errors.ts";
import { encodeFooterTable, type PlacedFooter, readFooter } from "../footer.ts";
import { PlacedCrc } from "../format.ts";
import { BatchScanner } from "../scan.ts";
import { Segment, segmentPath, UNFINISHED } from "../segment.ts";
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from "../segment-header.ts";
import { readHeader, stateAtStart } from "../segment-start.ts";
import { dictionaryCrc } from "./checked-frame.ts";
import { CompressionMismatch, compareWithRaw, RawContent } from "./compare.ts";
import { WINDOWS } from "./file.ts";
import { WINDOW_BYTES, WindowBuilder } from "./window.ts";

export interface CompressionOptions {
  readonly disk: Disk;
  readonly directory: string;
  /** Of a sealed segment that is followed by another one. */
  readonly firstPosition: number;
  readonly packing: EntryPacking;
  readonly signal: AbortSignal;
}

/** How a compression ended: `stopped` and `full` leave everything as it was. */
export type CompressionEnd = "compressed" | "stopped" | "full";

/**
 * Writes the compressed form of a sealed segment beside the raw one, durable with its name, and compares the two:
 *
 *   open(x.segz.tmp, O_CREAT|O_TRUNC) → pwrite … → fsync → read back whole, compared entry by entry with what x.seg holds → close
 *   → rename(x.segz.tmp, x.segz) → fsync(directory)
 *
 * The log then reads from x.segz, and only then removes the raw one: unlink(x.seg). So a crash at any moment
 * leaves x.seg whole, with a .tmp that the next start removes; or both, whole, of which the next start removes one; or x.segz.
 *
 * @throws LogCorruption when the raw segment is damaged; CompressionMismatch; LogIoError other than for a full disk.
 */
export async function compressSegment(options: CompressionOptions): Promise<CompressionEnd> {
  const { disk, directory, firstPosition } = options;
  const raw = await disk.open(segmentPath(directory, firstPosition), "read");
  let end: CompressionEnd;
  try {
    end = await writeTrusting(await openRaw(raw, options), options);
  } catch (error) {
    if (!isOutOfSpace(error)) throw error;
    end = "full";
  } finally {
    await raw.close();
  }
  if (end === "compressed") return nameFile(options);
  await unlinkIfThere(disk, unfinishedPath(options));
  return end;
}

function unfinishedPath({ directory, firstPosition }: CompressionOptions): string {
  return segmentPath(directory, firstPosition, "compressed") + UNFINISHED;
}

async function nameFile(options: CompressionOptions): Promise<CompressionEnd> {
  const { disk, directory, firstPosition } = options;
  try {
    await disk.rename(unfinishedPath(options), segmentPath(directory, firstPosition, "compressed"));
  } catch (error) {
    // A full disk can also refuse a longer directory.
    if (!isOutOfSpace(error)) throw error;
    await unlinkIfThere(disk, unfinishedPath(options));
    return "full";
  }
  await disk.syncDirectory(directory);
  return "compressed";
}

/** A raw segment that is read in order to be compressed. */
interface RawSource {
  readonly file: DiskFile;
  readonly segment: Segment;
  readonly footer: PlacedFooter;
  readonly bytes: number;
}

async function openRaw(file: DiskFile, { directory, firstPosition }: CompressionOptions): Promise<RawSource> {
  const path = segmentPath(directory, firstPosition);
  const segment = new Segment(directory, await readHeader(file, path));
  const bytes = await file.size();
  const footer = await readFooter(file, bytes, segment.crc, segment.header.logicalOffset);
  if (footer === undefined) throw new LogCorruption(path, bytes, "a sealed segment has no valid footer");
  return { file, segment, footer, bytes };
}

/**
 * Whether a header commits to its body is taken on trust at first: it is found out when the file is compared, since the leaf hash of what is
 * read back is then another one. So each body is hashed once and not twice.
 */
async function writeTrusting(source: RawSource, options: CompressionOptions): Promise<CompressionEnd> {
  const { packing } = options;
  try {
    const pack: EntryPacking["pack"] = (header, body) => packing.pack(header, body, true);
    return await writeUnfinished(source, { ...options, packing: { ...packing, pack } });
  } catch (error) {
    if (!(error instanceof CompressionMismatch)) throw error;
    return writeUnfinished(source, options);
  }
}

/** Writes the file under its unfinished name, durable and compared. After an error of the disk it may be left there. */
async function writeUnfinished(source: RawSource, options: CompressionOptions): Promise<CompressionEnd> {
  const file = await options.disk.open(unfinishedPath(options), "create");
  let end: CompressionEnd;
  try {
    end = await writeAndCompare(file, source, options);
  } catch (error) {
    // The first error is the one to report.
    await file.close().catch(() => undefined);
    if (error instanceof LogIoError) throw error;
    await options.disk.unlink(unfinishedPath(options));
    if (error instanceof CompressionMismatch) await checkRaw(source, options.signal);
    throw error;
  }
  await file.close();
  return end;
}

async function writeAndCompare(
  file: DiskFile,
  source: RawSource,
  options: CompressionOptions,
): Promise<CompressionEnd> {
  const { packing, signal } = options;
  const { segment, footer, bytes } = source;
  const compressed = { packing: packing.number, dictionaryCrc: dictionaryCrc(packing), rawBytes: bytes };
  const header: SegmentHeader = { ...segment.header, compressed };
  const raw = new RawContent(footer);
  if (!(await writeCompressed(file, header, source, packing, raw, signal))) return "stopped";
  await file.sync();
  const written = { header, path: unfinishedPath(options), rawPath: segment.path, packing };
  return (await compareWithRaw(raw, file, written, signal)) ? "compressed" : "stopped";
}

function scannerOf({ file, segment, footer }: RawSource, checkLeaves: boolean): BatchScanner {
  return new BatchScanner(file, segment, footer.offset, stateAtStart(segment.header, footer), checkLeaves);
}

/** When the two forms differ: whether it is the raw one that contradicts itself. @throws LogCorruption */
async function checkRaw(source: RawSource, signal: AbortSignal): Promise<void> {
  const scanner = scannerOf(source, true);
  for (let batch = await scanner.next(); batch !== undefined && !signal.aborted; batch = await scanner.next()) {
    if ("damaged" in batch) throw new LogCorruption(source.segment.path, batch.badOffset, batch.reason);
  }
}

/** @returns whether it came to the end before `signal` aborted. */
async function writeCompressed(
  file: DiskFile,
  header: SegmentHeader,
  source: RawSource,
  packing: EntryPacking,
  raw: RawContent,
  signal: AbortSignal,
): Promise<boolean> {
  const { segment, footer } = source;
  const place = { crc: new PlacedCrc(header.logId), firstPosition: header.firstPosition };
  const rows: number[][] = [];
  let offset = SEGMENT_HEADER_BYTES;
  let ordinal = 0;
  let window = new WindowBuilder(place, packing);
  const flush = async () => {
    const { frames, blockBytes, bytes } = window.encode(rows.length, ordinal);
    await writeFully(file, Buffer.concat(frames), offset);
    rows.push([ordinal, offset, offset + blockBytes]);
    offset += bytes;
    ordinal += window.records;
    window = new WindowBuilder(place, packing);
  };
  await writeFully(file, encodeSegmentHeader(header), 0);
  // Leaf hashes are compared with those that are computed from what was written; until then the stored ones only have to fit the chain.
  const scanner = scannerOf(source, false);
  for (let batch = await scanner.next(); batch !== undefined; batch = await scanner.next()) {
    if (signal.aborted) return false;
    if ("damaged" in batch) throw new LogCorruption(segment.path, batch.badOffset, batch.reason);
    raw.add(batch);
    window.add(batch.records, batch.trailer.recordedAt, batch.end - batch.offset);
    if (window.bytes >= WINDOW_BYTES) await flush();
  }
  if (!window.empty) await flush();
  await writeFully(file, encodeFooterTable(footer, WINDOWS, rows.flat(), place.crc, place.firstPosition), offset);
  return true;
}
