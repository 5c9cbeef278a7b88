import { CompressedLookup } from "./compressed/lookup.ts";
import type { DamagedEntry, LogEntry } from "./contract.ts";
import { LogCorruption } from "./errors.ts";
import { RawLookup } from "./raw-lookup.ts";
import type { Segment } from "./segment.ts";
import type { SegmentFile, SegmentFiles } from "./segment-files.ts";

/** Bytes of records, or of the blocks that hold them, that are read for one piece. */
export const PIECE_BYTES = 4 * 1024 * 1024;
const PIECE_ENTRIES_MAX = 2000;
/** Segments that are open for one piece. */
const PIECE_SEGMENTS_MAX = 64;

/** An entry that is asked for: its place in the segment, and in the piece. */
export interface Wanted {
  readonly ordinal: number;
  readonly slot: number;
}

/** Entries of a piece that are in one segment. */
export interface SegmentWants {
  /** Adds one. @returns about how many more bytes will have to be read for it. @throws LogCorruption, LogIoError */
  add(wanted: Wanted): Promise<number>;
  /** Reads all of them. @param found hears of each. @throws LogIoError */
  read(found: (slot: number, entry: LogEntry | LogCorruption) => void): Promise<void>;
}

export type Found = LogEntry | DamagedEntry;

interface Piece {
  readonly entries: Found[];
  readonly next: number;
}

/** Reads entries by position: in the order asked for, in pieces, the next one ahead. */
export class Lookup {
  private readonly files: SegmentFiles;
  private readonly segmentOf: (position: number) => Segment;
  private readonly onCorruption: (error: LogCorruption) => void;
  private readonly raw = new RawLookup();
  private readonly compressed: CompressedLookup;

  constructor(
    files: SegmentFiles,
    segmentOf: (position: number) => Segment,
    onCorruption: (error: LogCorruption) => void,
    cacheBytes: number,
  ) {
    this.files = files;
    this.segmentOf = segmentOf;
    this.onCorruption = onCorruption;
    this.compressed = new CompressedLookup(cacheBytes);
  }

  /** @param positions all of them below the log's end. */
  async *entries(positions: readonly number[], signal?: AbortSignal): AsyncGenerator<Found[], void, undefined> {
    for (let ahead = this.readAhead(positions, 0); ahead !== undefined; ) {
      signal?.throwIfAborted();
      const { entries, next } = await ahead;
      signal?.throwIfAborted();
      ahead = this.readAhead(positions, next);
      yield entries;
    }
  }

  /** Several at once, however large they are. */
  async piece(positions: readonly number[]): Promise<Found[]> {
    return (await this.readPiece(positions, 0)).entries;
  }

  private readAhead(positions: readonly number[], from: number): Promise<Piece> | undefined {
    if (from >= positions.length) return undefined;
    const piece = this.readPiece(positions, from);
    // Whoever asks for the piece gets its error; nobody may ask.
    piece.catch(() => undefined);
    return piece;
  }

  private async readPiece(positions: readonly number[], from: number): Promise<Piece> {
    const plan = new Plan(this.files, (file, segment) =>
      file.form === "raw" ? this.raw.wants(file, segment) : this.compressed.wants(file, segment),
    );
    const entries: Found[] = [];
    const found = (slot: number, entry: LogEntry | LogCorruption) => {
      if (entry instanceof LogCorruption) this.onCorruption(entry);
      const position = positions[from + slot] ?? 0;
      entries[slot] = entry instanceof LogCorruption ? { position, damage: entry } : entry;
    };
    let next = from;
    try {
      while (next < positions.length && plan.hasRoom(next - from)) {
        const position = positions[next] ?? 0;
        const segment = this.segmentOf(position);
        const wanted = { ordinal: position - segment.firstPosition, slot: next - from };
        try {
          await plan.add(segment, wanted);
        } catch (error) {
          if (!(error instanceof LogCorruption)) throw error;
          found(wanted.slot, error);
        }
        next++;
      }
      await plan.read(found);
    } finally {
      await plan.release();
    }
    return { entries, next };
  }
}

/** What is read for one piece, segment by segment, each opened once. */
class Plan {
  private readonly files: SegmentFiles;
  private readonly wantsOf: (file: SegmentFile, segment: Segment) => SegmentWants;
  private readonly segments = new Map<Segment, { file: SegmentFile; wants: SegmentWants }>();
  private bytes = 0;

  constructor(files: SegmentFiles, wantsOf: (file: SegmentFile, segment: Segment) => SegmentWants) {
    this.files = files;
    this.wantsOf = wantsOf;
  }

  hasRoom(entries: number): boolean {
    return this.bytes < PIECE_BYTES && entries < PIECE_ENTRIES_MAX && this.segments.size <= PIECE_SEGMENTS_MAX;
  }

  async add(segment: Segment, wanted: Wanted): Promise<void> {
    let opened = this.segments.get(segment);
    if (opened === undefined) {
      const file = await this.files.acquire(segment);
      opened = { file, wants: this.wantsOf(file, segment) };
      this.segments.set(segment, opened);
    }
    this.bytes += await opened.wants.add(wanted);
  }

  async read(found: (slot: number, entry: LogEntry | LogCorruption) => void): Promise<void> {
    for (const { wants } of this.segments.values()) await wants.read(found);
  }

  async release(): Promise<void> {
    for (const { file } of this.segments.values()) await file.release();
  }
}
