import type { EntryPacking, EntryPlace, PackedEntry, PackedRange } from "../../packing.ts";
import { LogCorruption } from "../errors.ts";
import { UnpackMemory } from "../unpack-memory.ts";
import { BlockRecord, ordinalAt, readSlots, type Slots } from "./block-record.ts";
import { decodeFrame, encodeFrame, type FramePlace } from "./checked-frame.ts";
import { VARINT_BYTES_MAX, writeVarint } from "./varint.ts";

/** A block takes no further record beyond this; one that alone is longer is a block by itself. */
export const BLOCK_BYTES = 32 * 1024;

/** A record as a block holds it. */
export interface PackedRecord extends EntryPlace, PackedEntry {
  /** Place in the segment: position less the segment's first position. */
  readonly ordinal: number;
}

/** A record for a block, where it lies in memory. */
export interface PlacedRecord extends EntryPlace, PackedRange {
  readonly ordinal: number;
}

/** Puts a record into memory of its own. */
export function placed({ header, body = NOTHING, loose, ...record }: PackedRecord): PlacedRecord {
  const content = Buffer.concat([header, body]);
  return {
    ...record,
    content,
    headerAt: 0,
    bodyAt: header.length,
    end: content.length,
    erased: body === NOTHING,
    loose,
    looseAt: 0,
    looseEnd: loose.length,
  };
}

/** In the place of a body that was erased. */
const NOTHING = new Uint8Array();

/** Which block of which segment: all that decoding one needs besides its bytes, so that any thread can. */
export interface BlockPlace extends FramePlace {
  /** For the error that names it. */
  readonly path: string;
  readonly offset: number;
  /** Ordinal of the first record of the block's window, from which a run counts. */
  readonly firstOrdinal: number;
}

/** Most bytes that a record needs besides its header and body. */
export const RECORD_OVERHEAD_MAX = 5 * VARINT_BYTES_MAX;
/** And those that a new organization needs besides its name. */
export const RUN_OVERHEAD_MAX = 1 + 3 * VARINT_BYTES_MAX;

/**
 * Deflates records, which come by organization and in each by position:
 *
 *   number of runs; of each run its organization, first sequence, time of its first record and number of records
 *   of each record how far its ordinal and its time are from the one before, the length of its header, of its body plus one (0: erased),
 *   and of its loose bytes
 *   of each record its header and its body, packed
 *
 * The loose bytes of all records follow what is deflated.
 */
export function encodeBlock(
  records: readonly PlacedRecord[],
  firstOrdinal: number,
  place: FramePlace,
  packing: EntryPacking,
): Buffer {
  const content = blockContent(records, firstOrdinal);
  return encodeFrame({ content, loose: looseBytes(records), count: records.length }, place, packing);
}

function looseBytes(records: readonly PlacedRecord[]): Buffer {
  let size = 0;
  for (const { looseAt, looseEnd } of records) size += looseEnd - looseAt;
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { loose, looseAt, looseEnd } of records) {
    // Few: a view of them would take longer than they do.
    for (let index = looseAt; index < looseEnd; index++) bytes[at++] = loose[index] as number;
  }
  return bytes;
}

function blockContent(records: readonly PlacedRecord[], firstOrdinal: number): Buffer {
  const runs = runsOf(records);
  let size = VARINT_BYTES_MAX;
  for (const { organization } of runs) size += RUN_OVERHEAD_MAX + organization.length;
  for (const { headerAt, end } of records) size += RECORD_OVERHEAD_MAX + end - headerAt;
  const content = Buffer.allocUnsafe(size);
  let at = writeVarint(content, runs.length, 0);
  for (const { organization, sequence, recordedAt, count } of runs) {
    content[at] = organization.length;
    at += 1 + content.write(organization, at + 1, "latin1");
    at = writeVarint(content, sequence, at);
    at = writeVarint(content, recordedAt, at);
    at = writeVarint(content, count, at);
  }
  let index = 0;
  for (const { count, ...first } of runs) {
    let expected = firstOrdinal;
    let before = first.recordedAt;
    for (const end = index + count; index < end; index++) {
      const record = records[index] as PlacedRecord;
      const { ordinal, recordedAt, headerAt, bodyAt, looseAt, looseEnd } = record;
      at = writeVarint(content, ordinal - expected, at);
      at = writeVarint(content, recordedAt - before, at);
      at = writeVarint(content, bodyAt - headerAt, at);
      at = writeVarint(content, record.erased ? 0 : record.end - bodyAt + 1, at);
      at = writeVarint(content, looseEnd - looseAt, at);
      expected = ordinal + 1;
      before = recordedAt;
    }
  }
  for (const { content: from, headerAt, end } of records) {
    content.set(from.subarray(headerAt, end), at);
    at += end - headerAt;
  }
  return content.subarray(0, at);
}

