import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openClient, type StoreClient } from "../../src/search/client.ts";
import type { EngineNotice } from "../../src/search/engine/engine.ts";
import { openRowCheck, openSearch } from "../../src/search/search.ts";
import { campaign } from "../log/campaign.ts";
import { Random } from "../log/random.ts";
import { expectAll, grow } from "../search/follow-suite.ts";
import { type Following, following, request, temporaryDirectory } from "../search/harness.ts";
import { MemoryLog } from "../search/memory-log.ts";
import { engineOf, gone } from "./engine-of.ts";

const KILLS = campaign("DAYBOOK_TEST_ENGINE_KILLS", 8, 100);
/** Entries that are added before each kill. */
const GROWTH = 300;
/** Runs for as long as nothing ends it. */
const ENDLESS = "SELECT count() FROM numbers_mt(1000000000000) WHERE sipHash64(number) = 0";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const backend = () => ({ location: { directory: directory.path }, front: undefined, close: async () => {} });

/** It went on where it was, without reading the log again, and holds every entry once. */
async function expectResumed(followed: Following, log: MemoryLog): Promise<void> {
  await followed.caughtUp();
  expect(followed.notices.filter(({ type }) => type === "rebuilding")).toEqual([]);
  await expectAll(followed, log);
}

it(
  "an engine that is killed in mid-insert leaves every entry in search exactly once",
  async () => {
    const log = new MemoryLog();
    const random = new Random(20261126);
    const followed = await following(backend(), log, { rowsMax: 50 });
    let pid = await engineOf(directory.path);
    let duringInsert = 0;
    // As long as it takes: the test's own time-out says that nothing moves any more.
    const indexed = async (position: number) => {
      while (followed.search.position <= position) await pause(2);
    };
    for (let kill = 0; kill < KILLS; kill++) {
      grow(log, GROWTH, kill);
      await indexed(followed.search.position);
      // What waits stays bounded: after 1,000 kills the end would wait for it too long.
      await indexed(log.end - 2 * GROWTH);
      await pause(random.integer(100));
      if (followed.search.position < log.end) duringInsert++;
      process.kill(pid, "SIGKILL");
      pid = await engineOf(directory.path, pid);
    }
    await expectResumed(followed, log);
    expect(duringInsert).toBeGreaterThan(0);
    await followed.close();
    process.stdout.write(
      `engine killed ${KILLS} times, ${duringInsert} of them while rows were inserted; none lost or doubled\n`,
    );
  },
  90_000 + KILLS * 5_000,
);

it(
  "an engine that is killed while one batch of ten years is inserted leaves every entry in search exactly once",
  async () => {
    const log = new MemoryLog();
    const random = new Random(20261127);
    const followed = await following(backend(), log);
    let pid = await engineOf(directory.path);
    let duringInsert = 0;
    for (let kill = 0; kill < Math.ceil(KILLS / 8); kill++) {
      grow(log, 200, kill, 3_640);
      // Each month is a part, so some are there and some are not.
      await pause(random.integer(2_000));
      if (followed.search.position < log.end) duringInsert++;
      process.kill(pid, "SIGKILL");
      pid = await engineOf(directory.path, pid);
    }
    await expectResumed(followed, log);
    await followed.close();
    process.stdout.write(`engine killed in ${duringInsert} batches of ten years; none lost or doubled\n`);
  },
  90_000 + KILLS * 5_000,
);

