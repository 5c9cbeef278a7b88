import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type Database from "libsql";
import { type FollowerState, openFollowerDatabase } from "../follower-database.ts";
import type { LogReader } from "../log/index.ts";
import { LeafPositions } from "./leaf-positions.ts";
import { OrganizationTree, openTiles, type TileAt } from "./organization-tree.ts";
import { HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, Tile } from "./tile.ts";

/** A file beside the tiles: they are not to be used again. */
const DAMAGED = "damaged";
/** Full tiles kept in memory, 16 KiB each with their nodes. */
const TILES_MAX = 512;

/** What a tile store holds contradicts itself. It is derived: the next start sets it aside. */
export class TreeDamaged extends Error {
  override readonly name = "TreeDamaged";

  constructor(what: string) {
    super(
      `The stored trees are damaged: ${what}. Start the server again: it sets tree/ aside and rebuilds it from the log.`,
    );
  }
}

/**
 * The tiles of every organization's tree, in one SQLite file with the log position they reach, committed together. A crash leaves it at
 * some earlier position; it is read on from there. Derived from the log: a file that is no longer of use is created again.
 */
export class TileStore {
  private readonly database: Database.Database;
  private readonly statements: ReturnType<typeof prepare>;
  /** Keys of organizations that were asked for: some hundred bytes each. */
  private readonly keys = new Map<string, number>();
  /** Full tiles, in order of last use. */
  private readonly recent = new Map<string, Tile>();
  private storedPosition: number;
  private storedLeaf: Uint8Array | undefined;

  private constructor(database: Database.Database, { position, last_leaf: lastLeaf }: State) {
    this.database = database;
    this.statements = prepare(database);
    this.storedPosition = position;
    this.storedLeaf = lastLeaf ?? undefined;
  }

  /** Opens the directory, or starts it again where it is no database, is of another schema or log, or has read more than this log holds. */
  static open(directory: string, log: Pick<LogReader, "id" | "end">): TileStore {
    if (existsSync(join(directory, DAMAGED))) throw new TreeDamaged("an earlier run of the server found it");
    const { database, state } = openFollowerDatabase<State>(directory, TABLES, log);
    return new TileStore(database, state);
  }

  /** Lets the next start set a directory aside whose damage shows only where it is read. */
  static markDamaged(directory: string): void {
    writeFileSync(join(directory, DAMAGED), "");
  }

  /** Positions below it are in the tiles. */
  get position(): number {
    return this.storedPosition;
  }

  /** Leaf hash of the entry before `position`; undefined at the log's beginning. */
  get lastLeaf(): Uint8Array | undefined {
    return this.storedLeaf;
  }

  /** Every organization and its leaves. */
  sizes(): { organization: string; size: number }[] {
    return this.statements.sizes.all() as { organization: string; size: number }[];
  }

  /** @throws TreeDamaged */
  load(organization: string): OrganizationTree {
    const row = this.statements.organization.get(organization) as { key: number; size: number } | undefined;
    const size = row?.size ?? 0;
    let positions = new LeafPositions();
    const open = openTiles(size).map(({ level, index, bytes }) => {
      if (bytes === 0) return new Tile();
      const stored = row && this.row(row.key, { level, index });
      if (stored === undefined || stored.hashes.length < bytes)
        throw new TreeDamaged(`an open tile of ${organization} is missing`);
      if (level === 0 && stored.positions) positions = LeafPositions.of(stored.positions);
      return Tile.of(stored.hashes.subarray(0, bytes));
    });
    return new OrganizationTree(size, open, positions, {
      tile: (at, root) => this.fullTile(organization, at, root),
    });
  }

  /** Encoded positions of a tile of leaves. @throws TreeDamaged */
  positions(organization: string, index: number): Uint8Array {
    const positions = this.row(this.keyOf(organization), { level: 0, index })?.positions;
    if (!positions) throw new TreeDamaged(`tile 0/${index} of ${organization} is missing`);
    return positions;
  }

  /** Stores what changed in these trees, and how far they have read, in one transaction. */
  commit(trees: ReadonlyMap<string, OrganizationTree>, position: number, lastLeaf: Uint8Array): void {
    this.database.exec("BEGIN");
    try {
      for (const [organization, tree] of trees) {
        this.statements.grow.run(organization, tree.size);
        const key = this.keyOf(organization);
        for (const { level, index, hashes, positions } of tree.changes()) {
          const full = hashes.length === TILE_WIDTH * HASH_BYTES;
          (full ? this.statements.storeFull : this.statements.storeOpen).run(
            key,
            level,
            index,
            hashes,
            positions ?? null,
          );
          if (full) this.statements.dropOpen.run(key, level, index);
        }
      }
      this.statements.advance.run(position, Buffer.from(lastLeaf));
      this.database.exec("COMMIT");
    } catch (error) {
      // On a full disk SQLite itself rolls back, and rolling back once more would hide why.
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      // Those that this commit made are gone.
      this.keys.clear();
      throw error;
    }
    for (const tree of trees.values()) tree.stored();
    this.storedPosition = position;
    this.storedLeaf = lastLeaf;
  }

