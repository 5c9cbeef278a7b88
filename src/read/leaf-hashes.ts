import { DaybookError } from "../errors.ts";
import { copyRange } from "../event/index.ts";
import type { LogEntry } from "../log/index.ts";
import { HASH_BYTES, TILE_WIDTH, type TreeReader } from "../tree/index.ts";

/** Tiles that one walk keeps: 8 KiB each. Whoever reads in order of time reads nearly in order of sequence. */
const TILES_MAX = 32;

/** What the leaf hashes of one organization's entries must be, for one walk. */
export class LeafHashes {
  private readonly tree: Pick<TreeReader, "tile" | "size">;
  private readonly organization: string;
  private readonly tiles = new Map<number, Uint8Array | undefined>();

  constructor(tree: Pick<TreeReader, "tile" | "size">, organization: string) {
    this.tree = tree;
    this.organization = organization;
  }

  /**
   * The hash that was stored beside the entry, or where a sealed segment has left it out, the tree's.
   * @returns undefined where nothing can be compared yet: the tree does not cover the entry, or is being rebuilt.
   */
  of({ leaf, leafHash, sequence }: LogEntry): Uint8Array | undefined {
    return leaf === "stored" ? leafHash : this.inTree(sequence);
  }

  inTree(sequence: number): Uint8Array | undefined {
    const tile = this.tileOf(sequence);
    const at = offsetOf(sequence);
    return tile?.subarray(at, at + HASH_BYTES);
  }

  /** Copies the one of `inTree`. @returns whether there is one. */
  copyInTree(sequence: number, to: Uint8Array, at: number): boolean {
    const tile = this.tileOf(sequence);
    const from = offsetOf(sequence);
    if (tile !== undefined) copyRange(tile, from, from + HASH_BYTES, to, at);
    return tile !== undefined;
  }

  /** The tile that has it, if there is one. */
  private tileOf(sequence: number): Uint8Array | undefined {
    const index = Math.floor(sequence / TILE_WIDTH);
    const at = offsetOf(sequence);
    let tile = this.tiles.get(index);
    if (tile === undefined || tile.length <= at) tile = this.load(index);
    return tile !== undefined && tile.length > at ? tile : undefined;
  }

  private load(index: number): Uint8Array | undefined {
    const tile = this.read(index);
    const [oldest] = this.tiles.keys();
    if (oldest !== undefined && this.tiles.size >= TILES_MAX) this.tiles.delete(oldest);
    this.tiles.set(index, tile);
    return tile;
  }

  private read(index: number): Uint8Array | undefined {
    const width = Math.min(TILE_WIDTH, this.tree.size(this.organization) - index * TILE_WIDTH);
    if (width <= 0) return undefined;
    try {
      return this.tree.tile(this.organization, 0, index, width);
    } catch (error) {
      if (error instanceof DaybookError && error.code === "tree_unavailable") return undefined;
      throw error;
    }
  }
}

/** Where in its tile a hash is. */
function offsetOf(sequence: number): number {
  return (sequence % TILE_WIDTH) * HASH_BYTES;
}
