import type { DamagedEntry, LogEntry, StoredBlock, StoredPiece } from "../log/index.ts";
import type { Query } from "../query/index.ts";
import type { Place, PlaceList } from "../search/index.ts";
import { misplaced } from "./check.ts";
import type { Damage } from "./damage.ts";
import { impossiblePlaces } from "./entries.ts";
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
  const impossible = impossiblePlaces(places, log.end);
  const pieceOf = (start: number, end: number, readable: Int32Array, piece = NOTHING): RowPiece => {
    const placeOf = (row: number) => places.at(start + row);
    const builder = new RowsBuilder({
      organization: tenant,
      places,
      start,
      end,
      readable,
      hashes,
      onDamage: (row, damage) => onDamage(tenant, placeOf(row), damage),
    });
    for (const [at, damage] of impossible) if (at >= start && at < end) builder.damaged(at - start, damage);
    return { rows: builder.build(piece), placeOf, onCorruption: piece.onCorruption };
  };
  const readSize = new ReadSize();
  for (let from = 0; from < places.count; ) {
    const until = Math.min(places.count, from + readSize.next);
    const readable = readableIn(from, until, impossible);
    const positions = Float64Array.from(readable, (at) => places.position(at));
    let [slot, bytes] = [0, 0];
    for await (const piece of log.pieces(positions, signal)) {
      const next = slot + piece.count;
      const end = readable[next] ?? until;
      yield pieceOf(from, end, readable.subarray(slot, next), piece);
      from = end;
      slot = next;
      bytes += bytesOf(piece);
    }
    if (from < until) yield pieceOf(from, until, readable.subarray(slot));
    readSize.took(positions.length, bytes);
    from = until;
  }
}

/** Where nothing can be read. No block was read, so none can be wrong. */
const NOTHING: StoredPiece = { count: 0, blocks: [], entries: new Map(), onCorruption: () => undefined };

/** Where in the list the places are that can be read. */
function readableIn(from: number, until: number, impossible: ReadonlyMap<number, Damage>): Int32Array {
  const readable = new Int32Array(until - from);
  let count = 0;
  for (let at = from; at < until; at++) if (!impossible.has(at)) readable[count++] = at;
  return readable.subarray(0, count);
}

/** Places that follow one another in a list, of which the rows are made at once. */
interface Piece {
  readonly organization: string;
  readonly places: PlaceList;
  readonly start: number;
  readonly end: number;
  /** Where in the list the place of each slot is. */
  readonly readable: Int32Array;
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
    const { places, start, end } = piece;
    this.piece = piece;
    this.sequences = new Float64Array(end - start);
    for (let row = 0; row < end - start; row++) this.sequences[row] = places.sequence(start + row);
    this.leaves = new Uint8Array(LEAF_BYTES * (end - start));
    this.hasLeaf = new Uint8Array(end - start);
  }

  damaged(row: number, damage: Damage): void {
    this.damages.set(row, damage);
    this.piece.onDamage(row, damage);
  }

  build({ blocks, entries }: StoredPiece): Rows {
    const { damages, sequences, leaves, hasLeaf } = this;
    const rowBlocks = blocks.map((block) => this.rowBlock(block));
    const found: [row: number, entry: LogEntry][] = [];
    for (const [slot, entry] of entries) {
      const row = this.rowOf(slot);
      const damage = this.wrong(row, entry);
      if (damage !== undefined) this.damaged(row, damage);
      else found.push([row, entry as LogEntry]);
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
      const row = this.rowOf(wanted[at + 1] as number);
      rows[at] = wanted[at] as number;
      rows[at + 1] = row;
      this.leafInTree(row);
    }
    return { ...block, wanted: rows };
  }

  private rowOf(slot: number): number {
    return (this.piece.readable[slot] as number) - this.piece.start;
  }

  private leafInTree(row: number): void {
    const isThere = this.piece.hashes.copyInTree(this.sequences[row] as number, this.leaves, LEAF_BYTES * row);
    if (isThere) this.hasLeaf[row] = 1;
  }

  private wrong(row: number, entry: LogEntry | DamagedEntry): Damage | undefined {
    if ("damage" in entry) return "unreadable";
    return misplaced(entry, this.sequences[row] as number, this.piece.organization);
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
