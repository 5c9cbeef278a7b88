import { logUnavailable } from "./append-queue.ts";
import { type Chunk, readChunk } from "./chunk.ts";
import type { DamagedEntry, LogEntry } from "./contract.ts";
import { LogCorruption } from "./errors.ts";
import type { Segment } from "./segment.ts";
import type { SegmentFile, SegmentFiles } from "./segment-files.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { INDEX_EVERY_BYTES, type IndexPoint } from "./sparse-index.ts";

/** Bytes that `follow` reads at once. */
const CHUNK_BYTES = 1024 * 1024;
/** Reaches from one point of the index to the next, and mostly one record further. */
const LOOKUP_BYTES = INDEX_EVERY_BYTES + 16 * 1024;
/** Entries that `entries` looks up for one piece. */
const PIECE_ENTRIES = 64;

/** Reads what is durable. Every record's checksums are tried on every read: what does not match is an error, never an answer. */
export class Reader {
  private readonly segments: readonly Segment[];
  private readonly files: SegmentFiles;
  private readonly onCorruption: (error: LogCorruption) => void;
  private readonly waiting = new Set<() => void>();
  private closed = false;

  /** @param segments the writer's, which it appends to. */
  constructor(segments: readonly Segment[], files: SegmentFiles, onCorruption: (error: LogCorruption) => void) {
    this.segments = segments;
    this.files = files;
    this.onCorruption = onCorruption;
  }

  get end(): number {
    const newest = this.segments.at(-1);
    return newest === undefined ? 0 : newest.firstPosition + newest.entries;
  }

  /** To be called whenever entries became durable or a segment was sealed. */
  wake(): void {
    for (const go of [...this.waiting]) go();
  }

  /** Ends every `follow`, and refuses further reads. */
  async close(): Promise<void> {
    this.closed = true;
    this.wake();
    await this.files.close();
  }

  async entry(position: number): Promise<LogEntry> {
    this.requireDurable(position);
    const segment = this.segmentOf(position);
    return this.reading(segment, async (opened) => {
      const ordinal = position - segment.firstPosition;
      let point = await startOf(opened, ordinal);
      for (;;) {
        const { entries, next } = await readChunk(
          opened.file,
          segment,
          point,
          LOOKUP_BYTES,
          ordinal + 1 - point.ordinal,
        );
        const last = entries.at(-1);
        if (last?.position === position) return last;
        point = next;
      }
    });
  }

  async *entries(
    positions: readonly number[],
    signal?: AbortSignal,
  ): AsyncGenerator<readonly (LogEntry | DamagedEntry)[], void, undefined> {
    for (const position of positions) this.requireDurable(position);
    for (let at = 0; at < positions.length; at += PIECE_ENTRIES) {
      signal?.throwIfAborted();
      const piece: (LogEntry | DamagedEntry)[] = [];
      for (const position of positions.slice(at, at + PIECE_ENTRIES)) piece.push(await this.entryOrDamage(position));
      yield piece;
    }
  }

  async *follow(from: number, signal: AbortSignal): AsyncGenerator<readonly LogEntry[], void, undefined> {
    if (!Number.isSafeInteger(from) || from < 0 || from > this.end) {
      throw new RangeError(`position ${from} is beyond the log's end, ${this.end}`);
    }
    let position = from;
    let place: { segment: Segment; point: IndexPoint } | undefined;
    while (await this.reached(position, signal)) {
      const segment: Segment = this.segmentOf(position);
      const known: IndexPoint | undefined = place?.segment === segment ? place.point : undefined;
      let chunk: Chunk;
      try {
        chunk = await this.reading(segment, async (opened) => {
          const point = known ?? (await seek(opened, segment, position - segment.firstPosition));
          return readChunk(opened.file, segment, point, CHUNK_BYTES);
        });
      } catch (error) {
        if (this.closed) return;
        throw error;
      }
      place = { segment, point: chunk.next };
      position += chunk.entries.length;
      if (chunk.entries.length > 0 && !signal.aborted) yield chunk.entries;
    }
  }

  private async entryOrDamage(position: number): Promise<LogEntry | DamagedEntry> {
    try {
      return await this.entry(position);
    } catch (error) {
      if (error instanceof LogCorruption) return { position, damage: error };
      throw error;
    }
  }

  private requireDurable(position: number): void {
    if (Number.isSafeInteger(position) && position >= 0 && position < this.end) return;
    throw new RangeError(`position ${position} is not one of the log's, which ends at ${this.end}`);
  }

  /** Waits until `position` is durable; false once the reading is to end. */
  private async reached(position: number, signal: AbortSignal): Promise<boolean> {
    while (position >= this.end && !signal.aborted && !this.closed) {
      await new Promise<void>((resolve) => {
        const go = () => {
          signal.removeEventListener("abort", go);
          this.waiting.delete(go);
          resolve();
        };
        signal.addEventListener("abort", go);
        this.waiting.add(go);
      });
    }
    return !signal.aborted && !this.closed;
  }

  private async reading<T>(segment: Segment, read: (opened: SegmentFile) => Promise<T>): Promise<T> {
    if (this.closed) throw logUnavailable("the log is closed");
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

/** A point at or shortly before an entry. */
async function startOf(opened: SegmentFile, ordinal: number): Promise<IndexPoint> {
  const start = { ordinal: 0, offset: SEGMENT_HEADER_BYTES };
  return ordinal === 0 ? start : ((await opened.index()).find(ordinal) ?? start);
}

/** The place of an entry, found by reading from the index's last point before it. */
async function seek(opened: SegmentFile, segment: Segment, ordinal: number): Promise<IndexPoint> {
  let point = await startOf(opened, ordinal);
  while (point.ordinal < ordinal) {
    const { next } = await readChunk(opened.file, segment, point, LOOKUP_BYTES, ordinal - point.ordinal);
    point = next;
  }
  return point;
}
