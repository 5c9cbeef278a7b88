import type { EntryPacking } from "../../packing.ts";
import { type Disk, type DiskFile, writeFully } from "../disk.ts";
import { LogIoError } from "../errors.ts";
import { encodeFooterTable } from "../footer.ts";
import { PlacedCrc } from "../format.ts";
import { segmentPath, UNFINISHED } from "../segment.ts";
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from "../segment-header.ts";
import { readHeader, stateAtStart, summaryMatches } from "../segment-start.ts";
import { encodeBlock, type PlacedRecord, placed } from "./block.ts";
import type { BlockRecord } from "./block-record.ts";
import { CompressionMismatch } from "./compare.ts";
import {
  blockOffsets,
  type CompressedFooter,
  type CompressedSource,
  decodeBlockOf,
  decodeIndex,
  readCompressedFooter,
  readRange,
  requirePacking,
  WINDOWS,
  type Window,
} from "./file.ts";
import { CompressedScanner } from "./scanner.ts";
import { blockPlace, indexPlace } from "./window.ts";
import { encodeWindowIndex } from "./window-index.ts";

export interface ErasureOptions {
  readonly disk: Disk;
  readonly directory: string;
  /** Of a compressed segment. */
  readonly firstPosition: number;
  readonly packing: EntryPacking;
  /** Positions of the segment whose bodies go. */
  readonly positions: ReadonlySet<number>;
}

/** What both files are read by. */
interface OpenedSegment {
  readonly file: DiskFile;
  readonly header: SegmentHeader;
  readonly source: CompressedSource;
  readonly footer: CompressedFooter;
}

/**
 * Rewrites a compressed segment without the bodies at some positions. No command does this yet: the format provides for it, and tests show that a
 * segment survives it. Headers, leaf hashes and the chain stay as they are: an erased
 * entry keeps its header in full, with the hash of its body. Blocks that hold none of the positions are copied byte for byte, because a
 * block's checksum depends on its segment and its number and not on its place in the file.
 *
 *   open(x.segz.tmp, O_CREAT|O_TRUNC) → pwrite … → fsync → read back whole, compared entry by entry with x.segz → close
 *   → rename(x.segz.tmp, x.segz) → fsync(directory)
 *
 * A crash at any moment leaves the one or the other, whole. The caller retires the old file from whoever reads it.
 *
 * @returns how many blocks were written again.
 * @throws LogCorruption, LogUnsupported, CompressionMismatch, LogIoError: the old file is then still there.
 */
export async function eraseBodies(options: ErasureOptions): Promise<number> {
  const { disk, directory, firstPosition } = options;
  const path = segmentPath(directory, firstPosition, "compressed");
  const unfinished = path + UNFINISHED;
  const old = await disk.open(path, "read");
  let rewritten: number;
  try {
    const file = await disk.open(unfinished, "create");
    try {
      const opened = await openSegment(old, path, options.packing);
      rewritten = await writeWithout(file, opened, options);
      await file.sync();
      await compareErased(opened, await openSegment(file, unfinished, options.packing), options.positions);
    } catch (error) {
      // The first error is the one to report.
      await file.close().catch(() => undefined);
      if (!(error instanceof LogIoError)) await disk.unlink(unfinished);
      throw error;
    }
    await file.close();
  } finally {
    await old.close();
  }
  await disk.rename(unfinished, path);
  await disk.syncDirectory(directory);
  return rewritten;
}

async function openSegment(file: DiskFile, path: string, packing: EntryPacking): Promise<OpenedSegment> {
  const header = await readHeader(file, path);
  requirePacking(path, header, packing);
  const { logId, firstPosition } = header;
  const source = { path, crc: new PlacedCrc(logId), firstPosition, packing };
  return { file, header, source, footer: await readCompressedFooter(file, source) };
}

