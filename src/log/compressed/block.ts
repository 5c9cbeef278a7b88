import { hash } from "node:crypto";
import { LogCorruption } from "../errors.ts";
import type { EntryPacking } from "../packing.ts";
import { decodeFrame, encodeFrame, type FramePlace } from "./frame.ts";
import { VARINT_BYTES_MAX, VarintReader, writeVarint } from "./varint.ts";

/** A block takes no further record beyond this; one that alone is longer is a block by itself. */
export const BLOCK_BYTES = 32 * 1024;

/** A record as a block holds it. */
export interface PackedRecord {
  readonly organization: string;
  readonly sequence: number;
  /** Place in the segment: position less the segment's first position. */
  readonly ordinal: number;
  readonly packed: Uint8Array;
  /** Undefined once it was erased. */
  readonly body: Uint8Array | undefined;
}

/**
 * A record as it comes out of a block: where it is there, until something of it is asked for. Most who read a log in order do not ask for what
 * takes a hash to know, and a view of memory takes more time than the few bytes of its place.
 */
export class BlockRecord {
  private readonly slot: Slot;
  private readonly content: Buffer;
  private readonly packing: EntryPacking;
  /** As the tree hashes it: 0x00 ‖ header. */
  private leaf: Uint8Array | undefined;
  private hashOfLeaf: Buffer | undefined;

  constructor(slot: Slot, content: Buffer, packing: EntryPacking) {
    this.slot = slot;
    this.content = content;
    this.packing = packing;
  }

  get organization(): string {
    return this.slot.organization;
  }

  get sequence(): number {
    return this.slot.sequence;
  }

  get ordinal(): number {
    return this.slot.ordinal;
  }

  /** Undefined once it was erased. */
  get body(): Uint8Array | undefined {
    const { erased, bodyAt, end } = this.slot;
    return erased ? undefined : this.content.subarray(bodyAt, end);
  }

  get packed(): Uint8Array {
    return this.content.subarray(this.slot.headerAt, this.slot.bodyAt);
  }

  /** The header, or its beginning where the rest follows from the body. @throws where there was a body, and it is not there. */
  get headerStart(): Uint8Array {
    return this.packing.headerStart(this.packed, this.body);
  }

  get header(): Uint8Array {
    return this.leafBytes().subarray(1);
  }

  /** Computed from the header. */
  get leafHash(): Buffer {
    // By way of a text: a buffer would get memory of its own, which takes as long as hashing.
    this.hashOfLeaf ??= Buffer.from(hash("sha256", this.leafBytes(), "binary"), "latin1");
    return this.hashOfLeaf;
  }

  /** Whether the header's commitment to the body is computed from the body, and needs no comparing. */
  get completed(): boolean {
    return this.body !== undefined && this.packing.completes(this.packed);
  }

  private leafBytes(): Uint8Array {
    if (this.leaf === undefined) {
      this.leaf = this.packing.unpack(this.packed, this.body, 1);
      this.leaf[0] = 0;
    }
    return this.leaf;
  }
}

/** Which block of which segment: all that decoding one needs besides its bytes, so that any thread can. */
export interface BlockPlace extends FramePlace {
  /** For the error that names it. */
  readonly path: string;
  readonly offset: number;
  /** Ordinal of the first record of the block's window, from which a run counts. */
  readonly firstOrdinal: number;
}

/** Most bytes that a record needs besides its header and body. */
export const RECORD_OVERHEAD_MAX = 3 * VARINT_BYTES_MAX;
/** And those that a new organization needs besides its name. */
export const RUN_OVERHEAD_MAX = 1 + 2 * VARINT_BYTES_MAX;

/**
 * Deflates records, which come by organization and in each by position:
 *
 *   number of runs; of each run its organization, first sequence and number of records
 *   of each record how far its ordinal is from the one before, the length of its header, and of its body plus one (0: erased)
 *   of each record its header, packed, and its body
 */
export function encodeBlock(
  records: readonly PackedRecord[],
  firstOrdinal: number,
  place: FramePlace,
  packing: EntryPacking,
): Buffer {
  return encodeFrame({ content: blockContent(records, firstOrdinal), count: records.length }, place, packing);
}

function blockContent(records: readonly PackedRecord[], firstOrdinal: number): Buffer {
  const runs = runsOf(records);
  let size = VARINT_BYTES_MAX;
  for (const { organization } of runs) size += RUN_OVERHEAD_MAX + organization.length;
  for (const { packed, body } of records) size += RECORD_OVERHEAD_MAX + packed.length + (body?.length ?? 0);
  const content = Buffer.allocUnsafe(size);
  let at = writeVarint(content, runs.length, 0);
  for (const { organization, sequence, count } of runs) {
    content[at] = organization.length;
    at += 1 + content.write(organization, at + 1, "latin1");
    at = writeVarint(content, sequence, at);
    at = writeVarint(content, count, at);
  }
  let expected = firstOrdinal;
  let index = 0;
  for (const { count } of runs) {
    expected = firstOrdinal;
    for (const end = index + count; index < end; index++) {
      const { ordinal, packed, body } = records[index] as PackedRecord;
      at = writeVarint(content, ordinal - expected, at);
      at = writeVarint(content, packed.length, at);
      at = writeVarint(content, body === undefined ? 0 : body.length + 1, at);
      expected = ordinal + 1;
    }
  }
  for (const { packed, body } of records) {
    content.set(packed, at);
    at += packed.length;
    if (body === undefined) continue;
    content.set(body, at);
    at += body.length;
  }
  return content.subarray(0, at);
}

