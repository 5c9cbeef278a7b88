import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { openClient } from "../../src/search/client.ts";
import { builtChild } from "../support/built-child.ts";
import { describeFollowing, expectAll, grow } from "./follow-suite.ts";
import { random } from "./generate.ts";
import { embedded, following, temporaryDirectory } from "./harness.ts";
import { MemoryLog } from "./memory-log.ts";
import { saveLog } from "./saved-log.ts";

describeFollowing("search in chDB follows the log", embedded);

test("a directory that holds another log's events is built again", async () => {
  const backend = await embedded();
  const logs = [new MemoryLog(), new MemoryLog()];
  for (const [i, log] of logs.entries()) {
    grow(log, 50 + i, i);
    const followed = await following(backend, log);
    await followed.caughtUp();
    await expectAll(followed, log);
    if (i === 1) expect(followed.notices[0]).toEqual({ type: "rebuilding", reason: "it belongs to another log" });
    await followed.close();
  }
  const { client, close } = openClient(backend.location);
  const tables = await client.query({
    query: "SELECT count() FROM system.tables WHERE match(name, '^(events|actors|resources|sightings)_')",
    format: "JSONCompactEachRow",
  });
  expect(await tables.json()).toEqual([[4]]);
  await close();
  await backend.close();
});

const KILLS = Number(process.env.DAYBOOK_SEARCH_KILLS ?? 4);

test("killed at any moment, it goes on with every entry exactly once", async () => {
  const directory = temporaryDirectory();
  const [store, file] = [join(directory.path, "search"), join(directory.path, "log.json")];
  const log = new MemoryLog();
  grow(log, 12_000, 5);
  saveLog(log, file);
  const next = random(20261122);
  let position = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    // While inserts run one after the other: some number of them, and some part of the next.
    position = await indexAndKill([store, file], position, 1 + Math.floor(next() * 4), next() * 40);
    expect(position).toBeLessThan(log.end);
  }
  expect(position).toBeGreaterThan(0);
  const followed = await following({ location: { directory: store }, front: undefined, close: async () => {} }, log);
  await followed.caughtUp();
  expect(followed.notices.filter((notice) => notice.type === "rebuilding")).toEqual([]);
  await expectAll(followed, log);
  await followed.close();
  directory.remove();
}, 300_000);

/** @returns the last position the child reported before it was killed. */
async function indexAndKill(args: string[], from: number, batches: number, pauseMs: number): Promise<number> {
  const program = await builtChild("index-until-killed.child.ts", import.meta.url);
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  let position = from;
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    position = Number(line);
    if (++seen > batches) break;
  }
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  child.kill("SIGKILL");
  await exited;
  return position;
}
