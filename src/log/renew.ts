import { resolve } from "node:path";
import type { EntryPacking } from "../packing.ts";
import { type Disk, nameFailures, realDisk } from "./disk.ts";
import { holdLog } from "./held-log.ts";
import { SEGMENT_BYTES } from "./log.ts";
import { recover } from "./recovery.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { entryPacking } from "./unpacked.ts";
import { uuidBytes, uuidText } from "./uuid.ts";

export interface RenewOptions {
  readonly directory: string;
  readonly disk?: Disk;
  /** How entries of compressed segments are packed. Default: not at all. */
  readonly packing?: EntryPacking;
  /** Milliseconds since the Unix epoch. Default: Date.now. */
  readonly now?: () => number;
}

/**
 * Lets a log go on under a new id, as it must after a restore from a backup: what was signed under the old id may cover entries that are gone. No
 * entry, sequence or leaf hash changes, and nothing is rewritten: the newest segment is sealed, and the next one, still empty, has the new id.
 *
 *   lock → recover → footer → fdatasync → new segment, durable with its name → unlock
 *
 * A crash before the last step leaves the log under its old id; then it is to be done again.
 *
 * @returns both ids, as UUIDs, and the number of entries.
 * @throws LogLocked, LogLockLost, LogCorruption, LogIoError; RangeError when there is no log.
 */
export async function renewLogId(options: RenewOptions): Promise<{ from: string; to: string; entries: number }> {
  const directory = resolve(options.directory);
  const disk = nameFailures(options.disk ?? realDisk);
  const now = options.now ?? Date.now;
  const held = await holdLog(disk, directory);
  try {
    const { segments, state, file } = await recover(disk, directory, options.packing ?? entryPacking, now);
    const from = segments.at(-1)?.header.logId;
    if (from === undefined) throw new RangeError(`${directory} holds no log.`);
    const to = uuidBytes();
    const writer = new SegmentWriter(
      { disk, directory, now, segmentBytes: SEGMENT_BYTES, newLogId: uuidBytes },
      segments,
      state,
      file,
    );
    held.require();
    await writer.continueAs(to);
    await writer.close();
    return { from: uuidText(from), to: uuidText(to), entries: state.position };
  } finally {
    held.release();
  }
}
