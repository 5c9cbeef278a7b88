import type { EntryPacking } from "../packing.ts";
import { type CompressedSource, readCompressedFooter, requirePacking } from "./compressed/file.ts";
import { CompressedScanner } from "./compressed/scanner.ts";
import type { ScanState } from "./continuity.ts";
import type { DiskFile } from "./disk.ts";
import { LogCorruption } from "./errors.ts";
import { readFooter, type SegmentSummary } from "./footer.ts";
import { PlacedCrc } from "./format.ts";
import { BatchScanner } from "./scan.ts";
import { Segment, type SegmentForm } from "./segment.ts";
import type { SegmentHeader } from "./segment-header.ts";
import { readHeader, stateAtStart, summaryMatches } from "./segment-start.ts";

/** A sealed segment's file, open for reading. */
export interface SealedFile {
  readonly file: DiskFile;
  readonly path: string;
  readonly form: SegmentForm;
}

/** What a sealed segment says of itself at its two ends. */
export interface SealedEnds {
  readonly header: SegmentHeader;
  readonly summary: SegmentSummary;
}

/**
 * Reads a sealed segment whole, in either form, and checks all that is known of it.
 * @param between is called after every batch; false ends the reading.
 * @throws LogCorruption, LogUnsupported, LogIoError.
 */
export async function checkSealed(
  sealed: SealedFile,
  packing: EntryPacking,
  between: () => Promise<boolean>,
): Promise<SealedEnds | undefined> {
  const { file, path, form } = sealed;
  const header = await readHeader(file, path);
  const { summary, end, next } = await (form === "raw"
    ? openRaw(sealed, header)
    : openCompressed(sealed, header, packing));
  const state = stateAtStart(header, summary);
  const batches = next(state);
  while (await batches()) if (!(await between())) return undefined;
  if (!summaryMatches(summary, header, state)) {
    throw new LogCorruption(path, end, "the footer does not say what the segment holds");
  }
  return { header, summary };
}

/** A segment's end, and how to read its batches: one a call, false after the last one. */
interface OpenedSealed {
  readonly summary: SegmentSummary;
  readonly end: number;
  next(state: ScanState): () => Promise<boolean>;
}

async function openRaw({ file, path }: SealedFile, header: SegmentHeader): Promise<OpenedSealed> {
  const segment = new Segment("", header);
  const bytes = await file.size();
  const footer = await readFooter(file, bytes, segment.crc, header.logicalOffset);
  if (footer === undefined) throw new LogCorruption(path, bytes, "a sealed segment has no valid footer");
  const next = (state: ScanState) => {
    const scanner = new BatchScanner(file, segment, footer.offset, state);
    return async () => {
      const batch = await scanner.next();
      if (batch !== undefined && "damaged" in batch) throw new LogCorruption(path, batch.badOffset, batch.reason);
      return batch !== undefined;
    };
  };
  return { summary: footer, end: footer.offset, next };
}

async function openCompressed(
  { file, path }: SealedFile,
  header: SegmentHeader,
  packing: EntryPacking,
): Promise<OpenedSealed> {
  requirePacking(path, header, packing);
  const { logId, firstPosition } = header;
  const source: CompressedSource = { path, crc: new PlacedCrc(logId), firstPosition, packing };
  const { summary, windows, offset } = await readCompressedFooter(file, source);
  const next = (state: ScanState) => {
    const scanner = new CompressedScanner(file, windows, state, source);
    return async () => (await scanner.next()) !== undefined;
  };
  return { summary, end: offset, next };
}
