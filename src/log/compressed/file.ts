import type { EntryPacking } from "../../packing.ts";
import { type DiskFile, readFully } from "../disk.ts";
import { LogCorruption, LogUnsupported } from "../errors.ts";
import { type FooterTable, readFooterTable, type SegmentSummary } from "../footer.ts";
import { MARK, type PlacedCrc } from "../format.ts";
import { SEGMENT_HEADER_BYTES, type SegmentHeader } from "../segment-header.ts";
import { type Block, decodeBlock } from "./block.ts";
import type { BlockRecord } from "./block-record.ts";
import { dictionaryCrc } from "./checked-frame.ts";
import { blockPlace, indexPlace } from "./window.ts";
import { decodeWindowIndex, type WindowIndex } from "./window-index.ts";

/** A window's place in its file and in its segment. */
export interface Window {
  readonly number: number;
  readonly firstOrdinal: number;
  readonly records: number;
  /** Byte offsets of its first block, of its index, and of what comes after it. */
  readonly offset: number;
  readonly indexOffset: number;
  readonly end: number;
}

/** How a compressed segment ends: what a raw one's footer says, and its windows. */
export interface CompressedFooter {
  readonly summary: SegmentSummary;
  readonly windows: readonly Window[];
  readonly offset: number;
}

/** Of each window its first ordinal, the offset of its first block, and that of its index. */
export const WINDOWS: FooterTable = { mark: MARK.compressedFooter, columns: 3 };

/** All that decoding a part of a compressed segment needs, besides its bytes. */
export interface CompressedSource {
  readonly path: string;
  readonly crc: PlacedCrc;
  readonly firstPosition: number;
  readonly packing: EntryPacking;
}

/** @throws LogUnsupported when the file was written with another packing or another dictionary than the one that is given. */
export function requirePacking(path: string, { compressed }: SegmentHeader, packing: EntryPacking): void {
  if (compressed === undefined) throw new LogCorruption(path, 96, "its header is that of a raw segment");
  if (compressed.packing !== packing.number) {
    throw new LogUnsupported(path, `its entries have packing ${compressed.packing}, not ${packing.number}`);
  }
  if (compressed.dictionaryCrc !== dictionaryCrc(packing)) {
    throw new LogUnsupported(path, "it was compressed with a dictionary of another version");
  }
}

/** @throws LogCorruption when there is no valid one. */
export async function readCompressedFooter(file: DiskFile, source: CompressedSource): Promise<CompressedFooter> {
  const bytes = await file.size();
  const found = await readFooterTable(file, bytes, WINDOWS, source.crc, () => source.firstPosition);
  if (found === undefined) throw new LogCorruption(source.path, bytes, "a compressed segment has no valid footer");
  const { summary, rows, offset } = found;
  const windows = rows.map(([firstOrdinal = 0, windowOffset = 0, indexOffset = 0], number): Window => {
    const [nextOrdinal = summary.entries, end = offset] = rows[number + 1] ?? [];
    return { number, firstOrdinal, records: nextOrdinal - firstOrdinal, offset: windowOffset, indexOffset, end };
  });
  let expected = { ordinal: 0, offset: SEGMENT_HEADER_BYTES };
  for (const window of windows) {
    const placed = window.firstOrdinal === expected.ordinal && window.offset === expected.offset;
    if (!placed || window.records < 0 || window.indexOffset < window.offset || window.end <= window.indexOffset) {
      throw new LogCorruption(source.path, offset, "the footer's windows do not follow one another");
    }
    expected = { ordinal: window.firstOrdinal + window.records, offset: window.end };
  }
  if (expected.ordinal !== summary.entries || expected.offset !== offset) {
    throw new LogCorruption(source.path, offset, "the footer's windows are not all that the file holds");
  }
  return { summary, windows, offset };
}

/** @throws LogCorruption where the file ends before `to`. */
export async function readRange(file: DiskFile, path: string, from: number, to: number): Promise<Buffer<ArrayBuffer>> {
  const buffer = Buffer.allocUnsafeSlow(to - from);
  const read = await readFully(file, buffer, from);
  if (read < buffer.length) throw new LogCorruption(path, from + read, "the file is shorter than its footer says");
  return buffer;
}

/** @param bytes of the index alone. @throws LogCorruption */
export function decodeIndex(bytes: Buffer, window: Window, source: CompressedSource): WindowIndex {
  const { path, packing } = source;
  const { indexOffset: offset, records } = window;
  const place = { ...indexPlace(source, window.number), path, offset, records };
  return decodeWindowIndex(bytes, { ...place, blockBytes: offset - window.offset }, packing);
}

/** Byte offsets in the file where a window's blocks begin, and where the last one ends. */
export function blockOffsets(window: Window, index: WindowIndex): number[] {
  const offsets = [window.offset];
  let offset = window.offset;
  for (const { bytes } of index.blocks) {
    offset += bytes;
    offsets.push(offset);
  }
  return offsets;
}

/** @param bytes of the block's frame alone. @param offset where it begins in the file. @throws LogCorruption */
export function decodeBlockOf(
  bytes: Buffer,
  window: Window,
  block: number,
  offset: number,
  source: CompressedSource,
): Block {
  const { path, packing } = source;
  const place = { ...blockPlace(source, window.number, block), path, offset, firstOrdinal: window.firstOrdinal };
  return decodeBlock(bytes, place, packing);
}

/** Blocks of a window, one by one, so that whoever decodes on the event loop can let others work in between. @throws LogCorruption */
export function* decodeBlocks(
  bytes: Buffer,
  window: Window,
  index: WindowIndex,
  source: CompressedSource,
): Generator<Block, void, undefined> {
  const offsets = blockOffsets(window, index);
  for (const block of index.blocks.keys()) {
    const [from = 0, to = 0] = [offsets[block], offsets[block + 1]];
    yield decodeBlockOf(bytes.subarray(from - window.offset, to - window.offset), window, block, from, source);
  }
}

/** Puts the records of one block into their places among a window's; each place is taken once. @throws LogCorruption */
export function placeRecords(
  records: (BlockRecord | undefined)[],
  block: Block,
  blockIndex: number,
  window: Window,
  index: WindowIndex,
  path: string,
): void {
  for (const record of block.records()) {
    const at = record.ordinal - window.firstOrdinal;
    if (at >= window.records || index.blockOf[at] !== blockIndex || records[at] !== undefined) {
      throw new LogCorruption(path, window.indexOffset, "the index of a window does not say what its blocks hold");
    }
    records[at] = record;
  }
}
