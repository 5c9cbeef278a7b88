import { ByteCache } from "../block-cache.ts";
import type { LogEntry } from "../contract.ts";
import { LogCorruption } from "../errors.ts";
import type { SegmentWants, Wanted } from "../lookup.ts";
import type { Segment } from "../segment.ts";
import type { CompressedFile } from "../segment-files.ts";
import { Turns } from "../turns.ts";
import type { Block, BlockRecord } from "./block.ts";
import { blockOffsets, decodeBlockOf, decodeIndex, readRange, type Window } from "./file.ts";
import type { WindowIndex } from "./window-index.ts";

type FoundOne = (slot: number, entry: LogEntry | LogCorruption) => void;

/** Bytes of blocks that are read at once where they are next to one another. */
const RUN_BYTES_MAX = 1024 * 1024;

interface CachedIndex {
  readonly index: WindowIndex;
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** A block that is wanted, and the records in it. */
interface WantedBlock {
  readonly block: number;
  readonly wanted: Wanted[];
}

interface WantedWindow {
  readonly window: Window;
  readonly cached: CachedIndex;
  readonly blocks: Map<number, WantedBlock>;
}

/** Looks entries up in compressed segments, and keeps the blocks and indexes that were used last. */
export class CompressedLookup {
  private readonly blocks: ByteCache<Block>;
  private readonly indexes: ByteCache<CachedIndex>;

  /** @param cacheBytes how many it may keep; an eighth of them are for indexes. */
  constructor(cacheBytes: number) {
    this.indexes = new ByteCache(cacheBytes / 8);
    this.blocks = new ByteCache((cacheBytes / 8) * 7);
  }

  wants(file: CompressedFile, segment: Segment): SegmentWants {
    const windows = new Map<number, WantedWindow>();
    return {
      add: async (wanted) => {
        const window = await this.windowOf(file, wanted.ordinal);
        const known = windows.get(window.number);
        const own = known ?? { window, cached: await this.indexOf(file, window), blocks: new Map() };
        if (known === undefined) windows.set(window.number, own);
        const { index } = own.cached;
        const block = index.blockOf[wanted.ordinal - window.firstOrdinal] ?? 0;
        const wantedBlock = own.blocks.get(block);
        if (wantedBlock !== undefined) {
          wantedBlock.wanted.push(wanted);
          return 0;
        }
        own.blocks.set(block, { block, wanted: [wanted] });
        return index.blocks[block]?.contentBytes ?? 0;
      },
      read: async (found) => {
        const turns = new Turns();
        for (const window of windows.values()) await this.readWindow(file, segment, window, found, turns);
      },
    };
  }

  private async windowOf(file: CompressedFile, ordinal: number): Promise<Window> {
    const { windows, offset } = await file.footer();
    const window = windowAt(windows, ordinal);
    if (window === undefined) throw new LogCorruption(file.source.path, offset, "the footer lacks a window");
    return window;
  }

  private async indexOf({ file, source }: CompressedFile, window: Window): Promise<CachedIndex> {
    const key = `${source.path} ${window.number}`;
    const cached = this.indexes.get(key);
    if (cached !== undefined) return cached;
    const bytes = await readRange(file, source.path, window.indexOffset, window.end);
    const index = decodeIndex(bytes, window, source);
    const decoded = {
      index,
      offsets: blockOffsets(window, index),
      bytes: 2 * index.blockOf.length + 64 * (index.blocks.length + index.batches.length),
    };
    this.indexes.put(key, decoded);
    return decoded;
  }

  private async readWindow(
    file: CompressedFile,
    segment: Segment,
    { window, cached, blocks }: WantedWindow,
    found: FoundOne,
    turns: Turns,
  ): Promise<void> {
    const missing: WantedBlock[] = [];
    for (const wanted of [...blocks.values()].sort((left, right) => left.block - right.block)) {
      const block = this.blocks.get(blockKey(file, window, wanted.block));
      if (block === undefined) missing.push(wanted);
      else take(block, wanted, segment, found);
    }
    for (const run of adjacent(missing, cached.offsets)) {
      await this.readRun(file, segment, window, cached, run, found, turns);
    }
  }

  /** Reads blocks that are next to one another with one read. */
  private async readRun(
    file: CompressedFile,
    segment: Segment,
    window: Window,
    { offsets }: CachedIndex,
    run: readonly WantedBlock[],
    found: FoundOne,
    turns: Turns,
  ): Promise<void> {
    const start = offsets[run[0]?.block ?? 0] ?? 0;
    const end = offsets[(run.at(-1)?.block ?? 0) + 1] ?? 0;
    const { source } = file;
    try {
      const bytes = await readRange(file.file, source.path, start, end);
      for (const wanted of run) {
        const [from = 0, to = 0] = [offsets[wanted.block], offsets[wanted.block + 1]];
        await turns.pauseIfDue();
        try {
          const block = decodeBlockOf(bytes.subarray(from - start, to - start), window, wanted.block, from, source);
          this.blocks.put(blockKey(file, window, wanted.block), block);
          take(block, wanted, segment, found);
        } catch (error) {
          if (!(error instanceof LogCorruption)) throw error;
          for (const { slot } of wanted.wanted) found(slot, error);
        }
      }
    } catch (error) {
      if (!(error instanceof LogCorruption)) throw error;
      for (const { slot } of run.flatMap(({ wanted }) => wanted)) found(slot, error);
    }
  }
}

function blockKey({ source }: CompressedFile, window: Window, block: number): string {
  return `${source.path} ${window.number} ${block}`;
}

/** Runs of blocks that follow one another in the file, none much longer than RUN_BYTES_MAX. */
function adjacent(blocks: readonly WantedBlock[], offsets: readonly number[]): WantedBlock[][] {
  const runs: WantedBlock[][] = [];
  for (const wanted of blocks) {
    const run = runs.at(-1);
    const [first, last] = [run?.[0], run?.at(-1)];
    const bytes = (offsets[wanted.block] ?? 0) - (offsets[first?.block ?? 0] ?? 0);
    if (run !== undefined && last?.block === wanted.block - 1 && bytes < RUN_BYTES_MAX) run.push(wanted);
    else runs.push([wanted]);
  }
  return runs;
}

function take(block: Block, { wanted }: WantedBlock, segment: Segment, found: FoundOne): void {
  for (const { ordinal, slot } of wanted) {
    try {
      const record = block.find(ordinal);
      if (record === undefined) throw block.corrupt("a block lacks a record that the index of its window has in it");
      found(slot, logEntry(record, segment.firstPosition));
    } catch (error) {
      if (!(error instanceof LogCorruption)) throw error;
      found(slot, error);
    }
  }
}

/** The window that holds an ordinal. */
export function windowAt(windows: readonly Window[], ordinal: number): Window | undefined {
  let low = 0;
  let high = windows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((windows[middle]?.firstOrdinal ?? 0) <= ordinal) low = middle;
    else high = middle - 1;
  }
  return windows[low];
}

export function logEntry(record: BlockRecord, firstPosition: number): LogEntry {
  const { ordinal, organization, sequence, leafHash, header, body } = record;
  return { position: firstPosition + ordinal, organization, sequence, leafHash, header, body, leaf: "computed" };
}
