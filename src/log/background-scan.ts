import { setTimeout as delay } from "node:timers/promises";
import type { EntryPacking } from "../packing.ts";
import { checkSealed } from "./check-sealed.ts";
import type { Disk } from "./disk.ts";
import type { Segment } from "./segment.ts";
import { openSegmentFile } from "./segment-files.ts";

/** Share of one core that the scan may take: 64 MiB in about two seconds, a terabyte in some hours. */
const CPU_SHARE = 0.25;
/** Works at most this long before it lets others work. */
const TURN_MS = 4;

/**
 * Checks every batch of sealed segments, slowly, in order: what a start does not read.
 * @throws LogCorruption at the first damage; LogIoError.
 */
export async function scanSealed(
  disk: Disk,
  segments: readonly Segment[],
  packing: EntryPacking,
  signal: AbortSignal,
): Promise<void> {
  for (const segment of segments) {
    if (signal.aborted) return;
    const opened = await openSegmentFile(disk, segment);
    try {
      let turnStart = performance.now();
      await checkSealed(opened, packing, async () => {
        const worked = performance.now() - turnStart;
        if (worked >= TURN_MS) {
          await pause(worked / CPU_SHARE - worked, signal);
          turnStart = performance.now();
        }
        return !signal.aborted;
      });
    } finally {
      await opened.file.close();
    }
  }
}

/** Waits, without keeping the process alive for it, until the time is over or `signal` aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { ref: false, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
