import type { EntryPacking } from "../packing.ts";
import { Batch } from "./batch.ts";
import type { FramedBatch } from "./commit-point.ts";
import { readCompressedFooter, requirePacking } from "./compressed/file.ts";
import { CompressedScanner } from "./compressed/scanner.ts";
import type { ScanState } from "./continuity.ts";
import { type Disk, type DiskFile, readFully } from "./disk.ts";
import { LogCorruption } from "./errors.ts";
import { footerBytes } from "./footer.ts";
import { BatchScanner } from "./scan.ts";
import { Segment } from "./segment.ts";
import { summaryMatches } from "./segment-start.ts";

interface SegmentSource {
  readonly disk: Disk;
  readonly directory: string;
  readonly packing: EntryPacking;
  readonly segment: Segment;
}

/**
 * The batches of one segment as its raw file has them, or had them before it was compressed: byte for byte the same.
 * @param state as of the segment's start; as of its end when all was read. @throws LogCorruption
 */
export async function* batchesOf(
  source: SegmentSource,
  state: ScanState,
): AsyncGenerator<FramedBatch, void, undefined> {
  const file = await source.disk.open(source.segment.path, "read");
  try {
    yield* source.segment.form === "raw" ? rawBatches(file, source, state) : framedAgain(file, source, state);
  } finally {
    await file.close();
  }
}

async function* rawBatches(
  file: DiskFile,
  { segment }: SegmentSource,
  state: ScanState,
): AsyncGenerator<FramedBatch, void, undefined> {
  const scanner = new BatchScanner(file, segment, segment.end, state);
  for (;;) {
    const { position: firstPosition, chainHash: previousHash } = state;
    const batch = await scanner.next();
    if (batch === undefined) return;
    if ("damaged" in batch) throw new LogCorruption(segment.path, batch.badOffset, batch.reason);
    const bytes = Buffer.allocUnsafe(batch.end - batch.offset);
    await readFully(file, bytes, batch.offset);
    const { recordedAt, chainHash } = state;
    const entries = batch.records.length;
    yield { firstPosition, entries, recordedAt, bytes, previousHash, chainHash, segmentHeader: undefined };
  }
}

/** A compressed segment says where its batches ended and what was in them; everything else of their bytes follows from that. */
async function* framedAgain(
  file: DiskFile,
  { directory, packing, segment }: SegmentSource,
  state: ScanState,
): AsyncGenerator<FramedBatch, void, undefined> {
  const { path, header, crc, firstPosition } = segment;
  requirePacking(path, header, packing);
  const footer = await readCompressedFooter(file, { path, crc, firstPosition, packing });
  const scanner = new CompressedScanner(file, footer.windows, state, { path, crc, firstPosition, packing });
  const { compressed, ...rawHeader } = header;
  const raw = new Segment(directory, rawHeader);
  const batch = new Batch();
  for (;;) {
    const { position, chainHash: previousHash } = state;
    const scanned = await scanner.next();
    if (scanned === undefined) break;
    batch.start(raw, previousHash);
    for (const { organization, sequence, header: entryHeader, body } of scanned.records) {
      if (body === undefined) throw new LogCorruption(path, footer.offset, "the body of an entry was erased");
      batch.add(organization, sequence, { header: entryHeader, body });
    }
    const { bytes, chainHash } = batch.finish(scanned.recordedAt);
    for (const [index, offset] of batch.offsets.entries()) raw.addRecord(raw.entries + index, offset);
    raw.entries += batch.count;
    raw.end += bytes.length;
    yield {
      firstPosition: position,
      entries: batch.count,
      recordedAt: scanned.recordedAt,
      bytes: Buffer.from(bytes),
      previousHash,
      chainHash,
      segmentHeader: undefined,
    };
  }
  const footerLength = footerBytes(state.counters.organizationsInSegment(), raw.index?.length ?? 0);
  if (!summaryMatches(footer.summary, header, state) || raw.end + footerLength !== compressed?.rawBytes) {
    throw new LogCorruption(path, footer.offset, "the footer does not say what the segment holds");
  }
}
