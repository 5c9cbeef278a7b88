import { readFileSync, writeFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { decodeId } from "../../src/event/codec.ts";
import { MARK, PlacedCrc } from "../../src/log/format.ts";
import { declaredBytes, LogRecord } from "../../src/log/record.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES } from "../../src/log/segment-header.ts";

const CRC_FROM = 8;

/** Zeroes the first entry's body in a segment and sets its flag, with both checksums: what the log's own checks cannot see. @returns its id. */
export function eraseBody(file: string): string {
  return rewrite(file, (body, record) => {
    body.fill(0);
    record.writeUInt32LE(1, 20);
  });
}

/** Changes a byte of the first entry's body in a segment, and both checksums with it: what the log's own checks cannot see. @returns its id. */
export function rewriteBody(file: string): string {
  return rewrite(file, (body) => {
    const letter = body.indexOf("Grace") + 1;
    body[letter] = (body[letter] ?? 0) ^ 1;
  });
}

function rewrite(file: string, change: (body: Buffer, record: Buffer) => void): string {
  const bytes = readFileSync(file);
  const header = decodeSegmentHeader(bytes.subarray(0, SEGMENT_HEADER_BYTES));
  if (typeof header === "string") throw new Error(header);
  const at = SEGMENT_HEADER_BYTES;
  if (bytes.readUInt32LE(at) !== MARK.record) throw new Error("a segment begins with a record");
  const record = new LogRecord(bytes, at, declaredBytes(bytes, at) ?? 0);
  const text = record.storedBody;
  change(text, bytes.subarray(at));
  bytes.writeUInt32LE(crc32(text), at + 8);
  const bodyAt = text.byteOffset - bytes.byteOffset;
  const crc = new PlacedCrc(header.logId);
  bytes.writeUInt32LE(crc.of(bytes.subarray(at + CRC_FROM, bodyAt), header.logicalOffset + at), at + 4);
  writeFileSync(file, bytes);
  return decodeId(record.header);
}
