import { hash } from "node:crypto";
import { hashing, multiproofRoot } from "@daybook/sdk/merkle";
import { expect, it } from "vitest";
import { sha256 } from "../../crypto.ts";
import { Subtrees } from "./subtrees.ts";

const leaves = Array.from({ length: 70 }, (_, index) => hash("sha256", String(index), "buffer") as Uint8Array);

const rootOf = (size: number) => {
  const indexes = Array.from({ length: size }, (_, index) => index);
  return hashing(multiproofRoot(size, indexes, leaves.slice(0, size), []), sha256);
};

it("has the root of the whole tree at every size", () => {
  const subtrees = new Subtrees();
  for (const [index, leaf] of leaves.entries()) {
    subtrees.push(leaf);
    expect(subtrees.size).toBe(index + 1);
    expect(Buffer.from(subtrees.root() ?? "")).toEqual(Buffer.from(rootOf(index + 1) ?? ""));
  }
});

it("goes on from the hashes it had at any size", () => {
  for (let size = 0; size < leaves.length; size++) {
    const begun = new Subtrees();
    for (const leaf of leaves.slice(0, size)) begun.push(leaf);
    const resumed = new Subtrees(size, begun.hashes);
    for (const leaf of leaves.slice(size)) resumed.push(leaf);
    expect(Buffer.from(resumed.root() ?? "")).toEqual(Buffer.from(rootOf(leaves.length) ?? ""));
  }
});

it("refuses hashes that cannot be those of a size", () => {
  expect(() => new Subtrees(3, [leaves[0] as Uint8Array])).toThrow(RangeError);
  expect(() => new Subtrees(1, [new Uint8Array(31)])).toThrow(RangeError);
});

it("reads those of a tree from the path to its last leaf", () => {
  for (let size = 1; size < leaves.length; size++) {
    const tree = {
      leafHash: (_: string, index: number) => leaves[index] as Uint8Array,
      inclusionProof: (_: string, index: number, of: number) => path(index, 0, of),
    };
    expect(Buffer.from(Subtrees.of(tree, "acme", size).root() ?? "")).toEqual(Buffer.from(rootOf(size) ?? ""));
  }
});

/** PATH of RFC 6962 section 2.1.1, word for word. */
function path(index: number, start: number, end: number): Uint8Array[] {
  const size = end - start;
  if (size === 1) return [];
  let split = 1;
  while (split * 2 < size) split *= 2;
  const middle = start + split;
  const rootBetween = (from: number, to: number) => {
    const part = leaves.slice(from, to);
    const indexes = part.map((_, at) => at);
    return hashing(multiproofRoot(part.length, indexes, part, []), sha256) as Uint8Array;
  };
  return index < middle
    ? [...path(index, start, middle), rootBetween(middle, end)]
    : [...path(index, middle, end), rootBetween(start, middle)];
}
