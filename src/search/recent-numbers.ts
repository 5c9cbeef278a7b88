import { randomInt } from "node:crypto";
import { copyRange } from "../event/index.ts";

/**
 * Numbers by keys that are bytes. It forgets what was not used for long, in two generations: when the younger one is full it becomes the older one,
 * and the older one goes. Keys lie in a few long arrays: half a million strings would keep the garbage collector busy.
 */
export class RecentNumbers {
  private readonly half: number;
  private young = new Generation();
  private old = new Generation();
  /** True once something was forgotten. */
  forgot = false;

  /** @param max keys that are held, at most; half of them, those used last, are held for certain. */
  constructor(max: number) {
    this.half = Math.ceil(max / 2);
  }

  /** @param bytes hold the key from `start` to `end`. */
  get(bytes: Uint8Array, start: number, end: number): number | undefined {
    const hash = hashOf(bytes, start, end);
    const number = this.young.find(hash, bytes, start, end);
    if (number !== undefined) return number;
    const older = this.old.find(hash, bytes, start, end);
    if (older !== undefined) this.add(hash, bytes, start, end, older);
    return older;
  }

  /** @param bytes hold a key that it does not hold. */
  set(bytes: Uint8Array, start: number, end: number, number: number): void {
    this.add(hashOf(bytes, start, end), bytes, start, end, number);
  }

  private add(hash: number, bytes: Uint8Array, start: number, end: number, number: number): void {
    this.young.add(hash, bytes, start, end, number);
    if (this.young.size < this.half) return;
    this.forgot ||= this.old.size > 0;
    this.old = this.young;
    this.young = new Generation();
  }
}

const KEYS_MIN = 64;
/** Slots for each key: most look-ups then meet what they look for, or nothing, at once. */
const SLOTS_PER_KEY = 2;

/** A table of keys by their hashes (open addressing, linear probing), which grows by doubling. */
class Generation {
  size = 0;
  /** Number of the key, from 1 on; 0 where there is none. */
  private slots = new Int32Array(SLOTS_PER_KEY * KEYS_MIN);
  private hashes = new Int32Array(KEYS_MIN);
  /** Where each key ends in `keys`. */
  private ends = new Int32Array(KEYS_MIN);
  private numbers = new Float64Array(KEYS_MIN);
  private keys = new Uint8Array(64 * KEYS_MIN);

  find(hash: number, bytes: Uint8Array, start: number, end: number): number | undefined {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const key = this.slots[slot] as number;
      if (key === 0) return undefined;
      if (this.hashes[key - 1] === hash && this.isKey(key - 1, bytes, start, end)) return this.numbers[key - 1];
    }
  }

  add(hash: number, bytes: Uint8Array, start: number, end: number, number: number): void {
    const key = this.size;
    const from = this.startOf(key);
    if (key === this.hashes.length) this.grow();
    const to = from + end - start;
    if (to > this.keys.length) this.keys = longer(this.keys, new Uint8Array(2 * to));
    copyRange(bytes, start, end, this.keys, from);
    this.ends[key] = to;
    this.hashes[key] = hash;
    this.numbers[key] = number;
    this.size++;
    this.place(key);
  }

  private isKey(key: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.startOf(key);
    const { keys } = this;
    if ((this.ends[key] as number) - from !== end - start) return false;
    for (let index = 0; index < end - start; index++) if (keys[from + index] !== bytes[start + index]) return false;
    return true;
  }

  private startOf(key: number): number {
    return key === 0 ? 0 : (this.ends[key - 1] as number);
  }

  private place(key: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.hashes[key] as number) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = key + 1;
  }

  private grow(): void {
    const keys = 2 * this.hashes.length;
    this.hashes = longer(this.hashes, new Int32Array(keys));
    this.ends = longer(this.ends, new Int32Array(keys));
    this.numbers = longer(this.numbers, new Float64Array(keys));
    this.slots = new Int32Array(SLOTS_PER_KEY * keys);
    for (let key = 0; key < this.size; key++) this.place(key);
  }
}

function longer<T extends Int32Array | Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Nobody outside can choose keys whose hashes are equal. */
const SEED = randomInt(2 ** 32);

/** FNV-1a, mixed once more so that its low bits depend on all of it. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED | 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return hash ^ (hash >>> 15);
}
