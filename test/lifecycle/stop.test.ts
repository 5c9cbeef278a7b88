import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Random } from "../../src/demo/random.ts";
import { Book } from "../kill/book.ts";
import { Campaign, ORGANIZATIONS } from "../kill/campaign.ts";
import { ReadBack } from "../kill/read-back.ts";
import { ServerProcess, temporaryDirectory } from "../support/server.ts";
import { events, record } from "./events.ts";

it.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends the server with exit code 0 while requests are under way, and nothing acknowledged is lost",
  async (signal) => {
    const directory = temporaryDirectory();
    const book = new Book(join(directory, "journal.ndjson"));
    const campaign = await Campaign.begin(book, new Random(Date.now()));
    onTestFinished(async () => {
      await campaign.server.remove();
      book.close();
      rmSync(directory, { recursive: true });
    });
    const stopped = campaign.server;
    await campaign.endOnce(signal);
    expect(stopped.child.exitCode).toBe(0);
    expect(stopped.output()).toContain("Stopped.");
    expect(book.faults).toEqual([]);
    const readBack = await ReadBack.of(campaign.server, campaign.platformKey, ORGANIZATIONS[0]);
    for (const organization of ORGANIZATIONS) expect(await readBack.auditExport(book, organization)).toEqual([]);
    expect(await readBack.auditEntries([...book.receipts].slice(-100))).toEqual([]);
  },
);

it("a request that has begun is answered before the server ends, and what it recorded is there", async () => {
  let server = await ServerProcess.start();
  onTestFinished(() => server.remove());
  const key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  const [event] = events(1);
  const body = JSON.stringify(event);
  const begun = request(new URL("/v1/events", server.url), {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      // Answered once the server has begun with the request.
      expect: "100-continue",
    },
  });
  begun.flushHeaders();
  await once(begun, "continue");
  const ended = server.stop("SIGINT");
  // npm hands on what a terminal sends to both of them.
  server.child.kill("SIGTERM");
  while (!server.output().includes("Stopping:")) await once(server.child.stdout as NodeJS.ReadableStream, "data");
  begun.end(body);
  const [answer] = (await once(begun, "response")) as [IncomingMessage];
  expect(answer.statusCode).toBe(201);
  answer.resume();
  expect(await ended).toBe(0);
  server = await ServerProcess.start({ dataDir: server.dataDir });
  expect((await server.fetch(`/v1/events/${event?.id}`, {}, key)).status).toBe(200);

  // Whoever read what it prints has ended: it goes on, and stops as ever.
  server.child.stdout?.destroy();
  server.child.stderr?.destroy();
  expect((await server.post(key, events(1, 50))).status).toBe(201);
  expect(await server.stop()).toBe(0);
});

it("a disk that fails to sync ends the server with exit code 1 and a line that says so, and nothing acknowledged is lost", async () => {
  const broken = join(temporaryDirectory(), "broken");
  const preload = `
    import { existsSync } from "node:fs";
    import { open } from "node:fs/promises";
    const file = await open("/dev/null");
    const handle = Object.getPrototypeOf(file);
    await file.close();
    const { datasync } = handle;
    handle.datasync = async function () {
      if (existsSync(${JSON.stringify(broken)})) throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
      return datasync.call(this);
    };`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` };
  let server = await ServerProcess.start({ env });
  onTestFinished(() => server.remove());
  const key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  await record(server, key, events(20));
  const ended = once(server.child, "close");
  writeFileSync(broken, "");
  const requests = [0, 1, 2, 3].map((n) => server.post(key, events(5, 100 + 5 * n)).then(({ status }) => status));
  for (const { status, ...answer } of await Promise.allSettled(requests)) {
    // No answer, or one that says it was not recorded: never a receipt.
    if (status === "fulfilled") expect((answer as { value: number }).value).toBe(503);
  }
  expect(await ended).toEqual([1, null]);
  expect(server.output()).toMatch(/"level":"error","message":"the log cannot go on[^\n]*fdatasync[^\n]*EIO/);
  rmSync(broken);
  server = await ServerProcess.start({ dataDir: server.dataDir });
  for (const n of [0, 19]) expect((await server.fetch(`/v1/events/${events(1, n)[0]?.id}`, {}, key)).status).toBe(200);
});
