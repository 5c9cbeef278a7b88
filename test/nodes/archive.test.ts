import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Archive, BucketArchive } from "../../src/commit/archive.ts";
import { ArchivedSegments } from "../../src/commit/archived-segments.ts";
import { Batches } from "../../src/commit/batches.ts";
import { CommittedLog } from "../../src/commit/committed-log.ts";
import { Connection } from "../../src/commit/connection.ts";
import { measureSharedLog } from "../../src/doctor/shared-log.ts";
import type { FramedBatch } from "../../src/log/index.ts";
import { archiverFor, moveAll } from "./archivers.ts";
import { onOwnDatabases, texts } from "./own-database.ts";
import { TestBucket } from "./test-bucket.ts";
import type { TestNode } from "./test-node.ts";
import { until } from "./test-node.ts";

let url: string;
let admin: pg.Client;
let bucket: BucketArchive;
let number = 0;
const folder = () => `test-${number}/`;

const { here, start } = await onOwnDatabases((database) => {
  ({ url, admin } = database);
});

let store: TestBucket;
beforeAll(async () => {
  store = await TestBucket.start();
});
afterAll(() => store.stop());
beforeEach(() => {
  number++;
  bucket = new BucketArchive(store.folder(folder()));
});

/** A leader with a number of entries, in segments of a few. */
async function leaderWith(count: number): Promise<TestNode> {
  const leader = await (await start()).leads();
  for (const text of texts("a", count)) await leader.append(text);
  return leader;
}

const archiverOf = (leader: TestNode, archive: Archive = bucket) => archiverFor(url, leader, archive);

async function positions(table: string): Promise<number[]> {
  const { rows } = await admin.query(`select first_position::int as at from ${table} order by 1`);
  return rows.map(({ at }) => at);
}

here("sealed segments of a shared log", () => {
  test("leave PostgreSQL once the bucket has them, and an empty node reads them from there, byte for byte", async () => {
    const leader = await leaderWith(40);
    const segments = leader.files().size;
    const archiver = archiverOf(leader);
    expect(await moveAll(archiver)).toBe(segments - 1);
    const [oldest = 0] = await positions("daybook_log_batch");
    expect(oldest).toBeGreaterThan(20);
    expect((await positions("daybook_log_segment")).at(0)).toBe(0);
    await leader.append("b");
    const other = await start({ archive: bucket });
    await until(() => other.log.end === 41);
    expect(other.files()).toEqual(leader.files());
    await archiver.close();
  });

  test("are counted by the doctor and by the node", async () => {
    const leader = await leaderWith(40);
    const archiver = archiverOf(leader);
    const moved = await moveAll(archiver);
    const [oldest = 0] = await positions("daybook_log_batch");
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { message } = (await measureSharedLog(client, true)) ?? {};
    await client.end();
    expect(message).toContain(`from position ${oldest} on`);
    expect(message).toContain(`The bucket has ${moved} segments before that`);
    expect(leader.node.kept.bytes).toBeGreaterThan(0);
    await archiver.close();
  });

  test("are read from the bucket by a node that was away, from the middle of a segment on", async () => {
    const leader = await leaderWith(3);
    const other = await start({ archive: bucket });
    await until(() => other.log.end === 3);
    await other.stop();
    for (const text of texts("b", 30)) await leader.append(text);
    const archiver = archiverOf(leader);
    await moveAll(archiver);
    const again = await start({ directory: other.directory, archive: bucket });
    expect(again.log.end).toBe(33);
    expect(again.files()).toEqual(leader.files());
    await archiver.close();
  });

  test("are moved by the node that leads, as it runs, and the next leader goes on behind them", async () => {
    const leader = await (await start({ archive: bucket })).leads();
    for (const text of texts("a", 40)) await leader.append(text);
    const archiver = archiverOf(leader);
    await moveAll(archiver);
    await leader.stop();
    rmSync(leader.directory, { recursive: true });
    const next = await (await start({ archive: bucket })).leads();
    expect(await next.append("b")).toMatchObject([{ position: 40, sequence: 40 }]);
    expect(await next.texts()).toEqual([...texts("a", 40), "b"]);
    await archiver.close();
  });

  test("stay in PostgreSQL while another node leads", async () => {
    const leader = await leaderWith(40);
    const archiver = archiverOf(leader);
    const whole = await positions("daybook_log_batch");
    await admin.query("update daybook_log_lease set epoch = nextval('daybook_log_epoch')");
    await expect(archiver.moveOne()).rejects.toThrow("another node leads");
    expect(await positions("daybook_log_batch")).toEqual(whole);
    expect(await positions("daybook_log_segment")).toEqual([]);
    await archiver.close();
  });
});

/** What can go wrong with a bucket, each for one segment. */
const FAULTS: Record<string, (inner: Archive) => Archive> = {
  "the bucket cannot be reached": (inner) => ({
    put: async () => Promise.reject(new Error("cut off")),
    get: (...all) => inner.get(...all),
  }),
  "the answer of the bucket is lost": (inner) => ({
    put: async (...all) => {
      await inner.put(...all);
      throw new Error("cut off");
    },
    get: (...all) => inner.get(...all),
  }),
  "the bucket says it has an object, and has not": (inner) => ({
    put: async () => undefined,
    get: (...all) => inner.get(...all),
  }),
  "the bucket gives back one other byte": (inner) => ({
    put: (...all) => inner.put(...all),
    get: async (...all) => {
      const object = await inner.get(...all);
      if (object !== undefined) object[object.length - 1] = (object[object.length - 1] ?? 0) ^ 1;
      return object;
    },
  }),
  "the bucket gives back a part": (inner) => ({
    put: (...all) => inner.put(...all),
    get: async (...all) => (await inner.get(...all))?.subarray(0, -10),
  }),
};