interface Run {
  readonly organization: string;
  readonly sequence: number;
  count: number;
}

/** Within an organization sequences are contiguous, so that a run's first one tells them all. */
function runsOf(records: readonly PackedRecord[]): Run[] {
  const runs: Run[] = [];
  for (const { organization, sequence } of records) {
    const last = runs.at(-1);
    if (last?.organization === organization && sequence === last.sequence + last.count) last.count++;
    else runs.push({ organization, sequence, count: 1 });
  }
  return runs;
}

interface Slot {
  readonly organization: string;
  readonly sequence: number;
  readonly ordinal: number;
  readonly headerAt: number;
  readonly bodyAt: number;
  readonly end: number;
  readonly erased: boolean;
}

/** A block that was inflated; its records are unpacked when they are asked for. */
export class Block {
  /** Bytes of memory that it takes, about. */
  readonly bytes: number;
  private readonly content: Buffer;
  private readonly slots: readonly Slot[];
  private readonly place: BlockPlace;
  private readonly packing: EntryPacking;

  constructor(content: Buffer, slots: readonly Slot[], place: BlockPlace, packing: EntryPacking) {
    this.content = content;
    this.slots = slots;
    this.place = place;
    this.packing = packing;
    this.bytes = content.length + 100 * slots.length;
  }

  /** Number of records. */
  get count(): number {
    return this.slots.length;
  }

  /** Ordinals of its records, in the block's order. */
  ordinals(): number[] {
    return this.slots.map(({ ordinal }) => ordinal);
  }

  /** As they are stored, in the block's order. */
  packed(): PackedRecord[] {
    return this.slots.map((slot) => {
      const { packed, body } = new BlockRecord(slot, this.content, this.packing);
      return { organization: slot.organization, sequence: slot.sequence, ordinal: slot.ordinal, packed, body };
    });
  }

  /** The record of an ordinal that the index of its window has in this block. @throws LogCorruption also when it is not there. */
  require(ordinal: number): BlockRecord {
    const slot = this.slots.find((candidate) => candidate.ordinal === ordinal);
    if (slot === undefined) throw this.corrupt("a block lacks a record that the index of its window has in it");
    return this.unpack(slot);
  }

  /** In the block's order. @throws LogCorruption */
  *records(): Generator<BlockRecord, void, undefined> {
    for (const slot of this.slots) yield this.unpack(slot);
  }

  /** The error of something that is wrong with it. */
  corrupt(reason: string): LogCorruption {
    return new LogCorruption(this.place.path, this.place.offset, reason);
  }

  private unpack(slot: Slot): BlockRecord {
    const record = new BlockRecord(slot, this.content, this.packing);
    try {
      // Only what lacks its body cannot be unpacked; so whoever has a record can have its header.
      if (slot.erased) record.headerStart;
      return record;
    } catch (error) {
      throw this.corrupt(`a header cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/**
 * Inflates a block and finds its records; depends on nothing but what it is given.
 * @param bytes the block's frame, all of it and nothing else.
 * @throws LogCorruption
 */
export function decodeBlock(bytes: Buffer, place: BlockPlace, packing: EntryPacking): Block {
  const frame = decodeFrame(bytes, place, packing);
  if (typeof frame === "string") throw new LogCorruption(place.path, place.offset, frame);
  try {
    return new Block(frame.content, readSlots(frame.content, frame.count, place.firstOrdinal), place, packing);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LogCorruption(place.path, place.offset, `a block's records cannot be right: ${error.message}`);
  }
}

/** @throws RangeError */
function readSlots(content: Buffer, count: number, firstOrdinal: number): Slot[] {
  const numbers = new VarintReader(content);
  const runs: Run[] = [];
  for (let left = numbers.next(); left > 0; left--) {
    const nameAt = numbers.at + 1;
    numbers.at = nameAt + (content[nameAt - 1] ?? 0);
    if (numbers.at > content.length) throw new RangeError("a name does not end");
    const organization = content.toString("latin1", nameAt, numbers.at);
    runs.push({ organization, sequence: numbers.next(), count: numbers.next() });
  }
  if (runs.reduce((sum, run) => sum + run.count, 0) !== count) throw new RangeError("their number is another one");
  const lengths: { run: Run; sequence: number; ordinal: number; header: number; body: number }[] = [];
  for (const run of runs) {
    let expected = firstOrdinal;
    for (let index = 0; index < run.count; index++) {
      const ordinal = expected + numbers.next();
      lengths.push({ run, sequence: run.sequence + index, ordinal, header: numbers.next(), body: numbers.next() });
      expected = ordinal + 1;
    }
  }
  let headerAt = numbers.at;
  const slots = lengths.map(({ run, sequence, ordinal, header, body }): Slot => {
    const bodyAt = headerAt + header;
    const end = bodyAt + Math.max(0, body - 1);
    const slot = { organization: run.organization, sequence, ordinal, headerAt, bodyAt, end, erased: body === 0 };
    headerAt = end;
    return slot;
  });
  if (headerAt !== content.length) throw new RangeError("their lengths do not add up");
  return slots;
}
