import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashing, multiproofRoot } from "@daybook/sdk/merkle";
import fc from "fast-check";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodePositions, LeafPositions } from "../../src/tree/leaf-positions.ts";
import { consistencyRanges, inclusionRanges, multiproofRanges, rangeHash } from "../../src/tree/proofs.ts";
import { TileStore } from "../../src/tree/tile-store.ts";
import { naiveConsistency, naivePath, naiveRoot, sha256, someLeaves } from "./naive.ts";

const SIZE = 2000;
const LEAVES = someLeaves(SIZE);
const hex = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString("hex"));

let directory: string;
let store: TileStore;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "daybook-tiles-"));
  store = TileStore.open(directory, { id: "log", end: SIZE });
});
afterAll(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

/** A tree of the first `size` leaves, stored every few leaves and read again every few times. */
function grow(organization: string, to: number, each: (size: number, root: Uint8Array) => void): void {
  let tree = store.load(organization);
  for (let size = tree.size; size < to; size++) {
    tree.append(LEAVES[size] as Uint8Array, size * 3);
    each(
      size + 1,
      rangeHash({ start: 0, end: size + 1 }, (level, index) => tree.node(level, index)),
    );
    if (size % 37 !== 0) continue;
    store.commit(new Map([[organization, tree]]), size, LEAVES[0] as Uint8Array);
    if (size % 2 === 0) tree = store.load(organization);
  }
  store.commit(new Map([[organization, tree]]), to, LEAVES[0] as Uint8Array);
}

/** Flips a bit of a hash in the middle of the first tile. */
function damage(of: string): void {
  const database = new Database(join(of, "tree.db"));
  const row = database.prepare("SELECT hashes FROM tiles WHERE level = 0 AND idx = 1").get() as { hashes: Buffer };
  row.hashes[100 * 32] = (row.hashes[100 * 32] ?? 0) ^ 1;
  database.prepare("UPDATE tiles SET hashes = ? WHERE level = ? AND idx = 1").run(row.hashes, 0);
  database.close();
}

describe("a stored tree", () => {
  it("has the root of the naive one at every size to 2,000, however it was stored and read again in between", () => {
    // Roots by a stack of complete subtrees: naiveRoot at every size would hash two million nodes. Compared with it at some sizes.
    const stack: { hash: Uint8Array; leaves: number }[] = [];
    grow("every", SIZE, (size, root) => {
      stack.push({ hash: LEAVES[size - 1] as Uint8Array, leaves: 1 });
      for (;;) {
        const [left, right] = stack.slice(-2);
        if (left === undefined || right === undefined || left.leaves !== right.leaves) break;
        stack.splice(-2, 2, { hash: sha256(Uint8Array.of(1), left.hash, right.hash), leaves: 2 * left.leaves });
      }
      const expected = stack
        .map(({ hash }) => hash)
        .reduceRight((right, left) => sha256(Uint8Array.of(1), left, right));
      expect(hex([root])).toEqual(hex([expected]));
      if (size <= 300 || size % 97 === 0 || size === SIZE)
        expect(hex([root])).toEqual(hex([naiveRoot(LEAVES.slice(0, size))]));
    });
  });

  it("gives the inclusion and consistency proofs of RFC 6962, for sizes to 130 and around its tiles' edges", () => {
    const tree = store.load("every");
    const prove = (ranges: readonly { start: number; end: number }[]) =>
      hex(ranges.map((range) => rangeHash(range, (level, index) => tree.node(level, index))));
    const edges = [255, 256, 257, 511, 512, 513, 1999, 2000];
    for (const size of [...Array(130).keys(), ...edges].filter((size) => size > 0)) {
      const leaves = LEAVES.slice(0, size);
      const some = size <= 130 ? [...leaves.keys()] : [0, 1, 127, 254, size - 1];
      for (const index of some) {
        expect(prove(inclusionRanges(index, size))).toEqual(hex(naivePath(index, leaves)));
        expect(prove(consistencyRanges(index + 1, size))).toEqual(hex(naiveConsistency(index + 1, leaves)));
      }
    }
  });

  it("gives multiproofs that lead to the root, of ranges and of selections, and no shorter one would do", () => {
    const tree = store.load("every");
    const ranges = fc
      .tuple(fc.integer({ min: 1, max: SIZE }), fc.uniqueArray(fc.integer({ min: 0, max: SIZE }), { maxLength: 24 }))
      .map(([size, cuts]) => {
        const ends = [...new Set(cuts.map((cut) => Math.min(cut, size)))].sort((a, b) => a - b);
        const pairs = ends.flatMap((start, at) =>
          at % 2 === 0 && ends[at + 1] !== undefined ? [{ start, end: ends[at + 1] as number }] : [],
        );
        return { size, pairs };
      });
    fc.assert(
      fc.property(ranges, ({ size, pairs }) => {
        const node = (level: number, index: number) => tree.node(level, index);
        const proof = Array.from(multiproofRanges(pairs, size)).map((range) => rangeHash(range, node));
        const indexes = pairs.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));
        const leaves = indexes.map((index) => LEAVES[index] as Uint8Array);
        const root = hashing(multiproofRoot(size, indexes, leaves, proof), (input) => sha256(input));
        expect(hex([root as Uint8Array])).toEqual(hex([rangeHash({ start: 0, end: size }, node)]));
      }),
      { numRuns: 200 },
    );
  });

  it("is not taken from a file in which a hash was changed", () => {
    const tree = store.load("every");
    expect(() => tree.node(0, 300)).not.toThrow();
    store.close();
    damage(directory);
    store = TileStore.open(directory, { id: "log", end: SIZE });
    expect(() => store.load("every").node(0, 300)).toThrow(/does not have the root/);
  });
});

describe("a tile store", () => {
  it("is created again for another log, and when it has read more than the log holds", () => {
    const own = mkdtempSync(join(tmpdir(), "daybook-tiles-"));
    try {
      const fill = (id: string) => {
        const first = TileStore.open(own, { id, end: 10 });
        const tree = first.load("acme");
        tree.append(LEAVES[0] as Uint8Array, 0);
        first.commit(new Map([["acme", tree]]), 7, LEAVES[0] as Uint8Array);
        first.close();
      };
      const positionAt = (id: string, end: number) => {
        const opened = TileStore.open(own, { id, end });
        opened.close();
        return opened.position;
      };
      fill("a");
      expect(positionAt("a", 7)).toBe(7);
      expect(positionAt("a", 6)).toBe(0);
      fill("a");
      expect(positionAt("b", 7)).toBe(0);
    } finally {
      rmSync(own, { recursive: true });
    }
  });
});

describe("positions", () => {
  it("are read as they were written, however far apart", () => {
    const ascending = fc.array(fc.integer({ min: 1, max: 2 ** 45 }), { maxLength: 256 }).map((steps) => {
      let position = -1;
      return steps.map((step) => {
        position += step;
        return position;
      });
    });
    fc.assert(
      fc.property(ascending, (positions) => {
        const written = new LeafPositions();
        for (const position of positions) written.append(position);
        expect(decodePositions(written.bytes())).toEqual(positions);
        expect(LeafPositions.of(written.bytes()).bytes()).toEqual(written.bytes());
      }),
    );
  });
});
