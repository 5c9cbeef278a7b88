import { join } from "node:path";
import { type Disk, type DiskFile, unlinkIfThere, writeFully } from "./disk.ts";
import { isOutOfSpace } from "./errors.ts";
import { PlacedCrc } from "./format.ts";
import type { RecordOffsets } from "./record-offsets.ts";
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from "./segment-header.ts";
import { SparseIndex } from "./sparse-index.ts";

const NAME = /^(\d{20})\.(seg|segz)$/;
/** Ends the names of files that are not finished; a start removes them. */
export const UNFINISHED = ".tmp";

/** One file of the log. The writer owns and changes it; readers read what is below `end`. */
export class Segment {
  /** Where its entries are: in a raw file, until that one gives way to a compressed one. */
  path: string;
  readonly header: SegmentHeader;
  readonly crc: PlacedCrc;
  /** Durable entries in it. */
  entries = 0;
  /** Byte offset in the file below which every batch is durable and will never change. */
  end = SEGMENT_HEADER_BYTES;
  /** Kept in memory while the segment is open; a sealed one has it in its footer. */
  index: SparseIndex | undefined = new SparseIndex();
  /** Kept in memory as long as the segment is raw, when this process wrote it or read it whole. */
  offsets: RecordOffsets | undefined;
  /** Bytes of the whole raw file, footer included, once it is sealed: nothing is appended to it any more. */
  sealedBytes: number | undefined;
  /** Which of the two formats the file at `path` has. */
  form: SegmentForm;

  constructor(directory: string, header: SegmentHeader) {
    this.form = header.compressed === undefined ? "raw" : "compressed";
    this.path = segmentPath(directory, header.firstPosition, this.form);
    this.header = header;
    this.crc = new PlacedCrc(header.logId);
  }

  get firstPosition(): number {
    return this.header.firstPosition;
  }

  /** Notes where a durable record begins; they come in order. */
  addRecord(ordinal: number, offset: number): void {
    this.index?.offer({ ordinal, offset });
    this.offsets?.push(offset);
  }

  /** Place of a byte of this file in the endless space of the log's bytes. */
  logical(offset: number): number {
    return this.header.logicalOffset + offset;
  }
}

/** `raw`: batches as they were appended. `compressed`: what a sealed raw one becomes. */
export type SegmentForm = "raw" | "compressed";

export function segmentPath(directory: string, firstPosition: number, form: SegmentForm = "raw"): string {
  return join(directory, `${String(firstPosition).padStart(20, "0")}.${form === "raw" ? "seg" : "segz"}`);
}

/** A segment by its name, and the forms in which it is there: both only where a compression did not come to its last step. */
export interface SegmentName {
  readonly firstPosition: number;
  readonly forms: readonly SegmentForm[];
}

/** The segments among the names of a directory, ascending. */
export function segmentNames(names: readonly string[]): SegmentName[] {
  const found = new Map<number, SegmentForm[]>();
  for (const name of names) {
    const [, digits, ending] = NAME.exec(name) ?? [];
    if (digits === undefined) continue;
    const form: SegmentForm = ending === "seg" ? "raw" : "compressed";
    found.set(Number(digits), [...(found.get(Number(digits)) ?? []), form]);
  }
  return Array.from(found, ([firstPosition, forms]) => ({ firstPosition, forms })).sort(
    (left, right) => left.firstPosition - right.firstPosition,
  );
}

/**
 * Makes a new segment, durable together with its name:
 *
 *   open(x.seg.tmp, O_CREAT|O_TRUNC) → pwrite header → fsync → close → rename(x.seg.tmp, x.seg) → fsync(directory)
 *
 * A crash before the rename leaves a .tmp that the next start removes; one after it leaves an empty segment, which is whole.
 * A crash between the rename and the directory's fsync can leave a name that is only cached: a start syncs the directory
 * before it appends.
 *
 * @returns the file, open for writing.
 * @throws when the disk is full, with nothing changed; any other failure must end the process.
 */
export async function createSegment(disk: Disk, directory: string, segment: Segment): Promise<DiskFile> {
  const unfinished = segment.path + UNFINISHED;
  const file = await disk.open(unfinished, "create");
  try {
    await writeFully(file, encodeSegmentHeader(segment.header), 0);
  } catch (error) {
    if (isOutOfSpace(error)) {
      await file.close();
      await disk.unlink(unfinished);
    }
    throw error;
  }
  await file.sync();
  await file.close();
  await renameOrUnlink(disk, unfinished, segment.path);
  await disk.syncDirectory(directory);
  return disk.open(segment.path, "write");
}

/** A full disk can also refuse a longer directory. */
async function renameOrUnlink(disk: Disk, from: string, to: string): Promise<void> {
  try {
    await disk.rename(from, to);
  } catch (error) {
    if (isOutOfSpace(error)) await unlinkIfThere(disk, from);
    throw error;
  }
}
