import { hash } from "node:crypto";

export const HASH_BYTES = 32;
/** Hashes in a full tile, and its height (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;

const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return hash("sha256", nodeInput, "buffer");
}

const LEAF_PREFIX = Buffer.alloc(1);

/** SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Buffer {
  return hash("sha256", Buffer.concat([LEAF_PREFIX, entry]), "buffer");
}

/** SHA-256(""). */
export const EMPTY_ROOT: Uint8Array = hash("sha256", "", "buffer");

const CAPACITY_MIN = 8;

/**
 * Up to 256 consecutive hashes of one level of a tree, with the nodes above them as far as they are complete: a subtree of height 8. Hashes
 * that were appended never change.
 */
export class Tile {
  /** `rows[0]` the tile's own hashes, `rows[k]` the nodes k levels above; each grows by doubling. */
  private readonly rows: Buffer[] = [];
  private hashes = 0;

  /** @param bytes the tile's own hashes, one after another. */
  static of(bytes: Uint8Array): Tile {
    const tile = new Tile();
    for (let at = 0; at < bytes.length; at += HASH_BYTES) tile.append(bytes.subarray(at, at + HASH_BYTES));
    return tile;
  }

  get width(): number {
    return this.hashes;
  }

  get full(): boolean {
    return this.hashes === TILE_WIDTH;
  }

  append(leaf: Uint8Array): void {
    if (this.full) throw new RangeError("a tile has no more than 256 hashes");
    let index = this.hashes++;
    this.set(0, index, leaf);
    for (let row = 0; index % 2 === 1; row++) {
      const parent = nodeHash(this.node(row, index - 1), this.node(row, index));
      index = (index - 1) / 2;
      this.set(row + 1, index, parent);
    }
  }

  /** A node `row` levels above the tile's hashes; all below it must be there. A view. */
  node(row: number, index: number): Buffer {
    const from = index * HASH_BYTES;
    const nodes = this.rows[row];
    if (nodes === undefined || index >= Math.floor(this.hashes / 2 ** row)) {
      throw new RangeError(`a tile of ${this.hashes} hashes has no node ${index} in row ${row}`);
    }
    return nodes.subarray(from, from + HASH_BYTES);
  }

  /** The first `width` of its own hashes. A view. */
  bytes(width: number = this.hashes): Buffer {
    if (width > this.hashes) throw new RangeError(`a tile of ${this.hashes} hashes is not ${width} wide`);
    return this.rows[0]?.subarray(0, width * HASH_BYTES) ?? Buffer.alloc(0);
  }

  private set(row: number, index: number, node: Uint8Array): void {
    const at = index * HASH_BYTES;
    let nodes = this.rows[row] ?? Buffer.alloc(Math.max(CAPACITY_MIN >> row, 1) * HASH_BYTES);
    if (at >= nodes.length) nodes = Buffer.concat([nodes, Buffer.alloc(nodes.length)]);
    nodes.set(node, at);
    this.rows[row] = nodes;
  }
}
