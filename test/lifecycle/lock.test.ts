import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rebuild } from "../../src/cli/rebuild-part.ts";
import { toConfig } from "../../src/config.ts";
import { entryPacking } from "../../src/event/entry-packing.ts";
import { type Disk, realDisk } from "../../src/log/disk.ts";
import { openFramedLog } from "../../src/log/framed-log.ts";
import { renewLogId } from "../../src/log/renew.ts";
import { verifyDirectory } from "../../src/verify/data-directory.ts";
import { type Backend, server as clickHouse } from "../search/harness.ts";
import { AppServer } from "../support/app-server.ts";
import { ServerProcess, type TestServer, temporaryDirectory } from "../support/server.ts";
import { events, RANGE, record } from "./events.ts";

/** The file that locks a log is removed while a command or a server works on it. Another process can then have the log. */

const LOST = { name: "LogLockLost" };
const dataDir = temporaryDirectory();
const config = toConfig({ dataDir });
const lock = join(dataDir, "log", "lock");
const directory = join(dataDir, "log");

beforeAll(async () => {
  const server = await AppServer.start({ dataDir });
  const key = await server.key(["--org", "acme", "--create", "--scopes", "events:write"]);
  await record(server, key, events(20));
  await server.stop();
});
afterAll(() => rmSync(dataDir, { recursive: true }));
// Whoever finds none waits until its last holder has noticed.
beforeEach(() => writeFileSync(lock, "", { flag: "a" }));

const removeLock = () => rmSync(lock, { force: true });
const segments = () =>
  readdirSync(directory)
    .filter((name) => name.endsWith(".seg"))
    .map((name) => [name, readFileSync(join(directory, name), "hex")]);

describe("a command says so, and does not end as if all were well", () => {
  it.each(["ids", "tree", "search"] as const)("rebuild %s", async (part) => {
    // It goes with the part, which is deleted under the lock.
    const marker = join(dataDir, part, "marker");
    mkdirSync(join(dataDir, part), { recursive: true });
    writeFileSync(marker, "");
    const rebuilding = rebuild(part, config);
    const ended = expect(rebuilding).rejects.toMatchObject(LOST);
    while (existsSync(marker)) await pause(1);
    removeLock();
    await ended;
    writeFileSync(lock, "");
    expect(await rebuild(part, config)).toBeGreaterThan(0);
  });

  it("verify", async () => {
    const looked = verifyDirectory(config, {
      signal: new AbortController().signal,
      onFinding: () => undefined,
      onProgress: removeLock,
    });
    await expect(looked).rejects.toMatchObject(LOST);
  });

  it("restore, and leaves the log as it was", async () => {
    const before = segments();
    await expect(renewLogId({ directory, disk: removedDuringRecovery(), packing: entryPacking })).rejects.toMatchObject(
      LOST,
    );
    expect(segments()).toEqual(before);
  });

  it("share-log", async () => {
    const log = await openFramedLog({ directory, packing: entryPacking });
    removeLock();
    await expect(log.batches().next()).rejects.toMatchObject(LOST);
    expect(() => log.requireLock()).toThrow("was removed");
    log.close();
  });
});

/** A disk on which the lock goes as soon as a segment is opened. */
function removedDuringRecovery(): Disk {
  return {
    ...realDisk,
    open: async (path, mode) => {
      if (path.includes(".seg")) removeLock();
      return realDisk.open(path, mode);
    },
  };
}

describe("with search in a ClickHouse server, which no lock of its own protects", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await clickHouse();
  });
  afterAll(() => backend.close());

  it("rebuild search ends, though it has not read all of the log", async () => {
    const { front } = backend;
    if (front === undefined) throw new Error("there is a server");
    const at = toConfig({ dataDir, clickhouseUrl: front.url });
    front.before = (statement) => {
      if (statement.startsWith("CREATE TABLE")) removeLock();
      if (statement.includes("INSERT")) throw new Error("Code: 252. Too many parts");
    };
    await expect(rebuild("search", at)).rejects.toMatchObject(LOST);
    front.before = () => undefined;
    writeFileSync(lock, "");
    expect(await rebuild("search", at)).toBeGreaterThan(0);
  });

  it("the server that had it ends, another one goes on, and every event is found once", {
    timeout: 300_000,
  }, async () => {
    const own = temporaryDirectory();
    const env = { CLICKHOUSE_URL: backend.front?.url ?? "" };
    const first = await ServerProcess.start({ dataDir: own, env });
    const key = await first.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
    const acknowledged = new Set<string>();
    const writing = recordUntilGone(first, key, acknowledged);
    const ended = once(first.child, "close");
    rmSync(join(own, "log", "lock"));
    const second = await ServerProcess.start({ dataDir: own, env });
    const [code] = await ended;
    await writing;
    expect(code).toBe(1);
    expect(first.output()).toContain("was removed");
    await record(second, key, events(1, 1_000));
    await second.caughtUp();
    const answer = await second.fetch(`/v1/events?limit=1000&resource_type=channel&${RANGE}`, {}, key);
    const ids = ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // What it wrote last can be there without an answer that anybody heard.
    expect(ids).toEqual(expect.arrayContaining([...acknowledged, "event-1000"]));
    await second.remove();
  });
});

async function recordUntilGone(server: TestServer, key: string, acknowledged: Set<string>): Promise<void> {
  for (const event of events(900)) {
    try {
      if ((await server.post(key, event)).status === 201) acknowledged.add(event.id);
      await pause(5);
    } catch {
      return;
    }
  }
}
