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

/** Begins with 0x00, which nothing changes. */
let leafInput = Buffer.alloc(4096);

/** SHA-256(0x00 ‖ entry), as its bytes, one a character: a Buffer for each would take longer to make than the hash. */
export function leafHash(entry: Uint8Array): string {
  if (entry.length >= leafInput.length) leafInput = Buffer.alloc(2 * entry.length);
  leafInput.set(entry, 1);
  return hash("sha256", leafInput.subarray(0, 1 + entry.length), "binary");
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
    const leafAt = this.room(0, index);
    this.rows[0]?.set(leaf, leafAt);
    for (let row = 0; index % 2 === 1; row++) {
      const nodes = this.rows[row] as Buffer;
      // Two neighbours are one behind the other already.
      nodeInput.set(nodes.subarray((index - 1) * HASH_BYTES, (index + 1) * HASH_BYTES), 1);
      index = (index - 1) / 2;
      const at = this.room(row + 1, index);
      this.rows[row + 1]?.write(hash("sha256", nodeInput, "binary"), at, "latin1");
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

  /** Makes room for a node. @returns where in the row it goes. */
  private room(row: number, index: number): number {
    const at = index * HASH_BYTES;
    const nodes = this.rows[row];
    if (nodes === undefined) this.rows[row] = Buffer.alloc(Math.max(CAPACITY_MIN >> row, 1) * HASH_BYTES);
    else if (at >= nodes.length) this.rows[row] = Buffer.concat([nodes, Buffer.alloc(nodes.length)]);
    return at;
  }
}
