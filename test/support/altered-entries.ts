import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { encodeEntry } from "../../src/event/codec.ts";
import { entryPacking } from "../../src/event/entry-packing.ts";
import { encodeBlock, type PlacedRecord } from "../../src/log/compressed/block.ts";
import { compressSegment } from "../../src/log/compressed/compress.ts";
import { blockOffsets, decodeBlockOf, decodeIndex, readCompressedFooter } from "../../src/log/compressed/file.ts";
import { blockPlace } from "../../src/log/compressed/window.ts";
import { nameFailures, realDisk } from "../../src/log/disk.ts";
import { MARK, PlacedCrc } from "../../src/log/format.ts";
import { openLog } from "../../src/log/log.ts";
import { declaredBytes, LogRecord } from "../../src/log/record.ts";
import { segmentPath } from "../../src/log/segment.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from "../../src/log/segment-header.ts";
import { TRAILER_BYTES } from "../../src/log/trailer.ts";

/**
 * Somebody who can write to the log's files and knows their format: an entry is changed, and every checksum is right again. What is left to
 * show it is its hash. The files are changed in place, as a running server has them open.
 */

const CRC_FROM = 8;

/** Of a record: its body was erased. */
const ERASED = 1;
const FLAGS_AT = 20;

/** In a raw segment: the action's last letter in the header, one letter of the description in the body, or the whole body is erased. */
export function alterRaw(file: string, id: string, part: "header" | "body" | "whole body"): void {
  const bytes = readFileSync(file);
  const { logId, logicalOffset } = headerOf(bytes);
  const { at, record } = recordOf(bytes, id);
  if (part === "whole body") {
    record.storedBody.fill(0);
    bytes.writeUInt32LE(ERASED, at + FLAGS_AT);
  } else {
    const text = part === "header" ? record.header : record.storedBody;
    const name = part === "header" ? '"action":"' : '"description":"';
    const letter = text.indexOf(name) + name.length;
    text[letter] = (text[letter] ?? 0) ^ 1;
  }
  bytes.writeUInt32LE(crc32(record.storedBody), at + 8);
  const crc = new PlacedCrc(logId);
  const bodyAt = record.storedBody.byteOffset - bytes.byteOffset;
  bytes.writeUInt32LE(crc.of(bytes.subarray(at + CRC_FROM, bodyAt), logicalOffset + at), at + 4);
  overwrite(file, bytes.subarray(at, at + record.bytes), at);
}

/** In a compressed segment: one letter of the body. The header that is computed from it commits to the changed body. */
export async function alterCompressed(file: string, id: string): Promise<void> {
  const bytes = readFileSync(file);
  const { logId, firstPosition } = headerOf(bytes);
  const source = { path: file, crc: new PlacedCrc(logId), firstPosition, packing: entryPacking };
  const opened = await nameFailures(realDisk).open(file, "read");
  const { windows } = await readCompressedFooter(opened, source);
  await opened.close();
  for (const window of windows) {
    const index = decodeIndex(bytes.subarray(window.indexOffset, window.end), window, source);
    const offsets = blockOffsets(window, index);
    for (const block of index.blocks.keys()) {
      const [from = 0, to = 0] = [offsets[block], offsets[block + 1]];
      const decoded = decodeBlockOf(bytes.subarray(from, to), window, block, from, source);
      const records = [...decoded.records()];
      const at = records.findIndex(({ header }) => isOf(header, id));
      if (at < 0) continue;
      const encode = (records: readonly PlacedRecord[]) =>
        encodeBlock(records, window.firstOrdinal, blockPlace(source, window.number, block), entryPacking);
      return overwrite(file, alteredBlock(records, at, to - from, encode), from);
    }
  }
  throw new Error(`${file} holds no event ${id}`);
}

/** Seals and compresses the only segment of a log that nobody has open. Daybook's own have 64 MiB. @returns the compressed file. */
export async function sealOnlySegment(directory: string, organization: string): Promise<string> {
  const log = await openLog({ directory, packing: entryPacking, compression: "off", segmentBytes: 4_096 });
  const event = { action: "segment.begin", actor: { type: "user" as const }, resource: { type: "segment" } };
  const encode = (sequence: number, recordedAt: number) =>
    encodeEntry(event, { id: "after-seal", organization, source: { type: "import" }, sequence, recordedAt });
  await Promise.all(log.append([{ organization, encode }]));
  await log.close();
  const { signal } = new AbortController();
  const disk = nameFailures(realDisk);
  const end = await compressSegment({ disk, directory, firstPosition: 0, packing: entryPacking, signal });
  if (end !== "compressed") throw new Error(`compressing ended with ${end}`);
  unlinkSync(segmentPath(directory, 0));
  return segmentPath(directory, 0, "compressed");
}

function headerOf(bytes: Buffer): SegmentHeader & { readonly logicalOffset: number } {
  const header = decodeSegmentHeader(bytes.subarray(0, SEGMENT_HEADER_BYTES));
  if (typeof header === "string") throw new Error(header);
  return header;
}

function isOf(header: Uint8Array, id: string): boolean {
  return Buffer.from(header).includes(`"id":"${id}","timestamp"`);
}

function recordOf(bytes: Buffer, id: string): { at: number; record: LogRecord } {
  for (let at = SEGMENT_HEADER_BYTES; at + 8 <= bytes.length; ) {
    if (bytes.readUInt32LE(at) === MARK.trailer) {
      at += TRAILER_BYTES;
      continue;
    }
    if (bytes.readUInt32LE(at) !== MARK.record) break;
    const record = new LogRecord(bytes, at, declaredBytes(bytes, at) ?? 0);
    if (isOf(record.header, id)) return { at, record };
    at += record.bytes;
  }
  throw new Error(`there is no event ${id}`);
}

/** A block of the same length, so that nothing else of the file changes: the first letter that leads to one. */
function alteredBlock(
  records: readonly PlacedRecord[],
  at: number,
  bytes: number,
  encode: (records: readonly PlacedRecord[]) => Buffer,
): Buffer {
  const altered = records[at] as PlacedRecord;
  const { end } = altered;
  const name = '"description":"';
  const original = Buffer.from(altered.content);
  for (let letter = original.indexOf(name, altered.bodyAt) + name.length; letter < end; letter++) {
    const content = Buffer.from(original);
    content[letter] = (content[letter] ?? 0) ^ 1;
    const other = Object.create(altered, { content: { value: content } }) as PlacedRecord;
    const block = encode(records.map((record, index) => (index === at ? other : record)));
    if (block.length === bytes) return block;
  }
  throw new Error("no changed letter leads to a block of the same length");
}

function overwrite(file: string, bytes: Uint8Array, at: number): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}
