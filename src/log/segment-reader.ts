import { Milestone } from "../milestone.ts";
import { readChunk } from "./chunk.ts";
import { FollowedEntry, windowAt } from "./compressed/lookup.ts";
import { readWindow } from "./compressed/window-reader.ts";
import type { LogEntry, StoredPiece } from "./contract.ts";
import { LogCorruption } from "./errors.ts";
import { type Found, Lookup } from "./lookup.ts";
import { LOOKUP_BYTES } from "./raw-lookup.ts";
import { RecentChunks } from "./recent-chunks.ts";
import type { Segment } from "./segment.ts";
import type { CompressedFile, RawFile, SegmentFile, SegmentFiles } from "./segment-files.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { requireSound } from "./sound.ts";
import type { IndexPoint } from "./sparse-index.ts";

/** Bytes that `follow` reads at once, and hands over at once. */
const CHUNK_BYTES = 1024 * 1024;
/** Followers are woken so often at most. */
const WAKE_MS = 10;
/** Blocks and indexes of compressed segments that are kept in memory for all readers together: about five hundred blocks. */
const CACHE_BYTES = 16 * 1024 * 1024;

/** Reads what is durable. Every record's checksums are tried on every read: what does not match is an error, never an answer. */
export class SegmentReader {
  private readonly segments: readonly Segment[];
  private readonly files: SegmentFiles;
  private readonly onCorruption: (error: LogCorruption) => void;
  private readonly lookup: Lookup;
  private readonly recent = new RecentChunks();
  private readonly durable = new Milestone();
  private waking: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param segments the writer's, which it appends to. */
  constructor(segments: readonly Segment[], files: SegmentFiles, onCorruption: (error: LogCorruption) => void) {
    this.segments = segments;
    this.files = files;
    this.onCorruption = onCorruption;
    const durable = (position: number) => (this.isDurable(position) ? this.segmentOf(position) : undefined);
    this.lookup = new Lookup(files, durable, onCorruption, CACHE_BYTES);
  }

  get end(): number {
    const newest = this.segments.at(-1);
    return newest === undefined ? 0 : newest.firstPosition + newest.entries;
  }

  /**
   * To be called whenever entries became durable or a segment was sealed. Whoever follows hears of it at once, and then at most every
   * `WAKE_MS`: single events are some hundred commits a second, and each reading costs its follower about as much as an event does.
   */
  wake(): void {
    if (this.waking !== undefined) return;
    this.durable.move(this.end);
    this.waking = setTimeout(() => {
      this.waking = undefined;
      if (this.durable.position < this.end) this.wake();
    }, WAKE_MS);
  }

  /** Ends every `follow`, and refuses further reads. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.waking);
    this.durable.move(Number.POSITIVE_INFINITY);
    await this.files.close();
  }

  async entry(position: number): Promise<LogEntry> {
    const [found] = requireSound(await this.lookup.piece([position]));
    if (found === undefined) throw new Error("a position below the log's end has an entry");
    return found;
  }

  entries(positions: readonly number[], signal?: AbortSignal): AsyncGenerator<readonly Found[], void, undefined> {
    return this.lookup.entries(positions, signal);
  }

  pieces(positions: Float64Array, signal?: AbortSignal): AsyncGenerator<StoredPiece, void, undefined> {
    return this.lookup.stored(positions, signal);
  }

  async *follow(from: number, signal: AbortSignal): AsyncGenerator<readonly LogEntry[], void, undefined> {
    if (!Number.isSafeInteger(from) || from < 0 || from > this.end) {
      throw new RangeError(`position ${from} is beyond the log's end, ${this.end}`);
    }
    const place: Place = { position: from, caughtUp: false, raw: undefined };
    for (;;) {
      place.caughtUp ||= place.position === this.end;
      if (!(await this.holds(place, signal))) return;
      let pieces: Iterable<readonly LogEntry[]>;
      try {
        pieces = await this.readOn(place);
      } catch (error) {
        if (this.closed) return;
        throw error;
      }
      for (const piece of pieces) if (!signal.aborted) yield piece;
    }
  }

  /** Reads what comes next at a place, a chunk or a window, and moves it on. @returns the entries in pieces that are handed over at once. */
  private async readOn(place: Place): Promise<Iterable<readonly LogEntry[]>> {
    const segment = this.segmentOf(place.position);
    return this.reading(segment, async (opened) => {
      const ordinal = place.position - segment.firstPosition;
      if (opened.form === "compressed") {
        const entries = await readWindowFrom(opened, segment, ordinal);
        place.raw = undefined;
        place.position += entries.length;
        return inPieces(entries);
      }
      const known = place.raw?.segment === segment ? place.raw.point : undefined;
      const point = known ?? (await seek(opened, segment, ordinal));
      const chunk = await this.recent.read(opened.file, segment, point, CHUNK_BYTES, {
        waitedFor: place.caughtUp,
      });
      place.raw = { segment, point: chunk.next };
      place.position += chunk.entries.length;
      return chunk.entries.length > 0 ? [chunk.entries] : [];
    });
  }

