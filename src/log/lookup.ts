import { CompressedLookup } from "./compressed/lookup.ts";
import type { DamagedEntry, LogEntry, StoredBlock, StoredPiece } from "./contract.ts";
import { LogCorruption, NoSuchPosition } from "./errors.ts";
import { RawLookup } from "./raw-lookup.ts";
import type { Segment } from "./segment.ts";
import type { SegmentFile, SegmentFiles } from "./segment-files.ts";
import type { LookupListener, SegmentWants } from "./segment-wants.ts";

/** Bytes of records, or of the blocks that hold them, that are read for one piece. */
export const PIECE_BYTES = 4 * 1024 * 1024;
const PIECE_ENTRIES_MAX = 2000;
/** Segments that are open for one piece. */
const PIECE_SEGMENTS_MAX = 64;

export type Found = LogEntry | DamagedEntry;

/** Positions that entries are asked for by. */
type Positions = ArrayLike<number>;

interface Piece<T> {
  readonly value: T;
  readonly next: number;
}

/** Reads entries by position: in the order asked for, in pieces, the next one ahead. */
export class Lookup {
  private readonly files: SegmentFiles;
  private readonly segmentOf: (position: number) => Segment | undefined;
  private readonly onCorruption: (error: LogCorruption) => void;
  private readonly raw = new RawLookup();
  private readonly compressed: CompressedLookup;

  constructor(
    files: SegmentFiles,
    segmentOf: (position: number) => Segment | undefined,
    onCorruption: (error: LogCorruption) => void,
    cacheBytes: number,
  ) {
    this.files = files;
    this.segmentOf = segmentOf;
    this.onCorruption = onCorruption;
    this.compressed = new CompressedLookup(cacheBytes);
  }

  entries(positions: Positions, signal?: AbortSignal): AsyncGenerator<Found[], void, undefined> {
    return inPieces(positions, (from) => this.decodedPiece(positions, from), signal);
  }

  /** The same, but blocks are left as they are. */
  stored(positions: Positions, signal?: AbortSignal): AsyncGenerator<StoredPiece, void, undefined> {
    return inPieces(positions, (from) => this.storedPiece(positions, from), signal);
  }

  /** Several at once, however large they are. */
  async piece(positions: Positions): Promise<Found[]> {
    return (await this.decodedPiece(positions, 0)).value;
  }

  private async decodedPiece(positions: Positions, from: number): Promise<Piece<Found[]>> {
    const value: Found[] = [];
    const next = await this.readPiece(positions, from, {
      found: (slot, entry) => {
        value[slot] = this.foundAt(positions[from + slot] ?? 0, entry);
      },
      stored: undefined,
    });
    return { value, next };
  }

  private async storedPiece(positions: Positions, from: number): Promise<Piece<StoredPiece>> {
    const blocks: StoredBlock[] = [];
    const entries = new Map<number, Found>();
    const next = await this.readPiece(positions, from, {
      found: (slot, entry) => entries.set(slot, this.foundAt(positions[from + slot] ?? 0, entry)),
      stored: (block) => blocks.push(block),
    });
    return { value: { count: next - from, blocks, entries, onCorruption: this.onCorruption }, next };
  }

  private foundAt(position: number, entry: LogEntry | LogCorruption | NoSuchPosition): Found {
    if (!(entry instanceof Error)) return entry;
    if (entry instanceof LogCorruption) this.onCorruption(entry);
    return { position, damage: entry };
  }

  /** @returns where the next piece begins. */
  private async readPiece(positions: Positions, from: number, listener: LookupListener): Promise<number> {
    const plan = new Plan(this.files, this.segmentOf, (file, segment) =>
      file.form === "raw" ? this.raw.wants(file, segment) : this.compressed.wants(file, segment),
    );
    let next = from;
    try {
      while (next < positions.length && plan.hasRoom(next - from)) {
        const slot = next - from;
        try {
          // Mostly known at once: waiting a turn for each of them would cost more than all else.
          const added = plan.add(positions[next] as number, slot);
          if (added !== undefined) await added;
        } catch (error) {
          if (!(error instanceof LogCorruption || error instanceof NoSuchPosition)) throw error;
          listener.found(slot, error);
        }
        next++;
      }
      await plan.read(listener);
    } finally {
      await plan.release();
    }
    return next;
  }
}

async function* inPieces<T>(
  positions: Positions,
  read: (from: number) => Promise<Piece<T>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const readAhead = (from: number): Promise<Piece<T>> | undefined => {
    if (from >= positions.length) return undefined;
    const piece = read(from);
    // Whoever asks for the piece gets its error; nobody may ask.
    piece.catch(() => undefined);
    return piece;
  };
  for (let ahead = readAhead(0); ahead !== undefined; ) {
    signal?.throwIfAborted();
    const { value, next } = await ahead;
    signal?.throwIfAborted();
    ahead = readAhead(next);
    yield value;
  }
}

/** A segment of which something is read, and what. */
interface Opened {
  readonly segment: Segment;
  readonly file: SegmentFile;
  readonly wants: SegmentWants;
}

/** What is read for one piece, segment by segment, each opened once. */
class Plan {
  private readonly files: SegmentFiles;
  private readonly segmentOf: (position: number) => Segment | undefined;
  private readonly wantsOf: (file: SegmentFile, segment: Segment) => SegmentWants;
  private readonly segments = new Map<Segment, Opened>();
  /** The one that was added to last: what comes next is mostly in it, too. */
  private latest: Opened | undefined;
  private bytes = 0;

  constructor(
    files: SegmentFiles,
    segmentOf: (position: number) => Segment | undefined,
    wantsOf: (file: SegmentFile, segment: Segment) => SegmentWants,
  ) {
    this.files = files;
    this.segmentOf = segmentOf;
    this.wantsOf = wantsOf;
  }

  hasRoom(entries: number): boolean {
    return this.bytes < PIECE_BYTES && entries < PIECE_ENTRIES_MAX && this.segments.size <= PIECE_SEGMENTS_MAX;
  }

  /** @returns undefined where nothing had to be waited for. @throws NoSuchPosition, LogCorruption, LogIoError */
  add(position: number, slot: number): Promise<void> | undefined {
    const { latest } = this;
    if (latest !== undefined) {
      const ordinal = position - latest.segment.firstPosition;
      if (ordinal >= 0 && ordinal < latest.segment.entries && Number.isInteger(ordinal))
        return this.count(latest.wants.add(ordinal, slot));
    }
    const segment = this.segmentOf(position);
    if (segment === undefined) throw new NoSuchPosition(position);
    this.latest = this.segments.get(segment);
    if (this.latest === undefined) return this.open(segment, position, slot);
    return this.count(this.latest.wants.add(position - segment.firstPosition, slot));
  }

  async read(listener: LookupListener): Promise<void> {
    for (const { wants } of this.segments.values()) await wants.read(listener);
  }

  private async open(segment: Segment, position: number, slot: number): Promise<void> {
    const file = await this.files.acquire(segment);
    const opened = { segment, file, wants: this.wantsOf(file, segment) };
    this.segments.set(segment, opened);
    this.latest = opened;
    await this.count(opened.wants.add(position - segment.firstPosition, slot));
  }

  private count(bytes: number | Promise<number>): Promise<void> | undefined {
    if (typeof bytes !== "number") {
      return bytes.then((known) => {
        this.bytes += known;
      });
    }
    this.bytes += bytes;
    return undefined;
  }

  async release(): Promise<void> {
    for (const { file } of this.segments.values()) await file.release();
  }
}
