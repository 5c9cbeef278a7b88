import { splitPoint } from "@daybook/sdk/merkle";
import type { LeafRange } from "./contract.ts";
import { EMPTY_ROOT, nodeHash } from "./tile.ts";

/**
 * Which subtrees a proof is made of, and their hashes. Every subtree asked for begins at a multiple of the power of two that it is
 * not larger than, so it is a run of complete subtrees, each a node of the tree.
 */

/** Reads the node at `index` of a level: root of the leaves index·2^level … (index+1)·2^level - 1, all of which are there. */
export type ReadNode = (level: number, index: number) => Uint8Array;

/** Root of a range of leaves as it is in a tree's recursive split. */
export function rangeHash({ start, end }: LeafRange, node: ReadNode): Uint8Array {
  const complete: Uint8Array[] = [];
  for (let at = start; at < end; ) {
    const level = largestLevel(end - at);
    complete.push(node(level, at / 2 ** level));
    at += 2 ** level;
  }
  let root = complete.pop();
  for (let left = complete.pop(); left !== undefined && root !== undefined; left = complete.pop()) {
    root = nodeHash(left, root);
  }
  return root ?? EMPTY_ROOT;
}

function largestLevel(leaves: number): number {
  return leaves === 1 ? 0 : Math.log2(splitPoint(leaves + 1));
}

/** PATH(index, D[size]), RFC 6962 section 2.1.1. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const split = start + splitPoint(end - start);
    if (index < split) {
      path.push({ start: split, end });
      end = split;
    } else {
      path.push({ start, end: split });
      start = split;
    }
  }
  return path.reverse();
}

/** PROOF(from, D[to]), RFC 6962 section 2.1.2. `from` is at least 1. */
export function consistencyRanges(from: number, to: number): LeafRange[] {
  const proof: LeafRange[] = [];
  let [start, end] = [0, to];
  while (end !== from) {
    const split = start + splitPoint(end - start);
    if (from <= split) {
      proof.push({ start: split, end });
      end = split;
    } else {
      proof.push({ start, end: split });
      start = split;
    }
  }
  // The part that both trees share: the verifier knows its hash when it is the whole of the older tree.
  if (start !== 0) proof.push({ start, end });
  return proof.reverse();
}

/**
 * The largest parts of a tree that hold none of `included`, left to right. Reads the ranges as it goes, and holds none.
 * @param included ascending and apart.
 */
export function* multiproofRanges(included: Iterable<LeafRange>, size: number): Generator<LeafRange> {
  const ranges = included[Symbol.iterator]();
  let next = ranges.next();
  const visit = function* (part: LeafRange): Generator<LeafRange> {
    while (next.done !== true && next.value.end <= part.start) next = ranges.next();
    const range = next.done === true ? undefined : next.value;
    if (range === undefined || range.start >= part.end) {
      yield part;
    } else if (range.start > part.start || range.end < part.end) {
      const split = part.start + splitPoint(part.end - part.start);
      yield* visit({ start: part.start, end: split });
      yield* visit({ start: split, end: part.end });
    }
  };
  if (size > 0) yield* visit({ start: 0, end: size });
}
