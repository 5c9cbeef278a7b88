import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { campaign } from "../../test/log/campaign.ts";
import { QUEUE_BYTES_MAX } from "./append-queue.ts";
import type { Append, LogEntry, LogReader } from "./contract.ts";
import { type Disk, type DiskFile, realDisk } from "./disk.ts";
import { type LogNotice, type LogOptions, type OpenLog, openLog } from "./log.ts";
import { requireSound } from "./sound.ts";

let directory: string;
let log: OpenLog;

// Compressed in this thread: a thread of its own takes longer to start than all of these tests. test/log/compression.test.ts has one.
const open = (options: Partial<LogOptions> = {}) =>
  openLog({ directory, ballastBytes: 4096, compression: "here", ...options });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "daybook-log-"));
  log = await open();
});

afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true });
});

function entryOf(text: string, organization = "acme"): Append {
  return {
    organization,
    encode: (sequence) => ({ header: Buffer.from(`${sequence} ${text}`), body: Buffer.from(text) }),
  };
}

function appendAll(texts: readonly string[], organization?: string) {
  return Promise.all(log.append(texts.map((text) => entryOf(text, organization))));
}

async function take(reader: LogReader, from: number, count: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  const reading = new AbortController();
  for await (const chunk of reader.follow(from, reading.signal)) {
    entries.push(...chunk);
    if (entries.length >= count) reading.abort();
  }
  return entries;
}

/** The bytes of every segment. */
async function segmentsOf(path: string): Promise<Buffer[]> {
  const names = (await readdir(path)).filter((name) => name.endsWith(".seg"));
  return Promise.all(names.sort().map((name) => readFile(join(path, name))));
}

const next = <T>(iterable: AsyncIterable<T>) => iterable[Symbol.asyncIterator]().next();

function fatalError() {
  let onFatal: (error: Error) => void = () => undefined;
  const fatal = new Promise<Error>((resolve) => {
    onFatal = resolve;
  });
  return { fatal, onFatal };
}

const textOf = ({ body }: LogEntry) => Buffer.from(body ?? []).toString();

