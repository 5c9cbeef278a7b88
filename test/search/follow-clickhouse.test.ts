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

  test("that several nodes read is filled by the one that leads, also where it loses the lead in mid-insert", async () => {
    let leader = 0;
    let terms = 1;
    const [first, second] = await Promise.all(
      [0, 1].map((node) => following(backend, log, { term: () => (leader === node ? `${terms}` : undefined) })),
    );
    if (!first || !second) throw new Error("there are two nodes");
    await Promise.all([first.caughtUp(), second.caughtUp()]);
    await expectAll(second, log);

    // The first node's insert does not arrive until the second one has inserted the same entries.
    let run: string | undefined;
    let secondIsDone = false;
    backend.front.before = (statement) => {
      const sender = /^INSERT .* insert_deduplication_token = '([^:]+)/.exec(statement)?.[1];
      if (sender === undefined) return;
      run ??= sender;
      if (sender !== run || secondIsDone) return;
      leader = 1;
      terms = 2;
      throw new Error("Code: 210. DB::Exception: the connection broke. (NETWORK_ERROR)");
    };
    grow(log, 60, 2);
    await second.caughtUp();
    secondIsDone = true;
    await first.caughtUp();
    grow(log, 60, 3);
    await Promise.all([first.caughtUp(), second.caughtUp()]);
    expect(terms).toBe(2);
    await expectAll(first, log);
    await expectAll(second, log);
    await Promise.all([first.close(), second.close()]);

    const third = await following(backend, log);
    await third.caughtUp();
    expect(third.notices.filter((notice) => notice.type === "rebuilding")).toEqual([]);
    await expectAll(third, log);
    await third.close();
  });

  test("that another node fills is searched as far as this node's log reaches, and not in tables of another version", async () => {
    const ahead = new MemoryLog({ chunkEntries: 40 });
    const behind = new MemoryLog({ id: ahead.id });
    grow(ahead, 200, 5);
    for (const { organization, header, body } of ahead.stored.slice(0, 150)) {
      behind.append(organization, () => ({ header, body }));
    }
    const leading = await following(backend, ahead);
    await leading.caughtUp();
    const watching = await following(backend, behind, { term: () => undefined });
    await watching.caughtUp();
    expect(watching.search.position).toBe(behind.end);
    await expectAll(watching, behind);
    await leading.close();
    await backend.front.execute(`ALTER TABLE ${tablesOf(ahead.id).events} MODIFY COMMENT 'Events of a newer Daybook'`);
    const { query } = request("acme", "", { log: behind });
    const count = () => watching.search.count(query).catch((error: unknown) => error);
    await expect.poll(count, { timeout: 10_000 }).toMatchObject({ code: "search_unavailable" });
    await watching.close();
  });
});