interface Run extends EntryPlace {
  count: number;
}

/** Within an organization sequences are contiguous, so that a run's first one tells them all. */
function runsOf(records: readonly EntryPlace[]): Run[] {
  const runs: Run[] = [];
  for (const { organization, sequence, recordedAt } of records) {
    const last = runs.at(-1);
    if (last?.organization === organization && sequence === last.sequence + last.count) last.count++;
    else runs.push({ organization, sequence, recordedAt, count: 1 });
  }
  return runs;
}

/** What is unpacked in this thread, unless its reader has memory of its own. */
const sharedMemory = new UnpackMemory();

/** A block that was inflated; its records are unpacked when they are asked for. */
export class Block {
  /** Bytes of memory that it takes, about. */
  readonly bytes: number;
  private readonly slots: Slots;
  private readonly place: BlockPlace;
  private readonly packing: EntryPacking;
  private readonly memory: UnpackMemory;
  /** Index of the slot that was asked for last. */
  private asked = -1;

  constructor(slots: Slots, place: BlockPlace, packing: EntryPacking, memory: UnpackMemory) {
    const { frame, numbers } = slots;
    this.slots = slots;
    this.place = place;
    this.packing = packing;
    this.memory = memory;
    this.bytes = frame.content.length + frame.loose.length + numbers.byteLength;
  }

  /** Number of records. */
  get count(): number {
    return this.slots.count;
  }

  /** Ordinals of its records, in the block's order. */
  ordinals(): number[] {
    return Array.from({ length: this.count }, (_, index) => ordinalAt(this.slots, index));
  }

  /** The record of an ordinal that the index of its window has in this block. @throws LogCorruption also when it is not there. */
  require(ordinal: number): BlockRecord {
    const index = this.indexOf(ordinal);
    if (index < 0) throw this.corrupt("a block lacks a record that the index of its window has in it");
    return this.readable(index);
  }

  /** In the block's order. @throws LogCorruption */
  *records(): Generator<BlockRecord, void, undefined> {
    for (let index = 0; index < this.count; index++) yield this.readable(index);
  }

  /** Whoever reads much of a block asks for one record after the other, in the one direction or the other. */
  private indexOf(ordinal: number): number {
    const isAt = (index: number) => index >= 0 && index < this.count && ordinalAt(this.slots, index) === ordinal;
    if (isAt(this.asked + 1)) this.asked++;
    else if (isAt(this.asked - 1)) this.asked--;
    else this.asked = this.ordinals().indexOf(ordinal);
    return this.asked;
  }

  /** The error of something that is wrong with it. */
  corrupt(reason: string): LogCorruption {
    return new LogCorruption(this.place.path, this.place.offset, reason);
  }

  private readable(index: number): BlockRecord {
    const record = new BlockRecord(this.slots, index, this.packing, this.memory);
    try {
      // Only what lacks its body cannot be unpacked; so whoever has a record can have its header.
      if (record.erased) record.headerStart;
      return record;
    } catch (error) {
      throw this.corrupt(`a header cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/**
 * Inflates a block and finds its records; depends on nothing but what it is given.
 * @param bytes the block's frame, all of it and nothing else. @param memory that its entries are unpacked into.
 * @throws LogCorruption
 */
export function decodeBlock(
  bytes: Buffer,
  place: BlockPlace,
  packing: EntryPacking,
  memory: UnpackMemory = sharedMemory,
): Block {
  const frame = decodeFrame(bytes, place, packing);
  if (typeof frame === "string") throw new LogCorruption(place.path, place.offset, frame);
  try {
    return new Block(readSlots(frame, place.firstOrdinal), place, packing, memory);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LogCorruption(place.path, place.offset, `a block's records cannot be right: ${error.message}`);
  }
}