describe("append", () => {
  test("counts positions for the log, sequences for each organization", async () => {
    await appendAll(["a", "b"], "acme");
    await appendAll(["c"], "globex");
    const [appended] = await appendAll(["d"], "acme");
    expect(appended).toMatchObject({ position: 3, sequence: 2 });
    expect([log.end, log.size("acme"), log.size("globex"), log.size("initech")]).toEqual([4, 3, 1, 0]);
  });

  test("rejects only the entry whose encode throws, and gives its sequence to the next", async () => {
    const broken: Append = {
      organization: "acme",
      encode: () => {
        throw new TypeError("no such event");
      },
    };
    const [first, failed, second] = await Promise.allSettled(log.append([entryOf("a"), broken, entryOf("b")]));
    expect(first).toMatchObject({ status: "fulfilled", value: { sequence: 0 } });
    expect(failed).toMatchObject({ status: "rejected", reason: new TypeError("no such event") });
    expect(second).toMatchObject({ status: "fulfilled", value: { sequence: 1, position: 1 } });
  });

  test("refuses an organization that is empty, over-long or not printable ASCII", async () => {
    for (const organization of ["", "a".repeat(129), "acmé", "a b"]) {
      await expect(Promise.all(log.append([entryOf("a", organization)]))).rejects.toThrow(RangeError);
    }
    expect(log.end).toBe(0);
  });

  test("refuses an entry that is larger than any may be", async () => {
    const large: Append = {
      organization: "acme",
      encode: () => ({ header: Buffer.alloc(1), body: Buffer.alloc(1024 * 1024) }),
    };
    await expect(Promise.all(log.append([large]))).rejects.toMatchObject({ code: "event_too_large" });
  });

  test("refuses what would wait beyond the queue's limit, and takes it again later", async () => {
    const half = { ...entryOf("a"), bytes: QUEUE_BYTES_MAX / 2 - 2048 };
    const [first, second, third] = await Promise.allSettled(log.append([half, half, half]));
    expect([first?.status, second?.status]).toEqual(["fulfilled", "fulfilled"]);
    expect(third).toMatchObject({ status: "rejected", reason: { code: "log_unavailable" } });
    await Promise.all(log.append([half]));
  });

  test("never lets the time go back, also when the clock does", async () => {
    let time = 5000;
    await log.close();
    log = await open({ now: () => time });
    const [first] = await appendAll(["a"]);
    time = 1000;
    const [second] = await appendAll(["b"]);
    await log.close();
    log = await open({ now: () => time });
    const [third] = await appendAll(["c"]);
    expect([first?.recordedAt, second?.recordedAt, third?.recordedAt]).toEqual([5000, 5000, 5000]);
  });

  test("runs on by the monotonic clock while the wall clock is years ahead, and reports that once", async () => {
    const clock = { wall: 1_000_000, monotonic: 0 };
    const notices: LogNotice[] = [];
    await log.close();
    log = await open({
      now: () => clock.wall,
      monotonic: () => clock.monotonic,
      uptime: () => clock.monotonic,
      onNotice: (notice) => notice.kind === "clock" && notices.push(notice),
    });
    clock.wall += 95_000_000_000;
    clock.monotonic += 2_000;
    const [during] = await appendAll(["a"]);
    clock.wall = 1_003_000;
    clock.monotonic += 1_000;
    const [after] = await appendAll(["b"]);
    expect([during?.recordedAt, after?.recordedAt]).toEqual([1_002_000, 1_003_000]);
    expect(notices).toMatchObject([{ isOff: true }, { isOff: false }]);
  });

  test("writes nothing more once its lock was removed, and another one waits until that is noticed", async () => {
    await appendAll(["a"]);
    await log.close();
    const { fatal, onFatal } = fatalError();
    const holder = await open({ onFatal });
    await rm(join(directory, "lock"));
    // It waits longer than the holder takes to notice.
    const opening = open();
    expect(await Promise.race([fatal, opening.then(() => "open")])).toMatchObject({ name: "LogLockLost" });
    log = await opening;
    const [refused] = await Promise.allSettled(holder.append([entryOf("b")]));
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "log_unavailable" } });
    expect(log.end).toBe(1);
    await expect(holder.close()).rejects.toMatchObject({ name: "LogLockLost" });
  });

  test("writes no batch into a log whose lock was just removed", async () => {
    const { fatal, onFatal } = fatalError();
    await log.close();
    log = await open({ onFatal });
    await rm(join(directory, "lock"));
    await expect(appendAll(["a"])).rejects.toMatchObject({ code: "log_unavailable" });
    expect(await fatal).toMatchObject({ name: "LogLockLost" });
    expect(log.end).toBe(0);
    await log.close().catch(() => undefined);
    log = await open();
  });

  test("writes no mark of a stop into a log whose lock was just removed", async () => {
    await log.close();
    log = await open({ onFatal: () => undefined });
    await appendAll(["a"]);
    const before = await segmentsOf(directory);
    await rm(join(directory, "lock"));
    await expect(log.close()).rejects.toMatchObject({ name: "LogLockLost" });
    expect(await segmentsOf(directory)).toEqual(before);
    log = await open();
  });

  test("is refused after close, and what was accepted before is kept", async () => {
    const accepted = appendAll(["a", "b"]);
    await log.close();
    expect(await accepted).toHaveLength(2);
    await expect(appendAll(["c"])).rejects.toMatchObject({ code: "log_unavailable" });
    log = await open();
    expect((await take(log, 0, 2)).map(textOf)).toEqual(["a", "b"]);
  });
});

describe("entry", () => {
  test("finds every position in every segment", async () => {
    await log.close();
    log = await open({ segmentBytes: 4096 });
    const texts = Array.from({ length: 300 }, (_, index) => `${index} `.repeat(index % 60));
    for (let from = 0; from < texts.length; from += 7) await appendAll(texts.slice(from, from + 7));
    for (const [position, text] of texts.entries()) {
      const entry = await log.entry(position);
      expect([entry.position, entry.organization, textOf(entry)]).toEqual([position, "acme", text]);
    }
  });

  test("refuses a position that is not there", async () => {
    await appendAll(["a"]);
    for (const position of [1, -1, 0.5, Number.NaN]) await expect(log.entry(position)).rejects.toThrow(RangeError);
  });
});

