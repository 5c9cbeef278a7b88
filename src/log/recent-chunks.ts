import { type Chunk, type ChunkOptions, readChunk } from "./chunk.ts";
import type { DiskFile } from "./disk.ts";
import type { Segment } from "./segment.ts";
import type { IndexPoint } from "./sparse-index.ts";

/** Whoever has fallen further behind reads by itself. */
const KEPT_MAX = 4;

/**
 * What was read last of the open segment. All who follow the log want each batch soon after it was written: it is read, and its checksums are
 * tried, once for all of them.
 */
export class RecentChunks {
  private kept: { readonly segment: Segment; readonly offset: number; readonly chunk: Promise<Chunk> }[] = [];

  /** The durable entries from a point on, as `readChunk` gives them. */
  read(file: DiskFile, segment: Segment, point: IndexPoint, bytes: number, options: ChunkOptions): Promise<Chunk> {
    const known = this.kept.find((one) => one.segment === segment && one.offset === point.offset);
    if (known !== undefined) return known.chunk;
    const chunk = readChunk(file, segment, point, bytes, options);
    if (segment.sealedBytes !== undefined) return chunk;
    const one = { segment, offset: point.offset, chunk };
    this.kept = [one, ...this.kept.slice(0, KEPT_MAX - 1)];
    // Whoever reads next tries again.
    chunk.catch(() => {
      this.kept = this.kept.filter((other) => other !== one);
    });
    return chunk;
  }
}
