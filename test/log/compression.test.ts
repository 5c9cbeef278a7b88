import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { entryPacking } from "../../src/event/entry-packing.ts";
import { compressSegment } from "../../src/log/compressed/compress.ts";
import type { LogEntry } from "../../src/log/contract.ts";
import { nameFailures } from "../../src/log/disk.ts";
import { LogCorruption } from "../../src/log/errors.ts";
import { inspectLog } from "../../src/log/inspect.ts";
import { type LogNotice, type OpenLog, openLog } from "../../src/log/log.ts";
import { segmentPath } from "../../src/log/segment.ts";
import { requireSound } from "../../src/log/sound.ts";
import type { EntryPacking } from "../../src/packing.ts";
import { compressedLog, DIRECTORY, entryOf, OPTIONS, testPacking, textOf } from "./compressed-log.ts";
import { readAll } from "./oracle.ts";
import { Random } from "./random.ts";
import { type Call, GO, SimulatedDisk } from "./simulated-disk.ts";

const RAW = segmentPath(DIRECTORY, 0);
const COMPRESSED = segmentPath(DIRECTORY, 0, "compressed");

/** A log of one sealed raw segment and an open one, cleanly stopped. */
async function rawLog(fill: (log: OpenLog) => Promise<unknown>, segmentBytes: number) {
  const disk = new SimulatedDisk();
  const log = await openLog({ ...OPTIONS, disk: disk.attach(), compression: "off", segmentBytes });
  await fill(log);
  await Promise.all(log.append([entryOf("acme", Buffer.from("the last"))]));
  const entries = await readAll(log);
  await log.close();
  expect(disk.content(RAW)?.length).toBeGreaterThan(segmentBytes);
  return { disk, entries };
}

const compress = (disk: SimulatedDisk, packing: EntryPacking = testPacking) =>
  compressSegment({
    disk: nameFailures(disk.attach()),
    directory: DIRECTORY,
    firstPosition: 0,
    packing,
    signal: new AbortController().signal,
  });

/** The disk after a process was killed before the first call that `isFatal` picks. */
async function killedAt(
  disk: SimulatedDisk,
  isFatal: (call: Call) => boolean,
  work: (disk: SimulatedDisk) => Promise<unknown>,
): Promise<SimulatedDisk> {
  const copy = disk.clone();
  const killed = new Promise<void>((resolve) => {
    copy.onKill = resolve;
  });
  copy.decide = (call) => (isFatal(call) ? { kind: "kill", when: "before" } : GO);
  void work(copy);
  await killed;
  copy.decide = () => GO;
  return copy;
}

/** Opens a log, waits until its scan has ended, and reads it in both ways. */
async function read(disk: SimulatedDisk): Promise<{ texts: string[]; notices: LogNotice[] }> {
  const notices: LogNotice[] = [];
  let onScanned: () => void = () => undefined;
  const scanned = new Promise<void>((resolve) => {
    onScanned = resolve;
  });
  const onNotice = (notice: LogNotice) => {
    notices.push(notice);
    if (notice.kind === "scanned") onScanned();
  };
  const log = await openLog({ ...OPTIONS, disk: disk.attach(), compression: "off", onNotice });
  await scanned;
  const followed = await readAll(log);
  const positions = followed.map(({ position }) => position).reverse();
  const looked: LogEntry[] = [];
  for await (const piece of log.entries(positions)) looked.push(...requireSound(piece));
  expect(looked.reverse().map(textOf)).toEqual(followed.map(textOf));
  await log.close();
  return { texts: followed.map(textOf), notices };
}