  close(): void {
    this.database.close();
  }

  private fullTile(organization: string, at: TileAt, root: () => Uint8Array): Tile {
    const name = `${organization}/${at.level}/${at.index}`;
    const known = this.recent.get(name);
    this.recent.delete(name);
    const tile = known ?? this.readFull(organization, at, root());
    this.recent.set(name, tile);
    for (const oldest of this.recent.keys()) {
      if (this.recent.size <= TILES_MAX) break;
      this.recent.delete(oldest);
    }
    return tile;
  }

  private readFull(organization: string, at: TileAt, root: Uint8Array): Tile {
    const hashes = this.row(this.keyOf(organization), at)?.hashes;
    if (hashes?.length !== TILE_WIDTH * HASH_BYTES) {
      throw new TreeDamaged(`tile ${at.level}/${at.index} of ${organization} is missing`);
    }
    const tile = Tile.of(hashes);
    if (!tile.node(TILE_HEIGHT, 0).equals(root)) {
      throw new TreeDamaged(`tile ${at.level}/${at.index} of ${organization} does not have the root that it had`);
    }
    return tile;
  }

  private row(key: number, { level, index }: TileAt): { hashes: Buffer; positions: Buffer | null } | undefined {
    return this.statements.read.get(key, level, index) as { hashes: Buffer; positions: Buffer | null } | undefined;
  }

  private keyOf(organization: string): number {
    const known = this.keys.get(organization);
    if (known !== undefined) return known;
    const row = this.statements.organization.get(organization) as { key: number } | undefined;
    if (row === undefined) throw new TreeDamaged(`${organization} is missing`);
    this.keys.set(organization, row.key);
    return row.key;
  }
}

const TILE_COLUMNS =
  "organization INTEGER NOT NULL, level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL, positions BLOB, PRIMARY KEY (organization, level, idx)";

const TABLES = {
  file: "tree.db",
  schema: 2,
  // Full tiles are written once, so that their pages are filled and stay so. Open ones, some KiB an organization, are written again and again.
  tables: `
  CREATE TABLE organizations (key INTEGER PRIMARY KEY, organization TEXT NOT NULL UNIQUE, size INTEGER NOT NULL);
  CREATE TABLE tiles (${TILE_COLUMNS});
  CREATE TABLE open_tiles (${TILE_COLUMNS});
  CREATE TABLE follower (log_id TEXT NOT NULL, schema INTEGER NOT NULL, position INTEGER NOT NULL, last_leaf BLOB);
`,
};

/** One tile, full or open; parameters are organization, level and index. */
export const READ_TILE = `
  SELECT hashes, positions FROM tiles WHERE organization = ?1 AND level = ?2 AND idx = ?3
  UNION ALL SELECT hashes, positions FROM open_tiles WHERE organization = ?1 AND level = ?2 AND idx = ?3`;

interface State extends FollowerState {
  readonly last_leaf: Buffer | null;
}

function prepare(database: Database.Database) {
  return {
    sizes: database.prepare("SELECT organization, size FROM organizations"),
    organization: database.prepare("SELECT key, size FROM organizations WHERE organization = ?"),
    grow: database.prepare(
      "INSERT INTO organizations (organization, size) VALUES (?, ?) ON CONFLICT (organization) DO UPDATE SET size = excluded.size",
    ),
    read: database.prepare(READ_TILE),
    storeFull: database.prepare(
      "INSERT INTO tiles (organization, level, idx, hashes, positions) VALUES (?, ?, ?, ?, ?)",
    ),
    storeOpen: database.prepare(
      `INSERT INTO open_tiles (organization, level, idx, hashes, positions) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (organization, level, idx) DO UPDATE SET hashes = excluded.hashes, positions = excluded.positions`,
    ),
    dropOpen: database.prepare("DELETE FROM open_tiles WHERE organization = ? AND level = ? AND idx = ?"),
    advance: database.prepare("UPDATE follower SET position = ?, last_leaf = ?"),
  };
}
