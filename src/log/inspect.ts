import { basename } from "node:path";
import type { EntryPacking } from "../packing.ts";
import { readCompressedFooter, requirePacking } from "./compressed/file.ts";
import { CompressedScanner } from "./compressed/scanner.ts";
import { chooseForm } from "./compressed/twins.ts";
import { type ScanState, startState } from "./continuity.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { errorCode, LogCorruption, LogUnsupported } from "./errors.ts";
import { footerBytes, type PlacedFooter, readFooter, type SegmentSummary } from "./footer.ts";
import type { BatchDamage } from "./read-batch.ts";
import { BatchScanner } from "./scan.ts";
import { Segment, type SegmentForm, type SegmentName, segmentNames, segmentPath } from "./segment.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from "./segment-header.ts";
import { summaryMatches } from "./segment-start.ts";
import type { SequenceCounters } from "./sequence-counters.ts";
import { readTornTail } from "./torn-tail.ts";

/** An entry as a batch has it, in either form of a segment. */
export interface InspectedRecord {
  readonly organization: string;
  readonly sequence: number;
  readonly leafHash: Buffer;
  readonly header: Uint8Array;
  readonly body: Uint8Array | undefined;
}

/** What the reading of a whole log finds, in order. */
export type Inspected =
  /** A batch that is right in every respect; its views hold until the next one is asked for. */
  | { readonly kind: "batch"; readonly firstPosition: number; readonly records: readonly InspectedRecord[] }
  /** Something that cannot be what was written. Reading goes on with the next segment. */
  | { readonly kind: "damage"; readonly error: LogCorruption }
  /** A last write that was cut off and never acknowledged: the next start sets it aside. */
  | { readonly kind: "torn"; readonly file: string; readonly offset: number }
  /** A segment is there in two forms, one of which is sound and was read: the next start removes the other. */
  | { readonly kind: "twin"; readonly kept: string; readonly damage: string | undefined };

export interface InspectOptions {
  readonly packing: EntryPacking;
  /** Reads no further than this position, where a batch begins. Default: to the end. */
  readonly until?: number;
}

/** The log's id, by the first of its segments that says one; undefined when there is none. Changes nothing. */
export async function readLogId(disk: Disk, directory: string): Promise<Buffer | undefined> {
  let id: Buffer | undefined;
  for (const { firstPosition, forms } of segmentNames(await list(disk, directory))) {
    for (const form of forms) {
      const file = await disk.open(segmentPath(directory, firstPosition, form), "read");
      try {
        const header = await readHeader(file);
        // The newest one counts: after a restore the log goes on under another id.
        if (typeof header !== "string") id = header.logId;
      } finally {
        await file.close();
      }
    }
  }
  return id;
}

/**
 * Reads every byte of a log and changes none: all that a start checks of the newest segment, of every segment. Where something is
 * damaged, it says so and goes on with what comes after, so that one reading finds all there is to find.
 * @throws LogIoError
 */
export async function* inspectLog(
  disk: Disk,
  directory: string,
  { packing, until = Number.POSITIVE_INFINITY }: InspectOptions,
): AsyncGenerator<Inspected, void, undefined> {
  const names = segmentNames(await list(disk, directory));
  const inspection: Inspection = { disk, directory, packing, until, state: startState(), logicalOffset: 0 };
  for (const [at, name] of names.entries()) {
    if (name.firstPosition >= until) return;
    yield* inspectSegment(inspection, await openForm(inspection, name), name.firstPosition, at === names.length - 1);
  }
}

/** The form of a segment that counts, open for reading. */
interface OpenForm {
  readonly form: SegmentForm;
  readonly file: DiskFile;
  readonly notes: readonly Inspected[];
}

/** While a server runs, it can compress the segment in the very moment: then its raw file is gone, and the other one there. */
async function openForm({ disk, directory, packing }: Inspection, name: SegmentName): Promise<OpenForm> {
  const { firstPosition } = name;
  try {
    const { form, notes } = await choose(disk, directory, name, packing);
    return { form, notes, file: await disk.open(segmentPath(directory, firstPosition, form), "read") };
  } catch (error) {
    if (!isMissing(error) || !name.forms.includes("raw")) throw error;
    const file = await disk.open(segmentPath(directory, firstPosition, "compressed"), "read");
    return { form: "compressed", notes: [], file };
  }
}