describe("a compressed segment holds what the raw one held", () => {
  test("with entries of 256 KiB, which are blocks by themselves, among small ones", async () => {
    const random = new Random(1);
    const fill = async (log: OpenLog) => {
      for (let turn = 0; turn < 24; turn++) {
        const large = entryOf(random.pick(["acme", "globex"]), random.bytes(256 * 1024 - 100));
        await Promise.all(
          log.append([entryOf("acme", random.bytes(turn)), large, entryOf("initech", random.bytes(9))]),
        );
      }
    };
    const { disk, entries } = await rawLog(fill, 5 * 1024 * 1024);
    expect(await compress(disk)).toBe("compressed");
    disk.attach().unlink(RAW);
    expect((await read(disk)).texts).toEqual(entries.map(textOf));
  });

  test("with 10,000 organizations of five entries each", { timeout: 240_000 }, async () => {
    const fill = async (log: OpenLog) => {
      for (let round = 0; round < 5; round++) {
        const batch = Array.from({ length: 10_000 }, (_, index) => entryOf(`org-${index}`, Buffer.from(`${round}`)));
        await Promise.all(log.append(batch));
      }
    };
    const { disk, entries } = await rawLog(fill, 6 * 1024 * 1024);
    expect(entries).toHaveLength(50_001);
    expect(await compress(disk)).toBe("compressed");
    disk.attach().unlink(RAW);
    expect((await read(disk)).texts).toEqual(entries.map(textOf));
  });

  test("with batches of no entries, and an entry of every size up to a kilobyte", async () => {
    const disk = new SimulatedDisk();
    let entries: LogEntry[] = [];
    for (let size = 0; size < 1024; size += 128) {
      const log = await openLog({ ...OPTIONS, disk: disk.attach(), compression: "off", segmentBytes: 512 * 1024 });
      const batch = Array.from({ length: 128 }, (_, index) => entryOf("acme", Buffer.alloc(size + index, index)));
      for (const one of batch) await Promise.all(log.append([one]));
      entries = await readAll(log);
      // A clean stop leaves a batch of no entries.
      await log.close();
    }
    expect(await compress(disk)).toBe("compressed");
    disk.attach().unlink(RAW);
    expect((await read(disk)).texts).toEqual(entries.map(textOf));
  });
});

test("headers that do not commit to their bodies come back as they were, though that was taken on trust", async () => {
  const { disk, entries } = await rawLog(async (log) => {
    for (let turn = 0; turn < 40; turn++) {
      const body = Buffer.alloc(700, turn);
      // One of them ends with the hash of another body.
      const { header } = entryOf("acme", turn === 17 ? Buffer.from("another") : body).encode(turn);
      await Promise.all(log.append([{ organization: "acme", encode: () => ({ header, body }) }]));
    }
  }, 16 * 1024);
  let trusted = 0;
  const pack: EntryPacking["pack"] = (place, entry, trusting = false) => {
    if (!trusting || entry.body === undefined) return testPacking.pack(place, entry);
    trusted++;
    return { ...testPacking.pack(place, entry), header: entry.header.subarray(0, -32) };
  };
  expect(await compress(disk, { ...testPacking, pack })).toBe("compressed");
  expect(trusted).toBeGreaterThan(17);
  await disk.attach().unlink(RAW);
  expect((await read(disk)).texts).toEqual(entries.map(textOf));
});

