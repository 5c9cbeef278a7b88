import { crc32 } from "node:zlib";
import { EMPTY_ROOT, HASH_BYTES, LeafPositions, nodeHash, TILE_HEIGHT, TILE_WIDTH } from "../tree/index.ts";

const KEPT_BYTES = HASH_BYTES + 4;
const KEPT_MIN = 4;

/** The right edge of an organization's tree at one size: the part that is in no full tile. */
export interface OpenEdge {
  readonly size: number;
  /** Nodes of the tile of leaves that is not full, by level; undefined where there is none. */
  readonly nodes: readonly (Uint8Array | undefined)[];
  readonly positionsCrc: number;
  readonly positionsBytes: number;
}

/**
 * One organization's tree, computed from the leaf hashes of the log alone. It keeps one node for each level. For each full tile it keeps the root
 * and a checksum of its positions: 36 bytes for 256 entries.
 */
export class OrganizationRoots {
  private leaves = 0;
  /** The complete subtree of 2^level leaves that ends at the last leaf, where there is one. */
  private readonly edge: (Uint8Array | undefined)[] = [];
  private kept: Buffer = Buffer.alloc(KEPT_MIN * KEPT_BYTES);
  private positions = new LeafPositions();

  get size(): number {
    return this.leaves;
  }

  /** @param leafHash is kept. */
  append(leafHash: Uint8Array, position: number): void {
    this.positions.append(position);
    this.leaves++;
    let node = leafHash;
    let level = 0;
    for (let left = this.edge[0]; left !== undefined; left = this.edge[level]) {
      node = nodeHash(left, node);
      this.edge[level] = undefined;
      level++;
      if (level === TILE_HEIGHT) this.keep(node);
    }
    this.edge[level] = node;
  }

  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const node of this.edge) if (node !== undefined) root = root === undefined ? node : nodeHash(node, root);
    return root ?? EMPTY_ROOT;
  }

  openEdge(): OpenEdge {
    const bytes = this.positions.bytes();
    return {
      size: this.leaves,
      nodes: Array.from({ length: TILE_HEIGHT }, (_, level) => this.edge[level]),
      positionsCrc: crc32(bytes),
      positionsBytes: bytes.length,
    };
  }

  /** A full tile of leaves: its root, and the checksum of its encoded positions. */
  tile(index: number): { root: Buffer; positionsCrc: number } {
    const at = index * KEPT_BYTES;
    return { root: this.kept.subarray(at, at + HASH_BYTES), positionsCrc: this.kept.readUInt32LE(at + HASH_BYTES) };
  }

  private keep(root: Uint8Array): void {
    const at = (this.leaves / TILE_WIDTH - 1) * KEPT_BYTES;
    if (at + KEPT_BYTES > this.kept.length) this.kept = Buffer.concat([this.kept, Buffer.alloc(this.kept.length)]);
    this.kept.set(root, at);
    this.kept.writeUInt32LE(crc32(this.positions.bytes()), at + HASH_BYTES);
    this.positions = new LeafPositions();
  }
}
