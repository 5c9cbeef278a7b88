import { hash } from "node:crypto";
import type { EntryPacking, EntryPlace, PackedRange } from "../../packing.ts";
import type { UnpackMemory } from "../unpack-memory.ts";
import type { Frame } from "./checked-frame.ts";
import { VarintReader } from "./varint.ts";

/** Numbers of each record. */
const NUMBERS = 8;
const [ORDINAL, SEQUENCE, RECORDED_AT, RUN, HEADER_AT, BODY_AT, LOOSE_AT, ERASED] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
/** Each record has five numbers of at least one byte. */
const RECORD_BYTES_MIN = 5;

/** A block that was inflated, and where the records are in it. */
export interface Slots {
  readonly frame: Frame;
  readonly count: number;
  /** Of each record, and after the last one where it ends: an object for each would take longer than all that is in a number. */
  readonly numbers: Float64Array;
  /** Of each run. */
  readonly organizations: readonly string[];
}

interface Run extends EntryPlace {
  readonly count: number;
}

/** @throws RangeError */
export function readSlots(frame: Frame, firstOrdinal: number): Slots {
  const { content, loose, count } = frame;
  if (RECORD_BYTES_MIN * count > content.length) throw new RangeError("it is too short for so many");
  const from = new VarintReader(content);
  const runs = readRuns(content, from);
  if (runs.reduce((sum, run) => sum + run.count, 0) !== count) throw new RangeError("their number is another one");
  const numbers = new Float64Array(NUMBERS * (count + 1));
  let at = 0;
  for (const [run, { sequence, recordedAt: first, count: records }] of runs.entries()) {
    let recordedAt = first;
    let expected = firstOrdinal;
    for (let index = 0; index < records; index++, at += NUMBERS) {
      const ordinal = expected + from.next();
      recordedAt += from.next();
      numbers[at + ORDINAL] = ordinal;
      numbers[at + SEQUENCE] = sequence + index;
      numbers[at + RECORDED_AT] = recordedAt;
      numbers[at + RUN] = run;
      // Lengths, until it is known where the first one begins.
      numbers[at + HEADER_AT] = from.next();
      numbers[at + BODY_AT] = from.next();
      numbers[at + LOOSE_AT] = from.next();
      expected = ordinal + 1;
    }
  }
  let headerAt = from.at;
  let looseAt = 0;
  for (at = 0; at < NUMBERS * count; at += NUMBERS) {
    const bodyAt = headerAt + (numbers[at + HEADER_AT] as number);
    const bodyBytes = (numbers[at + BODY_AT] as number) - 1;
    const looseBytes = numbers[at + LOOSE_AT] as number;
    numbers[at + HEADER_AT] = headerAt;
    numbers[at + BODY_AT] = bodyAt;
    numbers[at + LOOSE_AT] = looseAt;
    if (bodyBytes < 0) numbers[at + ERASED] = 1;
    headerAt = bodyAt + Math.max(0, bodyBytes);
    looseAt += looseBytes;
  }
  numbers[at + HEADER_AT] = headerAt;
  numbers[at + LOOSE_AT] = looseAt;
  if (headerAt !== content.length || looseAt !== loose.length) throw new RangeError("their lengths do not add up");
  return { frame, count, numbers, organizations: runs.map(({ organization }) => organization) };
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

/** Place in the segment of a record: position less the segment's first position. */
export function ordinalAt({ numbers }: Slots, index: number): number {
  return numbers[NUMBERS * index + ORDINAL] as number;
}

/**
 * A record as it comes out of a block: where it is there, until something of it is asked for. Most who read a log in order do not ask for what
 * takes a hash to know.
 */
export class BlockRecord implements EntryPlace, PackedRange {
  private readonly slots: Slots;
  private readonly at: number;
  private readonly packing: EntryPacking;
  private readonly memory: UnpackMemory;
  private unpackedBody: Uint8Array | undefined;
  /** As the tree hashes it: 0x00 ‖ header. */
  private leaf: Uint8Array | undefined;
  private unpackedHeader: Uint8Array | undefined;
  private hashOfLeaf: Buffer | undefined;

  constructor(slots: Slots, index: number, packing: EntryPacking, memory: UnpackMemory) {
    this.slots = slots;
    this.at = NUMBERS * index;
    this.packing = packing;
    this.memory = memory;
  }

  get organization(): string {
    return this.slots.organizations[this.number(RUN)] as string;
  }

  get sequence(): number {
    return this.number(SEQUENCE);
  }

  get recordedAt(): number {
    return this.number(RECORDED_AT);
  }

  get ordinal(): number {
    return this.number(ORDINAL);
  }

  get content(): Uint8Array {
    return this.slots.frame.content;
  }

  get headerAt(): number {
    return this.number(HEADER_AT);
  }

  get bodyAt(): number {
    return this.number(BODY_AT);
  }

  get end(): number {
    return this.number(NUMBERS + HEADER_AT);
  }

  get erased(): boolean {
    return this.number(ERASED) === 1;
  }

  get loose(): Uint8Array {
    return this.slots.frame.loose;
  }

  get looseAt(): number {
    return this.number(LOOSE_AT);
  }

  get looseEnd(): number {
    return this.number(NUMBERS + LOOSE_AT);
  }

  /** Undefined once it was erased. */
  get body(): Uint8Array | undefined {
    if (this.unpackedBody === undefined && !this.erased) {
      const at = this.reserve();
      this.unpackedBody = this.taken(at, this.packing.unpackBody(this, this.memory.buffer, at));
    }
    return this.unpackedBody;
  }

  /** The header, or its beginning where the rest follows from the body. @throws where there was a body, and it is not there. */
  get headerStart(): Uint8Array {
    const at = this.reserve();
    return this.taken(at, this.packing.headerStart(this, this, this.memory.buffer, at));
  }

  get header(): Uint8Array {
    this.unpackedHeader ??= this.leafBytes().subarray(1);
    return this.unpackedHeader;
  }

  /** Computed from the header. */
  get leafHash(): Buffer {
    // By way of a text: a buffer would get memory of its own, which takes as long as hashing.
    this.hashOfLeaf ??= Buffer.from(hash("sha256", this.leafBytes(), "binary"), "latin1");
    return this.hashOfLeaf;
  }

  /** Whether the header's commitment to the body is computed from the body, and needs no comparing. */
  get completed(): boolean {
    return this.packing.completes(this);
  }

  /** No fewer than header and body take. */
  get bytesMax(): number {
    return this.packing.unpackedMax(this, this);
  }

  private number(which: number): number {
    return this.slots.numbers[this.at + which] as number;
  }

  private leafBytes(): Uint8Array {
    if (this.leaf === undefined) {
      const { body } = this;
      const at = this.reserve();
      const { buffer } = this.memory;
      buffer[at] = 0;
      this.leaf = this.taken(at, this.packing.unpackHeader(this, this, body, buffer, at + 1));
    }
    return this.leaf;
  }

  /** @returns where in memory there is room for either part, and for a byte before it. */
  private reserve(): number {
    this.memory.reserve(1 + this.bytesMax);
    return this.memory.used;
  }

  private taken(start: number, end: number): Uint8Array {
    this.memory.used = end;
    return this.memory.buffer.subarray(start, end);
  }
}
