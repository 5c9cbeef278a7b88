import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { naiveConsistency, naivePath, naiveRoot, someLeaves } from "../../test/tree/naive.ts";
import {
  emptyRoot,
  type Hashing,
  hashing,
  hashingAsync,
  leafHash,
  multiproofRoot,
  nodeHash,
  splitPoint,
  verifyConsistency,
  verifyInclusion,
} from "./merkle.ts";

const sha256 = (input: Uint8Array) => createHash("sha256").update(input).digest();
const run = <T>(steps: Hashing<T>) => hashing(steps, sha256);
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("hex");

/** Of the Certificate Transparency reference code: eight entries, and the roots of their trees of 1 … 8 leaves. */
const ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const LEAVES = someLeaves(130);
const ROOT_OF = LEAVES.map((_, size) => naiveRoot(LEAVES.slice(0, size + 1)));
/** All shapes up to 66 leaves, and those around the next power of two. */
const TREES = [...Array.from({ length: 66 }, (_, at) => at + 1), 127, 128, 129, 130];
const rootOf = (size: number) => ROOT_OF[size - 1] ?? new Uint8Array();

describe("published vectors", () => {
  it("are met by leaf and node hashes", () => {
    const leaves = ENTRIES.map((entry) => run(leafHash(Buffer.from(entry, "hex"))));
    expect(hex(run(emptyRoot()))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hex(leaves[0])).toBe(ROOTS[0]);
    expect(hex(run(nodeHash(leaves[0] as Uint8Array, leaves[1] as Uint8Array)))).toBe(ROOTS[1]);
    for (const [at, root] of ROOTS.entries()) {
      const included = leaves.slice(0, at + 1);
      expect(hex(run(multiproofRoot(at + 1, [...included.keys()], included, [])))).toBe(root);
    }
  });
});

describe("an inclusion proof", () => {
  it("of every leaf in trees of every shape is taken, and refused with any bit of it changed", () => {
    for (const size of TREES) {
      const root = rootOf(size);
      for (let index = 0; index < size; index++) {
        const proof = naivePath(index, LEAVES.slice(0, size));
        const leaf = LEAVES[index] as Uint8Array;
        expect(run(verifyInclusion(index, size, leaf, proof, root))).toBe(true);
        for (const [at, hash] of [leaf, root, ...proof].entries()) {
          const bit = (index * 31 + size * 7 + at) % 256;
          const wrong = flipped(hash, bit);
          const [otherLeaf, otherRoot] = [at === 0 ? wrong : leaf, at === 1 ? wrong : root];
          const otherProof = proof.map((one, place) => (place === at - 2 ? wrong : one));
          expect(run(verifyInclusion(index, size, otherLeaf, otherProof, otherRoot))).toBe(false);
        }
      }
    }
  });

  it("is refused bit by bit, cut off, lengthened, out of order, and at another index", () => {
    const [index, size] = [37, 100];
    const proof = naivePath(index, LEAVES.slice(0, size));
    const leaf = LEAVES[index] as Uint8Array;
    const take = (at: number, of: number, hashes: readonly Uint8Array[]) =>
      run(verifyInclusion(at, of, leaf, hashes, rootOf(size)));
    expect(take(index, size, proof)).toBe(true);
    for (let place = 0; place < proof.length; place++) {
      for (let bit = 0; bit < 256; bit++) {
        expect(take(index, size, proof.with(place, flipped(proof[place] as Uint8Array, bit)))).toBe(false);
      }
      expect(take(index, size, proof.toSpliced(place, 1))).toBe(false);
      expect(take(index, size, proof.toSpliced(place, 0, leaf))).toBe(false);
      expect(take(index, size, proof.with(place, (proof[place] as Uint8Array).slice(1)))).toBe(false);
    }
    expect(take(index, size, proof.toReversed())).toBe(false);
    for (let other = 0; other < 130; other++) if (other !== index) expect(take(other, size, proof)).toBe(false);
    for (const bad of [-1, 0.5, Number.NaN, size, 2 ** 53]) expect(take(bad, size, proof)).toBe(false);
    for (const bad of [0, -1, 37, 2 ** 53, Number.POSITIVE_INFINITY]) expect(take(index, bad, proof)).toBe(false);
  });
});

