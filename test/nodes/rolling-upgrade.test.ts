import type pg from "pg";
import { expect, test } from "vitest";
import { onOwnDatabases } from "./own-database.ts";
import { until } from "./test-node.ts";

let admin: pg.Client;

const { here, start } = await onOwnDatabases((database) => {
  ({ admin } = database);
});

here("nodes of two versions", () => {
  test("share a log while one is upgraded after the other, forwards and back, and nothing is lost or doubled", async () => {
    const first = await (await start({ generation: 1 })).leads();
    const second = await start({ generation: 1 });
    await first.append("a");
    await second.stop();
    const newer = await start({ generation: 2, directory: second.directory });
    await first.append("b");
    await first.stop();
    await (await newer.leads()).append("c");
    const back = await start({ generation: 1, directory: first.directory });
    await until(() => back.log.end === 3);
    await newer.stop();
    await (await back.leads()).append("d");
    const last = await start({ generation: 2, directory: newer.directory });
    await until(() => last.log.end === 4);
    expect(await last.texts()).toEqual(["a", "b", "c", "d"]);
    expect(last.files()).toEqual(back.files());
  });

  test.each([
    [
      "newer",
      3,
      "this node runs 0.3.0. Nodes of these two versions cannot run together. First upgrade the other nodes",
    ],
    ["older", 1, "this node runs 0.1.0. Nodes of these two versions cannot run together. First upgrade this node"],
  ])("that are too far apart: the one that starts, a much %s one, refuses in words", async (_, generation, words) => {
    const leader = await (await start({ generation: generation === 3 ? 1 : 3 })).leads();
    await expect(start({ generation })).rejects.toThrow(words);
    await leader.append("a");
    expect(leader.log.end).toBe(1);
  });

  test("that are too far apart: a node that runs stops in words when the other one comes to lead", async () => {
    const middle = await (await start({ generation: 2 })).leads();
    const oldest = await start({ generation: 1 });
    await middle.append("a");
    await until(() => oldest.log.end === 1);
    // The one in between stops, and is away when the newest one starts.
    await admin.query(
      "update daybook_log_lease set holder = gen_random_uuid(), version = '0.3.0', generation = 3, expires = clock_timestamp() + interval '5 s'",
    );
    expect(String(await oldest.failed)).toContain(
      "The node that leads runs Daybook 0.3.0, and this node runs 0.1.0. Nodes of these two versions cannot run together.",
    );
    expect(oldest.log.end).toBe(1);
    await middle.stop();
  });

  test("can be far apart when no other node runs", async () => {
    const oldest = await (await start({ generation: 1 })).leads();
    await oldest.append("a");
    await oldest.stop();
    const newest = await (await start({ generation: 3, directory: oldest.directory })).leads();
    expect(await newest.append("b")).toMatchObject([{ position: 1 }]);
  });

  test("find the tables of a Daybook that did not write its version", async () => {
    await (await (await start()).leads()).stop();
    await admin.query("alter table daybook_log_lease drop version, drop generation");
    const node = await (await start({ generation: 2 })).leads();
    const { rows } = await admin.query("select version, generation from daybook_log_lease");
    expect(rows).toEqual([{ version: "0.2.0", generation: 2 }]);
    await node.append("a");
  });
});
