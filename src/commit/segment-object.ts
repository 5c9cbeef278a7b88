import { z } from "zod";
import type { FramedBatch } from "../log/index.ts";
import { compressRow, decompressRow, SMALL } from "./row-bytes.ts";

const LINE_END = 0x0a;

const hex = z.string().regex(/^([0-9a-f]{2})*$/);
const head = z.object({
  format: z.literal("daybook segment 2"),
  segment_header: hex,
  rows: z.array(
    z.object({
      first_position: z.number(),
      entries: z.number(),
      recorded_at: z.number(),
      previous_hash: hex,
      chain_hash: hex,
      /** How many bytes it has, compressed. */
      bytes: z.number(),
    }),
  ),
});

/** One segment as an object: a line of JSON that says what its rows are, then the bytes of each, compressed (see row-bytes.ts). @param rows all of one segment. */
export async function encodeSegment(rows: AsyncIterable<FramedBatch>): Promise<Buffer> {
  const described: z.infer<typeof head>["rows"] = [];
  const parts: Buffer[] = [];
  let segmentHeader: Buffer | undefined;
  for await (const row of rows) {
    segmentHeader ??= row.segmentHeader;
    const compressed = await compressRow(row.bytes, SMALL);
    parts.push(compressed);
    described.push({
      first_position: row.firstPosition,
      entries: row.entries,
      recorded_at: row.recordedAt,
      previous_hash: row.previousHash.toString("hex"),
      chain_hash: row.chainHash.toString("hex"),
      bytes: compressed.length,
    });
  }
  if (segmentHeader === undefined) throw new RangeError("a segment begins with its header");
  const line: z.infer<typeof head> = {
    format: "daybook segment 2",
    segment_header: segmentHeader.toString("hex"),
    rows: described,
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), ...parts]);
}

/** @throws Error when these bytes are not what `encodeSegment` gave. */
export function decodeSegment(object: Buffer): FramedBatch[] {
  const end = object.indexOf(LINE_END);
  const { rows, segment_header } = head.parse(JSON.parse(object.toString("utf8", 0, end)));
  let at = end + 1;
  return rows.map((row, index) => {
    const compressed = object.subarray(at, at + row.bytes);
    at += row.bytes;
    return {
      firstPosition: row.first_position,
      entries: row.entries,
      recordedAt: row.recorded_at,
      bytes: decompressRow(compressed),
      previousHash: Buffer.from(row.previous_hash, "hex"),
      chainHash: Buffer.from(row.chain_hash, "hex"),
      segmentHeader: index === 0 ? Buffer.from(segment_header, "hex") : undefined,
    };
  });
}
