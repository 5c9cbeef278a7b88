import type { Hashing } from "./hashing.ts";
import { splitPoint } from "./merkle.ts";

/** Leaves `start` … `end`-1. */
export interface LeafRun {
  readonly start: number;
  readonly end: number;
}

/** A complete subtree: `leaves` is a power of two, `start` a multiple of it. */
interface Subtree extends LeafRun {
  readonly hash: Uint8Array;
}

/**
 * What a multiproof includes, gathered leaf by leaf: runs of leaves, and the largest complete subtrees they fill. A contiguous range
 * takes memory that grows with the logarithm of its length; a selection, with its number of runs. Leads to the same root as
 * `multiproofRoot`, which wants all leaves at once.
 */
export class IncludedLeaves {
  readonly runs: { start: number; end: number }[] = [];
  private readonly subtrees: Subtree[] = [];
  /** 0x01 and two hashes, to be hashed; used again for each. */
  private readonly node = new Uint8Array(65).fill(1);

  /** @param index larger than that of the leaf before. */
  *add(index: number, leaf: Uint8Array): Hashing<void> {
    const run = this.runs.at(-1);
    if (run?.end === index) run.end++;
    else this.runs.push({ start: index, end: index + 1 });
    let right: Subtree = { start: index, end: index + 1, hash: leaf };
    for (let left = this.subtrees.at(-1); left !== undefined && areSiblings(left, right); left = this.subtrees.at(-1)) {
      this.subtrees.pop();
      right = { start: left.start, end: right.end, hash: yield this.nodeInput(left.hash, right.hash) };
    }
    this.subtrees.push(right);
  }

  /**
   * @param proof hashes of the largest parts that hold no included leaf, left to right.
   * @returns undefined when these cannot belong together.
   */
  *root(size: number, proof: readonly Uint8Array[]): Hashing<Uint8Array | undefined> {
    if (size < 1 || (this.runs.at(-1)?.end ?? 0) > size) return undefined;
    const tasks: (LeafRun & { join: boolean })[] = [{ start: 0, end: size, join: false }];
    const hashes: Uint8Array[] = [];
    let given = 0;
    let own = 0;
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
      const { start, end, join } = task;
      const next = this.subtrees[own];
      if (join) {
        const right = hashes.pop();
        const left = hashes.pop();
        if (left === undefined || right === undefined) return undefined;
        hashes.push(yield this.nodeInput(left, right));
      } else if (next === undefined || next.start >= end) {
        const hash = proof[given++];
        if (hash === undefined) return undefined;
        hashes.push(hash);
      } else if (next.start === start && next.end === end) {
        hashes.push(next.hash);
        own++;
      } else {
        const split = start + splitPoint(end - start);
        tasks.push({ start, end, join: true });
        tasks.push({ start: split, end, join: false });
        tasks.push({ start, end: split, join: false });
      }
    }
    return given === proof.length ? hashes[0] : undefined;
  }

  private nodeInput(left: Uint8Array, right: Uint8Array): Uint8Array {
    this.node.set(left, 1);
    this.node.set(right, 33);
    return this.node;
  }
}

/** Whether two subtrees of one size are the halves of the next larger one. */
function areSiblings(left: LeafRun, right: LeafRun): boolean {
  const leaves = right.end - right.start;
  return left.end === right.start && left.end - left.start === leaves && left.start % (2 * leaves) === 0;
}
