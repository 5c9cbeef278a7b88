import { allSettled } from "../close-all.ts";
import type { EntryPacking } from "../packing.ts";
import { logUnavailable } from "./append-queue.ts";
import { type CompressedFooter, type CompressedSource, readCompressedFooter } from "./compressed/file.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { LogCorruption, LogIoError } from "./errors.ts";
import { readFooter } from "./footer.ts";
import type { Segment, SegmentForm } from "./segment.ts";
import type { SparseIndex } from "./sparse-index.ts";

/** Files kept open though nobody reads them at the moment. */
const IDLE_FILES_MAX = 32;

/** A segment open for reading, in the form that it had when it was opened. `release` it once; its file may be closed then. */
export type SegmentFile = RawFile | CompressedFile;

export interface RawFile {
  readonly form: "raw";
  readonly file: DiskFile;
  /** The segment's index: in memory while it is open, read from its footer once it is sealed. */
  index(): Promise<SparseIndex>;
  release(): Promise<void>;
}

export interface CompressedFile {
  readonly form: "compressed";
  readonly file: DiskFile;
  readonly source: CompressedSource;
  footer(): Promise<CompressedFooter>;
  release(): Promise<void>;
}

interface Opened {
  readonly path: string;
  readonly form: SegmentForm;
  readonly file: Promise<DiskFile>;
  index: Promise<SparseIndex> | undefined;
  footer: Promise<CompressedFooter> | undefined;
  users: number;
  /** Nobody will ask for it again: it is closed once its last user has released it. */
  retired: boolean;
}

/** Segments open for reading, each at most once, the idle ones of longest ago closed first. */
export class SegmentFiles {
  private readonly disk: Disk;
  private readonly packing: EntryPacking;
  /** By path; in order of last use. */
  private readonly opened = new Map<string, Opened>();
  private closed = false;

  constructor(disk: Disk, packing: EntryPacking) {
    this.disk = disk;
    this.packing = packing;
  }

  async acquire(segment: Segment): Promise<SegmentFile> {
    for (;;) {
      if (this.closed) throw logUnavailable("the log is closed");
      const opened = this.openedOf(segment);
      try {
        const file = await opened.file;
        return this.segmentFile(segment, opened, file);
      } catch (error) {
        this.opened.delete(opened.path);
        // Between naming the file and opening it, the compressed form took its place.
        if (opened.path === segment.path) throw error;
      }
    }
  }

  /** Lets go of a file whose segment has another form now. */
  async retire(path: string): Promise<void> {
    const opened = this.opened.get(path);
    if (opened === undefined) return;
    this.opened.delete(path);
    opened.retired = true;
    if (opened.users === 0) await (await opened.file).close();
  }

  /** Closes every file. Reads that are under way fail. */
  async close(): Promise<void> {
    this.closed = true;
    const files = [...this.opened.values()];
    this.opened.clear();
    await allSettled(files.map(async ({ file }) => (await file).close()));
  }

  private openedOf(segment: Segment): Opened {
    const { path, form } = segment;
    const opened = this.opened.get(path) ?? {
      path,
      form,
      file: this.disk.open(path, "read"),
      index: undefined,
      footer: undefined,
      users: 0,
      retired: false,
    };
    opened.users++;
    this.opened.delete(path);
    this.opened.set(path, opened);
    return opened;
  }

  private segmentFile(segment: Segment, opened: Opened, file: DiskFile): SegmentFile {
    const release = () => this.release(opened);
    if (opened.form === "raw") return { form: "raw", file, index: () => indexOf(segment, opened, file), release };
    const { crc, firstPosition } = segment;
    const source = { path: opened.path, crc, firstPosition, packing: this.packing };
    const footer = () => {
      opened.footer ??= readCompressedFooter(file, source).catch((error: unknown) => {
        opened.footer = undefined;
        throw error;
      });
      return opened.footer;
    };
    return { form: "compressed", file, source, footer, release };
  }

  private async release(opened: Opened): Promise<void> {
    opened.users--;
    if (opened.retired) {
      if (opened.users === 0) await (await opened.file).close();
      return;
    }
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

function indexOf(segment: Segment, opened: Opened, file: DiskFile): Promise<SparseIndex> {
  if (segment.index !== undefined) return Promise.resolve(segment.index);
  opened.index ??= readIndex(segment, opened.path, file).catch((error: unknown) => {
    opened.index = undefined;
    throw error;
  });
  return opened.index;
}

async function readIndex(segment: Segment, path: string, file: DiskFile): Promise<SparseIndex> {
  const footer = await readFooter(file, await file.size(), segment.crc, segment.header.logicalOffset);
  if (footer === undefined) throw new LogCorruption(path, segment.end, "a sealed segment has no valid footer");
  return footer.index;
}

/** Opens a segment's file for one reader, in the form that it has; the caller closes it. @throws LogIoError */
export async function openSegmentFile(
  disk: Disk,
  segment: Segment,
): Promise<{ file: DiskFile; path: string; form: SegmentForm }> {
  for (;;) {
    const { path, form } = segment;
    try {
      return { file: await disk.open(path, "read"), path, form };
    } catch (error) {
      if (!(error instanceof LogIoError) || path === segment.path) throw error;
    }
  }
}
