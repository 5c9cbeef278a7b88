import { basename } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { LogEntry } from "../../src/log/contract.ts";
import { LogCorruption } from "../../src/log/errors.ts";
import { MARK } from "../../src/log/format.ts";
import { type LogNotice, type OpenLog, openLog } from "../../src/log/log.ts";
import { declaredBytes } from "../../src/log/record.ts";
import { SEGMENT_HEADER_BYTES } from "../../src/log/segment-header.ts";
import { TRAILER_BYTES } from "../../src/log/trailer.ts";
import { campaign } from "./campaign.ts";
import { readAll } from "./oracle.ts";
import { Random } from "./random.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

/** Of the log's bits, and of the lengths it can be cut to, one in this many is tried; 1 tries all. */
const EVERY = campaign("DAYBOOK_TEST_DAMAGE_EVERY", 401, 23);
const TIMEOUT_MS = 60_000 + 16_000_000 / EVERY;
const LOG_BYTES = 64 * 1024;

/** A whole record or trailer and where it is. */
interface Frame {
  readonly kind: "record" | "trailer";
  readonly start: number;
  readonly end: number;
}

/** What a log says of a damage: it does not open, its scan finds it, or it sets a torn tail aside and holds what it then held. */
type Answer = "refused" | "alarm" | "torn" | "unnoticed";

describe.each(["after a clean stop", "after a kill"])("%s", (end) => {
  let disk: SimulatedDisk;
  let entries: LogEntry[];
  let sealed: string;
  let newest: string;
  /** Where the last batch begins, be it only the mark of a clean stop. */
  let lastBatch: number;
  /** Where the last batch with entries begins. */
  let lastEntries: number;

  beforeAll(async () => {
    disk = new SimulatedDisk();
    entries = await fill(disk, end === "after a clean stop");
    const segments = disk
      .paths()
      .filter((path) => path.endsWith(".seg"))
      .sort();
    expect(segments).toHaveLength(2);
    [sealed = "", newest = ""] = segments;
    const starts = [...ends(content(disk, newest))].sort((left, right) => right - left);
    [, lastBatch = 0] = starts;
    lastEntries = (end === "after a clean stop" ? starts[2] : lastBatch) ?? 0;
  });

  test("every flipped bit is refused, or torn off with the last batch", { timeout: TIMEOUT_MS }, async () => {
    for (const path of [sealed, newest]) {
      const bits = content(disk, path).length * 8;
      for (let bit = 0; bit < bits; bit += EVERY) {
        const bytes = Buffer.from(content(disk, path));
        const offset = bit >> 3;
        bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (bit & 7));
        const answer = await answerTo(disk, path, bytes, entries);
        const inLastBatch = path === newest && offset >= lastBatch;
        expect(`bit ${bit} of ${basename(path)}: ${answer}`).toMatch(
          inLastBatch ? /(refused|torn)$/ : /(refused|alarm)$/,
        );
      }
    }
  });

  test("of every length it is cut to, none passes for whole but those where a batch ended", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const batchEnds = ends(content(disk, newest));
    for (const path of [sealed, newest]) {
      const whole = content(disk, path);
      for (let length = 0; length < whole.length; length += Math.ceil(EVERY / 4)) {
        const answer = await answerTo(disk, path, whole.subarray(0, length), entries);
        // What was cut off at the end of a batch leaves a shorter log that is whole: only a checkpoint kept elsewhere can tell.
        const wanted = path === sealed || length < SEGMENT_HEADER_BYTES ? /refused$/ : /(refused|torn)$/;
        expect(`${basename(path)} cut to ${length}: ${answer}`).toMatch(
          path === newest && batchEnds.has(length) ? /unnoticed$/ : wanted,
        );
      }
    }
  });

  test("records and batches that are swapped, dropped or repeated are refused", async () => {
    const random = new Random(7);
    for (let trial = 0; trial < 150; trial++) {
      const path = random.pick([sealed, newest]);
      const change = random.pick(["swap", "drop", "repeat"] as const);
      const bytes = rearrange(content(disk, path), change, random);
      const answer = await answerTo(disk, path, bytes.changed, entries);
      const inLastBatch = path === newest && bytes.from >= lastEntries;
      expect(`${change} at ${bytes.from} of ${basename(path)}: ${answer}`).toMatch(
        inLastBatch ? /(refused|torn)$/ : /(refused|alarm)$/,
      );
    }
  });
});

test("a segment that is missing, renamed or taken from another log is refused", async () => {
  const disk = new SimulatedDisk();
  const entries = await fill(disk, true);
  const [sealed = "", newest = ""] = disk
    .paths()
    .filter((path) => path.endsWith(".seg"))
    .sort();
  const other = new SimulatedDisk();
  await fill(other, true, 12);
  expect(await answerTo(disk, newest, content(other, newest), entries)).toBe("refused");
  expect(await answerTo(disk, sealed, content(disk, newest), entries)).toBe("refused");
  const without = disk.clone();
  await without.attach().unlink(sealed);
  await expect(openLog({ directory: "/data/log", disk: without.attach() })).rejects.toThrow(LogCorruption);
});

test("torn tails of one place are all kept, also when the clock says the same", async () => {
  const disk = new SimulatedDisk();
  await fill(disk, false);
  const newest = disk
    .paths()
    .filter((path) => path.endsWith(".seg"))
    .sort()
    .at(-1);
  const whole = content(disk, newest ?? "");
  const lastBatch = Math.max(...[...ends(whole)].filter((end) => end < whole.length));
  const saved = new Map<string, Buffer>();
  for (const length of [lastBatch + 40, lastBatch + 16, lastBatch + 40]) {
    disk.overwrite(newest ?? "", whole.subarray(0, length));
    const options = {
      directory: "/data/log",
      ballastBytes: 512,
      compression: "off",
      now: () => 1_800_000_000_000,
    } as const;
    const { tornTail } = (await openLog({ ...options, disk: disk.attach() })).recovery;
    disk.kill();
    saved.set(tornTail?.savedAs ?? "", Buffer.from(whole.subarray(lastBatch, length)));
  }
  expect(saved.size).toBe(2);
  for (const [path, bytes] of saved) expect(Buffer.from(disk.content(path) ?? [])).toEqual(bytes);
});

