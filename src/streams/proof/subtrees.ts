import { hashing, nodeHash } from "@daybook/sdk/merkle";
import { sha256 } from "../../crypto.ts";
import type { TreeReader } from "../../tree/index.ts";

/**
 * A tree that only grows, stored as the roots of its perfect subtrees, the largest first: one for each bit of its size. With them and the leaves
 * that follow, anybody can compute the root of a later checkpoint. If it is the signed one, the subtrees are right, too.
 */
export class Subtrees {
  private leafCount: number;
  private readonly roots: Uint8Array[];

  /** @param hashes as many as `size` has bits set. @throws RangeError */
  constructor(size = 0, hashes: readonly Uint8Array[] = []) {
    if (hashes.length !== bitsOf(size) || hashes.some(({ length }) => length !== 32)) {
      throw new RangeError(`a tree of ${size} leaves has ${bitsOf(size)} subtrees of 32 bytes`);
    }
    this.leafCount = size;
    this.roots = [...hashes];
  }

  /** Those of the first `size` leaves of an organization. @throws as `TreeReader` */
  static of(tree: Pick<TreeReader, "inclusionProof" | "leafHash">, organization: string, size: number): Subtrees {
    if (size === 0) return new Subtrees();
    // The nodes beside the path to the last leaf are the subtrees before it.
    const before = tree.inclusionProof(organization, size - 1, size).reverse();
    const subtrees = new Subtrees(size - 1, before);
    subtrees.push(tree.leafHash(organization, size - 1));
    return subtrees;
  }

  get size(): number {
    return this.leafCount;
  }

  get hashes(): readonly Uint8Array[] {
    return this.roots;
  }

  push(leaf: Uint8Array): void {
    let hash = leaf;
    for (let size = this.leafCount; size % 2 === 1; size = Math.floor(size / 2)) {
      const left = this.roots.pop();
      if (left === undefined) throw new Error("there is a subtree for each bit of the size");
      hash = hashing(nodeHash(left, hash), sha256);
    }
    this.roots.push(hash);
    this.leafCount++;
  }

  /** Undefined without leaves. */
  root(): Uint8Array | undefined {
    const [last, ...rest] = [...this.roots].reverse();
    return last && rest.reduce<Uint8Array>((right, left) => hashing(nodeHash(left, right), sha256), last);
  }
}

function bitsOf(size: number): number {
  return [...size.toString(2)].filter((bit) => bit === "1").length;
}
