import { Batch } from "./batch.ts";
import { type FramedBatch, LogDiverged } from "./commit-point.ts";
import { Continuity, type ScanState } from "./continuity.ts";
import { type Disk, type DiskFile, writeFully } from "./disk.ts";
import { isOutOfSpace } from "./errors.ts";
import { encodeFooter } from "./footer.ts";
import { outOfOrder, readBatch } from "./read-batch.ts";
import { RecordOffsets } from "./record-offsets.ts";
import { restOfRow } from "./rest-of-row.ts";
import { createSegment, Segment } from "./segment.ts";
import { decodeSegmentHeader, encodeSegmentHeader, type SegmentHeader } from "./segment-header.ts";

export interface SegmentWriterOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly now: () => number;
  /** A segment that has this many bytes takes no further batch. */
  readonly segmentBytes: number;
  /** Id of a log that has no segment yet: 16 bytes. */
  readonly newLogId: () => Buffer;
  /** Other nodes hold the same bytes, so nothing is written that they do not get: no mark at a clean stop. */
  readonly shared?: boolean;
  /** A segment is sealed, and the one that follows it is durable. */
  readonly onSealed?: (segment: Segment) => void;
}

type BatchEnd = Pick<FramedBatch, "recordedAt" | "chainHash">;

/**
 * Puts batches into the newest segment and makes the next one when it is full. It alone changes the segments and the state;
 * it does so only after the bytes are durable, and never between two awaits half-way. Its calls must not overlap.
 *
 * What a call throws: for a full disk, an error for which `isOutOfSpace` holds, and everything is as before the call (a
 * segment may have been sealed, which loses nothing). After any other error nothing is known, and the process must end.
 */
export class SegmentWriter {
  private readonly options: SegmentWriterOptions;
  private readonly segments: Segment[];
  private readonly state: ScanState;
  private readonly batch = new Batch();
  /** The newest segment's file; undefined when that one is sealed and the next is still to be made. */
  private file: DiskFile | undefined;

  constructor(options: SegmentWriterOptions, segments: Segment[], state: ScanState, file: DiskFile | undefined) {
    this.options = options;
    this.segments = segments;
    this.state = state;
    this.file = file;
  }

  /** Sees to it that the newest segment is open and not yet full. */
  async makeRoom(): Promise<void> {
    const segment = this.segments.at(-1);
    if (this.file !== undefined && segment !== undefined && segment.end >= this.options.segmentBytes) {
      await this.seal(this.file, segment);
    }
    if (this.file === undefined) this.file = await this.startSegment(segment);
  }

  /**
   * Goes on under another log id: what is there is sealed as it is, and the next segment has the new id. An empty segment is replaced by
   * one that begins at the same position and so has its name.
   */
  async continueAs(logId: Buffer): Promise<void> {
    const newest = this.segments.at(-1);
    if (newest?.entries === 0) {
      await this.file?.close();
      this.segments.pop();
    } else if (this.file !== undefined && newest !== undefined) {
      await this.seal(this.file, newest);
    }
    this.file = await this.startSegment(this.segments.at(-1), logId);
  }

  /** Begins a batch where there is room. Its entries are in memory only, until `write`. */
  startBatch(): Batch {
    this.batch.start(this.open().segment, this.state.chainHash);
    return this.batch;
  }

  /** Ends the batch. */
  frame(recordedAt: number): FramedBatch {
    const { segment } = this.open();
    const { count } = this.batch;
    const { bytes, chainHash } = this.batch.finish(recordedAt);
    return {
      firstPosition: this.state.position,
      entries: count,
      recordedAt,
      bytes,
      previousHash: this.state.chainHash,
      chainHash,
      segmentHeader: segment.entries === 0 ? encodeSegmentHeader(segment.header) : undefined,
    };
  }

  /** Writes the batch that was framed last and makes it durable: pwrite → fdatasync. Its sequences are committed. */
  write(framed: FramedBatch): Promise<void> {
    return this.put(framed, this.batch.offsets);
  }

  /** As `write`, of a batch that another node framed. @throws LogDiverged, with nothing changed. */
  async adopt(framed: FramedBatch): Promise<void> {
    const { chainHash } = this.state;
    const rest = framed.previousHash.equals(chainHash) ? undefined : restOfRow(framed.bytes, chainHash);
    if (rest === undefined && framed.segmentHeader !== undefined) {
      await this.beginAs(framed.segmentHeader, framed.firstPosition);
    }
    try {
      const { offsets, end } = this.check(rest ?? framed.bytes, framed.firstPosition);
      await this.put({ ...framed, ...end, bytes: rest ?? framed.bytes, entries: offsets.length }, offsets);
    } catch (error) {
      this.state.counters.rollback();
      throw error;
    }
  }

