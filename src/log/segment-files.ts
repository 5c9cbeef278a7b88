import type { Disk, DiskFile } from "./disk.ts";
import { LogCorruption } from "./errors.ts";
import { readFooter } from "./footer.ts";
import type { Segment } from "./segment.ts";
import type { SparseIndex } from "./sparse-index.ts";

/** Files kept open though nobody reads them at the moment. */
const IDLE_FILES_MAX = 32;

/** A segment open for reading. `release` it once; its file may be closed then. */
export interface SegmentFile {
  readonly file: DiskFile;
  /** The segment's index: in memory while it is open, read from its footer once it is sealed. */
  index(): Promise<SparseIndex>;
  release(): Promise<void>;
}

interface Opened {
  readonly file: Promise<DiskFile>;
  index: Promise<SparseIndex> | undefined;
  users: number;
}

/** Segments open for reading, each at most once, the idle ones of longest ago closed first. */
export class SegmentFiles {
  private readonly disk: Disk;
  /** By path; in order of last use. */
  private readonly opened = new Map<string, Opened>();

  constructor(disk: Disk) {
    this.disk = disk;
  }

  async acquire(segment: Segment): Promise<SegmentFile> {
    const opened = this.opened.get(segment.path) ?? {
      file: this.disk.open(segment.path, "read"),
      index: undefined,
      users: 0,
    };
    opened.users++;
    this.opened.delete(segment.path);
    this.opened.set(segment.path, opened);
    try {
      const file = await opened.file;
      return { file, index: () => this.index(segment, opened), release: () => this.release(opened) };
    } catch (error) {
      this.opened.delete(segment.path);
      throw error;
    }
  }

  /** Closes every file. Reads that are under way fail. */
  async close(): Promise<void> {
    const files = [...this.opened.values()];
    this.opened.clear();
    for (const { file } of files) await (await file).close();
  }

  private index(segment: Segment, opened: Opened): Promise<SparseIndex> {
    if (segment.index !== undefined) return Promise.resolve(segment.index);
    opened.index ??= readIndex(segment, opened.file);
    return opened.index;
  }

  private async release(opened: Opened): Promise<void> {
    opened.users--;
    let idle = 0;
    for (const { users } of this.opened.values()) if (users === 0) idle++;
    for (const [path, { file, users }] of this.opened) {
      if (idle <= IDLE_FILES_MAX) return;
      if (users > 0) continue;
      idle--;
      this.opened.delete(path);
      await (await file).close();
    }
  }
}

async function readIndex(segment: Segment, opening: Promise<DiskFile>): Promise<SparseIndex> {
  const file = await opening;
  const footer = await readFooter(file, await file.size(), segment.crc, segment.header.logicalOffset);
  if (footer === undefined) throw new LogCorruption(segment.path, segment.end, "a sealed segment has no valid footer");
  return footer.index;
}
