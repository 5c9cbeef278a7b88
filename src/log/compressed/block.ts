import { hash } from "node:crypto";
import { LogCorruption } from "../errors.ts";
import type { EntryPacking, EntryPlace, PackedEntry } from "../packing.ts";
import { decodeFrame, encodeFrame, type Frame, type FramePlace } from "./frame.ts";
import { VARINT_BYTES_MAX, VarintReader, writeVarint } from "./varint.ts";

/** A block takes no further record beyond this; one that alone is longer is a block by itself. */
export const BLOCK_BYTES = 32 * 1024;

/** A record as a block holds it. */
export interface PackedRecord extends EntryPlace, PackedEntry {
  /** Place in the segment: position less the segment's first position. */
  readonly ordinal: number;
}

/**
 * A record as it comes out of a block: where it is there, until something of it is asked for. Most who read a log in order do not ask for what
 * takes a hash to know, and a view of memory takes more time than the few bytes of its place.
 */
export class BlockRecord {
  private readonly slot: Slot;
  private readonly frame: Frame;
  private readonly packing: EntryPacking;
  private packedEntry: PackedEntry | undefined;
  private unpackedBody: Uint8Array | undefined;
  /** As the tree hashes it: 0x00 ‖ header. */
  private leaf: Uint8Array | undefined;
  private hashOfLeaf: Buffer | undefined;

  constructor(slot: Slot, frame: Frame, packing: EntryPacking) {
    this.slot = slot;
    this.frame = frame;
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
    this.unpackedBody ??= this.packing.unpackBody(this.packed);
    return this.unpackedBody;
  }

  get packed(): PackedEntry {
    this.packedEntry ??= packedEntry(this.slot, this.frame);
    return this.packedEntry;
  }

  /** The header, or its beginning where the rest follows from the body. @throws where there was a body, and it is not there. */
  get headerStart(): Uint8Array {
    return this.packing.headerStart(this.slot, this.packed);
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
    return this.packing.completes(this.packed);
  }

  private leafBytes(): Uint8Array {
    if (this.leaf === undefined) {
      this.leaf = this.packing.unpackHeader(this.slot, this.packed, this.body, 1);
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
  records: readonly PackedRecord[],
  firstOrdinal: number,
  place: FramePlace,
  packing: EntryPacking,
): Buffer {
  const loose = Buffer.concat(records.map((record) => record.loose));
  const frame = { content: blockContent(records, firstOrdinal), loose, count: records.length };
  return encodeFrame(frame, place, packing);
}

function blockContent(records: readonly PackedRecord[], firstOrdinal: number): Buffer {
  const runs = runsOf(records);
  let size = VARINT_BYTES_MAX;
  for (const { organization } of runs) size += RUN_OVERHEAD_MAX + organization.length;
  for (const { header, body } of records) size += RECORD_OVERHEAD_MAX + header.length + (body?.length ?? 0);
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
      const { ordinal, recordedAt, header, body, loose } = records[index] as PackedRecord;
      at = writeVarint(content, ordinal - expected, at);
      at = writeVarint(content, recordedAt - before, at);
      at = writeVarint(content, header.length, at);
      at = writeVarint(content, body === undefined ? 0 : body.length + 1, at);
      at = writeVarint(content, loose.length, at);
      expected = ordinal + 1;
      before = recordedAt;
    }
  }
  for (const { header, body } of records) {
    content.set(header, at);
    at += header.length;
    if (body === undefined) continue;
    content.set(body, at);
    at += body.length;
  }
  return content.subarray(0, at);
}

interface Run extends EntryPlace {
  count: number;
}

/** Within an organization sequences are contiguous, so that a run's first one tells them all. */
function runsOf(records: readonly PackedRecord[]): Run[] {
  const runs: Run[] = [];
  for (const { organization, sequence, recordedAt } of records) {
    const last = runs.at(-1);
    if (last?.organization === organization && sequence === last.sequence + last.count) last.count++;
    else runs.push({ organization, sequence, recordedAt, count: 1 });
  }
  return runs;
}

interface Slot extends EntryPlace {
  readonly ordinal: number;
  readonly headerAt: number;
  readonly bodyAt: number;
  readonly end: number;
  readonly erased: boolean;
  readonly looseAt: number;
  readonly looseEnd: number;
}

function packedEntry(
  { headerAt, bodyAt, end, erased, looseAt, looseEnd }: Slot,
  { content, loose }: Frame,
): PackedEntry {
  return {
    header: content.subarray(headerAt, bodyAt),
    body: erased ? undefined : content.subarray(bodyAt, end),
    loose: loose.subarray(looseAt, looseEnd),
  };
}

