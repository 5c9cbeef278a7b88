import { ByteCache } from "../block-cache.ts";
import type { LogEntry, StoredBlock } from "../contract.ts";
import { LogCorruption } from "../errors.ts";
import type { Segment } from "../segment.ts";
import type { CompressedFile } from "../segment-files.ts";
import type { LookupListener, SegmentWants } from "../segment-wants.ts";
import { Turns } from "../turns.ts";
import type { Block } from "./block.ts";
import type { BlockRecord } from "./block-record.ts";
import { blockOffsets, decodeBlockOf, decodeIndex, readRange, type Window } from "./file.ts";
import type { WindowIndex } from "./window-index.ts";

/** Bytes of blocks that are read at once where they are next to one another. */
const RUN_BYTES_MAX = 1024 * 1024;

interface CachedIndex {
  readonly index: WindowIndex;
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** A block that is wanted, and the records in it: of each its ordinal, and the slot of its entry. */
interface WantedBlock {
  readonly block: number;
  readonly wanted: number[];
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
    let latest: WantedWindow | undefined;
    const find = async (ordinal: number, slot: number): Promise<number> => {
      const window = await this.windowOf(file, ordinal);
      latest = windows.get(window.number) ?? { window, cached: await this.indexOf(file, window), blocks: new Map() };
      windows.set(window.number, latest);
      return addTo(latest, ordinal, slot);
    };
    return {
      add: (ordinal, slot) =>
        latest !== undefined && holds(latest, ordinal) ? addTo(latest, ordinal, slot) : find(ordinal, slot),
      read: async (listener) => {
        const turns = new Turns();
        for (const window of windows.values()) {
          if (listener.stored) await readStored(file, window, listener, listener.stored);
          else await this.readDecoded(file, segment, window, listener, turns);
        }
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

  private async readDecoded(
    file: CompressedFile,
    segment: Segment,
    { window, cached, blocks }: WantedWindow,
    listener: LookupListener,
    turns: Turns,
  ): Promise<void> {
    const { found } = listener;
    const missing: WantedBlock[] = [];
    for (const wanted of inFileOrder(blocks)) {
      const block = this.blocks.get(blockKey(file, window, wanted.block));
      if (block === undefined) missing.push(wanted);
      else take(block, wanted, segment, found);
    }
    await readBlocks(file, missing, cached, listener, async (wanted, bytes, offset) => {
      await turns.pauseIfDue();
      const block = decodeBlockOf(bytes, window, wanted.block, offset, file.source);
      this.blocks.put(blockKey(file, window, wanted.block), block);
      take(block, wanted, segment, found);
    });
  }
}

/** Names the blocks as the file has them. */
async function readStored(
  file: CompressedFile,
  { window, cached, blocks }: WantedWindow,
  listener: LookupListener,
  stored: (block: StoredBlock) => void,
): Promise<void> {
  const { path, crc, firstPosition } = file.source;
  const { number, firstOrdinal } = window;
  const place = { path, logId: crc.logId, firstPosition, window: number, firstOrdinal };
  await readBlocks(file, inFileOrder(blocks), cached, listener, async ({ block, wanted }, bytes, offset) => {
    const contentBytes = cached.index.blocks[block]?.contentBytes ?? 0;
    stored({ ...place, bytes, offset, block, contentBytes, wanted });
  });
}

/** Reads blocks, those that are next to one another with one read. What `use` throws as damage is that of its block's entries. */
async function readBlocks(
  { file, source }: CompressedFile,
  blocks: readonly WantedBlock[],
  { offsets }: CachedIndex,
  { found }: LookupListener,
  use: (wanted: WantedBlock, bytes: Buffer<ArrayBuffer>, offset: number) => Promise<void>,
): Promise<void> {
  const trying = async (wanted: readonly WantedBlock[], work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof LogCorruption)) throw error;
      for (const one of wanted) for (const [, slot] of pairsOf(one)) found(slot, error);
    }
  };
  for (const run of adjacent(blocks, offsets)) {
    const start = offsets[run[0]?.block ?? 0] ?? 0;
    const end = offsets[(run.at(-1)?.block ?? 0) + 1] ?? 0;
    await trying(run, async () => {
      const bytes = await readRange(file, source.path, start, end);
      for (const wanted of run) {
        const [from = 0, to = 0] = [offsets[wanted.block], offsets[wanted.block + 1]];
        await trying([wanted], () => use(wanted, bytes.subarray(from - start, to - start), from));
      }
    });
  }
}

function inFileOrder(blocks: ReadonlyMap<number, WantedBlock>): WantedBlock[] {
  return [...blocks.values()].sort((left, right) => left.block - right.block);
}

function* pairsOf({ wanted }: WantedBlock): Generator<[ordinal: number, slot: number]> {
  for (let at = 0; at < wanted.length; at += 2) yield [wanted[at] as number, wanted[at + 1] as number];
}

function holds({ window }: WantedWindow, ordinal: number): boolean {
  return ordinal >= window.firstOrdinal && ordinal < window.firstOrdinal + window.records;
}

/** @returns the bytes of the block that has to be read for it, unless that is read anyway. */
function addTo({ window, cached, blocks }: WantedWindow, ordinal: number, slot: number): number {
  const { index } = cached;
  const block = index.blockOf[ordinal - window.firstOrdinal] ?? 0;
  const known = blocks.get(block);
  if (known !== undefined) {
    known.wanted.push(ordinal, slot);
    return 0;
  }
  blocks.set(block, { block, wanted: [ordinal, slot] });
  return index.blocks[block]?.contentBytes ?? 0;
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

function take(block: Block, wanted: WantedBlock, segment: Segment, found: LookupListener["found"]): void {
  for (const [ordinal, slot] of pairsOf(wanted)) {
    try {
      found(slot, logEntry(block.require(ordinal), segment.firstPosition));
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
  const { ordinal, organization, sequence, leafHash, header, body, completed } = record;
  const position = firstPosition + ordinal;
  return { position, organization, sequence, leafHash, header, body, leaf: "computed", completed };
}

/** An entry of those that are read in order; what it takes a hash to know is computed when it is asked for. */
export class FollowedEntry implements LogEntry {
  readonly position: number;
  readonly leaf = "computed";
  private readonly record: BlockRecord;

  constructor(record: BlockRecord, firstPosition: number) {
    this.position = firstPosition + record.ordinal;
    this.record = record;
  }

  get organization(): string {
    return this.record.organization;
  }

  get sequence(): number {
    return this.record.sequence;
  }

  get header(): Uint8Array {
    return this.record.header;
  }

  get headerStart(): Uint8Array {
    return this.record.headerStart;
  }

  get leafHash(): Uint8Array {
    return this.record.leafHash;
  }

  get body(): Uint8Array | undefined {
    return this.record.body;
  }

  /** No fewer than header and body take, without unpacking them. */
  get bytesMax(): number {
    return this.record.bytesMax;
  }
}
