import type { Hashing } from "./hashing.ts";

export { type AsyncSha256, type Hashing, hashing, hashingAsync, type Sha256 } from "./hashing.ts";

/**
 * Merkle trees of RFC 6962 section 2.1 (RFC 9162 section 2.1 is the same tree): leaf SHA-256(0x00 ‖ entry), node
 * SHA-256(0x01 ‖ left ‖ right), a tree of n leaves split at the largest power of two below n. Sizes and indexes are integers up to
 * Number.MAX_SAFE_INTEGER; hashes are 32 bytes. A proof that is malformed is refused like one that is wrong.
 */

const HASH_BYTES = 32;

/** SHA-256(0x00 ‖ entry). */
export function* leafHash(entry: Uint8Array): Hashing<Uint8Array> {
  const input = new Uint8Array(1 + entry.length);
  input.set(entry, 1);
  return yield input;
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function* nodeHash(left: Uint8Array, right: Uint8Array): Hashing<Uint8Array> {
  return yield nodeInput(left, right);
}

function nodeInput(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return input;
}

/** The root of a tree of no leaves: SHA-256(""). */
export function* emptyRoot(): Hashing<Uint8Array> {
  return yield new Uint8Array(0);
}

/**
 * The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2).
 * @returns undefined when the proof cannot be one of this index and size.
 */
export function* inclusionRoot(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Hashing<Uint8Array | undefined> {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, ...proof])) return undefined;
  let at = index;
  let last = size - 1;
  let root = leaf;
  for (const hash of proof) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      root = yield nodeInput(hash, root);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      root = yield nodeInput(root, hash);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? root : undefined;
}

/** Whether the leaf is at this index in the tree of this size and root. */
export function* verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): Hashing<boolean> {
  const computed = yield* inclusionRoot(index, size, leaf, proof);
  return computed !== undefined && equal(computed, root);
}

/** Whether the tree of size `to` begins with the very leaves of the tree of size `from` (RFC 9162 section 2.1.4.2). `from` is at least 1. */
export function* verifyConsistency(
  from: number,
  to: number,
  fromRoot: Uint8Array,
  toRoot: Uint8Array,
  proof: readonly Uint8Array[],
): Hashing<boolean> {
  if (!isCount(from) || !isCount(to) || from < 1 || from > to || !areHashes([fromRoot, toRoot, ...proof])) return false;
  if (from === to) return proof.length === 0 && equal(fromRoot, toRoot);
  // A complete subtree is its own first hash.
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  if (first === undefined || rest.length === 0) return false;
  let at = from - 1;
  let last = to - 1;
  while (at % 2 === 1) {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  let oldRoot = first;
  let newRoot = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldRoot = yield nodeInput(hash, oldRoot);
      newRoot = yield nodeInput(hash, newRoot);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newRoot = yield nodeInput(newRoot, hash);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equal(oldRoot, fromRoot) && equal(newRoot, toRoot);
}

/**
 * The root that a multiproof leads to: one proof for any set of leaves, a contiguous range as well as a selection. The tree is
 * split at the largest power of two below its size, again and again; a part that holds no included leaf is given by its hash, a
 * part of one leaf by that leaf.
 *
 * @param indexes of the included leaves, ascending.
 * @param leaves their leaf hashes, in the same order.
 * @param proof hashes of the largest parts that hold no included leaf, left to right.
 * @returns undefined when these cannot belong together: something is out of order, missing or left over.
 */
export function* multiproofRoot(
  size: number,
  indexes: readonly number[],
  leaves: readonly Uint8Array[],
  proof: readonly Uint8Array[],
): Hashing<Uint8Array | undefined> {
  if (!isCount(size) || indexes.length !== leaves.length || !areHashes(leaves) || !areHashes(proof)) return undefined;
  for (let at = 0; at < indexes.length; at++) {
    const index = indexes[at] ?? -1;
    if (!isCount(index) || index >= size || (at > 0 && index <= (indexes[at - 1] ?? index))) return undefined;
  }
  if (size === 0) return proof.length === 0 ? yield* emptyRoot() : undefined;

  const tasks: Part[] = [{ start: 0, end: size, from: 0, to: indexes.length, join: false }];
  const hashes: Uint8Array[] = [];
  let used = 0;
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { start, end, from, to, join } = task;
    if (join) {
      const right = hashes.pop();
      const left = hashes.pop();
      if (left === undefined || right === undefined) return undefined;
      hashes.push(yield nodeInput(left, right));
    } else if (from === to || end - start === 1) {
      const hash = from === to ? proof[used++] : leaves[from];
      if (hash === undefined) return undefined;
      hashes.push(hash);
    } else {
      const split = start + splitPoint(end - start);
      const middle = firstAtLeast(indexes, split, from, to);
      tasks.push({ ...task, join: true });
      tasks.push({ start: split, end, from: middle, to, join: false });
      tasks.push({ start, end: split, from, to: middle, join: false });
    }
  }
  return used === proof.length ? hashes[0] : undefined;
}

/** Leaves `start` … `end`-1 of the tree, of which the included ones are those from `from` to `to`-1; `join`: its halves are done. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly join: boolean;
}

/** The largest power of two below `size`, which is at least 2. */
export function splitPoint(size: number): number {
  let split = 2 ** Math.floor(Math.log2(size));
  // The logarithm of large numbers is rounded, up or down.
  while (split >= size) split /= 2;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The first place in ascending `values`, from `from` to `to`, whose value is at least `wanted`. */
function firstAtLeast(values: readonly number[], wanted: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((values[middle] ?? wanted) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isPowerOfTwo(value: number): boolean {
  return value === 1 || splitPoint(value) * 2 === value;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every(({ length }) => length === HASH_BYTES);
}

/** Of two public hashes: takes no constant time. */
function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
