import type { DiskFile } from "../disk.ts";
import { LogCorruption } from "../errors.ts";
import { Turns } from "../turns.ts";
import type { BlockRecord } from "./block-record.ts";
import { type CompressedSource, decodeBlocks, decodeIndex, placeRecords, readRange, type Window } from "./file.ts";
import type { WindowIndex } from "./window-index.ts";

/** A window that was read whole. */
export interface ReadWindow {
  readonly index: WindowIndex;
  /** By position, without a gap. */
  readonly records: readonly BlockRecord[];
}

/** Reads a window with one read, and its records into the order of their positions. @throws LogCorruption, LogIoError */
export async function readWindow(file: DiskFile, window: Window, source: CompressedSource): Promise<ReadWindow> {
  const bytes = await readRange(file, source.path, window.offset, window.end);
  const index = decodeIndex(bytes.subarray(window.indexOffset - window.offset), window, source);
  const records: (BlockRecord | undefined)[] = Array.from({ length: window.records });
  const turns = new Turns();
  let block = 0;
  for (const decoded of decodeBlocks(bytes, window, index, source)) {
    placeRecords(records, decoded, block, window, index, source.path);
    block++;
    await turns.pauseIfDue();
  }
  const whole = records.flatMap((record) => record ?? []);
  if (whole.length !== window.records) {
    throw new LogCorruption(source.path, window.indexOffset, "blocks of a window lack records that its index has");
  }
  return { index, records: whole };
}
