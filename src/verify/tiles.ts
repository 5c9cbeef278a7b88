import { crc32 } from "node:zlib";
import { HASH_BYTES, type StoredTrees, TILE_HEIGHT, TILE_WIDTH, Tile } from "../tree/index.ts";
import { type OpenEdge, OrganizationRoots } from "./roots.ts";

interface Stored {
  readonly trees: StoredTrees;
  readonly key: number;
}

/**
 * Compares an organization's stored tiles with what its log makes of them. Yields after each tile, so that others can work.
 * @param edge as the log had it at the stored tree's size. @returns what differs: level and index of tiles.
 */
export function* differingTiles(stored: Stored, roots: OrganizationRoots, edge: OpenEdge): Generator<void, string[]> {
  const differing: string[] = [];
  const full = Math.floor(edge.size / TILE_WIDTH);
  const hashes: Uint8Array[] = [];
  for (let index = 0; index < full; index++) {
    const { root, positionsCrc } = roots.tile(index);
    if (!isTile(stored, index, root, positionsCrc)) differing.push(`0/${index}`);
    hashes.push(root);
    yield;
  }
  if (edge.size % TILE_WIDTH > 0 && !isOpenTile(stored, full, edge)) differing.push(`0/${full}`);
  differing.push(...(yield* differingAbove(stored, hashes)));
  return differing;
}

function isTile({ trees, key }: Stored, index: number, root: Buffer, positionsCrc: number): boolean {
  const tile = trees.tile(key, 0, index);
  if (tile?.hashes.length !== TILE_WIDTH * HASH_BYTES || tile.positions === null) return false;
  return crc32(tile.positions) === positionsCrc && Tile.of(tile.hashes).node(TILE_HEIGHT, 0).equals(root);
}

/** A tile that is not full may have grown since: only its beginning is looked at. */
function isOpenTile({ trees, key }: Stored, index: number, edge: OpenEdge): boolean {
  const tile = trees.tile(key, 0, index);
  const width = edge.size % TILE_WIDTH;
  if (tile === undefined || tile.positions === null || tile.hashes.length < width * HASH_BYTES) return false;
  if (crc32(tile.positions.subarray(0, edge.positionsBytes)) !== edge.positionsCrc) return false;
  const again = new OrganizationRoots();
  for (let at = 0; at < width; at++) again.append(tile.hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES), at);
  return again.openEdge().nodes.every((node, level) => {
    const expected = edge.nodes[level];
    return node === undefined ? expected === undefined : expected !== undefined && Buffer.from(node).equals(expected);
  });
}

/** The levels above the leaves' tiles: each hash is the root of a full tile below. @param hashes of level 1. */
function* differingAbove({ trees, key }: Stored, hashes: readonly Uint8Array[]): Generator<void, string[]> {
  const differing: string[] = [];
  let row = hashes;
  for (let level = 1; row.length > 0; level++) {
    const above: Uint8Array[] = [];
    for (let index = 0; index * TILE_WIDTH < row.length; index++) {
      const expected = Buffer.concat(row.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH));
      const tile = trees.tile(key, level, index);
      if (tile === undefined || !tile.hashes.subarray(0, expected.length).equals(expected)) {
        differing.push(`${level}/${index}`);
      }
      if (expected.length === TILE_WIDTH * HASH_BYTES) above.push(Tile.of(expected).node(TILE_HEIGHT, 0));
      yield;
    }
    row = above;
  }
  return differing;
}
