import { crc32 } from "node:zlib";
import type { EntryPacking } from "../../packing.ts";
import type { DiskFile } from "../disk.ts";
import { LogCorruption } from "../errors.ts";
import type { SegmentSummary } from "../footer.ts";
import { PlacedCrc } from "../format.ts";
import type { ScannedBatch } from "../read-batch.ts";
import type { SegmentHeader } from "../segment-header.ts";
import { readHeader, stateAtStart, summaryMatches } from "../segment-start.ts";
import type { BlockRecord } from "./block-record.ts";
import { readCompressedFooter, requirePacking } from "./file.ts";
import { CompressedScanner } from "./scanner.ts";

/** What was read back from a compressed file is not what the raw one holds: the raw one stays, and nothing is lost. */
export class CompressionMismatch extends Error {
  override readonly name = "CompressionMismatch";
}

interface RawBatch {
  readonly firstPosition: number;
  readonly recordedAt: number;
  readonly entries: number;
  readonly chainHash: Buffer;
}

/** In the place of the checksum of a body that is gone. */
const NO_BODY = -1;

/**
 * What a raw segment holds, remembered while it is read: of each batch its time, its number of entries and its chain hash, which commits to
 * the organization, sequence and leaf hash of every entry; of each entry the checksum of its body.
 */
export class RawContent {
  readonly summary: SegmentSummary;
  readonly batches: RawBatch[] = [];
  readonly bodies: number[] = [];

  constructor(summary: SegmentSummary) {
    this.summary = summary;
  }

  add({ trailer, records }: ScannedBatch): void {
    const { firstPosition, recordedAt, chainHash } = trailer;
    this.batches.push({ firstPosition, recordedAt, entries: records.length, chainHash: Buffer.from(chainHash) });
    for (const record of records) this.bodies.push(record.body === undefined ? NO_BODY : record.bodyCrc);
  }
}

/** A compressed file that was just written, under a name that it does not keep. */
export interface WrittenFile {
  readonly path: string;
  readonly rawPath: string;
  readonly header: SegmentHeader;
  readonly packing: EntryPacking;
}

/**
 * Reads a compressed file back whole, and compares it with what the raw one holds. The leaf hash of every entry is computed from the header
 * that was read back, and the chain over them must come to the raw one's, batch by batch.
 *
 * @returns whether it came to the end before `signal` aborted.
 * @throws CompressionMismatch, LogIoError.
 */
export async function compareWithRaw(
  raw: RawContent,
  file: DiskFile,
  { header, path, rawPath, packing }: WrittenFile,
  signal: AbortSignal,
): Promise<boolean> {
  const { firstPosition, logId } = header;
  const mismatch = (reason: string) => new CompressionMismatch(`after compressing ${rawPath}: ${reason}`);
  try {
    requirePacking(path, await readHeader(file, path), packing);
    const source = { path, crc: new PlacedCrc(logId), firstPosition, packing };
    const { summary, windows } = await readCompressedFooter(file, source);
    const state = stateAtStart(header, summary);
    const scanner = new CompressedScanner(file, windows, state, source);
    for (const batch of raw.batches) {
      if (signal.aborted) return false;
      const read = await scanner.next();
      const same = read?.recordedAt === batch.recordedAt && read.records.length === batch.entries;
      if (!same || !state.chainHash.equals(batch.chainHash)) {
        throw mismatch(`the batch at position ${batch.firstPosition} differs`);
      }
      const differs = read.records.find((record) => bodyOf(record) !== raw.bodies[record.ordinal]);
      if (differs !== undefined) throw mismatch(`the body at position ${firstPosition + differs.ordinal} differs`);
    }
    const whole = (await scanner.next()) === undefined && summaryMatches(raw.summary, header, state);
    if (whole && summaryMatches(summary, header, state)) return true;
    throw mismatch("the footers differ");
  } catch (error) {
    // Damage in the file that was just written is not damage of the log.
    if (!(error instanceof LogCorruption)) throw error;
    throw mismatch(`${error.reason} at byte ${error.offset}`);
  }
}

function bodyOf({ body }: BlockRecord): number {
  return body === undefined ? NO_BODY : crc32(body);
}
