import { LeafPositions } from "./leaf-positions.ts";
import { HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, Tile } from "./tile.ts";

/** Where a tile is in its tree: level counted in tiles, index within the level. */
export interface TileAt {
  readonly level: number;
  readonly index: number;
}

/** A tile that is to be stored. */
export interface ChangedTile extends TileAt {
  readonly hashes: Uint8Array;
  /** Of a tile of leaves: their positions in the log, encoded. */
  readonly positions: Uint8Array | undefined;
}

/** Tiles that are stored, as the tree needs them again. */
export interface StoredTiles {
  /**
   * A full tile. @param root what the level above says its root is; asked for when the tile is read again.
   * @throws TreeDamaged when there is no such tile or it has another root.
   */
  tile(at: TileAt, root: () => Uint8Array): Tile;
}

interface OpenTile {
  readonly tile: Tile;
  changed: boolean;
}

/**
 * One organization's tree: the open tile of each level in memory (some KiB), everything else where it is stored. Full tiles wait here until
 * they are stored.
 */
export class OrganizationTree {
  private leaves: number;
  private readonly open: OpenTile[];
  private openPositions: LeafPositions;
  /** Full since the last `stored`, oldest first. */
  private full: (ChangedTile & { tile: Tile })[] = [];
  private readonly kept: StoredTiles;

  /** @param open the last tile of each level that is not full, in order of level; an empty one where the level has none. */
  constructor(leaves: number, open: readonly Tile[], positions: LeafPositions, kept: StoredTiles) {
    this.leaves = leaves;
    this.open = open.map((tile) => ({ tile, changed: false }));
    this.openPositions = positions;
    this.kept = kept;
  }

  get size(): number {
    return this.leaves;
  }

  /** @param position of the leaf's entry in the log. */
  append(leafHash: Uint8Array, position: number): void {
    this.openPositions.append(position);
    let hash = leafHash;
    for (let level = 0; ; level++) {
      this.open[level] ??= { tile: new Tile(), changed: false };
      const open = this.open[level] as OpenTile;
      open.tile.append(hash);
      open.changed = true;
      if (!open.tile.full) break;
      this.complete(level, open.tile);
      hash = open.tile.node(TILE_HEIGHT, 0);
    }
    this.leaves++;
  }

  private complete(level: number, tile: Tile): void {
    const index = Math.floor(this.leaves / TILE_WIDTH ** (level + 1));
    const positions = level === 0 ? this.openPositions.bytes() : undefined;
    this.full.push({ level, index, tile, hashes: tile.bytes(), positions });
    this.open[level] = { tile: new Tile(), changed: false };
    if (level === 0) this.openPositions = new LeafPositions();
  }

  /** The node at `index` of a level of the binary tree, whose leaves are all there. A view. */
  node(level: number, index: number): Uint8Array {
    const row = level % TILE_HEIGHT;
    const place = index * 2 ** row;
    const at = { level: (level - row) / TILE_HEIGHT, index: Math.floor(place / TILE_WIDTH) };
    return this.tile(at).node(row, (place % TILE_WIDTH) / 2 ** row);
  }

  /** @throws RangeError for a tile that the tree does not have yet. */
  tile(at: TileAt): Tile {
    const open = this.open[at.level];
    const openIndex = this.openIndex(at.level);
    if (open !== undefined && at.index === openIndex) return open.tile;
    if (at.index >= openIndex)
      throw new RangeError(`a tree of ${this.leaves} leaves has no tile ${at.level}/${at.index}`);
    const waiting = this.full.find(({ level, index }) => level === at.level && index === at.index);
    return waiting?.tile ?? this.kept.tile(at, () => this.node((at.level + 1) * TILE_HEIGHT, at.index));
  }

  /** Encoded positions of a tile of leaves that is not stored as it is; undefined when it is. */
  unstoredPositions(index: number): Uint8Array | undefined {
    if (index === this.openIndex(0)) return this.openPositions.bytes();
    return this.full.find((tile) => tile.level === 0 && tile.index === index)?.positions;
  }

  /** What is to be stored. Views, valid until the next `append`. */
  changes(): ChangedTile[] {
    const changes: ChangedTile[] = [...this.full];
    for (const [level, { tile, changed }] of this.open.entries()) {
      if (!changed) continue;
      const positions = level === 0 ? this.openPositions.bytes() : undefined;
      changes.push({ level, index: this.openIndex(level), hashes: tile.bytes(), positions });
    }
    return changes;
  }

  /** What `changes` reported is stored. */
  stored(): void {
    this.full = [];
    for (const open of this.open) open.changed = false;
  }

  private openIndex(level: number): number {
    return Math.floor(this.leaves / TILE_WIDTH ** (level + 1));
  }
}

/** The tiles that are open in a tree of `leaves` leaves, in order of level, with how many bytes of hashes each has. */
export function openTiles(leaves: number): (TileAt & { bytes: number })[] {
  const tiles: (TileAt & { bytes: number })[] = [];
  for (let level = 0, hashes = leaves; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    tiles.push({ level, index: Math.floor(hashes / TILE_WIDTH), bytes: (hashes % TILE_WIDTH) * HASH_BYTES });
  }
  return tiles;
}
