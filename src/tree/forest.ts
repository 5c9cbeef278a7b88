import { DaybookError } from "../errors.ts";
import type { CheckpointStore, KeptCheckpoint } from "./checkpoint-store.ts";
import { IntegrityViolation } from "./errors.ts";
import type { OrganizationTree } from "./organization-tree.ts";
import { rangeHash } from "./proofs.ts";
import type { TileStore } from "./tile-store.ts";

/** Trees kept in memory that nothing waits to be stored of; 10 to 50 KiB each. */
const TREES_MAX = 1024;

/**
 * The trees in memory: those that have grown since they were stored, and the last ones used. A tree that is read from disk is compared with its
 * organization's newest checkpoint first.
 */
export class Forest {
  private readonly store: TileStore;
  private readonly checkpoints: CheckpointStore;
  /** In order of last use. */
  private readonly trees = new Map<string, OrganizationTree>();
  private readonly grown = new Map<string, OrganizationTree>();
  private lastLeaf: Uint8Array | undefined;

  constructor(store: TileStore, checkpoints: CheckpointStore) {
    this.store = store;
    this.checkpoints = checkpoints;
  }

  /** @throws IntegrityViolation, TreeDamaged */
  tree(organization: string): OrganizationTree {
    const tree = this.trees.get(organization) ?? this.load(organization);
    this.trees.delete(organization);
    this.trees.set(organization, tree);
    return tree;
  }

  /** The tree, if it has come as far as `size`. @throws DaybookError `tree_unavailable`, and as `tree`. */
  grownTo(organization: string, size: number): OrganizationTree {
    const tree = this.tree(organization);
    if (tree.size < size) {
      throw new DaybookError("tree_unavailable", "The tree is being rebuilt from the log. Try again later.", {
        retryAfterSeconds: 1,
      });
    }
    return tree;
  }

  append(organization: string, leafHash: Uint8Array, position: number): void {
    const tree = this.tree(organization);
    tree.append(leafHash, position);
    this.grown.set(organization, tree);
    this.lastLeaf = leafHash;
  }

  /** Trees that have grown since they were stored. */
  get grownTrees(): number {
    return this.grown.size;
  }

  /** Stores what has grown, and that everything below `position` was read. */
  commit(position: number): void {
    if (this.lastLeaf === undefined || position === this.store.position) return;
    this.store.commit(this.grown, position, Uint8Array.from(this.lastLeaf));
    this.grown.clear();
    for (const oldest of this.trees.keys()) {
      if (this.trees.size <= TREES_MAX) break;
      this.trees.delete(oldest);
    }
  }

  /** Forgets what is not stored. */
  reset(): void {
    this.trees.clear();
    this.grown.clear();
  }

  /** @throws IntegrityViolation when the tree's beginning is not what was signed. */
  compare(organization: string, tree: OrganizationTree, signed: KeptCheckpoint): void {
    if (tree.size < signed.size) return;
    const root = rangeHash({ start: 0, end: signed.size }, (level, index) => tree.node(level, index));
    if (Buffer.from(root).equals(signed.root)) return;
    throw new IntegrityViolation(
      `The tree of ${organization} no longer has the root that was signed for its first ${signed.size} entries. Stop the server, delete tree/ and start again; if this comes back, the log itself was changed.`,
      organization,
      signed.size,
    );
  }

  private load(organization: string): OrganizationTree {
    const tree = this.store.load(organization);
    const signed = this.checkpoints.latest(organization);
    if (signed !== undefined) this.compare(organization, tree, signed);
    if (this.trees.size > 2 * TREES_MAX) {
      for (const [name] of this.trees) if (!this.grown.has(name)) this.trees.delete(name);
    }
    return tree;
  }
}
