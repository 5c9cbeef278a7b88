import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLUSTER_SETTINGS } from "../../src/search/cluster.ts";
import { clearSearch, openRowCheck } from "../../src/search/search.ts";
import type { ClusterFront } from "./cluster-front.ts";
import { expectAll, grow } from "./follow-suite.ts";
import { type Backend, cluster, following } from "./harness.ts";
import { MemoryLog } from "./memory-log.ts";

/** The server at the other end is one engine: see cluster-front.ts for what that leaves out. */
describe("search on a ClickHouse cluster", () => {
  let backend: Backend & { front: ClusterFront };
  let log: MemoryLog;
  beforeEach(async () => {
    backend = await cluster();
    log = new MemoryLog({ chunkEntries: 40 });
    grow(log, 200, 1);
  });
  afterEach(() => backend.close());

  /** Those that have the words. */
  const sent = (...words: string[]) =>
    backend.front.statements.filter((statement) => words.every((word) => statement.includes(word)));

  test("finds all, through tables that the engine's parser accepts", async () => {
    const followed = await following(backend, log, { rowsMax: 90 });
    await followed.caughtUp();
    await expectAll(followed, log);
    // What a rebuild left out is indexed on the servers that hold the rows.
    await vi.waitFor(() => expect(sent("ALTER TABLE events_", "_local ON CLUSTER 'audit' MATERIALIZE").length).toBe(1));
    await followed.close();
  });

  test("creates replicated tables and a distributed one over each, on all servers", async () => {
    const followed = await following(backend, log);
    await followed.caughtUp();
    await followed.close();
    const created = sent("CREATE TABLE");
    expect(created.length).toBe(8);
    for (const statement of created) expect(statement).toContain("ON CLUSTER 'audit'");
    for (const engine of ["MergeTree", "ReplacingMergeTree", "AggregatingMergeTree"]) {
      expect(sent(`ENGINE = Replicated${engine}('/clickhouse/tables/{uuid}/{shard}', '{replica}')`)).not.toEqual([]);
    }
    expect(
      sent("ENGINE = Distributed('audit', currentDatabase(), 'events_", "_local', cityHash64(tenant_id))").length,
    ).toBe(1);
    expect(sent("Replicated", "replicated_deduplication_window = 1000").length).toBe(4);
    expect(sent("non_replicated_deduplication_window")).toEqual([]);
  });

  test("waits for a quorum with each insert, and reads what has one", async () => {
    const followed = await following(backend, log);
    await followed.caughtUp();
    await followed.close();
    const expected = Object.entries(CLUSTER_SETTINGS).map(([name, value]) => [name, String(value)] as const);
    expect(new Map(backend.front.settings)).toEqual(new Map(expected));
    await backend.front.execute(
      `SELECT 1 SETTINGS ${expected.map(([name, value]) => `${name} = '${value}'`).join(", ")}`,
    );
  });

  test("names each insert, by which the servers know one that comes again", async () => {
    const followed = await following(backend, log, { rowsMax: 90 });
    await followed.caughtUp();
    const inserts = sent("INSERT");
    expect(inserts.length).toBeGreaterThan(3);
    for (const statement of inserts) expect(statement).toMatch(/insert_deduplication_token = '[^']+'/);
    await followed.close();
  });

  test("does not take the tables of one server for those of the cluster", async () => {
    const { clickhouseUrl } = backend.location as { clickhouseUrl: string };
    const followed = await following(backend, log);
    await followed.caughtUp();
    await followed.close();
    const rows = await openRowCheck({ location: { clickhouseUrl }, logId: log.id });
    expect(rows).toBeUndefined();
    const again = await openRowCheck({ location: backend.location, logId: log.id });
    expect(again).toBeDefined();
    await again?.close();
  });

  test("is removed from all servers", async () => {
    const followed = await following(backend, log);
    await followed.caughtUp();
    await followed.close();
    await clearSearch({ location: backend.location, logId: log.id });
    expect(sent("DROP TABLE", "ON CLUSTER 'audit' SYNC").length).toBe(8);
    expect(await openRowCheck({ location: backend.location, logId: log.id })).toBeUndefined();
  });
});