describe("a compression that fails", () => {
  const fill = async (log: OpenLog) => {
    for (let turn = 0; turn < 40; turn++) await Promise.all(log.append([entryOf("acme", Buffer.alloc(700, turn))]));
  };

  test("because what is read back differs leaves the raw segment, and takes appends as before", async () => {
    const { disk, entries } = await rawLog(fill, 16 * 1024);
    const other = { header: Buffer.from("something else\0"), body: Buffer.of(), loose: Buffer.of() };
    const losing = { ...testPacking, pack: () => other };
    let onFailure: (error: Error) => void = () => undefined;
    const failed = new Promise<Error>((resolve) => {
      onFailure = resolve;
    });
    const onNotice = (notice: LogNotice) => notice.kind === "not_compressed" && onFailure(notice.error);
    const log = await openLog({ ...OPTIONS, disk: disk.attach(), packing: losing, onNotice });
    expect(String(await failed)).toMatch(
      /^CompressionMismatch: after compressing .*: the batch at position 0 differs$/,
    );
    await Promise.all(log.append([entryOf("acme", Buffer.from("one more"))]));
    expect((await readAll(log)).slice(0, -1).map(textOf)).toEqual(entries.map(textOf));
    await log.close();
    expect(disk.paths().filter((path) => path.includes(".segz"))).toEqual([]);
  });

  test("because the raw segment is damaged stops the log and says where", async () => {
    const { disk } = await rawLog(fill, 16 * 1024);
    const bytes = Buffer.from(disk.content(RAW) ?? []);
    bytes[300] = (bytes[300] ?? 0) ^ 4;
    disk.overwrite(RAW, bytes);
    await expect(compress(disk)).rejects.toMatchObject({ name: "LogCorruption", file: RAW, offset: 128 });
    expect(disk.paths().filter((path) => path.includes(".segz"))).toEqual([]);
  });

  test("because the disk is full leaves everything as it was", async () => {
    const { disk, entries } = await rawLog(fill, 16 * 1024);
    for (let room = 0; room < 6000; room += 500) {
      const copy = disk.clone();
      copy.capacity = copy.paths().reduce((sum, path) => sum + (copy.content(path)?.length ?? 0), room);
      const end = await compress(copy);
      const left = copy.paths().filter((path) => path.includes(".segz"));
      expect([end, left]).toEqual(end === "full" ? ["full", []] : ["compressed", [COMPRESSED]]);
      copy.capacity = Number.POSITIVE_INFINITY;
      expect((await read(copy)).texts).toEqual(entries.map(textOf));
    }
  });
});

describe("a start that finds a segment in both forms", () => {
  const raw = async () => {
    const random = new Random(3);
    const fill = async (log: OpenLog) => {
      for (let turn = 0; turn < 40; turn++) await Promise.all(log.append([entryOf("acme", random.bytes(700))]));
    };
    const { disk, entries } = await rawLog(fill, 16 * 1024);
    return { disk, texts: entries.map(textOf) };
  };
  const both = async () => {
    const { disk, texts } = await raw();
    expect(await compress(disk)).toBe("compressed");
    const [rawBytes, compressed] = [RAW, COMPRESSED].map((path) => Buffer.from(disk.content(path) ?? []));
    return { disk, texts, raw: rawBytes ?? Buffer.of(), compressed: compressed ?? Buffer.of() };
  };

  test("keeps the compressed one when both are sound, and says so", async () => {
    const { disk, texts } = await both();
    const { texts: found, notices } = await read(disk);
    expect(found).toEqual(texts);
    expect(notices).toContainEqual({ kind: "twin", kept: COMPRESSED, removed: RAW, damage: undefined });
    expect(disk.content(RAW)).toBeUndefined();
  });

  test("keeps the raw one when the compressed one is damaged, and says where", async () => {
    const { disk, texts, compressed } = await both();
    compressed[300] = (compressed[300] ?? 0) ^ 4;
    disk.overwrite(COMPRESSED, compressed);
    const { texts: found, notices } = await read(disk);
    expect(found).toEqual(texts);
    const damage = expect.stringMatching(/checksum does not match, at byte \d+/);
    expect(notices).toContainEqual({ kind: "twin", kept: RAW, removed: COMPRESSED, damage });
    expect(disk.content(COMPRESSED)).toBeUndefined();
  });

  test("keeps the compressed one when the raw one is damaged", async () => {
    const { disk, texts, raw } = await both();
    raw[300] = (raw[300] ?? 0) ^ 4;
    disk.overwrite(RAW, raw);
    const { texts: found, notices } = await read(disk);
    expect(found).toEqual(texts);
    expect(notices).toContainEqual(expect.objectContaining({ kind: "twin", kept: COMPRESSED, removed: RAW }));
  });

  test("refuses when neither is sound, and removes none", async () => {
    const { disk, raw, compressed } = await both();
    for (const [path, bytes] of [
      [RAW, raw],
      [COMPRESSED, compressed],
    ] as const) {
      bytes[300] = (bytes[300] ?? 0) ^ 4;
      disk.overwrite(path, bytes);
    }
    await expect(openLog({ ...OPTIONS, disk: disk.attach() })).rejects.toThrow(LogCorruption);
    expect([disk.content(RAW), disk.content(COMPRESSED)]).not.toContain(undefined);
  });

  test("refuses when both are sound and not the same, and removes none", async () => {
    const { disk } = await both();
    const other = await compressedLog(new Random(4), 16 * 1024);
    disk.overwrite(COMPRESSED, other.disk.content(COMPRESSED) ?? Buffer.of());
    await expect(openLog({ ...OPTIONS, disk: disk.attach() })).rejects.toThrow(/they are not the same/);
    expect([disk.content(RAW), disk.content(COMPRESSED)]).not.toContain(undefined);
  });

  test("loses none when power fails in it, though the one before was killed before a name was durable", async () => {
    const { disk, texts } = await raw();
    const killed = await killedAt(disk, ({ operation }) => operation === "fsync-directory", compress);
    expect(killed.paths()).toEqual(expect.arrayContaining([RAW, COMPRESSED]));
    const open = (on: SimulatedDisk) => openLog({ ...OPTIONS, disk: on.attach(), compression: "off", scan: false });
    const moments: SimulatedDisk[] = [];
    const started = killed.clone();
    started.decide = () => {
      moments.push(started.clone());
      return GO;
    };
    await open(started);
    for (const [at, moment] of moments.entries()) {
      for (let seed = 0; seed < 3; seed++) {
        const lost = moment.clone();
        lost.losePower(new Random(3 * at + seed));
        const log = await open(lost);
        expect((await readAll(log)).map(textOf)).toEqual(texts);
      }
    }
    expect(moments.length).toBeGreaterThan(10);
  });

  test("is reported by an inspection, which changes nothing", async () => {
    const { disk, texts } = await both();
    let entries = 0;
    const kinds = new Set<string>();
    for await (const found of inspectLog(disk.attach(), DIRECTORY, { packing: testPacking })) {
      kinds.add(found.kind);
      if (found.kind === "batch") entries += found.records.length;
    }
    expect([...kinds]).toEqual(["twin", "batch"]);
    expect(entries).toBe(texts.length);
    expect([disk.content(RAW), disk.content(COMPRESSED)]).not.toContain(undefined);
  });
});