/** @returns how many blocks were written again. */
async function writeWithout(
  file: DiskFile,
  { file: old, header, source, footer }: OpenedSegment,
  { positions }: ErasureOptions,
): Promise<number> {
  const isErased = (ordinal: number) => positions.has(header.firstPosition + ordinal);
  const rows: number[] = [];
  let offset = SEGMENT_HEADER_BYTES;
  let rewritten = 0;
  await writeFully(file, encodeSegmentHeader(header), 0);
  for (const window of footer.windows) {
    const bytes = await readRange(old, source.path, window.offset, window.end);
    const { frames, blockBytes, changed } = windowWithout(bytes, window, source, isErased);
    rows.push(window.firstOrdinal, offset, offset + blockBytes);
    for (const frame of frames) {
      await writeFully(file, frame, offset);
      offset += frame.length;
    }
    rewritten += changed;
  }
  const { crc, firstPosition } = source;
  await writeFully(file, encodeFooterTable(footer.summary, WINDOWS, rows, crc, firstPosition), offset);
  return rewritten;
}

/** The frames of a window: blocks that change, encoded again, the others as they are, and the index. */
function windowWithout(
  bytes: Buffer,
  window: Window,
  source: CompressedSource,
  isErased: (ordinal: number) => boolean,
): { frames: Buffer[]; blockBytes: number; changed: number } {
  const index = decodeIndex(bytes.subarray(window.indexOffset - window.offset), window, source);
  const wanted = new Set<number>();
  for (const [at, block] of index.blockOf.entries()) if (isErased(window.firstOrdinal + at)) wanted.add(block);
  const offsets = blockOffsets(window, index);
  const frames = index.blocks.map((_, block) => {
    const [from = 0, to = 0] = [offsets[block], offsets[block + 1]];
    const frame = bytes.subarray(from - window.offset, to - window.offset);
    if (!wanted.has(block)) return frame;
    const records = [...decodeBlockOf(frame, window, block, from, source).records()];
    const kept = records.map((record) => (isErased(record.ordinal) ? withoutBody(record, source.packing) : record));
    return encodeBlock(kept, window.firstOrdinal, blockPlace(source, window.number, block), source.packing);
  });
  const blocks = frames.map((frame) => ({ bytes: frame.length, contentBytes: frame.readUInt32LE(16) }));
  const blockBytes = frames.reduce((sum, { length }) => sum + length, 0);
  const written = encodeWindowIndex({ ...index, blocks }, indexPlace(source, window.number), source.packing);
  return { frames: [...frames, written], blockBytes, changed: wanted.size };
}

function withoutBody(record: BlockRecord, packing: EntryPacking): PlacedRecord {
  const { organization, sequence, recordedAt, ordinal, header } = record;
  return placed({ organization, sequence, recordedAt, ordinal, ...packing.pack(record, { header, body: undefined }) });
}

/** Every entry is as it was, but for the bodies that were to go; the chain is computed again. @throws CompressionMismatch */
async function compareErased(old: OpenedSegment, written: OpenedSegment, positions: ReadonlySet<number>) {
  const state = stateAtStart(written.header, written.footer.summary);
  const scanners = [old, written].map(
    ({ file, header, footer, source }, which) =>
      new CompressedScanner(file, footer.windows, which === 0 ? stateAtStart(header, footer.summary) : state, source),
  );
  for (;;) {
    const [one, other] = [await scanners[0]?.next(), await scanners[1]?.next()];
    if (one === undefined && other === undefined) break;
    const same =
      one?.recordedAt === other?.recordedAt &&
      one?.records.length === other?.records.length &&
      one?.records.every((record, at) =>
        isAsErased(record, other?.records[at], positions.has(old.header.firstPosition + record.ordinal)),
      );
    if (same !== true) throw new CompressionMismatch(`after erasing bodies of ${old.source.path}: an entry differs`);
  }
  if (!summaryMatches(old.footer.summary, written.header, state)) {
    throw new CompressionMismatch(`after erasing bodies of ${old.source.path}: the chain differs`);
  }
}

function isAsErased(old: BlockRecord, written: BlockRecord | undefined, erased: boolean): boolean {
  return (
    written !== undefined &&
    old.ordinal === written.ordinal &&
    old.organization === written.organization &&
    old.sequence === written.sequence &&
    old.leafHash.equals(written.leafHash) &&
    isSame(old.header, written.header) &&
    (erased ? written.body === undefined : isSame(old.body, written.body))
  );
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || other === undefined ? one === other : Buffer.compare(one, other) === 0;
}