describe("a consistency proof", () => {
  it("between trees of every shape is taken, and refused with any hash of it changed", () => {
    for (const to of TREES) {
      for (const from of TREES.filter((size) => size <= to)) {
        const proof = naiveConsistency(from, LEAVES.slice(0, to));
        const verify = (hashes: readonly Uint8Array[], a = rootOf(from), b = rootOf(to)) =>
          run(verifyConsistency(from, to, a, b, hashes));
        expect(verify(proof)).toBe(true);
        const bit = (from * 31 + to) % 256;
        for (const [place, hash] of proof.entries()) expect(verify(proof.with(place, flipped(hash, bit)))).toBe(false);
        expect(verify(proof, flipped(rootOf(from), bit))).toBe(false);
        expect(verify(proof, rootOf(from), flipped(rootOf(to), bit))).toBe(false);
        expect(verify([...proof, rootOf(1)])).toBe(false);
        if (proof.length > 0) expect(verify(proof.slice(1))).toBe(false);
        if (proof.length > 0) expect(verify(proof.slice(0, -1))).toBe(false);
      }
    }
  });

  it("from nothing, backwards, or between sizes of no tree is refused", () => {
    const root = rootOf(4);
    for (const [from, to] of [
      [0, 4],
      [5, 4],
      [-1, 4],
      [1.5, 4],
      [4, Number.NaN],
    ] as const) {
      expect(run(verifyConsistency(from, to, root, root, []))).toBe(false);
    }
  });
});

describe("a multiproof", () => {
  /** The hashes such a proof has, found in another way than the verifier's: from the definition. */
  function prove(indexes: ReadonlySet<number>, start: number, end: number): Uint8Array[] {
    let any = false;
    for (let index = start; index < end; index++) any ||= indexes.has(index);
    if (!any) return [naiveRoot(LEAVES.slice(start, end))];
    if (end - start === 1) return [];
    const split = start + splitPoint(end - start);
    return [...prove(indexes, start, split), ...prove(indexes, split, end)];
  }

  const selection = fc
    .integer({ min: 1, max: LEAVES.length })
    .chain((size) => fc.tuple(fc.constant(size), fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }))))
    .map(([size, indexes]) => ({ size, indexes: indexes.sort((a, b) => a - b) }));
  const leavesAt = (indexes: readonly number[]) => indexes.map((index) => LEAVES[index] as Uint8Array);

  it("leads to the root for any selection of leaves, and WebCrypto agrees", async () => {
    await fc.assert(
      fc.asyncProperty(selection, async ({ size, indexes }) => {
        const proof = prove(new Set(indexes), 0, size);
        expect(hex(run(multiproofRoot(size, indexes, leavesAt(indexes), proof)))).toBe(hex(rootOf(size)));
        const webCrypto = async (input: Uint8Array) =>
          new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(input)));
        const root = await hashingAsync(multiproofRoot(size, indexes, leavesAt(indexes), proof), webCrypto);
        expect(hex(root)).toBe(hex(rootOf(size)));
      }),
      { numRuns: 300 },
    );
  });

  it("leads nowhere, or elsewhere, when anything of it was changed", () => {
    fc.assert(
      fc.property(selection, fc.nat(), fc.nat(255), ({ size, indexes }, choice, bit) => {
        fc.pre(indexes.length > 0);
        const proof = prove(new Set(indexes), 0, size);
        const leaves = leavesAt(indexes);
        const other = (s: number, i: readonly number[], l: readonly Uint8Array[], p: readonly Uint8Array[]) =>
          expect(hex(run(multiproofRoot(s, i, l, p)))).not.toBe(hex(rootOf(size)));
        const place = choice % leaves.length;
        other(size, indexes, leaves.with(place, flipped(leaves[place] as Uint8Array, bit)), proof);
        other(size, indexes.toSpliced(place, 1), leaves.toSpliced(place, 1), proof);
        other(size, indexes, leaves.toSpliced(place, 1), proof);
        other(size, indexes, leaves, [...proof, leaves[place] as Uint8Array]);
        other(size, [...indexes, ...indexes], [...leaves, ...leaves], proof);
        if (indexes.length > 1) other(size, indexes.toReversed(), leaves.toReversed(), proof);
        if (proof.length === 0) return;
        const at = choice % proof.length;
        other(size, indexes, leaves, proof.with(at, flipped(proof[at] as Uint8Array, bit)));
        other(size, indexes, leaves, proof.toSpliced(at, 1));
      }),
      { numRuns: 500 },
    );
  });

  it("of an empty tree is the empty root, and nothing else", () => {
    expect(hex(run(multiproofRoot(0, [], [], [])))).toBe(hex(run(emptyRoot())));
    expect(run(multiproofRoot(0, [], [], [rootOf(1)]))).toBeUndefined();
    expect(run(multiproofRoot(0, [0], [rootOf(1)], []))).toBeUndefined();
  });
});

describe("the split point", () => {
  it("is the largest power of two below the size, also where logarithms round", () => {
    for (const exponent of [1, 2, 10, 29, 31, 32, 47, 49, 52]) {
      const power = 2 ** exponent;
      expect(splitPoint(power)).toBe(power / 2);
      expect(splitPoint(power + 1)).toBe(power);
      if (exponent > 1) expect(splitPoint(power - 1)).toBe(power / 2);
    }
    expect(splitPoint(Number.MAX_SAFE_INTEGER)).toBe(2 ** 52);
  });
});

function flipped(hash: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(hash);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
