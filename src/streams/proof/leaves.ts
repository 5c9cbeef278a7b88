/** Leaves of a block. */
const BLOCK_LEAVES = 4096;
const HASH_BYTES = 32;

interface Block {
  readonly hashes: Buffer;
  readonly known: Uint8Array;
}

/** Leaf hashes by sequence, in any order. Each takes 33 bytes, also if there are millions. */
export class Leaves {
  private readonly blocks = new Map<number, Block>();
  private total = 0;

  get count(): number {
    return this.total;
  }

  /** @returns false when another hash is there already. */
  add(sequence: number, hash: Uint8Array): boolean {
    const { block, at } = this.place(sequence);
    const place = block.hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
    if (block.known[at] === 1) return place.equals(hash);
    place.set(hash);
    block.known[at] = 1;
    this.total++;
    return true;
  }

  /** Undefined where there is none. */
  get(sequence: number): Uint8Array | undefined {
    const block = this.blocks.get(Math.floor(sequence / BLOCK_LEAVES));
    const at = sequence % BLOCK_LEAVES;
    if (block?.known[at] !== 1) return undefined;
    return block.hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
  }

  /** Ranges without a gap, in order: from `start` to before `end`. */
  runs(): { start: number; end: number }[] {
    const runs: { start: number; end: number }[] = [];
    for (const index of [...this.blocks.keys()].sort((a, b) => a - b)) {
      const { known } = this.blocks.get(index) as Block;
      for (const [at, isKnown] of known.entries()) {
        if (isKnown !== 1) continue;
        const sequence = index * BLOCK_LEAVES + at;
        const last = runs.at(-1);
        if (last?.end === sequence) last.end++;
        else runs.push({ start: sequence, end: sequence + 1 });
      }
    }
    return runs;
  }

  private place(sequence: number): { block: Block; at: number } {
    const index = Math.floor(sequence / BLOCK_LEAVES);
    let block = this.blocks.get(index);
    if (block === undefined) {
      block = { hashes: Buffer.alloc(BLOCK_LEAVES * HASH_BYTES), known: new Uint8Array(BLOCK_LEAVES) };
      this.blocks.set(index, block);
    }
    return { block, at: sequence % BLOCK_LEAVES };
  }
}