/** A block that was inflated; its records are unpacked when they are asked for. */
export class Block {
  /** Bytes of memory that it takes, about. */
  readonly bytes: number;
  private readonly frame: Frame;
  private readonly slots: readonly Slot[];
  private readonly place: BlockPlace;
  private readonly packing: EntryPacking;
  /** Index of the slot that was asked for last. */
  private asked = -1;

  constructor(frame: Frame, slots: readonly Slot[], place: BlockPlace, packing: EntryPacking) {
    this.frame = frame;
    this.slots = slots;
    this.place = place;
    this.packing = packing;
    this.bytes = frame.content.length + frame.loose.length + 100 * slots.length;
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
      const { organization, sequence, recordedAt, ordinal } = slot;
      return { organization, sequence, recordedAt, ordinal, ...packedEntry(slot, this.frame) };
    });
  }

  /** The record of an ordinal that the index of its window has in this block. @throws LogCorruption also when it is not there. */
  require(ordinal: number): BlockRecord {
    const slot = this.slotOf(ordinal);
    if (slot === undefined) throw this.corrupt("a block lacks a record that the index of its window has in it");
    return this.unpack(slot);
  }

  /** In the block's order. @throws LogCorruption */
  *records(): Generator<BlockRecord, void, undefined> {
    for (const slot of this.slots) yield this.unpack(slot);
  }

  /** Whoever reads much of a block asks for one record after the other, in the one direction or the other. */
  private slotOf(ordinal: number): Slot | undefined {
    for (const at of [this.asked + 1, this.asked - 1]) {
      if (this.slots[at]?.ordinal !== ordinal) continue;
      this.asked = at;
      return this.slots[at];
    }
    this.asked = this.slots.findIndex((slot) => slot.ordinal === ordinal);
    return this.slots[this.asked];
  }

  /** The error of something that is wrong with it. */
  corrupt(reason: string): LogCorruption {
    return new LogCorruption(this.place.path, this.place.offset, reason);
  }

  private unpack(slot: Slot): BlockRecord {
    const record = new BlockRecord(slot, this.frame, this.packing);
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
    return new Block(frame, readSlots(frame, place.firstOrdinal), place, packing);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LogCorruption(place.path, place.offset, `a block's records cannot be right: ${error.message}`);
  }
}

/** @throws RangeError */
function readSlots({ content, loose, count }: Frame, firstOrdinal: number): Slot[] {
  const numbers = new VarintReader(content);
  const runs = readRuns(content, numbers);
  if (runs.reduce((sum, run) => sum + run.count, 0) !== count) throw new RangeError("their number is another one");
  const lengths: { place: EntryPlace; ordinal: number; header: number; body: number; loose: number }[] = [];
  for (const run of runs) {
    const { organization } = run;
    let { recordedAt } = run;
    let expected = firstOrdinal;
    for (let index = 0; index < run.count; index++) {
      const ordinal = expected + numbers.next();
      recordedAt += numbers.next();
      const place = { organization, sequence: run.sequence + index, recordedAt };
      lengths.push({ place, ordinal, header: numbers.next(), body: numbers.next(), loose: numbers.next() });
      expected = ordinal + 1;
    }
  }
  let headerAt = numbers.at;
  let looseAt = 0;
  const slots = lengths.map(({ place, ordinal, header, body, loose: looseBytes }): Slot => {
    const { organization, sequence, recordedAt } = place;
    const bodyAt = headerAt + header;
    const end = bodyAt + Math.max(0, body - 1);
    const looseEnd = looseAt + looseBytes;
    const places = { headerAt, bodyAt, end, erased: body === 0, looseAt, looseEnd };
    headerAt = end;
    looseAt = looseEnd;
    return { organization, sequence, recordedAt, ordinal, ...places };
  });
  if (headerAt !== content.length || looseAt !== loose.length) throw new RangeError("their lengths do not add up");
  return slots;
}

/** @throws RangeError */
function readRuns(content: Buffer, numbers: VarintReader): Run[] {
  const runs: Run[] = [];
  for (let left = numbers.next(); left > 0; left--) {
    const nameAt = numbers.at + 1;
    numbers.at = nameAt + (content[nameAt - 1] ?? 0);
    if (numbers.at > content.length) throw new RangeError("a name does not end");
    const organization = content.toString("latin1", nameAt, numbers.at);
    runs.push({ organization, sequence: numbers.next(), recordedAt: numbers.next(), count: numbers.next() });
  }
  return runs;
}