  /**
   * Whether the batches of a row continue what this node holds. Their sequences are taken, and neither committed nor rolled back.
   * @returns where their records will be, and how the row ends. @throws LogDiverged
   */
  private check(bytes: Buffer, firstPosition: number): { offsets: number[]; end: BatchEnd } {
    const { segment } = this.open();
    const diverged = (reason: string) =>
      new LogDiverged(`the batch at position ${firstPosition} of the shared log does not fit: ${reason}`);
    const state = { ...this.state };
    const continuity = new Continuity(state);
    const offsets: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const offset = segment.end + at;
      const batch = readBatch(bytes.subarray(at), segment, offset, true);
      if ("damaged" in batch) throw diverged(batch.reason);
      const { records, trailer } = batch;
      const wrong = outOfOrder(batch, segment.entries + offsets.length);
      if (wrong !== undefined) throw diverged(wrong);
      if (trailer.firstPosition !== state.position) throw diverged(`position ${state.position} is next`);
      const chainHash = continuity.check(records, trailer.recordedAt, trailer.chainHash);
      if (typeof chainHash === "string") throw diverged(chainHash);
      for (const { offsetInBatch } of records) offsets.push(offset + offsetInBatch);
      state.position += records.length;
      state.recordedAt = trailer.recordedAt;
      state.chainHash = chainHash;
      at = batch.end - segment.end;
    }
    return { offsets, end: { recordedAt: state.recordedAt, chainHash: state.chainHash } };
  }

  /**
   * Leaves a batch of no entries when the segment has others, then closes the file. What follows a batch proves that it had
   * become durable: after a clean stop, damage to the last entries cannot pass for a torn write. (A shared log proves it by itself.)
   */
  async close(): Promise<void> {
    if (this.file === undefined) return;
    const { segment, file } = this.open();
    if (segment.entries > 0 && this.options.shared !== true) {
      try {
        this.startBatch();
        await this.write(this.frame(this.state.recordedAt));
      } catch (error) {
        if (!isOutOfSpace(error)) throw error;
      }
    }
    this.file = undefined;
    await file.close();
  }

  /** Closes the file that a failure has left open. Nothing is written. */
  async release(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close();
  }

  private open(): { segment: Segment; file: DiskFile } {
    const segment = this.segments.at(-1);
    if (segment === undefined || this.file === undefined) throw new Error("no segment is open: makeRoom comes first");
    return { segment, file: this.file };
  }

  private async put(framed: FramedBatch, offsets: readonly number[]): Promise<void> {
    const { segment, file } = this.open();
    const { bytes, entries, recordedAt, chainHash } = framed;
    await writeDurably(file, bytes, segment.end);
    for (const [index, offset] of offsets.entries()) segment.addRecord(segment.entries + index, offset);
    segment.end += bytes.length;
    segment.entries += entries;
    this.state.position += entries;
    this.state.recordedAt = recordedAt;
    this.state.chainHash = chainHash;
    this.state.counters.commit();
  }

  /** Goes on in a segment that another node began: an empty one of this node gives way to it. */
  private async beginAs(encoded: Buffer, firstPosition: number): Promise<void> {
    const header = decodeSegmentHeader(encoded);
    if (typeof header === "string") throw new LogDiverged(`the header of segment ${firstPosition}: ${header}`);
    const newest = this.segments.at(-1);
    if (newest?.entries === 0) {
      if (encodeSegmentHeader(newest.header).equals(encoded)) return;
      await this.file?.close();
      this.file = undefined;
      this.segments.pop();
    } else if (this.file !== undefined && newest !== undefined) {
      await this.seal(this.file, newest);
    }
    const previous = this.segments.at(-1);
    const { position, chainHash, recordedAt } = this.state;
    if (
      header.firstPosition !== position ||
      header.logicalOffset !== (previous?.logical(previous.sealedBytes ?? previous.end) ?? 0) ||
      !header.previousHash.equals(chainHash) ||
      header.recordedAt !== recordedAt ||
      (newest !== undefined && !header.logId.equals(newest.header.logId))
    ) {
      throw new LogDiverged(`the shared log's segment ${firstPosition} does not continue what this node holds`);
    }
    this.file = await this.createSegment(header, previous);
  }

  /** pwrite(footer) → fdatasync → close. The next segment is made only when the footer is durable. */
  private async seal(file: DiskFile, segment: Segment): Promise<void> {
    const { counters, recordedAt, chainHash } = this.state;
    const { entries, index } = segment;
    if (index === undefined) throw new Error("an open segment has its index in memory");
    const footer = { entries, recordedAt, chainHash, organizations: counters.ranges(), index };
    const bytes = encodeFooter(footer, segment.crc, segment.logical(segment.end));
    await writeDurably(file, bytes, segment.end);
    this.file = undefined;
    segment.sealedBytes = segment.end + bytes.length;
    segment.index = undefined;
    counters.startSegment();
    await file.close();
  }

  private startSegment(previous: Segment | undefined, newLogId?: Buffer): Promise<DiskFile> {
    const header = {
      logId: newLogId ?? previous?.header.logId ?? this.options.newLogId(),
      firstPosition: this.state.position,
      logicalOffset: previous?.logical(previous.sealedBytes ?? previous.end) ?? 0,
      previousHash: this.state.chainHash,
      createdAt: Math.floor(this.options.now()),
      recordedAt: this.state.recordedAt,
    };
    return this.createSegment(header, previous);
  }

  private async createSegment(header: SegmentHeader, previous: Segment | undefined): Promise<DiskFile> {
    const { disk, directory } = this.options;
    const segment = new Segment(directory, header);
    segment.offsets = new RecordOffsets();
    const file = await createSegment(disk, directory, segment);
    this.segments.push(segment);
    if (previous !== undefined) this.options.onSealed?.(previous);
    return file;
  }
}

/**
 *   pwrite → fdatasync
 *
 * When the disk is full: pwrite fails → ftruncate(to where it began) → fdatasync, so that nothing of what was refused comes
 * back after a power loss. An fsync is never repeated: after a failed one the kernel may have dropped the bytes and will call
 * the next one a success.
 */
async function writeDurably(file: DiskFile, bytes: Uint8Array, offset: number): Promise<void> {
  try {
    await writeFully(file, bytes, offset);
  } catch (error) {
    if (isOutOfSpace(error)) {
      await file.truncate(offset);
      await file.datasync();
    }
    throw error;
  }
  await file.datasync();
}
