import type { DamagedEntry, LogEntry, StoredPiece } from "../log/index.ts";
import type { Query } from "../query/index.ts";
import type { Place } from "../search/index.ts";
import { misplaced } from "./check.ts";
import type { Damage } from "./damage.ts";
import { impossiblePlaces } from "./entries.ts";
import { LeafHashes } from "./leaf-hashes.ts";
import { ReadSize } from "./read-size.ts";
import type { ReaderParts } from "./reader.ts";
import { LEAF_BYTES, LENGTHS, type RowBlock, type RowRecords, type Rows, WANTED } from "./rows.ts";

/** Some of the places that search named, and their rows. */
export interface RowPiece {
  readonly places: readonly Place[];
  readonly rows: Rows;
  readonly onCorruption: StoredPiece["onCorruption"];
}

/**
 * The rows at places that search named, in the order of the places, in bounded pieces. Blocks of compressed segments are not decoded here. What is
 * found wrong already is reported.
 */
export async function* rowPieces(
  { log, tree, onDamage }: ReaderParts,
  { tenant }: Query,
  places: readonly Place[],
  signal: AbortSignal,
): AsyncGenerator<RowPiece> {
  const hashes = new LeafHashes(tree, tenant);
  const impossible = impossiblePlaces(places, log.end);
  const readSize = new ReadSize();
  for (let from = 0; from < places.length; ) {
    const part = places.slice(from, from + readSize.next);
    from += part.length;
    /** The indexes of those that can be read. */
    const possible = [...part.keys()].filter((at) => !impossible.has(part[at] as Place));
    const positions = possible.map((at) => (part[at] as Place).position);
    const pieceOf = (start: number, end: number, firstSlot: number, piece: StoredPiece | undefined): RowPiece => {
      const own = part.slice(start, end);
      const builder = new RowsBuilder(tenant, own, hashes, (place, damage) => onDamage(tenant, place, damage));
      for (const [row, place] of own.entries()) {
        const damage = impossible.get(place);
        if (damage !== undefined) builder.damaged(row, damage);
      }
      const rowOf = (slot: number) => (possible[firstSlot + slot] as number) - start;
      return { places: own, rows: builder.build(piece, rowOf), onCorruption: piece?.onCorruption ?? ignored };
    };
    let [row, slot, bytes] = [0, 0, 0];
    for await (const piece of log.pieces(positions, signal)) {
      const end = possible[slot + piece.count] ?? part.length;
      yield pieceOf(row, end, slot, piece);
      row = end;
      slot += piece.count;
      bytes += bytesOf(piece);
    }
    if (row < part.length) yield pieceOf(row, part.length, slot, undefined);
    readSize.took(positions.length, bytes);
  }
}

/** No block was read, so none can be wrong. */
const ignored = () => undefined;

/** Memory that its entries take once they are decoded, about. */
function bytesOf({ blocks, entries }: StoredPiece): number {
  let bytes = 0;
  for (const { contentBytes } of blocks) bytes += contentBytes;
  for (const entry of entries.values()) {
    if ("header" in entry) bytes += entry.header.length + (entry.body?.length ?? 0);
  }
  return bytes;
}

/** Puts rows together. */
class RowsBuilder {
  private readonly organization: string;
  private readonly places: readonly Place[];
  private readonly hashes: LeafHashes;
  private readonly onDamage: (place: Place, damage: Damage) => void;
  private readonly damages = new Map<number, Damage>();
  private readonly leaves: Uint8Array<ArrayBuffer>;
  private readonly hasLeaf: Uint8Array<ArrayBuffer>;

  constructor(
    organization: string,
    places: readonly Place[],
    hashes: LeafHashes,
    onDamage: (place: Place, damage: Damage) => void,
  ) {
    this.organization = organization;
    this.places = places;
    this.hashes = hashes;
    this.onDamage = onDamage;
    this.leaves = new Uint8Array(LEAF_BYTES * places.length);
    this.hasLeaf = new Uint8Array(places.length);
  }

  damaged(row: number, damage: Damage): void {
    this.damages.set(row, damage);
    this.onDamage(this.places[row] as Place, damage);
  }

  build(piece: StoredPiece | undefined, rowOf: (slot: number) => number): Rows {
    const blocks = (piece?.blocks ?? []).map(({ wanted, ...block }): RowBlock => {
      const rows = new Int32Array(WANTED * wanted.length);
      for (const [index, { ordinal, slot }] of wanted.entries()) {
        const row = rowOf(slot);
        rows[WANTED * index] = row;
        rows[WANTED * index + 1] = ordinal;
        this.leaf(row, this.hashes.inTree((this.places[row] as Place).sequence));
      }
      return { ...block, wanted: rows };
    });
    const found: [row: number, entry: LogEntry][] = [];
    for (const [slot, entry] of piece?.entries ?? []) {
      const row = rowOf(slot);
      const damage = this.wrong(row, entry);
      if (damage !== undefined) this.damaged(row, damage);
      else found.push([row, entry as LogEntry]);
    }
    for (const [row, entry] of found) this.leaf(row, this.hashes.of(entry));
    const { damages, leaves, hasLeaf } = this;
    const sequences = Float64Array.from(this.places, ({ sequence }) => sequence);
    return { count: this.places.length, sequences, damages, leaves, hasLeaf, blocks, records: recordsOf(found) };
  }

  private wrong(row: number, entry: LogEntry | DamagedEntry): Damage | undefined {
    if ("damage" in entry) return "unreadable";
    return misplaced(entry, (this.places[row] as Place).sequence, this.organization);
  }

  private leaf(row: number, hash: Uint8Array | undefined): void {
    if (hash === undefined) return;
    this.leaves.set(hash, LEAF_BYTES * row);
    this.hasLeaf[row] = 1;
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
