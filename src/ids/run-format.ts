import { crc32 } from "node:zlib";
import { KEY_BYTES } from "./key.ts";

/**
 * A run: the keys of a range of the log in their order, each with the position of its entry, in one file that never changes.
 *
 *   page 0: magic, version, CRC of the rest · log id · from, to (positions) · records, pages · CRC of the index · newest UUIDv7
 *   pages of records: CRC, number of records, number of the page · records of 16 bytes: key, position (48 bits)
 *   index: the first 32 bits of each page's first key · the filter
 *
 * Numbers are big-endian. The CRC of a page is seeded with the log's id, the run's range and the page's number, so that a page of another
 * place, file or time is not taken for it.
 */
export const PAGE_BYTES = 4096;
export const RECORD_BYTES = KEY_BYTES + 6;
const PAGE_HEADER_BYTES = 16;
export const PAGE_RECORDS = (PAGE_BYTES - PAGE_HEADER_BYTES) / RECORD_BYTES;

const MAGIC = "DAYBKIDS";
const VERSION = 1;
const CHECKED_FROM = 16;
const UUID_CHARACTERS = 36;

/** Which part of which log a run is of. */
export interface RunRange {
  /** UUID. */
  readonly logId: string;
  /** First position. */
  readonly from: number;
  /** Position after the last. */
  readonly to: number;
}

export interface RunHeader extends RunRange {
  readonly records: number;
  readonly pages: number;
  readonly indexCrc: number;
  /** The greatest UUIDv7 among its ids; empty when there is none. */
  readonly newest: string;
}

export function encodeHeader({ logId, from, to, records, pages, indexCrc, newest }: RunHeader): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  page.write(MAGIC, 0, "latin1");
  page.writeUInt32BE(VERSION, 8);
  page.write(logId.replaceAll("-", ""), 16, "hex");
  page.writeUIntBE(from, 32, 6);
  page.writeUIntBE(to, 40, 6);
  page.writeUIntBE(records, 48, 6);
  page.writeUInt32BE(pages, 56);
  page.writeUInt32BE(indexCrc, 60);
  page.write(newest, 64, "latin1");
  page.writeUInt32BE(crc32(page.subarray(CHECKED_FROM)), 12);
  return page;
}

/** @returns undefined when it is no header of this version and log, or damaged. */
export function decodeHeader(page: Buffer, logId: string): RunHeader | undefined {
  const isRun =
    page.length === PAGE_BYTES &&
    page.toString("latin1", 0, 8) === MAGIC &&
    page.readUInt32BE(8) === VERSION &&
    page.readUInt32BE(12) === crc32(page.subarray(CHECKED_FROM)) &&
    page.toString("hex", 16, 32) === logId.replaceAll("-", "");
  if (!isRun) return undefined;
  return {
    logId,
    from: page.readUIntBE(32, 6),
    to: page.readUIntBE(40, 6),
    records: page.readUIntBE(48, 6),
    pages: page.readUInt32BE(56),
    indexCrc: page.readUInt32BE(60),
    newest: page.toString("latin1", 64, 64 + UUID_CHARACTERS).replace(/\0+$/, ""),
  };
}

/** Writes the position of the record at `at`. */
export function writePosition(records: Buffer, at: number, position: number): void {
  records.writeUIntBE(position, at + KEY_BYTES, RECORD_BYTES - KEY_BYTES);
}

export function readPosition(records: Buffer, at: number): number {
  return records.readUIntBE(at + KEY_BYTES, RECORD_BYTES - KEY_BYTES);
}

/** Bytes from a page's beginning to its record. */
export function recordAt(index: number): number {
  return PAGE_HEADER_BYTES + index * RECORD_BYTES;
}

/** Pages of one run: finishes them, and tells whether they are what was finished. */
export class PageCheck {
  private readonly seed: number;

  constructor({ logId, from, to }: RunRange) {
    this.seed = crc32(`${logId} ${from} ${to}`);
  }

  /** @param page whose records are in place. @param number of the page, the first is 0. */
  finish(page: Buffer, number: number, records: number): void {
    page.writeUInt16BE(records, 4);
    page.writeUInt32BE(number, 8);
    page.writeUInt32BE(crc32(page.subarray(4), this.seed), 0);
  }

  /** @returns its number of records, or undefined when it is damaged or another page. */
  records(page: Buffer, number: number): number | undefined {
    const isSound =
      page.length === PAGE_BYTES &&
      page.readUInt32BE(8) === number &&
      page.readUInt32BE(0) === crc32(page.subarray(4), this.seed);
    return isSound ? page.readUInt16BE(4) : undefined;
  }
}
