import { crc32 } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "../../src/log/compressed/checked-frame.ts";
import { blockPlace, indexPlace } from "../../src/log/compressed/window.ts";
import { decodeWindowIndex, encodeWindowIndex } from "../../src/log/compressed/window-index.ts";
import type { LogEntry } from "../../src/log/contract.ts";
import { LogCorruption, LogUnsupported } from "../../src/log/errors.ts";
import { MARK, PlacedCrc } from "../../src/log/format.ts";
import { type LogNotice, type OpenLog, openLog } from "../../src/log/log.ts";
import { segmentPath } from "../../src/log/segment.ts";
import { campaign } from "./campaign.ts";
import { compressedLog, DIRECTORY, OPTIONS, testPacking, textOf } from "./compressed-log.ts";
import { Random } from "./random.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";

/** Of the file's bits, and of the lengths it can be cut to, one in this many is tried; 1 tries all. */
const EVERY = campaign("DAYBOOK_TEST_DAMAGE_EVERY", 401, 23);
const TIMEOUT_MS = 60_000 + 16_000_000 / EVERY;
/** Raw bytes of the segment: about five blocks. */
const SEGMENT_BYTES = 128 * 1024;

let disk: SimulatedDisk;
let entries: LogEntry[];
let path: string;

beforeAll(async () => {
  ({ disk, entries, compressed: path } = await compressedLog(new Random(5), SEGMENT_BYTES));
});

const content = () => Buffer.from(disk.content(path) ?? []);

test("a compressed log reads as the raw one did", async () => {
  expect(path).toBe(segmentPath(DIRECTORY, 0, "compressed"));
  expect(disk.paths()).not.toContain(segmentPath(DIRECTORY, 0));
  expect(framesOf(content()).length).toBeGreaterThan(4);
  expect(await answerTo(content())).toBe("unnoticed");
});

test("every flipped bit is refused, and no entry is ever wrong", { timeout: TIMEOUT_MS }, async () => {
  const bits = content().length * 8;
  for (let bit = 0; bit < bits; bit += EVERY) {
    const bytes = content();
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(`bit ${bit}: ${await answerTo(bytes)}`).toMatch(/(refused|alarm)$/);
  }
  process.stdout.write(`${Math.ceil(bits / EVERY)} of ${bits} bits of a compressed segment flipped: all refused\n`);
});

test("every length that it is cut to is refused", { timeout: TIMEOUT_MS }, async () => {
  for (let length = 0; length < content().length; length += Math.ceil(EVERY / 4)) {
    expect(`cut to ${length}: ${await answerTo(content().subarray(0, length))}`).toMatch(/refused$/);
  }
});

describe("a block", () => {
  test("in the place of any other one is refused", async () => {
    const frames = framesOf(content());
    for (const one of frames) {
      for (const other of frames) {
        if (one === other || one.length !== other.length) continue;
        const bytes = content();
        content().copy(bytes, one.start, other.start, other.start + other.length);
        expect(await answerTo(bytes)).toMatch(/(refused|alarm)/);
      }
    }
    const [first, second] = frames;
    if (first === undefined || second === undefined) throw new Error("there are several blocks");
    const [left, right] = [first, second].map(({ start, length }) => content().subarray(start, start + length));
    const rest = content().subarray(second.start + second.length);
    const swapped = Buffer.concat([
      content().subarray(0, first.start),
      right ?? Buffer.of(),
      left ?? Buffer.of(),
      rest,
    ]);
    expect(await answerTo(swapped)).toBe("alarm");
  });

  test("of another segment of the same log, with the same number, is refused", async () => {
    const [own] = framesOf(content());
    if (own === undefined) throw new Error("there are several blocks");
    const frame = content().subarray(own.start, own.start + own.length);
    const crc = new PlacedCrc(content().subarray(16, 32));
    const placeIn = (firstPosition: number) => blockPlace({ crc, firstPosition }, 0, 0);
    const frameIn = (firstPosition: number) => {
      const held = decodeFrame(frame, placeIn(0), testPacking);
      if (typeof held === "string") throw new Error(held);
      return encodeFrame(held, placeIn(firstPosition), testPacking);
    };
    const withFirst = (block: Buffer) =>
      Buffer.concat([content().subarray(0, own.start), block, content().subarray(own.start + own.length)]);
    // In its own segment it would be what it is.
    expect(await answerTo(withFirst(frameIn(0)))).toBe("unnoticed");
    expect(await answerTo(withFirst(frameIn(1)))).toMatch(/(refused|alarm)/);
  });

  test("of another log at the same place is refused", async () => {
    const other = await compressedLog(new Random(5), SEGMENT_BYTES);
    const foreign = Buffer.from(other.disk.content(other.compressed) ?? []);
    const [own, its] = [framesOf(content())[1], framesOf(foreign)[1]];
    if (own === undefined || its === undefined) throw new Error("there are several blocks");
    const bytes = Buffer.concat([
      content().subarray(0, own.start),
      foreign.subarray(its.start, its.start + its.length),
      content().subarray(own.start + own.length),
    ]);
    expect(await answerTo(bytes)).toMatch(/(refused|alarm)/);
    const another = await compressedLog(new Random(6), SEGMENT_BYTES);
    expect(await answerTo(another.disk.content(another.compressed) ?? Buffer.of())).toBe("refused");
  });
});

