import { setTimeout as delay } from "node:timers/promises";
import type { Disk, DiskFile } from "./disk.ts";
import { LogCorruption } from "./errors.ts";
import { readFooter } from "./footer.ts";
import { footerMatches } from "./recovery.ts";
import { BatchScanner, type ScanState } from "./scan.ts";
import type { Segment } from "./segment.ts";
import { SequenceCounters } from "./sequence-counters.ts";

/** Share of one core that the scan may take: 64 MiB in about two seconds, a terabyte in some hours. */
const CPU_SHARE = 0.25;
/** Works no longer than this without letting others work. */
const TURN_MS = 4;

/**
 * Checks every batch of sealed segments, slowly, in order: what a start does not read.
 * @throws LogCorruption at the first damage; LogIoError.
 */
export async function scanSealed(disk: Disk, segments: readonly Segment[], signal: AbortSignal): Promise<void> {
  for (const segment of segments) {
    if (signal.aborted) return;
    const file = await disk.open(segment.path, "read");
    try {
      await scanOne(file, segment, signal);
    } finally {
      await file.close();
    }
  }
}

async function scanOne(file: DiskFile, segment: Segment, signal: AbortSignal): Promise<void> {
  const footer = await readFooter(file, await file.size(), segment.crc, segment.header.logicalOffset);
  if (footer === undefined) throw new LogCorruption(segment.path, segment.end, "a sealed segment has no valid footer");
  const { header } = segment;
  const counters = new SequenceCounters();
  for (const { organization, first } of footer.organizations) counters.restore(organization, first);
  const state: ScanState = {
    position: header.firstPosition,
    recordedAt: header.recordedAt,
    chainHash: header.previousHash,
    counters,
  };
  const scanner = new BatchScanner(file, segment, footer.offset, state);
  let turnStart = performance.now();
  for (;;) {
    const batch = await scanner.next();
    if (batch === undefined || signal.aborted) break;
    if ("damaged" in batch) throw new LogCorruption(segment.path, batch.badOffset, batch.reason);
    const worked = performance.now() - turnStart;
    if (worked < TURN_MS) continue;
    await pause(worked / CPU_SHARE - worked, signal);
    turnStart = performance.now();
  }
  if (!signal.aborted && !footerMatches(footer, state.position - header.firstPosition, state)) {
    throw new LogCorruption(segment.path, footer.offset, "the footer does not say what the segment holds");
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
