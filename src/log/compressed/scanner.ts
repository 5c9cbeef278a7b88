import { type ChainedRecord, Continuity, type ScanState } from "../continuity.ts";
import type { DiskFile } from "../disk.ts";
import { LogCorruption } from "../errors.ts";
import { writeUint64 } from "../format.ts";
import type { BlockRecord } from "./block-record.ts";
import type { CompressedSource, Window } from "./file.ts";
import { type ReadWindow, readWindow } from "./window-reader.ts";

export interface CompressedBatch {
  readonly recordedAt: number;
  readonly records: readonly BlockRecord[];
}

/**
 * Reads the batches of a compressed segment in order and checks everything that is known of them. What a leaf hash is, is computed
 * from its header; that all are right is known once the chain has come to what the footer says.
 */
export class CompressedScanner {
  private readonly file: DiskFile;
  private readonly source: CompressedSource;
  private readonly windows: readonly Window[];
  private readonly continuity: Continuity;
  private window = 0;
  private batch = 0;
  private record = 0;
  private current: ReadWindow | undefined;

  /** @param state as of the segment's start; changed by every batch that is right, by no other. */
  constructor(file: DiskFile, windows: readonly Window[], state: ScanState, source: CompressedSource) {
    this.file = file;
    this.windows = windows;
    this.source = source;
    this.continuity = new Continuity(state);
  }

  /** @returns the next batch; undefined after the last one. @throws LogCorruption, after which there is no further one; LogIoError. */
  async next(): Promise<CompressedBatch | undefined> {
    for (;;) {
      const window = this.windows[this.window];
      if (window === undefined) return undefined;
      this.current ??= await readWindow(this.file, window, this.source);
      const batch = this.current.index.batches[this.batch];
      if (batch !== undefined) return this.take(window, this.current, batch);
      this.current = undefined;
      this.window++;
      this.batch = 0;
      this.record = 0;
    }
  }

  private take(
    window: Window,
    { records }: ReadWindow,
    { entries, recordedAt }: { entries: number; recordedAt: number },
  ): CompressedBatch {
    const own = records.slice(this.record, this.record + entries);
    const wrong = this.continuity.take(own.map(chainedRecord), recordedAt);
    if (wrong !== undefined) throw new LogCorruption(this.source.path, window.indexOffset, wrong);
    this.record += entries;
    this.batch++;
    return { recordedAt, records: own };
  }
}

function chainedRecord({ organization, sequence, leafHash }: BlockRecord): ChainedRecord {
  const sequenceAt = 1 + organization.length;
  const chained = Buffer.allocUnsafe(sequenceAt + 8 + leafHash.length);
  chained[0] = organization.length;
  chained.write(organization, 1, "latin1");
  writeUint64(chained, sequence, sequenceAt);
  chained.set(leafHash, sequenceAt + 8);
  return { organization, sequence, chained };
}
