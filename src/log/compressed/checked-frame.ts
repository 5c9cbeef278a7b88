import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import type { EntryPacking } from "../../packing.ts";
import { aligned, type PlacedCrc } from "../format.ts";

/** Bytes before the deflated ones. */
export const FRAME_HEADER_BYTES = 28;
const CRC_FROM = 8;
/** In any faster level the files grow more than time is saved; in any slower one little is gained. */
const DEFLATE_LEVEL = 7;

/**
 * Where a frame belongs: its checksum begins with the log and the segment, and covers its number. Its place in the file does not
 * matter, so that one frame of a file can be rewritten and the others copied as they are.
 */
export interface FramePlace {
  readonly crc: PlacedCrc;
  readonly firstPosition: number;
  readonly mark: number;
  readonly number: number;
}

/** What a frame holds. */
export interface Frame {
  /** Is deflated. */
  readonly content: Buffer;
  /** Is stored as it is: what cannot be deflated also makes what is around it longer. */
  readonly loose: Buffer;
  /** For whoever wrote the content. */
  readonly count: number;
}

/** What zlib takes at least, and at most what a length that is not checked yet can make it allocate. */
const CHUNK_BYTES_MIN = 64;
const CHUNK_BYTES_MAX = 2 * 1024 * 1024;

/** Deflates, and puts around it what a reader needs in order to trust it. */
export function encodeFrame({ content, loose, count }: Frame, place: FramePlace, packing: EntryPacking): Buffer {
  const deflated = deflateRawSync(content, { level: DEFLATE_LEVEL, dictionary: packing.dictionary });
  const looseAt = FRAME_HEADER_BYTES + deflated.length;
  const frame = Buffer.alloc(aligned(looseAt + loose.length));
  frame.writeUInt32LE(place.mark, 0);
  frame.writeUInt32LE(place.number, 8);
  frame.writeUInt32LE(deflated.length, 12);
  frame.writeUInt32LE(content.length, 16);
  frame.writeUInt32LE(count, 20);
  frame.writeUInt32LE(loose.length, 24);
  frame.set(deflated, FRAME_HEADER_BYTES);
  frame.set(loose, looseAt);
  frame.writeUInt32LE(place.crc.of(frame.subarray(CRC_FROM), place.firstPosition), 4);
  return frame;
}

/**
 * @param bytes the frame, all of it and nothing else.
 * @returns what it holds, or in a few words what is wrong with it.
 */
export function decodeFrame(bytes: Buffer, place: FramePlace, packing: EntryPacking): Frame | string {
  if (bytes.length < FRAME_HEADER_BYTES || bytes.readUInt32LE(0) !== place.mark) return "no block begins here";
  if (bytes.readUInt32LE(4) !== place.crc.of(bytes.subarray(CRC_FROM), place.firstPosition)) {
    return "a block's checksum does not match";
  }
  if (bytes.readUInt32LE(8) !== place.number) return "a block is out of its place";
  const deflatedBytes = bytes.readUInt32LE(12);
  const contentBytes = bytes.readUInt32LE(16);
  const looseAt = FRAME_HEADER_BYTES + deflatedBytes;
  const looseEnd = looseAt + bytes.readUInt32LE(24);
  if (aligned(looseEnd) !== bytes.length) return "a block's length is wrong";
  const deflated = bytes.subarray(FRAME_HEADER_BYTES, looseAt);
  try {
    const content = inflateRawSync(deflated, {
      dictionary: packing.dictionary,
      maxOutputLength: Math.max(1, contentBytes),
      // Inflated into one piece of memory: one byte more than it takes ends it without another piece.
      chunkSize: Math.max(CHUNK_BYTES_MIN, Math.min(contentBytes, CHUNK_BYTES_MAX) + 1),
    });
    if (content.length !== contentBytes) return "a block does not hold as many bytes as it says";
    return { content, loose: bytes.subarray(looseAt, looseEnd), count: bytes.readUInt32LE(20) };
  } catch (error) {
    return `a block cannot be inflated: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export function dictionaryCrc(packing: EntryPacking): number {
  return crc32(packing.dictionary);
}
