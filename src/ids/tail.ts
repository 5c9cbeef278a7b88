import { setImmediate } from "node:timers/promises";
import { KEY_BYTES, writeKey } from "./key.ts";
import { RECORD_BYTES, readPosition, writePosition } from "./run-format.ts";

const RECORDS_MIN = 256;
/** Slots for each record: most look-ups then meet what they look for, or nothing, at once. */
const SLOTS_PER_RECORD = 2;
/** Records are sorted by so many bits first; few have the same, and those are compared. */
const PREFIX_BITS = 16;

/**
 * The ids that are in no run yet, as records of a run, in the order of the log. They lie in a few long arrays: an object and two texts for each
 * of tens of thousands would be moved by the garbage collector again and again.
 */
export class Tail {
  private count = 0;
  private records: Buffer = Buffer.allocUnsafeSlow(RECORDS_MIN * RECORD_BYTES);
  /** Number of the record, from 1 on; 0 where there is none. A hash table (open addressing, linear probing). */
  private slots = new Int32Array(SLOTS_PER_RECORD * RECORDS_MIN);

  get size(): number {
    return this.count;
  }

  /** @param name organization and id, with a slash between them. @param position not below those before. */
  add(name: string, position: number): void {
    const at = this.count * RECORD_BYTES;
    if (at === this.records.length) this.grow();
    writeKey(name, this.records, at);
    writePosition(this.records, at, position);
    this.place(this.count++);
  }

  /** Adds positions of the entries whose ids have this key, in the order of the log. */
  find(key: Buffer, found: number[]): void {
    const mask = this.slots.length - 1;
    for (let slot = key.readUInt32BE(0) & mask; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const at = ((this.slots[slot] as number) - 1) * RECORD_BYTES;
      if (compareKeys(this.records, at, key, 0) === 0) found.push(readPosition(this.records, at));
    }
  }

  /** All records in the order of keys; those with the same key in the order of the log. */
  async sorted(): Promise<Buffer> {
    const { records, count } = this;
    const end = count * RECORD_BYTES;
    /** Of each prefix, where its records begin, and where its next one goes, in bytes. */
    const starts = new Uint32Array(2 ** PREFIX_BITS);
    for (let at = 0; at < end; at += RECORD_BYTES) {
      const prefix = prefixOf(records, at);
      starts[prefix] = (starts[prefix] as number) + RECORD_BYTES;
    }
    for (let prefix = 0, before = 0; prefix < starts.length; prefix++) {
      const bytes = starts[prefix] as number;
      starts[prefix] = before;
      before += bytes;
    }
    await setImmediate();
    const ends = starts.slice();
    const sorted = Buffer.allocUnsafeSlow(end);
    for (let at = 0; at < end; at += RECORD_BYTES) {
      const prefix = prefixOf(records, at);
      const to = ends[prefix] as number;
      ends[prefix] = to + RECORD_BYTES;
      insert(records, at, sorted, { start: starts[prefix] as number, end: to });
    }
    return sorted;
  }

  private place(record: number): void {
    const mask = this.slots.length - 1;
    let slot = this.records.readUInt32BE(record * RECORD_BYTES) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = record + 1;
  }

  private grow(): void {
    const larger = Buffer.allocUnsafeSlow(2 * this.records.length);
    larger.set(this.records);
    this.records = larger;
    this.slots = new Int32Array(2 * this.slots.length);
    for (let record = 0; record < this.count; record++) this.place(record);
  }
}

/** The first two bytes: keys are hashes, so they are spread evenly. */
function prefixOf(records: Buffer, at: number): number {
  return records.readUInt16BE(at);
}

/** Puts a record among those with the same prefix, which are sorted, behind those with the same key. */
function insert(
  records: Buffer,
  at: number,
  sorted: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
): void {
  let to = end;
  while (to > start && compareKeys(sorted, to - RECORD_BYTES, records, at) > 0) to -= RECORD_BYTES;
  sorted.copyWithin(to + RECORD_BYTES, to, end);
  sorted.set(records.subarray(at, at + RECORD_BYTES), to);
}

function compareKeys(left: Uint8Array, leftAt: number, right: Uint8Array, rightAt: number): number {
  for (let index = 0; index < KEY_BYTES; index++) {
    const difference = (left[leftAt + index] as number) - (right[rightAt + index] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
