import { hash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { type Disk, type DiskFile, readFully, writeFully } from "./disk.ts";
import { errorCode, LogCorruption } from "./errors.ts";
import { ALIGNMENT_BYTES, MARK } from "./format.ts";
import type { BatchDamage } from "./read-batch.ts";
import { declaredBytes, LogRecord, leafHashMatches, RECORD_BYTES_MIN } from "./record.ts";
import { type Segment, UNFINISHED } from "./segment.ts";
import { BATCH_BYTES_MAX, readTrailer } from "./trailer.ts";

/** What a start found after the last valid batch, and where it kept it. */
export interface TornTail {
  /** Segment file that it was cut from. */
  readonly file: string;
  /** Byte offset in it. */
  readonly offset: number;
  readonly bytes: number;
  /** File that holds those bytes now. */
  readonly savedAs: string;
}

/**
 * Reads what follows the last valid batch of the newest segment, and decides whether a cut-off write explains it.
 *
 * The writer begins a batch (or a footer) only once the one before it is durable. So an unfinished write is the last thing in
 * the file and no longer than one batch or footer can be, and nothing in it belongs to a later write. If anything does, the
 * damaged batch had been durable, perhaps acknowledged: that is corruption.
 *
 * @param footerBytes length that the segment's footer would have.
 * @throws LogCorruption
 */
export async function readTornTail(
  file: DiskFile,
  fileBytes: number,
  segment: Segment,
  damage: BatchDamage,
  footerBytes: number,
): Promise<Buffer> {
  const corrupt = (reason: string) => new LogCorruption(segment.path, damage.badOffset, reason);
  if (!damage.incomplete) throw corrupt(damage.reason);
  const length = fileBytes - damage.offset;
  if (length > Math.max(BATCH_BYTES_MAX, footerBytes)) {
    throw corrupt(`${damage.reason}, and the ${length} bytes from ${damage.offset} on are more than one write`);
  }
  const tail = Buffer.allocUnsafe(length);
  await readFully(file, tail, damage.offset);
  const foreign = foreignAt(tail, segment, damage.offset);
  if (foreign !== undefined) {
    throw corrupt(`${damage.reason}, and no unfinished write explains what is at byte ${damage.offset + foreign}`);
  }
  return tail;
}

/**
 * Where in `tail`, which begins at the damaged batch's first byte, is something that the write of that one batch cannot
 * have put there. A write that was cut off leaves gaps; it never moves bytes. So a record is known by its leaf hash, wherever
 * it is, and then says how far into its batch it belongs.
 */
function foreignAt(tail: Buffer, segment: Segment, tailOffset: number): number | undefined {
  for (let at = 0; at + ALIGNMENT_BYTES <= tail.length; at += ALIGNMENT_BYTES) {
    const mark = tail.readUInt32LE(at);
    if (mark === MARK.trailer) {
      const trailer = readTrailer(tail, at, segment.crc, segment.logical(tailOffset + at));
      if (trailer !== undefined && trailer.recordBytes !== at) return at;
    } else if (mark === MARK.record && at + RECORD_BYTES_MIN <= tail.length) {
      const bytes = declaredBytes(tail, at);
      if (bytes === undefined || at + bytes > tail.length) continue;
      const record = new LogRecord(tail, at, bytes);
      if (record.offsetInBatch !== at && leafHashMatches(record)) return at;
    }
  }
  return undefined;
}

/**
 * Keeps the torn bytes, durably, and only then cuts them off:
 *
 *   mkdir torn → fsync(log) → open(torn/x.tmp) → pwrite → fsync → rename(torn/x.tmp, torn/x) → fsync(torn)
 *   → ftruncate(segment)
 *
 * The cut itself becomes durable with the last batch, which is written again next; nothing is appended before that.
 */
export async function cutTornTail(
  disk: Disk,
  file: DiskFile,
  segment: Segment,
  tail: Buffer,
  offset: number,
  now: number,
): Promise<TornTail> {
  const directory = join(dirname(segment.path), "torn");
  await disk.mkdir(directory).catch((error: unknown) => {
    if (errorCode(error) !== "EEXIST") throw error;
  });
  await disk.syncDirectory(dirname(directory));

  // Another tail of the same place, at the same time of a clock that was set back, gets another name: none replaces another.
  const digest = hash("sha256", tail).slice(0, 16);
  const savedAs = join(directory, `${basename(segment.path, ".seg")}-${offset}-${now}-${digest}.bin`);
  const saved = await disk.open(savedAs + UNFINISHED, "create");
  await writeFully(saved, tail, 0);
  await saved.sync();
  await saved.close();
  await disk.rename(savedAs + UNFINISHED, savedAs);
  await disk.syncDirectory(directory);

  await file.truncate(offset);
  return { file: segment.path, offset, bytes: tail.length, savedAs };
}
