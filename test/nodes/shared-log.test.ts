import { randomBytes, randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type pg from "pg";
import { afterAll, expect, test } from "vitest";
import { toConfig } from "../../src/config.ts";
import { createLogger } from "../../src/logger.ts";
import { openNode } from "../../src/shared-log.ts";
import { temporaryDirectory } from "../support/server.ts";
import { onOwnDatabases, texts } from "./own-database.ts";
import { LossyProxy } from "./proxy.ts";
import { SmallDisk } from "./small-disk.ts";
import { until } from "./test-node.ts";

let url: string;
let admin: pg.Client;

const { here, start } = await onOwnDatabases((database) => {
  ({ url, admin } = database);
});

/** As if the leader had died a while ago. */
const expireLease = () => admin.query("update daybook_log_lease set expires = clock_timestamp() - interval '1 s'");

here("a shared log", () => {
  test("is the same on every node, byte for byte, over several segments", async () => {
    const leader = await (await start()).leads();
    for (const text of texts("a", 30)) await leader.append(text, `${text} again`);
    const other = await start();
    await leader.append("last");
    await until(() => other.log.end === 61);
    expect(other.files()).toEqual(leader.files());
    expect(other.files().size).toBeGreaterThan(3);
    expect(other.log.id).toBe(leader.log.id);
    await until(() => other.log.readOnly === "another node leads");
  });

  test("has one leader where several nodes create it at once", async () => {
    const three = await Promise.all([start(), start(), start()]);
    await until(() => three.filter(({ node }) => node.leads).length === 1);
    expect(new Set(three.map(({ log }) => log.id)).size).toBe(1);
    await three.find(({ node }) => node.leads)?.append("a");
    await until(() => three.every(({ log }) => log.end === 1));
  });

  test("is read from PostgreSQL again where the directory is empty, and goes on", async () => {
    const first = await (await start()).leads();
    await first.append(...texts("a", 20));
    await first.stop();
    rmSync(first.directory, { recursive: true });
    const second = await (await start({ directory: first.directory })).leads();
    const [appended] = await second.append("b");
    expect(appended).toMatchObject({ position: 20, sequence: 20 });
    expect(await second.texts()).toEqual([...texts("a", 20), "b"]);
  });

  test("goes on at another node, with its chain, sequences and time", async () => {
    const ahead = Date.now() + 60_000;
    const first = await (await start({ now: () => ahead })).leads();
    const [before] = await first.append("a");
    const second = await start();
    await first.stop();
    await second.leads();
    const [after] = await second.append("b");
    expect(after).toMatchObject({ position: 1, sequence: 1 });
    expect(after?.recordedAt).toBeGreaterThanOrEqual(before?.recordedAt ?? Number.NaN);
    expect(await second.texts()).toEqual(["a", "b"]);
  });
});

here("a leader", () => {
  test("that lost the lease appends nothing any more, and follows", async () => {
    const old = await (await start()).leads();
    await old.append("a");
    // Another node takes over before this one hears of it.
    await admin.query(
      "update daybook_log_lease set epoch = nextval('daybook_log_epoch'), holder = gen_random_uuid(), expires = clock_timestamp() + interval '1 s'",
    );
    await expect(old.append("b")).rejects.toThrow("another node leads");
    expect(old.node.leads).toBe(false);
    await expireLease();
    await old.leads();
    await old.append("c");
    expect(await old.texts()).toEqual(["a", "c"]);
  });

  test("leads again where the lease's row was deleted, under an epoch of its own", async () => {
    const node = await (await start()).leads();
    await node.append("a");
    await admin.query("delete from daybook_log_lease");
    // Whether it is refused depends on whether the node has taken the lease again by then. Under the old epoch it never goes in.
    const taken = await node.append("b").then(
      () => ["b"],
      (error: Error) => {
        expect(error.message).toMatch(/another node leads|no node leads|PostgreSQL did not take it/);
        return [];
      },
    );
    await until(async () => (await admin.query("select from daybook_log_lease")).rows.length === 1);
    await node.leads();
    await node.append("c");
    const { rows } = await admin.query("select epoch::int from daybook_log_batch order by first_position");
    const [before, ...after] = rows.map(({ epoch }) => epoch as number);
    expect(after).toHaveLength(taken.length + 1);
    expect(new Set(after).size).toBe(1);
    expect(after).not.toContain(before);
    expect(await node.texts()).toEqual(["a", ...taken, "c"]);
  });

  test("is replaced where its lease seems to end too late, as after the database's clock was set back", async () => {
    const node = await (await start()).leads();
    await node.append("a");
    await admin.query("update daybook_log_lease set holder = gen_random_uuid(), expires = now() + interval '1 hour'");
    await until(() => !node.node.leads);
    await node.leads();
    await node.append("b");
    expect(await node.texts()).toEqual(["a", "b"]);
  });

  test("finds out what became of a batch whose answer was lost: it is there, once", async () => {
    const proxy = await LossyProxy.start(url);
    const node = await (await start({ url: proxy.url(url) })).leads();
    await node.append("a");
    proxy.answers = "lost";
    const appending = node.append("b");
    await until(async () => (await admin.query("select from daybook_log_batch")).rows.length === 2);
    expect(node.log.end).toBe(1);
    proxy.answers = "open";
    expect(await appending).toMatchObject([{ position: 1, sequence: 1 }]);
    await until(() => node.log.readOnly === undefined);
    await node.append("c");
    expect(await node.texts()).toEqual(["a", "b", "c"]);
    await node.stop();
    await proxy.stop();
  });

  test("finds out what became of a batch that never arrived: it is refused, and its place goes to the next", async () => {
    const proxy = await LossyProxy.start(url);
    const node = await (await start({ url: proxy.url(url) })).leads();
    await node.append("a");
    proxy.questions = "lost";
    const appending = node.append("b").catch((error: Error) => error);
    await until(() => node.log.readOnly !== undefined);
    await expect(node.append("while nothing is known")).rejects.toThrow("PostgreSQL");
    proxy.questions = "open";
    expect(String(await appending)).toContain("PostgreSQL did not take it");
    await until(() => node.log.readOnly === undefined);
    expect(await node.append("c")).toMatchObject([{ position: 1, sequence: 1 }]);
    expect(await node.texts()).toEqual(["a", "c"]);
    await node.stop();
    await proxy.stop();
  });

  test("acknowledges a batch that was committed before another node took the lease", async () => {
    const proxy = await LossyProxy.start(url);
    const node = await (await start({ url: proxy.url(url) })).leads();
    await node.append("a");
    proxy.answers = "lost";
    const appending = node.append("b");
    await until(async () => (await admin.query("select from daybook_log_batch")).rows.length === 2);
    const other = await start();
    await until(async () => {
      await expireLease();
      return other.node.leads;
    });
    await other.append("c");
    proxy.answers = "open";
    expect(await appending).toMatchObject([{ position: 1, sequence: 1 }]);
    await until(() => node.log.end === 3);
    expect(node.node.leads).toBe(false);
    expect(node.files()).toEqual(other.files());
    await node.stop();
    await proxy.stop();
  });

  test("refuses what a read-only database refuses, says why, and goes on when it takes writes again", async () => {
    const node = await (await start()).leads();
    await node.append("a");
    const name = new URL(url.replace("@/", "@localhost/")).pathname.slice(1);
    const dropOthers = () =>
      admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()",
      );
    await admin.query(`alter database ${name} set default_transaction_read_only = on`);
    await dropOthers();
    // Where the end of its connection was what it heard first, it asks what became of the batch until it can know.
    let isRefused = false;
    const appending = node.append("b").catch((error: Error) => {
      isRefused = true;
      return error;
    });
    await until(() => isRefused || node.log.readOnly !== undefined);
    await admin.query("set default_transaction_read_only = off");
    await admin.query(`alter database ${name} set default_transaction_read_only = off`);
    await dropOthers();
    await until(() =>
      node.append("c").then(
        () => true,
        () => false,
      ),
    );
    expect(String(await appending)).toContain("PostgreSQL");
    expect(await node.texts()).toEqual(["a", "c"]);
  });
});

