import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ServerProcess, type TestServer, temporaryDirectory } from "../support/server.ts";
import { events, RANGE, record } from "./events.ts";

const mountPoint = temporaryDirectory();
const mounted =
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=48m", "daybook-test", mountPoint], { stdio: "ignore" }).status === 0;
if (!mounted) process.stdout.write("skipped: the full disk. This account cannot mount a small file system.\n");

describe.skipIf(!mounted)("a full disk", () => {
  let server: TestServer;
  let key: string;
  const filler = join(mountPoint, "filler");

  beforeAll(async () => {
    server = await ServerProcess.start({ dataDir: join(mountPoint, "data") });
    key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  });

  afterAll(async () => {
    await server.stop("SIGKILL");
    spawnSync("umount", [mountPoint], { stdio: "inherit" });
    rmSync(mountPoint, { recursive: true });
  });

  /** Takes all the space there is. */
  function fill(): void {
    const file = openSync(filler, "a");
    for (let bytes = 1024 * 1024; bytes >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(bytes));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
        bytes >>= 1;
      }
    }
    closeSync(file);
  }

  const large = (n: number) => events(1, n).map((event) => ({ ...event, description: "x".repeat(60_000) }));

  it("is answered with 503 and Retry-After while reads go on; it recovers by itself; nothing acknowledged is lost", async () => {
    const receipts = [...(await record(server, key, events(50)))];
    await server.caughtUp();
    fill();
    let n = 50;
    let refused: Response;
    for (;;) {
      refused = await server.post(key, large(n));
      if (refused.status !== 201) break;
      receipts.push(...((await refused.json()) as { results: typeof receipts }).results);
      n++;
    }
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(await refused.json()).toMatchObject({ code: "log_unavailable" });
    expect(await (await server.fetch("/readyz")).text()).toBe("the log is read-only\n");

    const page = await server.fetch(`/v1/events?${RANGE}&limit=1000`, {}, key);
    expect(page.status).toBe(200);
    expect((await server.fetch(`/v1/events/export?format=csv&${RANGE}`, {}, key)).status).toBe(200);
    for (const { id } of receipts) expect((await server.fetch(`/v1/events/${id}`, {}, key)).status).toBe(200);

    rmSync(filler);
    while ((await server.post(key, large(n))).status !== 201) await pause(100);
    const after = await record(server, key, [
      ...events(50),
      ...Array.from({ length: n - 50 }, (_, i) => large(50 + i)).flat(),
    ]);
    expect(after).toEqual(receipts.map((receipt) => ({ ...receipt, duplicate: true })));
    await server.caughtUp();
    const lines = (await (await server.fetch(`/v1/events/export?format=ndjson&${RANGE}`, {}, key)).text()).split("\n");
    const exported = lines.flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { id: string }).id]));
    expect(exported).toEqual(expect.arrayContaining(receipts.map(({ id }) => id)));
    expect(new Set(exported).size).toBe(exported.length);
    expect(await server.stop()).toBe(0);
  });
});