async function choose(disk: Disk, directory: string, name: SegmentName, packing: EntryPacking) {
  try {
    const { form, damage } = await chooseForm(disk, directory, name, packing);
    const kept = basename(segmentPath(directory, name.firstPosition, form));
    const twin: Inspected = { kind: "twin", kept, damage };
    return { form, notes: name.forms.length > 1 ? [twin] : [] };
  } catch (error) {
    // Neither form is sound: what is wrong is found once more as the compressed one is read.
    if (!(error instanceof LogCorruption)) throw error;
    return { form: "compressed" as const, notes: [{ kind: "damage", error } satisfies Inspected] };
  }
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === "ENOENT" || errorCode(error instanceof Error ? error.cause : error) === "ENOENT";
}

interface Inspection {
  readonly disk: Disk;
  readonly directory: string;
  readonly packing: EntryPacking;
  readonly until: number;
  /** What comes next, as far as it is known. */
  state: ScanState;
  logicalOffset: number;
}

type Report = (offset: number, reason: string) => Inspected;

async function* inspectSegment(
  inspection: Inspection,
  { form, file, notes }: OpenForm,
  firstPosition: number,
  newest: boolean,
): AsyncGenerator<Inspected, void, undefined> {
  const path = segmentPath(inspection.directory, firstPosition, form);
  const damage: Report = (offset, reason) => ({ kind: "damage", error: new LogCorruption(path, offset, reason) });
  try {
    yield* notes;
    const bytes = await file.size();
    const header = await readHeader(file);
    if (typeof header === "string") {
      yield damage(0, header);
      inspection.logicalOffset += bytes;
      return;
    }
    const segment = new Segment(inspection.directory, header);
    const broken = contradiction(segment, firstPosition, inspection);
    if (broken !== undefined) yield damage(broken.offset, broken.reason);
    if ((header.compressed !== undefined) !== (form === "compressed")) {
      yield damage(96, "its header is not that of a segment with such a name");
      return;
    }
    if (newest && form === "compressed") yield damage(0, "the segment that came after it is missing");
    yield* form === "raw"
      ? inspectRaw(inspection, { file, bytes, segment, newest }, damage)
      : inspectCompressed(inspection, file, header, path, damage);
  } finally {
    await file.close();
  }
}

async function* inspectRaw(
  inspection: Inspection,
  opened: Omit<OpenSegment, "footer">,
  damage: Report,
): AsyncGenerator<Inspected, void, undefined> {
  const { file, bytes, segment, newest } = opened;
  const { header } = segment;
  const footer = await readFooter(file, bytes, segment.crc, header.logicalOffset);
  if (!newest && footer === undefined) yield damage(bytes, "a sealed segment has no valid footer");
  // Whatever is wrong before it: this segment is read by what it says of its own place.
  inspection.state = stateAt(header, inspection.state.counters, footer);
  inspection.logicalOffset = header.logicalOffset + bytes;
  yield* inspectBatches(inspection, { ...opened, footer }, damage);
}

async function* inspectCompressed(
  inspection: Inspection,
  file: DiskFile,
  header: SegmentHeader,
  path: string,
  damage: Report,
): AsyncGenerator<Inspected, void, undefined> {
  const { packing, until } = inspection;
  const { firstPosition } = header;
  inspection.logicalOffset = header.logicalOffset + (header.compressed?.rawBytes ?? 0);
  const source = { path, crc: new Segment(inspection.directory, header).crc, firstPosition, packing };
  let summary: SegmentSummary | undefined;
  try {
    requirePacking(path, header, packing);
    const footer = await readCompressedFooter(file, source);
    summary = footer.summary;
    inspection.state = stateAt(header, inspection.state.counters, summary);
    const scanner = new CompressedScanner(file, footer.windows, inspection.state, source);
    while (inspection.state.position < until) {
      const position = inspection.state.position;
      const batch = await scanner.next();
      if (batch === undefined) {
        if (!summaryMatches(summary, header, inspection.state)) {
          throw new LogCorruption(path, footer.offset, "the footer does not say what the segment holds");
        }
        return;
      }
      yield { kind: "batch", firstPosition: position, records: batch.records };
    }
  } catch (error) {
    if (error instanceof LogUnsupported) yield damage(96, error.message);
    else if (error instanceof LogCorruption) yield { kind: "damage", error };
    else throw error;
    if (summary !== undefined) skipTo(summary, firstPosition, inspection);
    else inspection.state = stateAt(header, inspection.state.counters, undefined);
  }
}

