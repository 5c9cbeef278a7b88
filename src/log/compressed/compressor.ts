import { setTimeout as delay } from "node:timers/promises";
import type { Disk } from "../disk.ts";
import { LogCorruption, LogIoError } from "../errors.ts";
import { type Segment, segmentPath } from "../segment.ts";
import type { SegmentFiles } from "../segment-files.ts";
import type { CompressionRunner } from "./thread.ts";

/** After the disk was too full for another file, when to try again. */
const FULL_PAUSE_MS = 60_000;
/** Calls whose failure leaves everything known: the raw segment stays, and nothing was half done. */
const HARMLESS = ["open", "read", "fstat"];

export interface CompressorOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly files: SegmentFiles;
  readonly runner: CompressionRunner;
  /** A segment was compressed, and its raw file is gone. */
  readonly onCompressed: (segment: Segment) => void;
  /** No further segment is compressed until the next start. The raw one stays. */
  readonly onFailure: (error: Error) => void;
  /** A raw segment is damaged. */
  readonly onCorruption: (error: LogCorruption) => void;
  /** Nothing can be known any more: the process must end. */
  readonly onFatal: (error: Error) => void;
}

/** Compresses sealed segments in the background, one at a time, in the order in which they come. */
export class Compressor {
  private readonly options: CompressorOptions;
  private readonly waiting: Segment[] = [];
  private readonly ended = new AbortController();
  private running: Promise<void> | undefined;

  constructor(options: CompressorOptions) {
    this.options = options;
  }

  /** @param segment sealed, raw, and followed by another one that is durable. */
  add(segment: Segment): void {
    if (this.ended.signal.aborted) return;
    this.waiting.push(segment);
    this.running ??= this.run();
  }

  /** Ends what is under way; the segment stays raw. */
  async close(): Promise<void> {
    this.ended.abort();
    await this.running;
    await this.options.runner.close();
  }

  private async run(): Promise<void> {
    const { runner } = this.options;
    try {
      for (let next = this.waiting[0]; next !== undefined && !this.ended.signal.aborted; next = this.waiting[0]) {
        await this.compress(next);
      }
    } catch (error) {
      this.ended.abort();
      this.report(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.running = undefined;
      if (this.ended.signal.aborted) await runner.close();
      else runner.rest();
    }
  }

  private async compress(segment: Segment): Promise<void> {
    const { runner } = this.options;
    const end = await runner.run(segment.firstPosition, this.ended.signal);
    if (end === "full") await pause(FULL_PAUSE_MS, this.ended.signal);
    if (end !== "compressed") return;
    await this.replace(segment);
    this.waiting.shift();
    this.options.onCompressed(segment);
  }

  /**
   * From now on the compressed file is read; what is being read from the raw one is read to its end. The removal is not synced: a raw
   * file that comes back after a power loss is removed by the next start.
   */
  private async replace(segment: Segment): Promise<void> {
    const { disk, directory, files } = this.options;
    const rawPath = segment.path;
    segment.path = segmentPath(directory, segment.firstPosition, "compressed");
    segment.form = "compressed";
    segment.offsets = undefined;
    await files.retire(rawPath);
    await disk.unlink(rawPath);
  }

  private report(error: Error): void {
    const { onCorruption, onFailure, onFatal } = this.options;
    if (error instanceof LogCorruption) onCorruption(error);
    else if (error instanceof LogIoError && !HARMLESS.includes(error.operation)) onFatal(error);
    else onFailure(error);
  }
}

/** Waits, without keeping the process alive for it, until the time is over or `signal` aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { ref: false, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
