import { once } from "node:events";
import { rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Random } from "../../src/demo/random.ts";
import { Book } from "../kill/book.ts";
import { Campaign, ORGANIZATIONS } from "../kill/campaign.ts";
import { Readings } from "../kill/readings.ts";
import { ServerProcess, temporaryDirectory } from "../support/server.ts";
import { events } from "./events.ts";

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
    const readings = await Readings.of(campaign.server, campaign.platformKey, ORGANIZATIONS[0]);
    for (const organization of ORGANIZATIONS) expect(await readings.auditExport(book, organization)).toEqual([]);
    expect(await readings.auditEntries([...book.receipts].slice(-100))).toEqual([]);
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
});