describe("in a thread of its own", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "daybook-compression-"));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  test("a log compresses while it is written and read, and goes on after a start", { timeout: 240_000 }, async () => {
    let compressed = 0;
    let onThird: () => void = () => undefined;
    let onFailure: (error: Error) => void = () => undefined;
    const third = new Promise<void>((resolve, reject) => {
      onFailure = reject;
      onThird = resolve;
    });
    const onNotice = (notice: LogNotice) => {
      if (notice.kind === "compressed" && ++compressed === 3) onThird();
      if (notice.kind === "not_compressed") onFailure(notice.error);
    };
    const options = { directory, ballastBytes: 4096, packing: entryPacking, segmentBytes: 64 * 1024, onNotice };
    const log = await openLog(options);
    for (let turn = 0; turn < 300; turn++) {
      await Promise.all(
        log.append([entryOf("acme", Buffer.alloc(500, turn)), entryOf("globex", Buffer.alloc(500, turn))]),
      );
    }
    await third;
    const entries = await readAll(log);
    await log.close();
    expect((await readdir(directory)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect((await readdir(directory)).filter((name) => name.endsWith(".segz")).length).toBeGreaterThanOrEqual(3);
    const again = await openLog({ ...options, onNotice: () => undefined });
    expect((await readAll(again)).map(textOf)).toEqual(entries.map(textOf));
    await again.close();
  });

  test("ends at once when the log closes, and leaves the segment raw", async () => {
    const options = { directory, ballastBytes: 4096, packing: entryPacking, segmentBytes: 1024 * 1024 };
    const log = await openLog(options);
    for (let turn = 0; turn < 12; turn++) await Promise.all(log.append([entryOf("acme", Buffer.alloc(200_000, turn))]));
    await log.close();
    expect((await readdir(directory)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    const again = await openLog(options);
    expect(await readAll(again)).toHaveLength(12);
    await again.close();
  });
});
