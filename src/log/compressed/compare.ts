import type { DiskFile } from "../disk.ts";
import { LogCorruption } from "../errors.ts";
import type { PlacedFooter } from "../footer.ts";
import { PlacedCrc } from "../format.ts";
import type { EntryPacking } from "../packing.ts";
import type { LogRecord } from "../record.ts";
import type { BatchScanner, ScannedBatch } from "../scan.ts";
import type { SegmentHeader } from "../segment-header.ts";
import { readHeader, stateAtStart, summaryMatches } from "../segment-start.ts";
import type { BlockRecord } from "./block.ts";
import { readCompressedFooter, requirePacking } from "./file.ts";
import { type CompressedBatch, CompressedScanner } from "./scanner.ts";

/** What was read back from a compressed file is not what the raw one holds: the raw one stays, and nothing is lost. */
export class CompressionMismatch extends Error {
  override readonly name = "CompressionMismatch";
}

/** A compressed file that was just written, under a name that it does not keep. */
export interface WrittenFile {
  readonly path: string;
  readonly rawPath: string;
  readonly header: SegmentHeader;
  readonly packing: EntryPacking;
}

/**
 * Reads a compressed file back whole, and compares it with the raw one: every batch, and of each entry every byte and the leaf hash.
 * The chain is computed over the leaf hashes that were computed from the headers that were read back, and compared with what the raw
 * one's trailers and footer say.
 *
 * @param raw need not check leaf hashes: the computed ones are compared with what it has.
 * @returns whether it came to the end before `signal` aborted.
 * @throws CompressionMismatch; LogCorruption when the raw segment is damaged; LogIoError.
 */
export async function compareForms(
  raw: BatchScanner,
  rawFooter: PlacedFooter,
  file: DiskFile,
  written: WrittenFile,
  signal: AbortSignal,
): Promise<boolean> {
  const { header, path, rawPath, packing } = written;
  const { firstPosition, logId } = header;
  try {
    requirePacking(path, await readHeader(file, path), packing);
    const source = { path, crc: new PlacedCrc(logId), firstPosition, packing };
    const { summary, windows } = await readCompressedFooter(file, source);
    const state = stateAtStart(header, summary);
    const compressed = new CompressedScanner(file, windows, state, source);
    for (;;) {
      if (signal.aborted) return false;
      const [one, other] = [await raw.next(), await compressed.next()];
      if (one === undefined && other === undefined) break;
      if (one !== undefined && "damaged" in one) throw new LogCorruption(rawPath, one.badOffset, one.reason);
      const difference = differenceOf(one, other, state.chainHash);
      if (difference !== undefined) throw new CompressionMismatch(`after compressing ${rawPath}: ${difference}`);
    }
    if (summaryMatches(rawFooter, header, state) && summaryMatches(summary, header, state)) return true;
    throw new CompressionMismatch(`after compressing ${rawPath}: the footers differ`);
  } catch (error) {
    // Damage in the file that was just written is not damage of the log.
    if (!(error instanceof LogCorruption) || error.file !== path) throw error;
    throw new CompressionMismatch(`after compressing ${rawPath}: ${error.reason} at byte ${error.offset}`);
  }
}

function differenceOf(
  raw: ScannedBatch | undefined,
  compressed: CompressedBatch | undefined,
  chainHash: Buffer,
): string | undefined {
  if (raw === undefined || compressed === undefined) return "one has more batches than the other";
  const { trailer, records } = raw;
  if (trailer.recordedAt !== compressed.recordedAt || records.length !== compressed.records.length) {
    return `the batch at position ${trailer.firstPosition} differs`;
  }
  const differs = records.findIndex((record, index) => !isSame(record, compressed.records[index]));
  if (differs >= 0) return `the entry at position ${trailer.firstPosition + differs} differs`;
  return trailer.chainHash.equals(chainHash) ? undefined : "the chain of batch hashes differs";
}

function isSame(raw: LogRecord, compressed: BlockRecord | undefined): boolean {
  return (
    compressed !== undefined &&
    raw.ordinal === compressed.ordinal &&
    raw.sequence === compressed.sequence &&
    raw.organization === compressed.organization &&
    raw.leafHash.equals(compressed.leafHash) &&
    raw.header.equals(compressed.header) &&
    (raw.body === undefined ? compressed.body === undefined : isSameBody(raw.body, compressed.body))
  );
}

function isSameBody(raw: Buffer, compressed: Uint8Array | undefined): boolean {
  return compressed !== undefined && raw.equals(compressed);
}
