import { type DiskFile, readFully } from "./disk.ts";
import { aligned, HASH_BYTES, MARK, type PlacedCrc, readUint64, writeUint64 } from "./format.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { SparseIndex } from "./sparse-index.ts";

const FIXED_BYTES = 64;
const POINT_BYTES = 8;
/** Length, CRC and magic: fixed, so that the footer is found from the file's end. */
const TAIL_BYTES = 16;
const MAGIC = Buffer.from("DAYBKEND", "latin1");

/** One organization's entries in a segment: sequences `first` … `next`-1. */
export interface OrganizationRange {
  readonly organization: string;
  readonly first: number;
  readonly next: number;
}

/** Ends a sealed segment with all that a start needs to know of it, so that a start never reads its records. */
export interface Footer {
  readonly entries: number;
  /** Milliseconds since the Unix epoch; of the segment's last batch. */
  readonly recordedAt: number;
  /** Chain hash of the segment's last batch. */
  readonly chainHash: Buffer;
  readonly organizations: readonly OrganizationRange[];
  readonly index: SparseIndex;
}

/** A footer as it stands in its file. */
export interface PlacedFooter extends Footer {
  /** Byte offset in the file: where the segment's batches end. */
  readonly offset: number;
  readonly bytes: number;
}

export function footerBytes(organizations: Iterable<string>, indexPoints: number): number {
  let bytes = FIXED_BYTES + indexPoints * POINT_BYTES;
  for (const organization of organizations) bytes += 1 + organization.length + 16;
  return aligned(bytes) + TAIL_BYTES;
}

export function encodeFooter(footer: Footer, crc: PlacedCrc, logicalOffset: number): Buffer {
  const names = footer.organizations.map(({ organization }) => organization);
  const buffer = Buffer.alloc(footerBytes(names, footer.index.length));
  buffer.writeUInt32LE(MARK.footer, 0);
  buffer.writeUInt32LE(footer.organizations.length, 4);
  writeUint64(buffer, footer.entries, 8);
  writeUint64(buffer, footer.recordedAt, 16);
  buffer.writeUInt32LE(footer.index.length, 24);
  buffer.set(footer.chainHash, 32);
  let at = FIXED_BYTES;
  for (const { organization, first, next } of footer.organizations) {
    buffer[at] = organization.length;
    buffer.write(organization, at + 1, "latin1");
    at += 1 + organization.length;
    writeUint64(buffer, first, at);
    writeUint64(buffer, next, at + 8);
    at += 16;
  }
  for (const { ordinal, offset } of footer.index) {
    buffer.writeUInt32LE(ordinal, at);
    buffer.writeUInt32LE(offset, at + 4);
    at += POINT_BYTES;
  }
  const tail = buffer.length - TAIL_BYTES;
  buffer.writeUInt32LE(buffer.length, tail);
  buffer.writeUInt32LE(crc.of(buffer.subarray(0, tail + 4), logicalOffset), tail + 4);
  buffer.set(MAGIC, tail + 8);
  return buffer;
}

/** Reads the footer at the end of a segment of `fileBytes` bytes; undefined when there is no valid one. */
export async function readFooter(
  file: DiskFile,
  fileBytes: number,
  crc: PlacedCrc,
  segmentOffset: number,
): Promise<PlacedFooter | undefined> {
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
  if (buffer.readUInt32LE(0) !== MARK.footer) return undefined;
  if (buffer.readUInt32LE(crcAt) !== crc.of(buffer.subarray(0, crcAt), segmentOffset + offset)) return undefined;
  return { ...decodeFooter(buffer), offset, bytes };
}

/** Takes a footer whose CRC was found right apart. */
function decodeFooter(buffer: Buffer): Footer {
  const organizations: OrganizationRange[] = [];
  const index = new SparseIndex();
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
  for (let left = buffer.readUInt32LE(24); left > 0; left--) {
    index.offer({ ordinal: buffer.readUInt32LE(at), offset: buffer.readUInt32LE(at + 4) });
    at += POINT_BYTES;
  }
  return {
    entries: readUint64(buffer, 8),
    recordedAt: readUint64(buffer, 16),
    chainHash: Buffer.from(buffer.subarray(32, 32 + HASH_BYTES)),
    organizations,
    index,
  };
}
