import type { ScanState } from "./continuity.ts";
import { type DiskFile, readFully } from "./disk.ts";
import { LogCorruption, LogUnsupported } from "./errors.ts";
import type { SegmentSummary } from "./footer.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader, unsupportedVersion } from "./segment-header.ts";
import { SequenceCounters } from "./sequence-counters.ts";

/** @throws LogCorruption; LogUnsupported when another version wrote the file. */
export async function readHeader(file: DiskFile, path: string): Promise<SegmentHeader> {
  const buffer = Buffer.alloc(SEGMENT_HEADER_BYTES);
  const bytes = buffer.subarray(0, await readFully(file, buffer, 0));
  const unsupported = unsupportedVersion(bytes);
  if (unsupported !== undefined) throw new LogUnsupported(path, unsupported);
  const header = decodeSegmentHeader(bytes);
  if (typeof header === "string") throw new LogCorruption(path, 0, header);
  return header;
}

/** What the log says where a sealed segment begins, by the segment's own words: for scanning it by itself. */
export function stateAtStart(header: SegmentHeader, { organizations }: SegmentSummary): ScanState {
  const counters = new SequenceCounters();
  for (const { organization, first } of organizations) counters.restore(organization, first);
  return { position: header.firstPosition, recordedAt: header.recordedAt, chainHash: header.previousHash, counters };
}

/** Whether a footer says what a scan of its whole segment found. */
export function summaryMatches(summary: SegmentSummary, header: SegmentHeader, state: ScanState): boolean {
  const ranges = new Map(state.counters.ranges().map((range) => [range.organization, range]));
  return (
    summary.entries === state.position - header.firstPosition &&
    summary.recordedAt === state.recordedAt &&
    summary.chainHash.equals(state.chainHash) &&
    summary.organizations.length === ranges.size &&
    summary.organizations.every(({ organization, first, next }) => {
      const range = ranges.get(organization);
      return range?.first === first && range.next === next;
    })
  );
}