const full = new SmallDisk();

here("PostgreSQL on a full disk", () => {
  afterAll(() => full.remove());

  test.skipIf(!full.mounted)("refuses a batch, the leader says why, and goes on once there is room", async () => {
    const node = await (await start()).leads();
    await admin.query(`create tablespace small location '${full.directory}'`);
    await admin.query("alter table daybook_log_batch set tablespace small");
    await node.append("a");
    full.fill();
    const large = randomBytes(200_000).toString("base64");
    await expect(node.append(large)).rejects.toThrow("No space left on device");
    expect(node.node.leads).toBe(true);
    full.empty();
    expect(await node.append("b")).toMatchObject([{ position: 1, sequence: 1 }]);
    expect(await node.texts()).toEqual(["a", "b"]);
    await node.stop();
    await admin.query("alter table daybook_log_batch set tablespace pg_default");
    await admin.query("drop tablespace small");
  });
});

here("a node refuses", () => {
  test("a data directory that is a copy of another shared log", async () => {
    const dataDir = temporaryDirectory();
    const another = randomUUID();
    writeFileSync(join(dataDir, "shared-log.json"), JSON.stringify({ log_id: another }));
    const opening = openNode(toConfig({ dataDir, logUrl: url }), createLogger(new PassThrough()));
    await expect(opening).rejects.toThrow(`is a copy of the log ${another}, and the database at LOG_URL holds the log`);
    rmSync(dataDir, { recursive: true });
  });

  test("a database with the identity of a Daybook whose log is elsewhere", async () => {
    await admin.query("create table delivered (organization text, sequence bigint)");
    await admin.query("insert into delivered values ('acme', 0)");
    await expect(start()).rejects.toThrow("holds the identity of a Daybook whose log is in a data directory");
    expect((await admin.query("select to_regclass('daybook_log') as log")).rows).toEqual([{ log: null }]);
    await admin.query("delete from delivered");
    await (await start()).leads();
  });

  test("to go on where the database ends before it: restored from an older copy", async () => {
    const first = await (await start()).leads();
    await first.append("a");
    await first.append("b");
    await first.stop();
    await admin.query("delete from daybook_log_batch where first_position = 1");
    await expect(start({ directory: first.directory })).rejects.toThrow(
      "The database at LOG_URL ends at position 1 of this log, and this node holds 2 entries of it",
    );
  });

  test("to lead on where the database has lost what it committed", async () => {
    const node = await (await start()).leads();
    await node.append("a");
    await node.append("b");
    await admin.query("delete from daybook_log_batch where first_position = 1");
    node.append("c").catch(() => undefined);
    expect(String(await node.failed)).toContain("ends at position 1 of this log");
  });

  test("a batch that was changed in the database", async () => {
    const leader = await (await start()).leads();
    await leader.append("a");
    await leader.append("b");
    await admin.query(
      "update daybook_log_batch set compressed = (select compressed from daybook_log_batch where first_position = 0) where first_position = 1",
    );
    await expect(start()).rejects.toThrow("does not fit");
  });

  test("a database that a newer Daybook has written", async () => {
    await (await start()).leads();
    await admin.query("update daybook_log set version = 99");
    await expect(start()).rejects.toThrow("has version 99, this Daybook knows 4: start the newer one");
    await admin.query("update daybook_log set version = 2");
    await expect(start()).rejects.toThrow("has version 2, which only development versions of Daybook wrote");
  });
});