test("an index that points past its last block, or to the wrong one, is refused", async () => {
  const index = framesOf(content()).find(({ mark }) => mark === MARK.windowIndex);
  if (index === undefined) throw new Error("a window has an index");
  const frame = content().subarray(index.start, index.start + index.length);
  const place = indexPlace({ crc: new PlacedCrc(content().subarray(16, 32)), firstPosition: 0 }, 0);
  const records = frame.readUInt32LE(20);
  const source = { ...place, path, offset: index.start, blockBytes: index.start - 128, records };
  const decoded = decodeWindowIndex(frame, source, testPacking);
  for (const block of [decoded.blocks.length, 0xffff, decoded.blocks.length - 1]) {
    const blockOf = Uint16Array.from(decoded.blockOf);
    blockOf[0] = block;
    const forged = encodeWindowIndex({ ...decoded, blockOf }, place, testPacking);
    expect(() => {
      if (block >= decoded.blocks.length) decodeWindowIndex(forged, source, testPacking);
      else throw new LogCorruption(path, 0, "is found by reading");
    }).toThrow(LogCorruption);
    // The same length, so that nothing else changes: what is padded with zeros inflates alike.
    if (forged.length !== frame.length) continue;
    const bytes = content();
    forged.copy(bytes, index.start);
    expect(await answerTo(bytes)).toBe("alarm");
  }
});

test("a dictionary or a packing of another version is refused in words, and nothing is changed", async () => {
  for (const [at, words] of [
    [100, /packing 78, not 77/],
    [104, /a dictionary of another version/],
  ] as const) {
    const bytes = content();
    bytes.writeUInt32LE(bytes.readUInt32LE(at) + 1, at);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 124)), 124);
    const copy = disk.clone();
    copy.overwrite(path, bytes);
    const opening = openLog({ ...OPTIONS, disk: copy.attach() });
    await expect(opening).rejects.toThrow(LogUnsupported);
    await expect(opening).rejects.toThrow(words);
    expect(Buffer.from(copy.content(path) ?? []).equals(bytes)).toBe(true);
  }
});

test("a log of an earlier format is refused in words", async () => {
  const bytes = content();
  bytes.writeUInt32LE(1, 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 124)), 124);
  const copy = disk.clone();
  copy.overwrite(path, bytes);
  await expect(openLog({ ...OPTIONS, disk: copy.attach() })).rejects.toThrow(
    /an earlier Daybook wrote it, in format 1/,
  );
});

/** What a log with these bytes in its compressed file says. Whatever it is, no entry that it gives is another than what was written. */
async function answerTo(bytes: Uint8Array): Promise<"refused" | "alarm" | "unnoticed"> {
  const copy = disk.clone();
  copy.overwrite(path, bytes);
  let onScanned: (notice: LogNotice & { kind: "scanned" }) => void = () => undefined;
  const scanned = new Promise<LogNotice & { kind: "scanned" }>((resolve) => {
    onScanned = resolve;
  });
  let log: OpenLog | undefined;
  try {
    const onNotice = (notice: LogNotice) => notice.kind === "scanned" && onScanned(notice);
    log = await openLog({ ...OPTIONS, disk: copy.attach(), onNotice });
    for await (const piece of log.entries(entries.map(({ position }) => position))) {
      for (const found of piece) {
        if ("damage" in found) expect(found.damage).toMatchObject({ name: "LogCorruption", file: path });
        else expect(textOf(found)).toBe(textOf(entries[found.position] as LogEntry));
      }
    }
    const { error } = await scanned;
    if (error === undefined) return "unnoticed";
    expect(error).toBeInstanceOf(LogCorruption);
    expect(error).toMatchObject({ file: path });
    expect(log.readOnly).toBe("stored entries are damaged");
    return "alarm";
  } catch (error) {
    if (!(error instanceof LogCorruption)) throw error;
    expect(error.file).toContain(DIRECTORY);
    expect(Buffer.from(copy.content(path) ?? []).equals(bytes)).toBe(true);
    return "refused";
  } finally {
    copy.kill();
    // A dead process closes nothing, but this one's timers would keep all that it holds in memory.
    void log?.close();
  }
}

/** The blocks and indexes of a compressed file, in order. */
function framesOf(bytes: Buffer): { mark: number; start: number; length: number }[] {
  const frames: { mark: number; start: number; length: number }[] = [];
  for (let start = 128; start + 28 <= bytes.length; ) {
    const mark = bytes.readUInt32LE(start);
    if (mark !== MARK.block && mark !== MARK.windowIndex) break;
    const length = Math.ceil((28 + bytes.readUInt32LE(start + 12) + bytes.readUInt32LE(start + 24)) / 8) * 8;
    frames.push({ mark, start, length });
    start += length;
  }
  return frames;
}