/** Damages one file of a copy of the disk, and looks what the log makes of it. */
async function answerTo(whole: SimulatedDisk, path: string, bytes: Uint8Array, entries: LogEntry[]): Promise<Answer> {
  const disk = whole.clone();
  disk.overwrite(path, bytes);
  const { promise: scanned, resolve } = deferred<LogNotice>();
  let log: OpenLog | undefined;
  try {
    const onNotice = (notice: LogNotice) => notice.kind === "scanned" && resolve(notice);
    const options = { directory: "/data/log", ballastBytes: 512, compression: "off" } as const;
    log = await openLog({ ...options, disk: disk.attach(), onNotice });
    const { tornTail } = log.recovery;
    // A start reads the newest segment whole; damage in the others shows when they are scanned.
    const scan = isNewest(disk, path) ? undefined : await scanned;
    if (scan !== undefined && scan.kind === "scanned" && scan.error !== undefined) {
      expect(scan.error).toBeInstanceOf(LogCorruption);
      expect(scan.error).toMatchObject({ file: path });
      await expect(Promise.all(log.append([anEntry]))).rejects.toMatchObject({ code: "log_unavailable" });
      return "alarm";
    }
    const left = await readAll(log);
    expect(left.map(textOf)).toEqual(entries.slice(0, left.length).map(textOf));
    if (tornTail === undefined) return "unnoticed";
    const saved = disk.content(tornTail.savedAs);
    expect(Buffer.from(saved ?? [])).toEqual(Buffer.from(bytes.subarray(tornTail.offset)));
    return "torn";
  } catch (error) {
    if (!(error instanceof LogCorruption)) throw error;
    expect(error.file).toContain("/data/log/");
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(Buffer.from(disk.content(path) ?? []).equals(bytes)).toBe(true);
    return "refused";
  } finally {
    disk.kill();
    // A dead process closes nothing, but this one's timers would keep all that it holds in memory.
    void log?.close();
  }
}

function isNewest(disk: SimulatedDisk, path: string): boolean {
  return disk.paths().every((other) => !other.endsWith(".seg") || other <= path);
}

const anEntry = { organization: "acme", encode: () => ({ header: Buffer.from("{}"), body: Buffer.of() }) };

/** A log of two segments, LOG_BYTES together, in batches of one to four entries. */
async function fill(disk: SimulatedDisk, stop: boolean, seed = 11): Promise<LogEntry[]> {
  const random = new Random(seed);
  const log = await openLog({
    directory: "/data/log",
    disk: disk.attach(),
    segmentBytes: LOG_BYTES / 2,
    ballastBytes: 512,
    compression: "off",
    now: () => 1_700_000_000_000,
  });
  while (disk.paths().reduce((bytes, path) => bytes + content(disk, path).length, 0) < LOG_BYTES) {
    const batch = Array.from({ length: 1 + random.integer(4) }, () => {
      const organization = random.pick(["acme", "globex", "initech"]);
      const body = random.bytes(random.integer(600));
      const encode = (sequence: number) => ({ header: Buffer.from(`${organization} ${sequence}`), body });
      return { organization, encode };
    });
    await Promise.all(log.append(batch));
  }
  const entries = await readAll(log);
  if (stop) await log.close();
  else disk.kill();
  return entries;
}

/** All of an entry as text, which compares faster than its bytes one by one. */
function textOf({ position, organization, sequence, leafHash, header, body }: LogEntry): string {
  const parts = [leafHash, header, body ?? []].map((bytes) => Buffer.from(bytes).toString("base64"));
  return [position, organization, sequence, ...parts].join(" ");
}

function content(disk: SimulatedDisk, path: string): Buffer {
  return Buffer.from(disk.content(path) ?? []);
}

/** The records and trailers of a segment, in order. */
function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let start = SEGMENT_HEADER_BYTES; start < bytes.length; ) {
    const mark = bytes.readUInt32LE(start);
    if (mark !== MARK.record && mark !== MARK.trailer) break;
    const kind = mark === MARK.record ? "record" : "trailer";
    const end = start + (kind === "record" ? (declaredBytes(bytes, start) ?? 0) : TRAILER_BYTES);
    frames.push({ kind, start, end });
    start = end;
  }
  return frames;
}

function ends(bytes: Buffer): Set<number> {
  const trailers = framesOf(bytes).filter(({ kind }) => kind === "trailer");
  return new Set([SEGMENT_HEADER_BYTES, ...trailers.map(({ end }) => end)]);
}

function rearrange(bytes: Buffer, change: "swap" | "drop" | "repeat", random: Random) {
  const frames = framesOf(bytes);
  const index = random.integer(frames.length - 1);
  const [first, second] = [frames[index], frames[index + 1]];
  if (first === undefined || second === undefined) throw new RangeError("a segment has two frames");
  const part = (from: number, to?: number) => bytes.subarray(from, to);
  const parts = {
    swap: [part(0, first.start), part(second.start, second.end), part(first.start, first.end), part(second.end)],
    drop: [part(0, first.start), part(first.end)],
    repeat: [part(0, first.end), part(first.start, first.end), part(first.end)],
  };
  return { changed: Buffer.concat(parts[change]), from: first.start };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolvePromise) => {
    resolve = resolvePromise;
  });
  return { promise, resolve };
}