interface OpenSegment {
  readonly file: DiskFile;
  readonly bytes: number;
  readonly segment: Segment;
  readonly footer: PlacedFooter | undefined;
  readonly newest: boolean;
}

async function* inspectBatches(
  inspection: Inspection,
  opened: OpenSegment,
  damage: Report,
): AsyncGenerator<Inspected, void, undefined> {
  const { file, bytes, segment, footer, newest } = opened;
  const { state, until } = inspection;
  const scanner = new BatchScanner(file, segment, footer?.offset ?? bytes, state);
  while (state.position < until) {
    const firstPosition = state.position;
    const batch = await scanner.next();
    if (batch === undefined) {
      if (footer !== undefined && !summaryMatches(footer, segment.header, state)) {
        yield damage(footer.offset, "the footer does not say what the segment holds");
      }
      return;
    }
    if (!("damaged" in batch)) {
      for (const { ordinal, offsetInBatch } of batch.records) {
        segment.index?.offer({ ordinal, offset: batch.offset + offsetInBatch });
      }
      yield { kind: "batch", firstPosition, records: batch.records };
      continue;
    }
    if (footer !== undefined) {
      yield damage(batch.badOffset, batch.reason);
      skipTo(footer, segment.firstPosition, inspection);
    } else if (newest) {
      yield await tornOrDamaged(opened, batch, state);
    }
    // A sealed segment without a footer was reported already: where its batches end cannot be known.
    return;
  }
}

async function tornOrDamaged(
  { file, bytes, segment }: OpenSegment,
  found: BatchDamage,
  { counters }: ScanState,
): Promise<Inspected> {
  try {
    const footer = footerBytes(counters.organizationsInSegment(), segment.index?.length ?? 0);
    await readTornTail(file, bytes, segment, found, footer);
    return { kind: "torn", file: basename(segment.path), offset: found.offset };
  } catch (error) {
    if (!(error instanceof LogCorruption)) throw error;
    return { kind: "damage", error };
  }
}

async function readHeader(file: DiskFile) {
  const buffer = Buffer.alloc(SEGMENT_HEADER_BYTES);
  const read = await file.read(buffer, 0);
  return decodeSegmentHeader(buffer.subarray(0, read));
}

/** How a segment does not continue what was read before it. */
function contradiction(
  { header }: Segment,
  firstPosition: number,
  { state, logicalOffset }: Inspection,
): { offset: number; reason: string } | undefined {
  if (header.firstPosition !== firstPosition) {
    return { offset: 32, reason: `its header says that it begins at position ${header.firstPosition}` };
  }
  if (firstPosition !== state.position) {
    const reason = `it begins at position ${firstPosition} where ${state.position} is next: entries are missing`;
    return { offset: 32, reason };
  }
  if (header.logicalOffset !== logicalOffset) {
    return { offset: 40, reason: "the segments before it are not as long as they were when it was made" };
  }
  if (!header.previousHash.equals(state.chainHash) || header.recordedAt !== state.recordedAt) {
    return { offset: 48, reason: "it does not continue the segment before it" };
  }
  return undefined;
}

/** Sequences go on from what was read, or from what the segment's own footer says: after damage that is all there is. */
function stateAt(header: SegmentHeader, known: SequenceCounters, summary: SegmentSummary | undefined): ScanState {
  const counters = known;
  counters.rollback();
  counters.startSegment();
  for (const { organization, first } of summary?.organizations ?? []) counters.restore(organization, first);
  return {
    position: header.firstPosition,
    recordedAt: header.recordedAt,
    chainHash: header.previousHash,
    counters,
  };
}

/** What a damaged segment's footer says of its end: what comes after can be read as if it had been sound. */
function skipTo(summary: SegmentSummary, firstPosition: number, inspection: Inspection): void {
  const { counters } = inspection.state;
  counters.rollback();
  for (const { organization, next } of summary.organizations) counters.restore(organization, next);
  inspection.state = {
    position: firstPosition + summary.entries,
    recordedAt: summary.recordedAt,
    chainHash: summary.chainHash,
    counters,
  };
}

async function list(disk: Disk, directory: string): Promise<string[]> {
  try {
    return await disk.list(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