  private isDurable(position: number): boolean {
    return Number.isSafeInteger(position) && position >= 0 && position < this.end;
  }

  /** Waits until there is something to read at a place; false once the reading is to end. */
  private async holds({ position, caughtUp }: Place, signal: AbortSignal): Promise<boolean> {
    // Whoever has caught up reads when it is woken, not after each commit.
    const end = caughtUp ? this.durable.position : this.end;
    if (position >= end && !this.closed) await this.durable.reached(position + 1, signal).catch(() => undefined);
    return !signal.aborted && !this.closed;
  }

  private async reading<T>(segment: Segment, read: (opened: SegmentFile) => Promise<T>): Promise<T> {
    const opened = await this.files.acquire(segment);
    try {
      return await read(opened);
    } catch (error) {
      if (error instanceof LogCorruption) this.onCorruption(error);
      throw error;
    } finally {
      await opened.release();
    }
  }

  /** The segment that a position below `end` is in. */
  private segmentOf(position: number): Segment {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const segment = this.segments[middle];
      if (segment !== undefined && segment.firstPosition <= position) low = middle;
      else high = middle - 1;
    }
    const segment = this.segments[low];
    if (segment === undefined) throw new RangeError("the log has no segment");
    return segment;
  }
}

/** Where a reading in order has come to. */
interface Place {
  position: number;
  /** It has reached the log's end: what comes next was written since. */
  caughtUp: boolean;
  /** The same place in a raw file. */
  raw: { readonly segment: Segment; readonly point: IndexPoint } | undefined;
}

/** The place of an entry, found by reading from the index's last point before it. */
async function seek(opened: RawFile, segment: Segment, ordinal: number): Promise<IndexPoint> {
  const known = segment.offsets?.at(ordinal);
  if (known !== undefined) return { ordinal, offset: known };
  const start = { ordinal: 0, offset: SEGMENT_HEADER_BYTES };
  let point = ordinal === 0 ? start : ((await opened.index()).find(ordinal) ?? start);
  while (point.ordinal < ordinal) {
    const { next } = await readChunk(opened.file, segment, point, LOOKUP_BYTES, {
      entriesMax: ordinal - point.ordinal,
    });
    point = next;
  }
  return point;
}

/** The rest of a window, from an entry on. */
async function readWindowFrom(
  { file, source, footer }: CompressedFile,
  segment: Segment,
  ordinal: number,
): Promise<FollowedEntry[]> {
  const { windows, offset } = await footer();
  const window = windowAt(windows, ordinal);
  if (window === undefined) throw new LogCorruption(source.path, offset, "the footer lacks a window");
  const { records } = await readWindow(file, window, source);
  return records.slice(ordinal - window.firstOrdinal).map((record) => new FollowedEntry(record, segment.firstPosition));
}

/** A window is longer than what is handed over at once: its entries in pieces of about CHUNK_BYTES. */
function* inPieces(entries: readonly FollowedEntry[]): Generator<readonly LogEntry[], void, undefined> {
  let from = 0;
  let bytes = 0;
  for (const [at, entry] of entries.entries()) {
    bytes += entry.bytesMax;
    if (bytes < CHUNK_BYTES && at + 1 < entries.length) continue;
    yield entries.slice(from, at + 1);
    from = at + 1;
    bytes = 0;
  }
}
