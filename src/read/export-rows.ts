import type { StoredBlock } from "../log/index.ts";
import type { Damage } from "./damage.ts";

/** Rows of an export that are still to be decoded, checked and written: plain data, which another thread can be given. */
export interface Rows {
  readonly count: number;
  /** As search has it. */
  readonly sequences: Float64Array<ArrayBuffer>;
  /** What was found wrong already, by row. */
  readonly damages: ReadonlyMap<number, Damage>;
  /** 32 bytes a row: the leaf hash that it must have. */
  readonly leaves: Uint8Array<ArrayBuffer>;
  /** 1 where there is one: else there is nothing to compare the header with yet. */
  readonly hasLeaf: Uint8Array<ArrayBuffer>;
  readonly blocks: readonly RowBlock[];
  readonly records: RowRecords;
}

/** A block with some of the rows. */
export interface RowBlock extends Omit<StoredBlock, "wanted"> {
  /** Of each entry that is asked for its ordinal and its row. */
  readonly wanted: Int32Array<ArrayBuffer>;
}

/** Rows whose entries were read from raw segments, and found to be in their place. */
export interface RowRecords {
  /** Of each: its row, the length of its header, and of its body or -1. */
  readonly lengths: Int32Array<ArrayBuffer>;
  /** Headers and bodies, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const LEAF_BYTES = 32;

/** Numbers of each wanted entry. */
export const WANTED = 2;
/** Numbers of each record. */
export const LENGTHS = 3;

/** The leaf hash that a row's entry must have; undefined where nothing can be compared yet. */
export function leafHashOf({ leaves, hasLeaf }: Rows, row: number): Uint8Array | undefined {
  return hasLeaf[row] === 1 ? leaves.subarray(LEAF_BYTES * row, LEAF_BYTES * (row + 1)) : undefined;
}

/** The memory that is handed over with rows. */
export function memoryOf({ sequences, leaves, hasLeaf, blocks, records }: Rows): ArrayBuffer[] {
  const own = [sequences, leaves, hasLeaf, records.lengths, records.bytes].map(({ buffer }) => buffer);
  // Blocks that were read at once share theirs.
  return [...own, ...new Set(blocks.map(({ bytes }) => bytes.buffer))];
}