here("rows are kept, and moved by the next try, where", () => {
  test.each(Object.entries(FAULTS))("%s", async (_, fault) => {
    const leader = await leaderWith(40);
    const whole = await positions("daybook_log_batch");
    const failing = archiverOf(leader, fault(bucket));
    await expect(failing.moveOne()).rejects.toThrow();
    expect(await positions("daybook_log_batch")).toEqual(whole);
    const archiver = archiverOf(leader);
    expect(await moveAll(archiver)).toBeGreaterThan(2);
    await (await start({ archive: bucket })).remove();
    await failing.close();
    await archiver.close();
  });

  test.each(["before delete on daybook_log_batch", "before insert on daybook_log_segment"])(
    "PostgreSQL fails %s",
    async (when) => {
      const leader = await leaderWith(40);
      const whole = await positions("daybook_log_batch");
      await admin.query(
        `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
         create trigger refused ${when} execute function refuse()`,
      );
      const archiver = archiverOf(leader);
      await expect(archiver.moveOne()).rejects.toThrow("refused");
      expect(await positions("daybook_log_batch")).toEqual(whole);
      expect(await positions("daybook_log_segment")).toEqual([]);
      await admin.query("drop function refuse cascade");
      expect(await moveAll(archiver)).toBeGreaterThan(2);
      await archiver.close();
    },
  );

  test("one of them was changed after it was read", async () => {
    const leader = await leaderWith(40);
    const archiver = archiverOf(leader, {
      put: async (...all) => {
        await bucket.put(...all);
        await admin.query(
          "update daybook_log_batch set compressed = (select compressed from daybook_log_batch where first_position = 1) where first_position = 0",
        );
      },
      get: (...all) => bucket.get(...all),
    });
    await expect(archiver.moveOne()).rejects.toThrow("gave back other bytes than were stored, from position 0 on");
    expect((await positions("daybook_log_batch"))[0]).toBe(0);
    await archiver.close();
  });
});

here("an archived segment", () => {
  test("that is damaged or missing is found by the check, and read by no node", async () => {
    const leader = await leaderWith(40);
    const archiver = archiverOf(leader);
    await moveAll(archiver);
    await archiver.check();
    const [file = ""] = store.files(folder()).sort();
    const whole = readFileSync(file);
    const changed = Buffer.from(whole);
    changed[changed.length - 5] = (changed[changed.length - 5] ?? 0) ^ 1;
    writeFileSync(file, changed);
    const checkAll = async () => {
      for (const _ of store.files(folder())) await archiver.check();
    };
    await expect(checkAll()).rejects.toThrow("are damaged in the bucket");
    await expect(start({ archive: bucket })).rejects.toThrow("Entries 0 to ");
    rmSync(file);
    await expect(checkAll()).rejects.toThrow("are missing from the bucket");
    writeFileSync(file, whole);
    await checkAll();
    await archiver.close();
  });

  test("is asked for in words by a node that has no bucket", async () => {
    const leader = await leaderWith(40);
    const archiver = archiverOf(leader);
    await moveAll(archiver);
    await expect(start()).rejects.toThrow("Start this node with DAYBOOK_LOG_ARCHIVE");
    await archiver.close();
  });

  test("makes an older Daybook refuse the database, and not before", async () => {
    const leader = await leaderWith(40);
    const version = async () => (await admin.query("select version from daybook_log")).rows[0]?.version;
    expect(await version()).toBe(3);
    const archiver = archiverOf(leader);
    await archiver.moveOne();
    expect(await version()).toBe(4);
    await archiver.close();
  });

  test("is found by a leader that asks what became of a batch, though its row has gone", async () => {
    const leader = await leaderWith(40);
    const archiver = archiverOf(leader);
    const { rows } = await admin.query("select first_position::int, chain_hash from daybook_log_batch order by 1");
    await moveAll(archiver);
    const batches = new Batches(leader.node.id);
    const segments = new ArchivedSegments(leader.node.id);
    const committed = new CommittedLog({ batches, segments, archive: bucket, stopping: new AbortController().signal });
    const connection = new Connection(url);
    const holds = (at: number, chainHash: Buffer) =>
      committed.holds(connection, { firstPosition: at, chainHash } as FramedBatch);
    expect(await holds(rows[2].first_position, rows[2].chain_hash)).toBe(true);
    expect(await holds(rows[2].first_position, Buffer.alloc(32))).toBe(false);
    await connection.close();
    await archiver.close();
  });
});

here("a bucket", () => {
  test("whose address answers like a website is refused", async () => {
    const website = createServer((_, response) => response.end("<html>")).listen(0, "127.0.0.1");
    await until(() => website.listening);
    const wrong = new BucketArchive(
      store.folder(folder(), `http://127.0.0.1:${(website.address() as AddressInfo).port}`),
    );
    const { signal } = new AbortController();
    await expect(wrong.put("a", Buffer.from("b"), signal)).rejects.toThrow("The bucket of the log answered 200");
    website.close();
  });

  test("with another secret is refused", async () => {
    const wrong = new BucketArchive({ ...store.folder(folder()), secretAccessKey: "wrong" });
    const { signal } = new AbortController();
    await expect(wrong.put("a", Buffer.from("b"), signal)).rejects.toThrow("answered 403");
  });
});
