import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DaybookError } from "../../src/errors.ts";
import { tablesOf } from "../../src/search/schema.ts";
import type { ClickHouseFront } from "./clickhouse-front.ts";
import { describeFollowing, expectAll, grow } from "./follow-suite.ts";
import { type Backend, following, request, server } from "./harness.ts";
import { MemoryLog } from "./memory-log.ts";

describeFollowing("search on a ClickHouse server follows the log", server);

describe("a ClickHouse server", () => {
  let backend: Backend & { front: ClickHouseFront };
  let log: MemoryLog;
  beforeEach(async () => {
    const { front, ...rest } = await server();
    if (!front) throw new Error("a server backend has a front");
    backend = { ...rest, front };
    log = new MemoryLog({ chunkEntries: 40 });
    grow(log, 200, 1);
  });
  afterEach(() => backend.close());

  test("that is away at start is waited for, and queries say so without a word of SQL", async () => {
    await backend.front.stop();
    const followed = await following(backend, log);
    await vi.waitFor(() => expect(followed.search.state).toMatchObject({ name: "waiting" }), { timeout: 10_000 });
    const { query } = request("acme", "", { log });
    const refused = await followed.search.positions(query, 10).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "search_unavailable" });
    expect(followed.notices[0]).toMatchObject({ type: "waiting" });
    await backend.front.start();
    await followed.caughtUp();
    await expectAll(followed, log);
    await followed.close();
  });

  test("that goes away while events arrive is caught up with when it is back", async () => {
    const followed = await following(backend, log);
    await followed.caughtUp();
    await backend.front.stop();
    grow(log, 100, 2);
    await vi.waitFor(() => expect(followed.search.state).toMatchObject({ name: "waiting" }), { timeout: 10_000 });
    const refused = await followed.search
      .total(request("acme", "q=secret", { log }).query)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DaybookError);
    expect((refused as DaybookError).message).not.toMatch(/SELECT|events_|secret/);
    await backend.front.start();
    await followed.caughtUp();
    expect(followed.search.state).toEqual({ name: "following" });
    expect(followed.notices.some((notice) => notice.type === "resumed")).toBe(true);
    await expectAll(followed, log);
    await followed.close();
  });

  test("whose answer to an insert is lost does not store it twice", async () => {
    let lost = 0;
    backend.front.after = (statement) => {
      if (statement.startsWith("INSERT") && lost++ < 3)
        throw new Error("Code: 210. DB::Exception: the connection broke. (NETWORK_ERROR)");
    };
    const followed = await following(backend, log, { rowsMax: 90 });
    await followed.caughtUp();
    expect(lost).toBeGreaterThan(3);
    await expectAll(followed, log);
    await followed.close();
  });

  test("that still runs an insert of a process that died is waited for", async () => {
    const first = await following(backend, log);
    await first.caughtUp();
    await first.close();
    grow(log, 50, 2);
    backend.front.hold(`daybook-index-${log.id}`);
    const followed = await following(backend, log);
    await vi.waitFor(() => expect(followed.search.state).toMatchObject({ name: "waiting" }), { timeout: 10_000 });
    expect(followed.search.position).toBe(0);
    backend.front.release(`daybook-index-${log.id}`);
    await followed.caughtUp();
    await expectAll(followed, log);
    await followed.close();
  });

  test("where someone drops the table while it is followed gets it back, whole", async () => {
    const followed = await following(backend, log);
    await followed.caughtUp();
    await backend.front.execute(`DROP TABLE ${tablesOf(log.id).events} SYNC`);
    grow(log, 10, 2);
    await followed.caughtUp();
    await vi.waitFor(() => expect(followed.search.state).toEqual({ name: "following" }), { timeout: 10_000 });
    await expectAll(followed, log);
    await followed.close();
  });

  test("that other logs share keeps their events", async () => {
    const other = new MemoryLog();
    grow(other, 30, 9);
    for (const each of [log, other, log]) {
      const followed = await following(backend, each);
      await followed.caughtUp();
      expect(followed.notices.filter((notice) => notice.type === "rebuilding")).toEqual([]);
      await expectAll(followed, each);
      await followed.close();
    }
  });
});
