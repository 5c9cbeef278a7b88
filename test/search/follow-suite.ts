import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openClient } from "../../src/search/client.ts";
import { tablesOf } from "../../src/search/schema.ts";
import { fillLog } from "./generate.ts";
import { type Backend, exported, type Following, following, NOW, pageOf, request } from "./harness.ts";
import { MemoryLog } from "./memory-log.ts";
import { naiveEvents, naiveMatches } from "./naive.ts";

/** How search follows the log, wherever it is kept. */
export function describeFollowing(name: string, open: () => Promise<Backend>): void {
  describe(name, () => {
    let backend: Backend;
    let log: MemoryLog;
    beforeEach(async () => {
      backend = await open();
      log = new MemoryLog({ chunkEntries: 90 });
      grow(log, 300, 1);
    });
    afterEach(() => backend.close());

    /** Runs a statement on the table, as someone with access to the store could. */
    async function tamper(statement: (table: string) => string): Promise<void> {
      const { client, close } = openClient(backend.location);
      await client.command({ query: statement(tablesOf(log.id).events) });
      await close();
    }

    /** Follows until everything is searchable, looks, and closes. */
    async function once<T>(look: (followed: Following) => Promise<T>, rowsMax = 120): Promise<T> {
      const followed = await following(backend, log, { rowsMax });
      await followed.caughtUp();
      const result = await look(followed);
      await followed.close();
      return result;
    }

    test("goes on where it was", async () => {
      await once(async ({ search }) => expect(search.position).toBe(300));
      grow(log, 200, 2);
      await once(async (followed) => {
        const positions = followed.notices.flatMap((notice) => (notice.type === "progress" ? [notice.position] : []));
        expect(positions[0]).toBe(300);
        await expectAll(followed, log);
      });
    });

    test("fills in what an unfinished batch left out, and stores nothing twice", async () => {
      await once(async (followed) => expectAll(followed, log), 1000);
      // Of the one batch of three months, the parts of two are there: also the first entry's, and then all but the first's.
      for (const month of ["202611", "202609"]) {
        await tamper((table) => `ALTER TABLE ${table} DROP PARTITION ID '${month}'`);
        await once(async (followed) => {
          expect(followed.notices.filter((notice) => notice.type === "rebuilding")).toEqual([]);
          await expectAll(followed, log);
        }, 1000);
      }
    });

    test.each([
      ["lost", (table: string) => `ALTER TABLE ${table} DROP PARTITION ID '202609'`],
      [
        "doubled",
        (table: string) => `INSERT INTO ${table} SELECT * FROM ${table} WHERE position = 17 SETTINGS async_insert = 0`,
      ],
      [
        "made up",
        (table: string) =>
          `INSERT INTO ${table} SELECT * REPLACE (position + 1 AS position) FROM (SELECT * FROM ${table} WHERE position = 299) SETTINGS async_insert = 0`,
      ],
    ])("is built again when rows were %s", async (_, damage) => {
      await once(async (followed) => expectAll(followed, log), 60);
      await tamper(damage);
      await once(async (followed) => {
        expect(followed.notices[0]).toMatchObject({ type: "rebuilding" });
        await expectAll(followed, log);
      }, 60);
    });

    test("is built again when another version made the table", async () => {
      await once(async () => undefined);
      await tamper((table) => `ALTER TABLE ${table} MODIFY COMMENT 'Events of an older Daybook'`);
      await once(async (followed) => {
        expect(followed.notices[0]).toEqual({ type: "rebuilding", reason: "it was made by another version" });
        await expectAll(followed, log);
      });
    });

    test("gives the same answers, to the byte, when it was deleted and built again", async () => {
      const look = async (followed: Following) => {
        const { query } = request("acme", "start=2026-01-01", { log });
        return [
          await exported(followed, query, { format: "csv" }),
          await exported(followed, query, { format: "ndjson" }),
          await pageOf(followed, query, 77),
          await followed.search.facets(query, "actor_id"),
          await followed.search.histogram(query, 13),
        ];
      };
      const before = await once(look, 33);
      await tamper((table) => `DROP TABLE ${table} SYNC`);
      expect(await once(look, 200)).toEqual(before);
    });

    test("is ready once it holds what the log held at start, and tells how far it is until then", async () => {
      const followed = await following(backend, log, { rowsMax: 100 });
      expect(followed.search.state).toEqual({ name: "catching_up" });
      await followed.caughtUp();
      expect(followed.search.ready).toBe(true);
      expect(followed.search.state).toEqual({ name: "following" });
      expect(followed.notices).toEqual([
        { type: "progress", position: 0, end: 300 },
        { type: "progress", position: 100, end: 300 },
        { type: "progress", position: 200, end: 300 },
        { type: "ready", position: 300 },
      ]);
      await followed.close();
      expect(followed.search.state).toEqual({ name: "idle" });
    });

    test("finds what was gathered while nobody read, for the first who reads", async () => {
      const followed = await following(backend, log, { rowsMax: 100, unreadMs: 600_000, readAgainMs: 0 });
      await followed.caughtUp();
      for (const seed of [2, 3]) {
        grow(log, 30, seed);
        const access = { organization: "acme", filter: undefined, countsBy: "position" } as const;
        // A reader waits for a moment; on a busy machine the next one finds it.
        await expect.poll(async () => (await followed.reader.scope(access)).positions.indexed).toBe(log.end - 1);
        await expectAll(followed, log);
      }
      await followed.close();
    });

    test("finds texts before their indexes are built, and has them built once all entries are there", async () => {
      const finds = async (followed: Following) => {
        const { query } = request("acme", "start=2016-01-01&q=staging", { log });
        const expected = naiveMatches(naiveEvents(log.stored), query).length;
        expect(expected).toBeGreaterThan(0);
        expect(await followed.search.count(query)).toBe(expected);
      };
      await once(finds, 60);
      const { client, close } = openClient(backend.location);
      const { events, resources } = tablesOf(log.id);
      for (const table of [events, resources]) {
        const query = `SELECT count(), countIf(is_done) FROM system.mutations WHERE table = '${table}' AND command LIKE '%MATERIALIZE INDEX%'`;
        const done = async () => {
          const text = await (await client.query({ query, format: "JSONCompactEachRow" })).text();
          return (JSON.parse(text) as unknown[]).map(Number);
        };
        await vi.waitFor(async () => expect(await done()).toEqual([1, 1]), { timeout: 30_000 });
      }
      await close();
      await once(finds, 60);
    });

    test("stops with an error at an entry that cannot be read, and what it holds stays readable", async () => {
      log.append("acme", () => ({ header: Buffer.from("{"), body: undefined }));
      const followed = await following(backend, log, { rowsMax: 100 });
      await vi.waitFor(() => expect(followed.search.state).toEqual({ name: "idle" }), { timeout: 10_000 });
      expect(followed.search.position).toBe(300);
      await expect(followed.close()).rejects.toThrow(SyntaxError);
    });
  });
}

/** Appends entries whose batches reach into several months. */
export function grow(log: MemoryLog, count: number, seed: number, days = 80): void {
  fillLog(log, { count, seed, now: NOW, days, organizations: ["acme", "globex"] });
}

/** Every entry of the log is in search exactly once. */
export async function expectAll(followed: Following, log: MemoryLog): Promise<void> {
  const events = naiveEvents(log.stored);
  for (const organization of ["acme", "globex"]) {
    const { query } = request(organization, "start=2016-01-01", { log });
    const expected = naiveMatches(events, query);
    expect(await followed.search.count(query)).toBe(expected.length);
    // It depends on all that came before, also on what another run of the indexer read.
    const first = request(organization, "start=2016-01-01&first_seen=true", { log }).query;
    const firstSeen = naiveMatches(events, first).length;
    expect(await followed.search.count(first)).toBe(firstSeen);
    expect(firstSeen).toBeGreaterThan(0);
    expect(followed.search.size(query.tenant)).toBe(log.size(organization));
    expect(await exported(followed, query, { format: "ndjson" })).toBe(
      expected.map((event) => `${event.json}\n`).join(""),
    );
  }
}
