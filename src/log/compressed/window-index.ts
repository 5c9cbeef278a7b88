import type { EntryPacking } from "../../packing.ts";
import { LogCorruption } from "../errors.ts";
import { decodeFrame, encodeFrame, FRAME_HEADER_BYTES, type FramePlace } from "./checked-frame.ts";
import { VARINT_BYTES_MAX, VarintReader, writeVarint } from "./varint.ts";

/** A batch as it was written, without what can be computed from its records: its chain hash among that. */
export interface WindowBatch {
  readonly entries: number;
  readonly recordedAt: number;
}

export interface BlockSize {
  /** Of the whole frame in the file. */
  readonly bytes: number;
  /** Of what it holds, inflated. */
  readonly contentBytes: number;
}

/** What a window holds, and where in it each of its records is. */
export interface WindowIndex {
  readonly batches: readonly WindowBatch[];
  readonly blocks: readonly BlockSize[];
  /** Number of the block that holds a record, by its place in the window. */
  readonly blockOf: Uint16Array;
}

/**
 * Deflates the index of a window:
 *
 *   number of batches; of each its entries, and its time less that of the batch before (0 for the first)
 *   number of blocks; of each its bytes in the file, and inflated
 *   of each record, by position, its block's number as two bytes
 */
export function encodeWindowIndex(
  { batches, blocks, blockOf }: WindowIndex,
  place: FramePlace,
  packing: EntryPacking,
): Buffer {
  const numbers = 2 + 2 * batches.length + 2 * blocks.length;
  const content = Buffer.allocUnsafe(numbers * VARINT_BYTES_MAX + 2 * blockOf.length);
  let at = writeVarint(content, batches.length, 0);
  let before = 0;
  for (const { entries, recordedAt } of batches) {
    at = writeVarint(content, entries, at);
    at = writeVarint(content, recordedAt - before, at);
    before = recordedAt;
  }
  at = writeVarint(content, blocks.length, at);
  for (const { bytes, contentBytes } of blocks) {
    at = writeVarint(content, bytes, at);
    at = writeVarint(content, contentBytes, at);
  }
  for (const block of blockOf) at = content.writeUInt16LE(block, at);
  return encodeFrame({ content: content.subarray(0, at), loose: NOTHING, count: blockOf.length }, place, packing);
}

const NOTHING = Buffer.alloc(0);

/** Where an index is, and what its window must be. */
export interface IndexSource extends FramePlace {
  readonly path: string;
  readonly offset: number;
  /** Bytes of the blocks before it. */
  readonly blockBytes: number;
  readonly records: number;
}

/** @throws LogCorruption also when it points past its blocks, or has not the records of its window. */
export function decodeWindowIndex(bytes: Buffer, source: IndexSource, packing: EntryPacking): WindowIndex {
  const frame = decodeFrame(bytes, source, packing);
  if (typeof frame === "string") throw new LogCorruption(source.path, source.offset, frame);
  try {
    return readIndex(frame.content, frame.count, source);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LogCorruption(source.path, source.offset, `the index of a window cannot be right: ${error.message}`);
  }
}

/** @throws RangeError */
function readIndex(content: Buffer, count: number, source: IndexSource): WindowIndex {
  if (count !== source.records) throw new RangeError(`it has ${count} records where ${source.records} are`);
  const numbers = new VarintReader(content);
  const batches: WindowBatch[] = [];
  let recordedAt = 0;
  let entries = 0;
  for (let left = numbers.next(); left > 0; left--) {
    const batch = { entries: numbers.next(), recordedAt: recordedAt + numbers.next() };
    batches.push(batch);
    entries += batch.entries;
    recordedAt = batch.recordedAt;
  }
  if (entries !== count) throw new RangeError("its batches have not as many entries");
  const blocks: BlockSize[] = [];
  let blockBytes = 0;
  for (let left = numbers.next(); left > 0; left--) {
    const size = { bytes: numbers.next(), contentBytes: numbers.next() };
    if (size.bytes < FRAME_HEADER_BYTES) throw new RangeError("a block is shorter than one can be");
    blocks.push(size);
    blockBytes += size.bytes;
  }
  if (blockBytes !== source.blockBytes) throw new RangeError("its blocks are not as long as the file has them");
  if (content.length - numbers.at !== 2 * count) throw new RangeError("it does not end with its records");
  const blockOf = new Uint16Array(count);
  for (let record = 0; record < count; record++) {
    const block = content.readUInt16LE(numbers.at + 2 * record);
    if (block >= blocks.length) throw new RangeError("it points past its last block");
    blockOf[record] = block;
  }
  return { batches, blocks, blockOf };
}
