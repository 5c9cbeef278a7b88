import { type DiskFile, readFully } from "./disk.ts";
import { aligned, HASH_BYTES, MARK, type PlacedCrc, readUint64, writeUint64 } from "./format.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { SparseIndex } from "./sparse-index.ts";

const FIXED_BYTES = 64;
/** Length, CRC and magic: fixed, so that the footer is found from the file's end. */
const TAIL_BYTES = 16;
const MAGIC = Buffer.from("DAYBKEND", "latin1");

/** One organization's entries in a segment: sequences `first` … `next`-1. */
export interface OrganizationRange {
  readonly organization: string;
  readonly first: number;
  readonly next: number;
}

/** What the footers of both forms of a segment say: all that a start needs to know of it, so that a start never reads its records. */
export interface SegmentSummary {
  readonly entries: number;
  /** Milliseconds since the Unix epoch; of the segment's last batch. */
  readonly recordedAt: number;
  /** Chain hash of the segment's last batch. */
  readonly chainHash: Buffer;
  readonly organizations: readonly OrganizationRange[];
}

/** Ends a sealed segment. */
export interface Footer extends SegmentSummary {
  readonly index: SparseIndex;
}

/** A footer as its file has it. */
export interface PlacedFooter extends Footer {
  /** Byte offset in the file: where the segment's batches end. */
  readonly offset: number;
  readonly bytes: number;
}

/** Rows of numbers at a footer's end: which ones differs between the two forms of a segment. */
export interface FooterTable {
  readonly mark: number;
  /** Numbers in a row. */
  readonly columns: number;
}

const POINTS: FooterTable = { mark: MARK.footer, columns: 2 };

export function footerBytes(organizations: Iterable<string>, indexPoints: number): number {
  return footerLength(organizations, indexPoints * POINTS.columns);
}

function footerLength(organizations: Iterable<string>, numbers: number): number {
  let bytes = FIXED_BYTES + 4 * numbers;
  for (const organization of organizations) bytes += 1 + organization.length + 16;
  return aligned(bytes) + TAIL_BYTES;
}

export function encodeFooter(footer: Footer, crc: PlacedCrc, logicalOffset: number): Buffer {
  const numbers = [...footer.index].flatMap(({ ordinal, offset }) => [ordinal, offset]);
  return encodeFooterTable(footer, POINTS, numbers, crc, logicalOffset);
}

/** @param placed what the footer's checksum begins with, besides the log's id. */
export function encodeFooterTable(
  summary: SegmentSummary,
  { mark, columns }: FooterTable,
  numbers: readonly number[],
  crc: PlacedCrc,
  placed: number,
): Buffer {
  const names = summary.organizations.map(({ organization }) => organization);
  const buffer = Buffer.alloc(footerLength(names, numbers.length));
  buffer.writeUInt32LE(mark, 0);
  buffer.writeUInt32LE(summary.organizations.length, 4);
  writeUint64(buffer, summary.entries, 8);
  writeUint64(buffer, summary.recordedAt, 16);
  buffer.writeUInt32LE(numbers.length / columns, 24);
  buffer.set(summary.chainHash, 32);
  let at = FIXED_BYTES;
  for (const { organization, first, next } of summary.organizations) {
    buffer[at] = organization.length;
    buffer.write(organization, at + 1, "latin1");
    at += 1 + organization.length;
    writeUint64(buffer, first, at);
    writeUint64(buffer, next, at + 8);
    at += 16;
  }
  for (const number of numbers) at = buffer.writeUInt32LE(number, at);
  const tail = buffer.length - TAIL_BYTES;
  buffer.writeUInt32LE(buffer.length, tail);
  buffer.writeUInt32LE(crc.of(buffer.subarray(0, tail + 4), placed), tail + 4);
  buffer.set(MAGIC, tail + 8);
  return buffer;
}

/** Reads the footer at the end of a raw segment of `fileBytes` bytes; undefined when there is no valid one. */
export async function readFooter(
  file: DiskFile,
  fileBytes: number,
  crc: PlacedCrc,
  segmentOffset: number,
): Promise<PlacedFooter | undefined> {
  const found = await readFooterTable(file, fileBytes, POINTS, crc, (offset) => segmentOffset + offset);
  if (found === undefined) return undefined;
  const index = new SparseIndex();
  for (const [ordinal = 0, offset = 0] of found.rows) index.offer({ ordinal, offset });
  return { ...found.summary, index, offset: found.offset, bytes: found.bytes };
}

/** The footer at the end of a file; undefined when there is no valid one of this kind. */
export async function readFooterTable(
  file: DiskFile,
  fileBytes: number,
  { mark, columns }: FooterTable,
  crc: PlacedCrc,
  placed: (offset: number) => number,
): Promise<{ summary: SegmentSummary; rows: number[][]; offset: number; bytes: number } | undefined> {
  if (fileBytes < SEGMENT_HEADER_BYTES + FIXED_BYTES + TAIL_BYTES) return undefined;
  const tail = Buffer.alloc(TAIL_BYTES);
  await readFully(file, tail, fileBytes - TAIL_BYTES);
  if (!tail.subarray(8).equals(MAGIC)) return undefined;
  const bytes = tail.readUInt32LE(0);
  const offset = fileBytes - bytes;
  if (bytes < FIXED_BYTES + TAIL_BYTES || offset < SEGMENT_HEADER_BYTES) return undefined;

  const buffer = Buffer.alloc(bytes);
  await readFully(file, buffer, offset);
  const crcAt = bytes - TAIL_BYTES + 4;
  if (buffer.readUInt32LE(0) !== mark) return undefined;
  if (buffer.readUInt32LE(crcAt) !== crc.of(buffer.subarray(0, crcAt), placed(offset))) return undefined;
  return { ...decodeFooter(buffer, columns), offset, bytes };
}

/** Takes a footer whose CRC is right apart. */
function decodeFooter(buffer: Buffer, columns: number): { summary: SegmentSummary; rows: number[][] } {
  const organizations: OrganizationRange[] = [];
  let at = FIXED_BYTES;
  for (let left = buffer.readUInt32LE(4); left > 0; left--) {
    const organizationEnd = at + 1 + buffer.readUInt8(at);
    organizations.push({
      organization: buffer.toString("latin1", at + 1, organizationEnd),
      first: readUint64(buffer, organizationEnd),
      next: readUint64(buffer, organizationEnd + 8),
    });
    at = organizationEnd + 16;
  }
  const rows: number[][] = [];
  for (let left = buffer.readUInt32LE(24); left > 0; left--) {
    rows.push(Array.from({ length: columns }, (_, column) => buffer.readUInt32LE(at + 4 * column)));
    at += 4 * columns;
  }
  const summary = {
    entries: readUint64(buffer, 8),
    recordedAt: readUint64(buffer, 16),
    chainHash: Buffer.from(buffer.subarray(32, 32 + HASH_BYTES)),
    organizations,
  };
  return { summary, rows };
}
