import type { CheckpointStore } from "./checkpoint-store.ts";
import type { LeafRange } from "./contract.ts";
import type { Forest } from "./forest.ts";
import { decodePositions } from "./leaf-positions.ts";
import { inOrder, within } from "./leaf-ranges.ts";
import { consistencyRanges, inclusionRanges, multiproofRanges, rangeHash } from "./proofs.ts";
import { TILE_WIDTH } from "./tile.ts";
import { type TileStore, TreeDamaged } from "./tile-store.ts";

/** Roots, proofs and tiles of what was signed. What the methods promise: `TreeReader`. */
export class ProofReader {
  protected readonly store: TileStore;
  protected readonly kept: CheckpointStore;
  protected readonly forest: Forest;

  protected constructor(store: TileStore, kept: CheckpointStore, forest: Forest) {
    this.store = store;
    this.kept = kept;
    this.forest = forest;
  }

  size(organization: string): number {
    return this.kept.latest(organization)?.size ?? 0;
  }

  root(organization: string, size: number): Uint8Array {
    return this.hashes(organization, [{ start: 0, end: size }], size)[0] as Uint8Array;
  }

  leafHash(organization: string, index: number): Uint8Array {
    return this.hashes(organization, [{ start: index, end: index + 1 }], index + 1)[0] as Uint8Array;
  }

  logPosition(organization: string, index: number): number {
    return this.logPositions(organization, index, index + 1)[0] as number;
  }

  logPositions(organization: string, start: number, end: number): number[] {
    if (start === end) return [];
    within(start, 0, end - 1);
    within(end, start, this.size(organization));
    const tree = this.forest.grownTo(organization, end);
    const positions: number[] = [];
    for (let index = start; index < end; ) {
      const tile = Math.floor(index / TILE_WIDTH);
      const of = decodePositions(tree.unstoredPositions(tile) ?? this.store.positions(organization, tile));
      for (const last = Math.min(end, (tile + 1) * TILE_WIDTH); index < last; index++) {
        const position = of[index % TILE_WIDTH];
        if (position === undefined) {
          throw new TreeDamaged(`the position of entry ${index} of ${organization} is missing`);
        }
        positions.push(position);
      }
    }
    return positions;
  }

  inclusionProof(organization: string, index: number, size: number): Uint8Array[] {
    within(index, 0, size - 1);
    return this.hashes(organization, inclusionRanges(index, size), size);
  }

  consistencyProof(organization: string, from: number, to: number): Uint8Array[] {
    within(from, 1, to);
    return this.hashes(organization, consistencyRanges(from, to), to);
  }

  *multiproof(organization: string, ranges: Iterable<LeafRange>, size: number): Generator<Uint8Array> {
    for (const part of multiproofRanges(inOrder(ranges, size), size)) yield* this.hashes(organization, [part], size);
  }

  tile(organization: string, level: number, index: number, width: number): Uint8Array | undefined {
    const size = this.size(organization);
    const there = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
    if (width < 1 || width > TILE_WIDTH || there < width) return undefined;
    return Uint8Array.from(this.forest.grownTo(organization, size).tile({ level, index }).bytes(width));
  }

  /** Copies of the hashes of these ranges. */
  private hashes(organization: string, ranges: readonly LeafRange[], size: number): Uint8Array[] {
    within(size, 0, this.size(organization));
    const tree = this.forest.grownTo(organization, size);
    return ranges.map((range) => Uint8Array.from(rangeHash(range, (level, index) => tree.node(level, index))));
  }
}
