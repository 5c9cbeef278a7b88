import type { EntryPacking, EntryPlace, PackedEntry } from "../../packing.ts";
import { MARK, type PlacedCrc } from "../format.ts";
import type { LogRecord } from "../record.ts";
import { BLOCK_BYTES, encodeBlock, type PlacedRecord, RECORD_OVERHEAD_MAX, RUN_OVERHEAD_MAX } from "./block.ts";
import type { FramePlace } from "./checked-frame.ts";
import { encodeWindowIndex, type WindowBatch } from "./window-index.ts";

/**
 * Records are grouped by organization within so many bytes of log, and a window ends with the batch that reaches it. Whoever reads in
 * order of position inflates one window at a time; measured on the benchmark's events, grouping over a whole segment would save
 * another 1.5 % of space.
 */
export const WINDOW_BYTES = 2 * 1024 * 1024;

/** Packed entries take about half of what they do in the raw form. */
const MEMORY_BYTES = 1024 * 1024;

/** Where frames of a segment belong. */
export interface SegmentPlace {
  readonly crc: PlacedCrc;
  readonly firstPosition: number;
}

const BLOCKS_MAX = 0xffff;

/** Blocks are numbered within their window, windows within their segment; the index of a window comes after its blocks. */
export function blockPlace({ crc, firstPosition }: SegmentPlace, window: number, block: number): FramePlace {
  return { crc, firstPosition, mark: MARK.block, number: window * (BLOCKS_MAX + 1) + block };
}

export function indexPlace({ crc, firstPosition }: SegmentPlace, window: number): FramePlace {
  return { crc, firstPosition, mark: MARK.windowIndex, number: window * (BLOCKS_MAX + 1) + BLOCKS_MAX };
}

/** A window as it is written: its blocks, then its index. */
export interface EncodedWindow {
  readonly frames: readonly Buffer[];
  /** Bytes of the blocks alone: the index begins there. */
  readonly blockBytes: number;
  readonly bytes: number;
}

/** What is packed, in one piece: thousands of small ones, all of them in use, take the garbage collector longer than packing. */
class WindowMemory {
  bytes = Buffer.allocUnsafeSlow(MEMORY_BYTES);
  used = 0;

  /** Makes room for so many bytes more. */
  reserve(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.used + more));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }

  add(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.used);
    this.used += bytes.length;
  }
}

/** A packed record in a window's memory: its header, its body and its loose bytes one after the other. */
class KeptRecord implements PlacedRecord {
  readonly organization: string;
  readonly sequence: number;
  readonly recordedAt: number;
  readonly ordinal: number;
  readonly headerAt: number;
  readonly bodyAt: number;
  readonly end: number;
  readonly looseEnd: number;
  readonly erased: boolean;
  private readonly memory: WindowMemory;

  constructor(place: EntryPlace, ordinal: number, { header, body, loose }: PackedEntry, memory: WindowMemory) {
    this.organization = place.organization;
    this.sequence = place.sequence;
    this.recordedAt = place.recordedAt;
    this.ordinal = ordinal;
    this.erased = body === undefined;
    this.memory = memory;
    memory.reserve(header.length + (body?.length ?? 0) + loose.length);
    this.headerAt = memory.used;
    memory.add(header);
    this.bodyAt = memory.used;
    if (body !== undefined) memory.add(body);
    this.end = memory.used;
    memory.add(loose);
    this.looseEnd = memory.used;
  }

  get content(): Uint8Array {
    return this.memory.bytes;
  }

  get loose(): Uint8Array {
    return this.memory.bytes;
  }

  get looseAt(): number {
    return this.end;
  }
}

/** Collects the records of whole batches, by organization, and encodes them. */
export class WindowBuilder {
  private readonly place: SegmentPlace;
  private readonly packing: EntryPacking;
  private readonly groups = new Map<string, KeptRecord[]>();
  private readonly memory = new WindowMemory();
  private readonly batches: WindowBatch[] = [];
  records = 0;
  /** Bytes that the batches take in the raw segment. */
  bytes = 0;

  constructor(place: SegmentPlace, packing: EntryPacking) {
    this.place = place;
    this.packing = packing;
  }

  get empty(): boolean {
    return this.batches.length === 0;
  }

  /** Copies the batch: its memory is free again afterwards. */
  add(records: readonly LogRecord[], recordedAt: number, bytes: number): void {
    this.batches.push({ entries: records.length, recordedAt });
    this.records += records.length;
    this.bytes += bytes;
    for (const { organization, sequence, ordinal, header, body } of records) {
      const place = { organization, sequence, recordedAt };
      const kept = new KeptRecord(place, ordinal, this.packing.pack(place, { header, body }), this.memory);
      const group = this.groups.get(organization);
      if (group === undefined) this.groups.set(organization, [kept]);
      else group.push(kept);
    }
  }

  /**
   * @param window its number in the segment.
   * @param firstOrdinal of its first record.
   */
  encode(window: number, firstOrdinal: number): EncodedWindow {
    const { batches, packing, place } = this;
    const blocks = fillBlocks([...this.groups.values()].flat());
    const frames = blocks.map((records, block) =>
      encodeBlock(records, firstOrdinal, blockPlace(place, window, block), packing),
    );
    const blockOf = new Uint16Array(this.records);
    for (const [block, records] of blocks.entries()) {
      for (const { ordinal } of records) blockOf[ordinal - firstOrdinal] = block;
    }
    const blockBytes = frames.reduce((sum, { length }) => sum + length, 0);
    const sizes = frames.map((frame) => ({ bytes: frame.length, contentBytes: frame.readUInt32LE(16) }));
    const index = encodeWindowIndex({ batches, blocks: sizes, blockOf }, indexPlace(place, window), packing);
    return { frames: [...frames, index], blockBytes, bytes: blockBytes + index.length };
  }
}

/** Cuts records into blocks that hold at most BLOCK_BYTES, or a single record. */
function fillBlocks(records: readonly KeptRecord[]): KeptRecord[][] {
  const blocks: KeptRecord[][] = [];
  let block: KeptRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const own = RECORD_OVERHEAD_MAX + record.end - record.headerAt;
    const run = RUN_OVERHEAD_MAX + record.organization.length;
    const begins = block.at(-1)?.organization !== record.organization;
    if (block.length > 0 && bytes + own + (begins ? run : 0) > BLOCK_BYTES) {
      blocks.push(block);
      block = [];
    }
    if (block.length === 0) bytes = RUN_OVERHEAD_MAX + run;
    else if (begins) bytes += run;
    bytes += own;
    block.push(record);
  }
  if (block.length > 0) blocks.push(block);
  if (blocks.length > BLOCKS_MAX) throw new Error(`a window has at most ${BLOCKS_MAX} blocks`);
  return blocks;
}
