import type { LogEntry, StoredBlock, StoredPiece } from "../log/index.ts";
import type { Query } from "../query/index.ts";
import type { Place, PlaceList } from "../search/index.ts";
import { wrongClaim } from "./check.ts";
import type { Damage } from "./damage.ts";
import { LEAF_BYTES, LENGTHS, type RowBlock, type RowRecords, type Rows, WANTED } from "./export-rows.ts";
import { LeafHashes } from "./leaf-hashes.ts";
import type { ReaderParts } from "./parts.ts";
import { ReadSize } from "./read-size.ts";

/** Some of the places that search named, and their rows. */
export interface RowPiece {
  readonly rows: Rows;
  readonly placeOf: (row: number) => Place;
  readonly onCorruption: StoredPiece["onCorruption"];
}

/**
 * The rows at places that search named, in the order of the places, in bounded pieces. Blocks of compressed segments are not decoded here. What is
 * found wrong already is reported.
 */
export async function* rowPieces(
  { log, tree, onDamage }: ReaderParts,
  { tenant }: Query,
  places: PlaceList,
  signal: AbortSignal,
): AsyncGenerator<RowPiece> {
  const hashes = new LeafHashes(tree, tenant);
  const repeated = repeatedIn(places);
  const readSize = new ReadSize();
  for (let from = 0; from < places.count; ) {
    const positions = new Float64Array(Math.min(readSize.next, places.count - from));
    for (let at = 0; at < positions.length; at++) positions[at] = places.position(from + at);
    let bytes = 0;
    for await (const piece of log.pieces(positions, signal)) {
      const start = from;
      from += piece.count;
      bytes += bytesOf(piece);
      const placeOf = (row: number) => places.at(start + row);
      const onDamageAt = (row: number, damage: Damage) => onDamage(tenant, placeOf(row), damage);
      const of = { organization: tenant, places, start, count: piece.count, repeated, hashes, onDamage: onDamageAt };
      yield { rows: new RowsBuilder(of).build(piece), placeOf, onCorruption: piece.onCorruption };
    }
    readSize.took(positions.length, bytes);
  }
}

/** Where in the list the places are that name again what another one named before. */
function repeatedIn(places: PlaceList): ReadonlySet<number> {
  const named = new Set<number>();
  const repeated = new Set<number>();
  for (let at = 0; at < places.count; at++) {
    const sequence = places.sequence(at);
    if (named.has(sequence)) repeated.add(at);
    named.add(sequence);
  }
  return repeated;
}

/** Places that follow one another in a list, of which the rows are made at once. */
interface Piece {
  readonly organization: string;
  readonly places: PlaceList;
  readonly start: number;
  readonly count: number;
  /** Where in the list a place names something again. */
  readonly repeated: ReadonlySet<number>;
  readonly hashes: LeafHashes;
  readonly onDamage: (row: number, damage: Damage) => void;
}

/** Memory that its entries take once they are decoded, about. */
function bytesOf({ blocks, entries }: StoredPiece): number {
  let bytes = 0;
  for (const { contentBytes } of blocks) bytes += contentBytes;
  for (const entry of entries.values()) {
    if ("header" in entry) bytes += entry.header.length + (entry.body?.length ?? 0);
  }
  return bytes;
}

/** Puts the rows of a piece together. */
class RowsBuilder {
  private readonly piece: Piece;
  private readonly damages = new Map<number, Damage>();
  private readonly sequences: Float64Array<ArrayBuffer>;
  private readonly leaves: Uint8Array<ArrayBuffer>;
  private readonly hasLeaf: Uint8Array<ArrayBuffer>;

  constructor(piece: Piece) {
    const { places, start, count } = piece;
    this.piece = piece;
    this.sequences = new Float64Array(count);
    for (let row = 0; row < count; row++) this.sequences[row] = places.sequence(start + row);
    this.leaves = new Uint8Array(LEAF_BYTES * count);
    this.hasLeaf = new Uint8Array(count);
  }

  build({ blocks, entries }: StoredPiece): Rows {
    const { damages, sequences, leaves, hasLeaf } = this;
    const rowBlocks = blocks.map((block) => this.rowBlock(block));
    const found: [row: number, entry: LogEntry][] = [];
    for (const [row, entry] of entries) {
      const claim = wrongClaim(entry, sequences[row] as number, this.piece.organization);
      const damage = claim !== "beyond" && this.isRepeated(row) ? "repeated" : claim;
      if (damage === undefined) found.push([row, entry as LogEntry]);
      else this.damaged(row, damage);
    }
    for (const [row, { leaf, leafHash }] of found) {
      if (leaf === "computed") this.leafInTree(row);
      else {
        leaves.set(leafHash, LEAF_BYTES * row);
        hasLeaf[row] = 1;
      }
    }
    const records = recordsOf(found);
    return { count: sequences.length, sequences, damages, leaves, hasLeaf, blocks: rowBlocks, records };
  }

  private rowBlock({ wanted, ...block }: StoredBlock): RowBlock {
    const rows = new Int32Array(wanted.length);
    for (let at = 0; at < wanted.length; at += WANTED) {
      const row = wanted[at + 1] as number;
      rows[at] = wanted[at] as number;
      rows[at + 1] = row;
      if (this.isRepeated(row)) this.damaged(row, "repeated");
      this.leafInTree(row);
    }
    return { ...block, wanted: rows };
  }

  private isRepeated(row: number): boolean {
    return this.piece.repeated.has(this.piece.start + row);
  }

  private damaged(row: number, damage: Damage): void {
    this.damages.set(row, damage);
    this.piece.onDamage(row, damage);
  }

  private leafInTree(row: number): void {
    const isThere = this.piece.hashes.copyInTree(this.sequences[row] as number, this.leaves, LEAF_BYTES * row);
    if (isThere) this.hasLeaf[row] = 1;
  }
}

function recordsOf(found: readonly (readonly [row: number, entry: LogEntry])[]): RowRecords {
  const size = found.reduce((sum, [, { header, body }]) => sum + header.length + (body?.length ?? 0), 0);
  const bytes = new Uint8Array(size);
  const lengths = new Int32Array(LENGTHS * found.length);
  let to = 0;
  for (const [index, [row, { header, body }]] of found.entries()) {
    lengths.set([row, header.length, body?.length ?? -1], LENGTHS * index);
    bytes.set(header, to);
    if (body) bytes.set(body, to + header.length);
    to += header.length + (body?.length ?? 0);
  }
  return { lengths, bytes };
}