describe("an engine's process", () => {
  let opened: StoreClient;
  let client: ClickHouseClient;
  let notices: EngineNotice[];
  beforeEach(() => {
    notices = [];
    opened = openClient(backend().location, { notice: (notice) => notices.push(notice) });
    ({ client } = opened);
  });
  afterEach(() => opened.close());

  const rows = async (query: string, options: { abort_signal?: AbortSignal } = {}) =>
    (await client.query({ query, format: "JSONCompactEachRow", ...options })).json();
  /** Asks until it answers: nothing tells a caller that an engine is there again. */
  const answersAgain = () => vi.waitFor(async () => expect(await rows("SELECT 1")).toEqual([[1]]), { timeout: 30_000 });
  const endless = () => {
    const asked = rows(ENDLESS).then(
      () => undefined,
      (error: Error) => error,
    );
    return { asked, running: () => vi.waitFor(async () => expect(await othersRunning()).toBe(1), { timeout: 30_000 }) };
  };
  const othersRunning = async () =>
    Number(
      (
        (await rows(
          "SELECT count() FROM system.processes WHERE query LIKE '%sipHash64(number) = 0%' AND query NOT LIKE '%system.processes%'",
        )) as [[number]]
      )[0][0],
    );

  it("fails a query that it was killed with, and another one answers", async () => {
    const { asked, running } = endless();
    await running();
    process.kill(await engineOf(directory.path), "SIGKILL");
    expect(await asked).toMatchObject({ name: "EngineUnavailable", message: expect.stringContaining("SIGKILL") });
    await answersAgain();
    expect(notices.map(({ type }) => type)).toEqual(["engine_started", "engine_ended", "engine_started"]);
  });

  it("is replaced when it was stopped, and the query that waited for it fails", async () => {
    await rows("SELECT 1");
    const pid = await engineOf(directory.path);
    process.kill(pid, "SIGSTOP");
    await expect(rows("SELECT 1")).rejects.toThrow("it was stopped by a signal");
    await gone(pid);
    await answersAgain();
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("goes on after %s", async (signal) => {
    await rows("SELECT 1");
    const pid = await engineOf(directory.path);
    process.kill(pid, signal);
    expect(await rows("SELECT 2")).toEqual([[2]]);
    expect(await engineOf(directory.path)).toBe(pid);
  });

  it("ends queries whose callers have given up, also those that have just begun", async () => {
    await rows("SELECT 1");
    const abort = new AbortController();
    // As many as run at once: others wait for them.
    const asked = [1, 2, 3].map(() => rows(ENDLESS, { abort_signal: abort.signal }));
    const failed = Promise.all(asked.map((one) => expect(one).rejects.toThrow()));
    const waiting = rows("SELECT 2");
    abort.abort();
    await failed;
    expect(await waiting).toEqual([[2]]);
    expect(notices.map(({ type }) => type)).toEqual(["engine_started"]);
  });

  it("ends its queries when it is closed", async () => {
    const { asked, running } = endless();
    await running();
    const pid = await engineOf(directory.path);
    await opened.close();
    expect(await asked).toBeInstanceOf(Error);
    await gone(pid);
  });

  it("answers what it answered before when a query took too much memory", async () => {
    const greedy = "SELECT length(groupArray(number)) FROM numbers(100000000000) SETTINGS max_memory_usage = 100000000";
    await expect(rows(greedy)).rejects.toMatchObject({ code: "241" });
    expect(await rows("SELECT 1")).toEqual([[1]]);
    expect(notices.map(({ type }) => type)).toEqual(["engine_started"]);
  });

  it("has its directory for itself", async () => {
    await rows("SELECT 1");
    const second = openClient(backend().location);
    await expect(second.client.query({ query: "SELECT 1" })).rejects.toMatchObject({
      name: "EngineRefused",
      damaged: false,
    });
    await second.close();
    expect(await rows("SELECT 1")).toEqual([[1]]);
  });
});

describe("a store that cannot be opened", () => {
  const damage = () => {
    const metadata = join(directory.path, "store");
    const files = readdirSync(metadata, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sql"));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) writeFileSync(join(metadata, file), "this is no statement\n");
  };

  it("is deleted and filled from the log again", async () => {
    const log = new MemoryLog();
    grow(log, 300, 1);
    const first = await following(backend(), log);
    await first.caughtUp();
    await first.close();
    damage();
    const second = await following(backend(), log);
    await second.caughtUp();
    await expectAll(second, log);
    await second.close();
  });

  it("is left as it is when it is only compared with the log", async () => {
    const log = new MemoryLog();
    grow(log, 30, 1);
    const first = await following(backend(), log);
    await first.caughtUp();
    await first.close();
    damage();
    const before = readdirSync(directory.path, { recursive: true }).length;
    await expect(openRowCheck({ location: { directory: directory.path }, logId: log.id })).rejects.toThrow(
      "DB::Exception",
    );
    expect(readdirSync(directory.path, { recursive: true }).length).toBe(before);
  });
});

it("does not open search where another process has the directory", async () => {
  const { client, close } = openClient(backend().location);
  await client.query({ query: "SELECT 1" });
  await expect(openSearch({ location: { directory: directory.path }, logId: new MemoryLog().id })).rejects.toThrow(
    "Cannot lock file",
  );
  await close();
});

it("does not run a query whose request was cancelled", async () => {
  const log = new MemoryLog();
  grow(log, 30, 1);
  const followed = await following(backend(), log);
  await followed.caughtUp();
  const { query } = request("acme", "start=2020-01-01", { log });
  expect(await followed.search.count(query)).toBeGreaterThan(0);
  const cancelled = { ...query, signal: AbortSignal.abort() };
  await expect(followed.search.count(cancelled)).rejects.toMatchObject({ cause: { name: "AbortError" } });
  await followed.close();
});