describe("entries", () => {
  const collect = async (positions: readonly number[], signal?: AbortSignal) => {
    const found: LogEntry[] = [];
    for await (const piece of log.entries(positions, signal)) found.push(...requireSound(piece));
    return found;
  };

  test("come in the order asked for, across segments, repeated ones too", async () => {
    await log.close();
    log = await open({ segmentBytes: 4096 });
    for (let from = 0; from < 400; from += 8) {
      await appendAll(Array.from({ length: 8 }, (_, index) => `${from + index} `.repeat((from + index) % 60)));
    }
    const positions = Array.from({ length: 700 }, (_, index) => (index * 263) % 400);
    const found = await collect(positions);
    expect(found.map(({ position }) => position)).toEqual(positions);
    for (const entry of found) expect(textOf(entry)).toBe(`${entry.position} `.repeat(entry.position % 60));
  });

  test("refuses a position that is not there, and reads nothing for no position", async () => {
    await appendAll(["a"]);
    for (const position of [1, -1, 0.5, Number.NaN]) await expect(collect([0, position])).rejects.toThrow(RangeError);
    expect(await collect([])).toEqual([]);
  });

  test("ends with the signal's reason once it aborts", async () => {
    await appendAll(["a"]);
    await expect(collect([0], AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  });
});

describe("follow", () => {
  test("begins at any position and goes on with what arrives", async () => {
    await appendAll(["a", "b", "c"]);
    const following = take(log, 1, 4);
    await appendAll(["d"]);
    await appendAll(["e"]);
    expect((await following).map(textOf)).toEqual(["b", "c", "d", "e"]);
  });

  test("ends without error when it is aborted or the log closes", async () => {
    const reading = new AbortController();
    const aborted = next(log.follow(0, reading.signal));
    const closed = next(log.follow(0, new AbortController().signal));
    reading.abort();
    expect(await aborted).toEqual({ done: true, value: undefined });
    await log.close();
    expect(await closed).toEqual({ done: true, value: undefined });
  });

  test("refuses to begin beyond the end: the follower knows more than the log", async () => {
    await expect(next(log.follow(1, new AbortController().signal))).rejects.toThrow(RangeError);
  });

  test("yields chunks of about 1 MiB", async () => {
    const body = Buffer.alloc(100_000);
    const encode = () => ({ header: Buffer.from("{}"), body });
    await Promise.all(log.append(Array.from({ length: 40 }, () => ({ organization: "acme", encode }))));
    const reading = new AbortController();
    const sizes: number[] = [];
    for await (const chunk of log.follow(0, reading.signal)) {
      sizes.push(chunk.length);
      if (sizes.reduce((sum, size) => sum + size) === 40) reading.abort();
    }
    expect(sizes).toEqual([10, 10, 10, 10]);
  });
});

test("what was appended is what is read, also after a start", async () => {
  const entry = fc.record({
    organization: fc.stringMatching(/^[A-Za-z0-9._-]{1,128}$/),
    header: fc.uint8Array({ minLength: 1, maxLength: 400, size: "max" }),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 3000, size: "max" }),
      fc.constant(new Uint8Array()),
      fc.integer({ min: 0, max: 255 }).map((byte) => new Uint8Array(256 * 1024).fill(byte)),
    ),
  });
  let end = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 12 }), fc.boolean(), async (batch, restart) => {
      const from = end;
      end += batch.length;
      await Promise.all(
        log.append(batch.map(({ organization, header, body }) => ({ organization, encode: () => ({ header, body }) }))),
      );
      if (restart) {
        await log.close();
        log = await open({ segmentBytes: 1024 * 1024 });
      }
      const read = batch.length === 0 ? [] : await take(log, from, batch.length);
      expect(read.map(({ organization }) => organization)).toEqual(batch.map(({ organization }) => organization));
      for (const [index, { header, body }] of batch.entries()) {
        expect(Buffer.compare(read[index]?.header ?? Buffer.of(), header)).toBe(0);
        expect(Buffer.compare(read[index]?.body ?? Buffer.of(), body)).toBe(0);
        expect((await log.entry(from + index)).leafHash).toEqual(read[index]?.leafHash);
      }
    }),
    { numRuns: campaign("DAYBOOK_TEST_RUNS", 60, 3000) },
  );
});

describe("close", () => {
  test("leaves no file open when its last write fails", async () => {
    const opened = new Set<DiskFile>();
    let writes = true;
    const disk: Disk = {
      ...realDisk,
      async open(path, mode) {
        const file = await realDisk.open(path, mode);
        opened.add(file);
        return Object.assign(Object.create(file) as DiskFile, {
          write: (from: Uint8Array, position: number) => (writes ? file.write(from, position) : Promise.reject(EIO)),
          close: () => file.close().then(() => opened.delete(file)),
        });
      },
    };
    const EIO = Object.assign(new Error("EIO"), { code: "EIO" });
    const failing = await openLog({ directory: join(directory, "other"), disk, ballastBytes: 4096, onFatal: () => {} });
    await Promise.all(failing.append([entryOf("a")]));
    await failing.entry(0);
    writes = false;
    await expect(failing.close()).rejects.toThrow("EIO");
    expect(opened.size).toBe(0);
  });
});
